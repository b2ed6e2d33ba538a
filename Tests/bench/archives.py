# SPDX-License-Identifier: Apache-2.0
"""Flash: the archives of all targets, and a whole firmware image linked with one of them."""

import glob
import os
import re

from tools import FLAGS, FOLDER, PLACE, dist, run

import elf
import gates

IMAGE_TARGET = "cortex-m4"
IMAGE_FLAGS = ["-Os", "-mcpu=cortex-m4", "-mthumb", "-ffunction-sections", "-fdata-sections"]
LINK_FLAGS = ["--specs=nano.specs", "-nostartfiles", "-T", f"{FOLDER}/image/firmware.ld"]
# In the linker's map: an output section; what an input section, or a gap, puts into it.
OUTPUT = re.compile(r"^([.\w]+)\s+0x[0-9a-f]+\s+0x[0-9a-f]+")
INPUT = re.compile(r"^ (\S+)\s+0x[0-9a-f]+\s+0x([0-9a-f]+)(?: (\S.*))?$")


def measure_flash(targets, path=None):
    figures = {}
    for target in targets:
        members = elf.members(path or f"{dist(target)}/lib/libnbiot.a")
        text, constants = gates.flash(members)
        written = sum(section.size for member in members for section in member.sections
                      if section.flags & elf.SHF_ALLOC and section.flags & elf.SHF_WRITE)
        port = gates.flash(elf.members(f"{dist(target)}/lib/libnbiot-at-modem.a"))
        figures.update({
            f"flash {target} total": text + constants, f"flash {target} text": text,
            f"flash {target} constants": constants, f"flash {target} writable": written,
            f"flash {target} at-modem": sum(port)})
    return figures


# ---- The image ----------------------------------------------------------------------------------


def link_image(*more):
    """Links the firmware of image/ for its size; returns the paths of the program and its map."""
    os.makedirs(PLACE, exist_ok=True)
    program, record = f"{PLACE}/firmware.elf", f"{PLACE}/firmware.map"
    archive = dist(IMAGE_TARGET)
    run("arm-none-eabi-gcc", *FLAGS, *IMAGE_FLAGS, f"-I{archive}/include",
        *sorted(glob.glob(f"{FOLDER}/image/*.c")), *more, *LINK_FLAGS,
        f"-Wl,--gc-sections,-Map={record}", f"-L{archive}/lib", "-lnbiot", "-o", program)
    return program, record


def origin(path):
    """Whose an input file is."""
    for mark, name in (("libnbiot.a(", "library"), ("libgcc.a(", "arithmetic"), (".a(", "libc")):
        if mark in path:
            return name
    return "application"


def shares(lines, sections):
    """{origin: bytes} of these output sections, by the linker's map.

    A gap belongs to whoever needs its end aligned: to what comes next, or came last.
    """
    found = dict.fromkeys(("library", "application", "libc", "arithmetic"), 0)
    inside, gap, last = False, 0, "application"
    # A long name has its line to itself.
    text = re.sub(r"^( [^\s*]\S*)\n\s+0x", r"\1 0x", "\n".join(line.rstrip() for line in lines),
                  flags=re.MULTILINE)
    for line in text.split("\n"):
        output, used = OUTPUT.match(line), INPUT.match(line)
        if output:
            found[last], gap = found[last] + gap, 0
            inside = output.group(1) in sections
        elif inside and used and used.group(1) == "*fill*":
            gap += int(used.group(2), 16)
        elif inside and used and used.group(3) and int(used.group(2), 16) > 0:
            last = origin(used.group(3))
            found[last], gap = found[last] + gap + int(used.group(2), 16), 0
    found[last] += gap
    return found


def measure_image(*more):
    program, record = link_image(*more)
    with open(program, "rb") as file:
        living = [section for section in elf.Object(file.read()).sections
                  if section.flags & elf.SHF_ALLOC]
    flash = [section for section in living if section.kind != elf.SHT_NOBITS]
    with open(record, encoding="utf-8") as file:
        found = shares(file.read().split("Linker script and memory map")[1].split("\n"),
                       {section.name for section in flash})
    total = sum(section.size for section in flash)
    if sum(found.values()) != total:
        raise SystemExit(f"footprint: of {total} bytes the map shares out {found}")
    written = sum(section.size for section in living if section.flags & elf.SHF_WRITE)
    figures = {f"image {IMAGE_TARGET} total": total}
    figures.update({f"image {IMAGE_TARGET} {name}": size for name, size in found.items()})
    return {**figures, f"image {IMAGE_TARGET} ram": written}
