# SPDX-License-Identifier: Apache-2.0
"""Sizes of Swift types, read out of the compiled module: known even for a CPU that is not here.

budget.py sizes TARGET...     prints {"target": {"name": bytes}} as JSON
budget.py generate            writes CShims/include/nbiot_budget.h from .ci/budget.h.in
budget.py --check TARGET...   fails when the committed header is not what `generate` would write, or
                              when a target has other sizes than the one of its width that it is from

A size is a function of the target NBIoT that returns a constant:

    @c public func nbiot_budget_probe_row() -> Int32 { Int32(MemoryLayout<Row>.stride) }

The link drops these functions: no header declares them. In the template @row@ stands for the
size: 40u, or where the targets differ the constant expression (sizeof(void *) == 8 ? 48u : 40u).
"""

import json
import os
import re
import subprocess
import sys

PREFIX = "nbiot_budget_probe_"
TEMPLATE = ".ci/budget.h.in"
HEADER = "CShims/include/nbiot_budget.h"
WIDE, NARROW = "linux-x86_64", "cortex-m4"
PROBE = re.compile(rf"^define [^@]*@{PREFIX}(\w+)\(\)[^{{]*{{\n(.*?)^}}", re.MULTILINE | re.DOTALL)
CONSTANT = re.compile(r"(?:\w+:[^\n]*\n)?\s*ret i32 (\d+)(?:, ![^\n]*)?\n")


def intermediate(target):
    """The text of the bitcode that `make lib` left of the module NBIoT."""
    path = f".build/link/{target}/NBIoT.bc"
    if not os.path.exists(path):
        raise SystemExit(f"budget: no {path}: run make lib TARGET={target}")
    clang = subprocess.run(["bash", "-c", ". .ci/toolchain.sh && echo $clang"], capture_output=True,
                           text=True, check=True).stdout.strip()
    return subprocess.run([clang, "-x", "ir", "-S", "-emit-llvm", "-Wno-override-module", path, "-o", "-"],
                          capture_output=True, text=True, check=True).stdout


def probes(text):
    """{name: bytes} of every probe in LLVM's text."""
    found = {}
    for name, body in PROBE.findall(text):
        constant = CONSTANT.fullmatch(body)
        if not constant:
            raise SystemExit(f"budget: {PREFIX}{name} does not return a constant:\n{body}")
        found[name] = int(constant.group(1))
    if not found:
        raise SystemExit(f"budget: no {PREFIX}*")
    return dict(sorted(found.items()))


def sizes(target):
    return probes(intermediate(target))


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
            yield f"{HEADER} does not match the compiled module: run make budget"


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
