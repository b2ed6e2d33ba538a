# SPDX-License-Identifier: Apache-2.0
"""Memory and stack, and the files the figures are written into."""

import os
import re
import subprocess
import sys

import callgrind

sys.path.insert(0, ".ci")
import elf  # noqa: E402

DOCUMENT = "docs/FOOTPRINT.md"
README = "README.md"
TARGETS = {"linux-x86_64": "x86_64-unknown-linux-gnu", "cortex-m4": "armv7em-none-none-eabi"}
CAPACITIES = [
    ("a device with default capacities", "device_with_defaults", 1),
    ("of which: the device itself, without any table", "device_alone", 1),
    ("a resource", "eight_resources", 8),
    ("an observation", "eight_observations", 8),
    ("a path with Write-Attributes", "eight_attributes", 8),
    ("a request remembered against duplicates", "eight_duplicates", 8),
    ("a request answered later", "eight_deferred", 8),
    ("an outstanding notification with an ack id", "eight_notifications", 8),
    ("a device with 1 of everything and buffers of 64 and 128 bytes", "smallest_device", 1),
]


def table(head, rows):
    """A Markdown table whose first column is text and whose others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value):
    return f"{value:,.0f}"


def clang():
    found = subprocess.run(["bash", "-c", ". .ci/toolchain.sh && echo $clang"],
                           capture_output=True, text=True, check=True)
    return found.stdout.strip()


def block_sizes(triple):
    """{name: bytes} of the arrays in ram.c as the target's compiler sees them."""
    output = f"{callgrind.PLACE}/ram.o"
    subprocess.run([clang(), f"--target={triple}", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                    "-ICShims/include", "-c", f"{callgrind.FOLDER}/ram.c", "-o", output], check=True)
    with open(output, "rb") as file:
        return {symbol.name: symbol.size for symbol in elf.Object(file.read()).symbols}


def memory():
    sizes = [block_sizes(triple) for triple in TARGETS.values()]
    rows = [[text, *(number(each[name] / parts) for each in sizes)] for text, name, parts in CAPACITIES]
    return table(["bytes of", *TARGETS], rows), rows[0][1:]


def stack():
    """Rows [call, bytes]; the names of the calls are those stack.c prints."""
    sources = [f"{callgrind.FOLDER}/{name}.c" for name in ("paint", "stack_peer")]
    # Binding at start keeps the dynamic linker's own use of the stack out.
    program = callgrind.compile_program("stack", *sources, *callgrind.pkg_config("nbiot"), "-Wl,-z,now")
    run = subprocess.run([program], capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"footprint: {run.stdout}{run.stderr}")
    rows = [line.split(" ", 1) for line in run.stdout.splitlines()]
    return [[call.replace("nbiot_", "`nbiot_", 1).replace(":", "`:", 1) if ":" in call else f"`{call}`",
             int(count)] for count, call in rows]


def flash():
    """Rows [target, bytes], from the SIZE.txt of the archives that are built."""
    rows = []
    for target in TARGETS:
        path = f".build/dist/{target}/SIZE.txt"
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                fields = [line.split() for line in file.read().splitlines()]
            objects = [row for row in fields if row and row[0].endswith(".o")]
            rows.append([target, *(sum(int(row[column]) for row in objects) for column in (1, 2, 3, 4))])
    return rows


def replace_block(path, name, text):
    """Puts `text` between `<!-- name:begin -->` and `<!-- name:end -->`. A file without them is left alone."""
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        content = file.read()
    marked = re.compile(rf"(<!-- {name}:begin[^>]*-->\n).*?(<!-- {name}:end -->)", re.DOTALL)
    changed = marked.sub(lambda match: f"{match.group(1)}{text}\n{match.group(2)}", content)
    if changed != content:
        with open(path, "w", encoding="utf-8") as file:
            file.write(changed)
