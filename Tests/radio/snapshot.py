# SPDX-License-Identifier: Apache-2.0
"""The table of docs/RADIO.md: written, compared.

snapshot.py write   lets the months pass and writes the table
snapshot.py check   compares; a check ends with the line `N passed, N failed`

The programs must be built (.ci/programs.py --compile-only Tests/radio).
"""

import difflib
import subprocess
import sys

DOCUMENT = "docs/RADIO.md"
BEGIN, END = "<!-- radio:begin -->\n```text\n", "```\n<!-- radio:end -->\n"
PROGRAMS = [f".build/programs/Tests/radio/radio-{compiler}" for compiler in ("gcc", "clang")]


def measure(program):
    run = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True)
    return run.stdout.strip("\n") + "\n"


def read():
    with open(DOCUMENT, encoding="utf-8") as file:
        return file.read()


def split(document):
    """What is before the table, the table, what is behind it."""
    before, begin, rest = document.partition(BEGIN)
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{DOCUMENT} has no place for the table")
    return before + begin, table, end + after


def differences(stored, measured):
    """Lines of a diff; none when both are the same."""
    return list(difflib.unified_diff(stored.splitlines(), measured.splitlines(),
                                     DOCUMENT, "measured", lineterm="", n=0))


def write():
    before, _, after = split(read())
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(before + measure(PROGRAMS[0]) + after)
    print(f"{DOCUMENT} has the table of today")
    return False


def check():
    _, stored, _ = split(read())
    measured, other = (measure(program) for program in PROGRAMS)
    changed, apart = differences(stored, measured), differences(measured, other)
    rows = len(measured.splitlines())
    wrong = sum(line.startswith("+") for line in changed[2:]) or bool(changed)
    if changed:
        print("\n".join(changed))
        print(f"FAIL the radio costs another amount than {DOCUMENT} says; `make radio` accepts it")
    if apart:
        print("\n".join(apart))
        print("FAIL the table depends on the compiler")
    print(f"{rows - wrong + (not apart)} passed, {wrong + bool(apart)} failed")
    return bool(changed or apart)


if __name__ == "__main__":
    if sys.argv[1:] not in (["write"], ["check"]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(write() if sys.argv[1] == "write" else check())
