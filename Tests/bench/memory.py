# SPDX-License-Identifier: Apache-2.0
"""The block of a device, and the stack of its calls."""

import os

from tools import FLAGS, FOLDER, HOST, PLACE, clang, compile_program, pkg_config, run

import elf

POINTERS = {"32-bit": "armv7em-none-none-eabi", "64-bit": "x86_64-unknown-linux-gnu"}
# Arrays of ram.c: (name, entries in it, what one of them is)
SIZES = [
    ("device_with_defaults", 1, "device with default capacities"),
    ("device_alone", 1, "device without any table"),
    ("eight_resources", 8, "resource"),
    ("eight_observations", 8, "observation"),
    ("eight_attributes", 8, "path with Write-Attributes"),
    ("eight_duplicates", 8, "request remembered against duplicates"),
    ("eight_deferred", 8, "request answered later"),
    ("eight_notifications", 8, "outstanding notification with an ack id"),
    ("smallest_device", 1, "device with 1 of everything, buffers of 64 and 128 bytes"),
    ("modem", 1, "modem of the AT-modem port, its buffers apart"),
]


def arrays(triple, include):
    """{name: bytes} of the arrays in ram.c as a compiler for this machine sees them."""
    os.makedirs(PLACE, exist_ok=True)
    run(clang(), f"--target={triple}", *FLAGS, f"-I{include}", "-Iports/at-modem/include", "-c", f"{FOLDER}/ram.c",
        "-o", f"{PLACE}/ram.o")
    with open(f"{PLACE}/ram.o", "rb") as file:
        return {symbol.name: symbol.size for symbol in elf.Object(file.read()).symbols}


def measure_ram(include="CShims/include"):
    figures = {}
    for pointer, triple in POINTERS.items():
        sizes = arrays(triple, include)
        figures.update({f"ram {pointer} {text}": sizes[name] // entries
                        for name, entries, text in SIZES})
    return figures


def stack_figures(target, rows):
    """Figures of rows (call, bytes), the deepest of all first."""
    rows = sorted(rows, key=lambda row: (-row[1], row[0]))
    return {f"stack {target} deepest": rows[0][1],
            **{f"stack {target} {call}": size for call, size in rows}}


def measure_stack():
    sources = [f"{FOLDER}/{name}.c" for name in ("paint", "stack_bootstrap", "stack_peer")]
    # Binding at start keeps the dynamic linker's own use of the stack out.
    told = run(compile_program("stack", *sources, *pkg_config("nbiot"), "-Wl,-z,now"))
    rows = [line.split(" ", 1) for line in told.splitlines()]
    return stack_figures(HOST, [(call, int(size)) for size, call in rows])
