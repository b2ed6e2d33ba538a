# SPDX-License-Identifier: Apache-2.0
"""Sizes of Swift types, read out of the built objects: known even for a CPU that is not here.

budget.py sizes TARGET...     prints {"target": {"name": bytes}} as JSON
budget.py generate            writes CShims/include/nbiot_budget.h from .ci/budget.h.in
budget.py --check TARGET...   fails when the committed header is not what `generate` would write, or
                              when a target has other sizes than the one of its width that it is from

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

import constants
import elf

PREFIX = "nbiot_budget_probe_"
TEMPLATE = ".ci/budget.h.in"
HEADER = "CShims/include/nbiot_budget.h"
WIDE, NARROW = "linux-x86_64", "cortex-m4"

DECODERS = {elf.EM_X86_64: constants.x86, elf.EM_ARM: constants.thumb, elf.EM_RISCV: constants.riscv}


def probe(item, symbol):
    section = item.sections[symbol.section]
    start = symbol.value & ~1 if item.machine == elf.EM_ARM else symbol.value
    # The literal of a Thumb load lies behind the function's own bytes.
    code = section.data[start : start + symbol.size + (8 if item.machine == elf.EM_ARM else 0)]
    try:
        if any(start <= offset < start + symbol.size for offset, _ in item.relocations(symbol.section)):
            raise NotConstant
        return DECODERS[item.machine](code[: len(code) & ~1] if item.machine == elf.EM_ARM else code)
    except (constants.NotConstant, IndexError, struct.error):
        raise SystemExit(
            f"budget: {symbol.name} does not return a constant: {code.hex(' ')}") from None


def sizes(target):
    """{name: bytes} of every probe in the archive that `make lib` left for a target."""
    path = f".build/{target}/release/libnbiot.a"
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


def committed():
    """Yields what is wrong with the header."""
    with open(HEADER, encoding="utf-8") as file:
        if file.read() != header():
            yield f"{HEADER} does not match the built objects: run make budget"


def differences(target):
    """Yields each size that is not the one in the header."""
    found, expected = sizes(target), sizes(WIDE if target == WIDE else NARROW)
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            yield f"{target}: {name} is {found.get(name)} bytes, {expected.get(name)} in the header"


def check(targets):
    results = [list(committed()), *(list(differences(target)) for target in targets)]
    for finding in sum(results, []):
        print(f"FAIL {finding}")
    failed = sum(1 for findings in results if findings)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed != 0


def main(command, *targets):
    if command == "sizes":
        print(json.dumps({target: sizes(target) for target in targets or (WIDE, NARROW)}, indent=2))
    elif command == "generate":
        text = header()
        with open(HEADER, "w", encoding="utf-8") as file:
            file.write(text)
    elif command == "--check":
        return check(targets)
    else:
        raise SystemExit(__doc__)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
