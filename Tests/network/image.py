# SPDX-License-Identifier: Apache-2.0
"""The firmware: compiled and linked as a firmware team would, and what each part of it takes."""

import glob
import os
import re
import sys
from collections import defaultdict

sys.path.insert(0, ".ci")
import boards  # noqa: E402

EXAMPLE = "ports/cortex-m/examples/thermometer"
# An input section that is in the image, in GNU ld's map: name, address, size, file.
INPUT = re.compile(r"^ (\.[\w.$]+|COMMON)\s+0x[0-9a-f]+\s+0x([0-9a-f]+) (\S.*)$", re.MULTILINE)
FLASH = re.compile(r"\.(vectors|interrupts|text|rodata|ARM\.exidx|data)\b")
RAM = re.compile(r"\.(data|bss)\b|COMMON")
# The first that a section's name or its file's path contains names its part.
PARTS = (("libnbiot.a", "libnbiot.a"), (".bss.memory", "the device's memory block"),
         ("libnbiot-at-modem.a", "libnbiot-at-modem.a"), ("thermometer", "the application"),
         ("ports-", "start-up, clock, fault, console"), ("", "the compiler's libraries"))


def build(board, folder=EXAMPLE):
    """The path of the image; a boards.Broken tells why there is none."""
    os.makedirs(board.place, exist_ok=True)
    objects = [boards.compile_object(board, source) for source in sorted(glob.glob(f"{folder}/*.c"))]
    output = f"{board.place}/{os.path.basename(folder)}.elf"
    boards.check_call([board.command("gcc"), *board.machine, "--specs=nano.specs", *objects, *boards.port_objects(board),
                       f"-L.build/dist/{board.name}/lib", "-lnbiot", "-lnbiot-at-modem", "-nostartfiles",
                       f"-Lports/{board.port}", f"-T{board.script}", "-Wl,--gc-sections,--fatal-warnings,-z,noexecstack",
                       f"-Wl,-Map={output}.map", "-o", output])
    return output


def part_of(section):
    return next(name for text, name in PARTS if text in section)


def sizes(path):
    """{part: [bytes of flash, bytes of RAM]} of an image that build() made; what aligns is left out."""
    with open(f"{path}.map", encoding="utf-8") as file:
        text = file.read().split("Linker script and memory map", 1)[1]
    found = defaultdict(lambda: [0, 0])
    for name, size, file in INPUT.findall(re.sub(r"\n {16,}(?=0x)", " ", text)):
        for index, kind in enumerate((FLASH, RAM)):
            if kind.match(name):
                found[part_of(f"{name} {file}")][index] += int(size, 16)
    return found


def table(path):
    """Lines for a reader."""
    found = sizes(path)
    yield f"{'':34} {'flash':>8} {'RAM':>8}"
    for _, name in PARTS:
        yield f"  {name:32} {found[name][0]:8,} {found[name][1]:8,}"
    yield f"  {'in all, bytes':32} {sum(flash for flash, _ in found.values()):8,} {sum(ram for _, ram in found.values()):8,}"
