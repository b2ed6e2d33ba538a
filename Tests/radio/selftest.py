# SPDX-License-Identifier: Apache-2.0
"""Changes a table in each way once, and sees that it is noticed."""

import contextlib
import io
import sys

import snapshot

STORED = "first 1 2\nsecond 3 4\nthird 5 6\n"
CASES = {
    "the same table is no difference": (STORED, []),
    "a figure that changed is one": (STORED.replace("4", "5"), ["-second 3 4", "+second 3 5"]),
    "a row too many is one": (STORED + "fourth 7 8\n", ["+fourth 7 8"]),
    "a row that is missing is one": ("first 1 2\nsecond 3 4\n", ["-third 5 6"]),
}


OTHER = STORED.replace("4", "5")
# What the programs of the two compilers measure, and whether that is found fault with.
MEASURED = {
    "both as stored pass": ((STORED, STORED), False),
    "both otherwise fail": ((OTHER, OTHER), True),
    "one of them otherwise fails": ((STORED, OTHER), True),
    "the other otherwise fails": ((OTHER, STORED), True),
}


def is_found(tables):
    """Whether the check finds fault with what the programs measure."""
    snapshot.read = lambda: snapshot.BEGIN + STORED + snapshot.END
    snapshot.measure = dict(zip(snapshot.PROGRAMS, tables)).get
    with contextlib.redirect_stdout(io.StringIO()):
        return snapshot.check()


def main():
    failed = 0
    for what, (tables, wanted) in MEASURED.items():
        if is_found(tables) != wanted:
            failed += 1
            print(f"FAIL {what}")
    for what, (measured, wanted) in CASES.items():
        found = snapshot.differences(STORED, measured)
        if [line for line in found[2:] if not line.startswith("@@")] != wanted:
            failed += 1
            print(f"FAIL {what}: {found}")
    document = "text\n" + snapshot.BEGIN + STORED + snapshot.END + "more\n"
    if snapshot.split(document)[1] != STORED or "".join(snapshot.split(document)) != document:
        failed += 1
        print("FAIL the table is what stands between its marks")
    print(f"{len(CASES) + len(MEASURED) + 1 - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
