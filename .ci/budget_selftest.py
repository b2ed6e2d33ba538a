# SPDX-License-Identifier: Apache-2.0
"""What constants.py reads out of machine code, and what it must refuse."""

import struct
import sys

import constants

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
    ("movs and a shift", "f92080007047", 996),
    ("movs and an addition", "ff2001307047", 256),
    ("movs and a shift of another register", "f92088007047", None),
    ("a call", "80b500f000f880bd", None),
    ("nothing", "7047", None),
]
RISCV = [
    ("a compressed li", "31458280", 12),
    ("a compressed li below zero", "7d558280", -1),
    ("li", "1305403e8280", 996),
    ("li and the long ret", "1305403e67800000", 996),
    ("lui and addi", "37150000130515008280", 4097),
    ("a compressed lui and an addi below zero", "0565130505808280", 2048),
    ("a compressed lui and addi", "056505058280", 4097),
    ("li into another register", "b1458280", None),
    ("an addition to what the caller gave", "130515008280", None),
    ("a load", "034545008280", None),
    ("nothing", "8280", None),
]


def read(decode, text):
    try:
        return decode(bytes.fromhex(text))
    except (constants.NotConstant, IndexError, struct.error):
        return None


def main():
    passed = failed = 0
    for decode, cases in ((constants.x86, X86), (constants.thumb, THUMB), (constants.riscv, RISCV)):
        for what, text, expected in cases:
            found = read(decode, text)
            passed, failed = passed + (found == expected), failed + (found != expected)
            if found != expected:
                print(f"FAIL {decode.__name__}: {what}: {found}, not {expected}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
