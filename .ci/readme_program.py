# SPDX-License-Identifier: Apache-2.0
"""The README's program is the example that `make test` compiles, byte for byte, and short."""

import re
import sys

EXAMPLE = "ports/posix/examples/hello.c"
MAXIMUM_LINES = 40
BLOCK = re.compile(r"^```c\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def check(readme, program):
    """Yields (what, good) for each thing that must hold."""
    blocks = BLOCK.findall(readme)
    yield f"README.md has one C block (found {len(blocks)})", len(blocks) == 1
    yield f"the C block is {EXAMPLE}, byte for byte", blocks[:1] == [program]
    lines = program.count("\n")
    yield f"{EXAMPLE} has at most {MAXIMUM_LINES} lines (found {lines})", lines <= MAXIMUM_LINES


def main():
    passed = failed = 0
    for what, good in check(read("README.md"), read(EXAMPLE)):
        print(f"{'ok  ' if good else 'FAIL'} {what}")
        passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
