# SPDX-License-Identifier: Apache-2.0
"""The number a function returns, read from its machine code when that is all the function does."""

import re
import struct


class NotConstant(Exception):
    pass


def x86(code):
    """push rbp; mov rbp, rsp; (xor eax, eax | mov eax, imm32); pop rbp; ret - the frame is optional."""
    match = re.fullmatch(
        rb"(?:\x55\x48\x89\xe5)?(?:\x31\xc0|\xb8(.{4}))\x5d?\xc3[\xcc\x90]*", code, re.DOTALL)
    if not match:
        raise NotConstant
    return struct.unpack("<i", match.group(1))[0] if match.group(1) else 0


def expand_thumb(twelve):
    """ThumbExpandImm of the Armv7-M manual, section A5.3.2."""
    byte, pattern = twelve & 0xFF, twelve >> 8
    if pattern < 4:
        return (byte, byte | byte << 16, byte << 8 | byte << 24, byte * 0x01010101)[pattern]
    turn, value = twelve >> 7, byte | 0x80
    return (value >> turn | value << (32 - turn)) & 0xFFFFFFFF


def thumb(code):
    """Into r0 a movs (and one lsls or adds), mov.w, movw or literal load; then bx lr."""
    halves = struct.unpack(f"<{len(code) // 2}H", code)
    if halves[0] >> 8 == 0x20 and halves[1] == 0x4770:
        return halves[0] & 0xFF
    if halves[0] == 0x4800 and halves[1] == 0x4770:
        return struct.unpack_from("<i", code, 4)[0]
    if len(halves) < 3 or halves[2] != 0x4770:
        raise NotConstant
    if halves[0] >> 8 == 0x20 and halves[1] & 0xF83F == 0:
        return (halves[0] & 0xFF) << (halves[1] >> 6)
    if halves[0] >> 8 == 0x20 and halves[1] >> 8 == 0x30:
        return (halves[0] & 0xFF) + (halves[1] & 0xFF)
    twelve = (halves[0] >> 10 & 1) << 11 | halves[1] >> 12 << 8 | halves[1] & 0xFF
    if halves[0] & 0xFBFF == 0xF04F and halves[1] & 0x8F00 == 0:
        return expand_thumb(twelve)
    if halves[0] & 0xFBF0 == 0xF240 and halves[1] & 0x8F00 == 0:
        return (halves[0] & 15) << 12 | twelve
    raise NotConstant


def signed(value, bits):
    return value - (1 << bits) if value >> (bits - 1) else value


def riscv(code):
    """Into a0 a li, or a lui and an addi, compressed or not; then ret."""
    value, position = None, 0
    while True:
        half = struct.unpack_from("<H", code, position)[0]
        wide = struct.unpack_from("<I", code, position)[0] if half & 3 == 3 else None
        short = signed((half >> 12 & 1) << 5 | half >> 2 & 31, 6)
        if value is not None and (half == 0x8082 or wide == 0x00008067):
            return value
        if value is None and (half & 0xEF83 == 0x4501):
            value = short
        elif value is None and (half & 0xEF83 == 0x6501):
            value = short << 12
        elif value is not None and (half & 0xEF83 == 0x0501):
            value += short
        elif wide is not None and wide & 0xFFF == 0x537 and value is None:
            value = signed(wide >> 12, 20) << 12
        elif wide is not None and wide & 0xFFFFF == (0x00513 if value is None else 0x50513):
            value = (value or 0) + signed(wide >> 20, 12)
        else:
            raise NotConstant
        position += 2 if wide is None else 4
