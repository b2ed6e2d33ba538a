# SPDX-License-Identifier: Apache-2.0
"""What budget.py reads out of machine code, and what it must refuse."""

import sys

import budget

X86 = [
    ("a frame and a number", "554889e5b8b00100005dc3", 432),
    ("no frame", "b841e20100c3", 123457),
    ("zero", "554889e531c05dc3", 0),
    ("a number from memory", "554889e58b05000000005dc3", None),
    ("arithmetic behind it", "b81000000083c001c3", None),
    ("a tail call", "e900000000", None),
]
THUMB = [
    ("movs", "10207047", 16),
    ("mov.w with a rotated constant", "4ff4d8707047", 432),
    ("movw", "40f2d2407047", 1234),
    ("movw of the largest half-word", "4ff6ff707047", 65535),
    ("mov.w with a repeated byte", "4ff001107047", 0x00010001),
    ("a literal", "0048704741e20100", 123457),
    ("a number into another register", "10217047", None),
    ("a call", "80b500f000f880bd", None),
    ("nothing", "7047", None),
]


def read(decode, text):
    try:
        return decode(bytes.fromhex(text))
    except (budget.NotConstant, IndexError):
        return None


def main():
    passed = failed = 0
    for decode, cases in ((budget.constant_x86, X86), (budget.constant_thumb, THUMB)):
        for what, text, expected in cases:
            found = read(decode, text)
            passed, failed = passed + (found == expected), failed + (found != expected)
            if found != expected:
                print(f"FAIL {decode.__name__}: {what}: {found}, not {expected}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
