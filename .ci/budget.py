# SPDX-License-Identifier: Apache-2.0
"""Sizes of Swift types, read out of the built objects: known even for a CPU that is not here.

budget.py sizes TARGET...     prints {"target": {"name": bytes}} as JSON
budget.py generate            writes CShims/include/nbiot_budget.h from .ci/budget.h.in
budget.py --check             fails when the committed header is not what `generate` would write

A size is a function of the target NBIoT that returns a constant:

    @c public func nbiot_budget_probe_row() -> Int32 { Int32(MemoryLayout<Row>.stride) }

The partial link drops these functions: no header declares them. In the template @row@ stands for the
size: 40u, or where the targets differ the constant expression (sizeof(void *) == 8 ? 48u : 40u).
"""

import json
import os
import re
import struct
import sys

import elf

PREFIX = "nbiot_budget_probe_"
TEMPLATE = ".ci/budget.h.in"
HEADER = "CShims/include/nbiot_budget.h"
WIDE, NARROW = "linux-x86_64", "cortex-m4"
TRIPLES = {WIDE: "x86_64-unknown-linux-gnu", NARROW: "armv7em-none-none-eabi"}


class NotConstant(Exception):
    pass


def constant_x86(code):
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


def constant_thumb(code):
    """One of movs, mov.w, movw or a literal load into r0, then bx lr."""
    halves = struct.unpack(f"<{len(code) // 2}H", code)
    if halves[0] >> 8 == 0x20 and halves[1] == 0x4770:
        return halves[0] & 0xFF
    if halves[0] == 0x4800 and halves[1] == 0x4770:
        return struct.unpack_from("<i", code, 4)[0]
    if len(halves) > 2 and halves[2] == 0x4770 and halves[1] & 0x8F00 == 0:
        twelve = (halves[0] >> 10 & 1) << 11 | halves[1] >> 12 << 8 | halves[1] & 0xFF
        if halves[0] & 0xFBFF == 0xF04F:
            return expand_thumb(twelve)
        if halves[0] & 0xFBF0 == 0xF240:
            return (halves[0] & 15) << 12 | twelve
    raise NotConstant


DECODERS = {elf.EM_X86_64: constant_x86, elf.EM_ARM: constant_thumb}


def probe(item, symbol):
    section = item.sections[symbol.section]
    start = symbol.value & ~1 if item.machine == elf.EM_ARM else symbol.value
    # The literal of a Thumb load lies behind the function's own bytes.
    code = section.data[start : start + symbol.size + (8 if item.machine == elf.EM_ARM else 0)]
    try:
        if any(start <= offset < start + symbol.size for offset, _ in item.relocations(symbol.section)):
            raise NotConstant
        return DECODERS[item.machine](code[: len(code) & ~1] if item.machine == elf.EM_ARM else code)
    except (NotConstant, IndexError, struct.error):
        raise SystemExit(
            f"budget: {symbol.name} does not return a constant: {code.hex(' ')}") from None


def sizes(target):
    """{name: bytes} of every probe in the archive that `make lib` left for a target."""
    path = f".build/{target}/{TRIPLES[target]}/release/libnbiot.a"
    if not os.path.exists(path):
        raise SystemExit(f"budget: no {path}: run make lib TARGET={target}")
    found = {}
    for item in elf.members(path):
        for symbol in item.symbols:
            if symbol.name.startswith(PREFIX) and symbol.section != elf.SHN_UNDEF:
                found[symbol.name[len(PREFIX) :]] = probe(item, symbol)
    if not found:
        raise SystemExit(f"budget: no {PREFIX}* in {path}")
    return dict(sorted(found.items()))


def header():
    """The text of nbiot_budget.h; every probe must be used and every @name@ be known."""
    wide, narrow = sizes(WIDE), sizes(NARROW)
    if wide.keys() != narrow.keys():
        raise SystemExit(f"budget: probes differ between targets: {sorted(wide.keys() ^ narrow.keys())}")
    if not os.path.exists(TEMPLATE):
        raise SystemExit(f"budget: no template {TEMPLATE}")
    with open(TEMPLATE, encoding="utf-8") as file:
        template = file.read()
    used = set(re.findall(r"@(\w+)@", template))
    if used != wide.keys():
        raise SystemExit(f"budget: template and probes differ: {sorted(used ^ wide.keys())}")

    def size(match):
        name = match.group(1)
        if wide[name] == narrow[name]:
            return f"{wide[name]}u"
        return f"(sizeof(void *) == 8 ? {wide[name]}u : {narrow[name]}u)"

    return re.sub(r"@(\w+)@", size, template)


def check():
    with open(HEADER, encoding="utf-8") as file:
        good = file.read() == header()
    if not good:
        print(f"FAIL {HEADER} does not match the built objects: run make budget")
    print("1 passed, 0 failed" if good else "0 passed, 1 failed")
    return not good


def main(command, *targets):
    if command == "sizes":
        print(json.dumps({target: sizes(target) for target in targets or TRIPLES}, indent=2))
    elif command == "generate":
        text = header()
        with open(HEADER, "w", encoding="utf-8") as file:
            file.write(text)
    elif command == "--check":
        return check()
    else:
        raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
