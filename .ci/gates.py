# SPDX-License-Identifier: Apache-2.0
"""What the archives must be: the proofs of no heap, no libc, no runtime and no data.

gates.py check DIST PORT-DIR COMPILER DISASSEMBLER   one line per gate, then `N passed, N failed`
gates.py hold DIST PORT-DIR COMPILER DISASSEMBLER    the same without the budget: is it fit for use?
gates.py size DIST                                   what SIZE.txt says

PORT-DIR is ports/<target>; DISASSEMBLER a command with the flags that name the target's CPU.
"""

import glob
import os
import shlex
import re
import sys

import elf
import headers
import machine

# What the flash of each target was when it was last written down; a gate leaves the tolerance on top.
BUDGETS = "docs/footprint/figures.txt"
BUDGET = re.compile(r"(\d+) flash (\S+) total")
TOLERANCE = 0.02
MAXIMUM_FINDINGS = 40

# Ports with libc and data of their own. Every other is for firmware, and judged as the library is.
HOSTED = {"posix", "mock"}
# All that such a port may keep: what nbiot_platform_default() returns, an nbiot_platform_t.
DEFAULT_PLATFORM = ("default.o", ".bss.chosen", elf.SHT_NOBITS)
PLATFORM_BYTES, PLATFORM_POINTERS = 8, 18

WRITABLE_NAMES = (".data", ".bss", ".got", ".tdata", ".tbss")
LEFTOVERS = (".ARM.exidx", ".ARM.extab", ".eh_frame", ".swift", ".debug",
             ".init_array", ".fini_array", ".ctors")


def named(section, prefixes):
    return any(section.name == prefix or section.name.startswith(prefix + ".") for prefix in prefixes)


def read_list(path):
    """The lines of a file and of those it includes, comments left out."""
    found = set()
    with open(path, encoding="utf-8") as file:
        for line in (line.strip() for line in file):
            if line.startswith("include "):
                found |= read_list(os.path.join(os.path.dirname(path), line.split()[1]))
            elif line and not line.startswith("#"):
                found.add(line)
    return found


def budgets(path):
    """{target: bytes}"""
    matches = (BUDGET.fullmatch(line) for line in read_list(path))
    return {match.group(2): int(match.group(1)) for match in matches if match}


def flash(objects):
    """Bytes of code and of constants."""
    kept = [section for item in objects for section in item.sections if section.flags & elf.SHF_ALLOC]
    text = sum(section.size for section in kept if section.flags & elf.SHF_EXECINSTR)
    constants = sum(section.size for section in kept
                    if not section.flags & (elf.SHF_EXECINSTR | elf.SHF_WRITE))
    return text, constants


def is_default_platform(item, section):
    return ((item.name, section.name, section.kind) == DEFAULT_PLATFORM
            and section.size == PLATFORM_BYTES + PLATFORM_POINTERS * (8 if item.wide else 4))


def writable(objects, is_allowed=lambda item, section: False):
    """Every section or common symbol that would need RAM or a copy at start-up."""
    for item in objects:
        for section in item.sections:
            lives = section.flags & elf.SHF_ALLOC and section.size and not is_allowed(item, section)
            if lives and (section.flags & elf.SHF_WRITE or named(section, WRITABLE_NAMES)):
                yield f"{item.name}: {section.name} of {section.size} bytes"
        for symbol in item.symbols:
            if symbol.section == elf.SHN_COMMON:
                yield f"{item.name}: common symbol {symbol.name}"


def leftovers(objects):
    for item in objects:
        for section in item.sections:
            if section.size and named(section, LEFTOVERS):
                yield f"{item.name}: {section.name} of {section.size} bytes"


def headers_in(folder):
    return sorted(os.path.basename(path) for path in glob.glob(f"{folder}/*.h"))


class Archive:
    """One archive of `.build/dist/<target>`, judged by the folder `ports/<target>`."""

    def __init__(self, dist, port, compiler, disassembler, limits=BUDGETS, name="libnbiot.a"):
        self.dist, self.port, self.compiler, self.name = dist, port, compiler, name
        self.disassembler, self.limits = shlex.split(disassembler), limits
        self.target = os.path.basename(port)
        self.path = os.path.join(dist, "lib", name)
        self.members = elf.members(self.path)
        self.by_name = {member.name: member for member in self.members}

    def list(self, name):
        return read_list(os.path.join(self.port, name))

    def declared(self, *names):
        include = os.path.join(self.dist, "include")
        return headers.functions(names, [include], self.compiler, ["-ffreestanding"])

    def check(self, *but):
        """Yields (gate, findings) for each gate, but those named."""
        for name in sorted(name for name in dir(self) if name.startswith("gate_")):
            if name not in but:
                yield name, list(getattr(self, name)())


class Firmware(Archive):
    """What firmware links."""

    def gate_3_leftovers(self):
        yield from leftovers(self.members)

    def gate_5_attributes(self):
        yield from machine.undescribed(self.path, self.list("attributes.txt"))

    def gate_5_instructions(self):
        yield from machine.foreign_instructions(self.path, self.disassembler)


class Library(Firmware):
    def gate_0_members(self):
        if sorted(self.by_name) != ["classic.o", "nbiot.o"] or len(self.members) != 2:
            yield f"libnbiot.a holds {', '.join(member.name for member in self.members)}"

    def gate_0_ports(self):
        if all(port_of(name) in HOSTED for name in port_archives(self.dist)):
            yield f"{self.dist} has no port for firmware"

    def gate_1_undefined(self):
        allowed = self.list("undefined.txt")
        core, classic = self.by_name["nbiot.o"], self.by_name["classic.o"]
        for name in sorted(core.undefined - allowed):
            yield f"nbiot.o needs {name}"
        for name in sorted(classic.undefined - allowed - core.globals - {"nbiot_platform_default"}):
            yield f"classic.o needs {name}"

    def gate_2_globals(self):
        core, classic = self.by_name["nbiot.o"].globals, self.by_name["classic.o"].globals
        yield from compare("libnbiot.a", core | classic, self.declared("nbiot.h"))
        for name in sorted(core & classic):
            yield f"both members define {name}"

    def gate_3_writable(self):
        yield from writable(self.members)

    def gate_4_budget(self):
        taken, limit = sum(flash(self.members)), budgets(self.limits).get(self.target)
        if limit is None:
            yield f"{self.limits} has no line for {self.target}: run make footprint"
        elif taken > limit * (1 + TOLERANCE):
            yield f"flash is {taken} bytes, the budget {limit}"


class Port(Archive):
    def globals(self):
        return set().union(*(member.globals for member in self.members))

    def gate_2_globals(self):
        """It defines what nbiot_port.h asks for and what its own headers declare."""
        port = port_of(self.name)
        folders = [f"ports/{port}", f"ports/{port}/include", f"ports/{port}/source"]
        own = [name for folder in folders for name in headers_in(folder)]
        public = [name for name in own if name in headers_in(os.path.join(self.dist, "include"))]
        required = self.declared("nbiot_port.h", *public)
        internal = headers.functions(own, ["CShims/include", *folders], self.compiler)
        prefixes = (port.replace("-", "_") + "_", "nbiot_")
        internal = {name for name in internal - required if name.startswith(prefixes)}
        yield from compare(self.name, self.globals() - internal, required)


class FirmwarePort(Port, Firmware):
    def gate_1_undefined(self):
        """It does not call the library: that calls its hooks."""
        for member in self.members:
            for name in sorted(member.undefined - self.list("undefined.txt") - self.globals()):
                yield f"{member.name} needs {name}"

    def gate_3_writable(self):
        yield from writable(self.members, is_default_platform)


def port_archives(dist):
    return sorted(os.path.basename(path) for path in glob.glob(f"{dist}/lib/libnbiot-*.a"))


def port_of(archive):
    return archive[len("libnbiot-") : -len(".a")]


def archives(dist, *arguments):
    yield Library(dist, *arguments)
    for name in port_archives(dist):
        yield (Port if port_of(name) in HOSTED else FirmwarePort)(dist, *arguments, name=name)


def compare(what, defined, declared):
    for name in sorted(defined - declared):
        yield f"{what} defines {name}, which no header declares"
    for name in sorted(declared - defined):
        yield f"{what} lacks {name}"


def judge(arguments, *but):
    passed = failed = 0
    for judged in archives(*arguments):
        for gate, findings in judged.check(*but):
            print(f"{'FAIL' if findings else 'ok  '} {judged.target} {judged.name} {gate.replace('_', ' ')}")
            for finding in findings[:MAXIMUM_FINDINGS]:
                print(f"     {finding}")
            passed, failed = passed + (not findings), failed + bool(findings)
    return passed, failed


def hold(*arguments):
    return judge(arguments, "gate_4_budget")[1] != 0


def check(*arguments):
    passed, failed = judge(arguments)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


def size_row(name, objects):
    text, constants = flash(objects)
    written = [section for item in objects for section in item.sections
               if section.flags & elf.SHF_ALLOC and section.flags & elf.SHF_WRITE]
    bss = sum(section.size for section in written if section.kind == elf.SHT_NOBITS)
    data = sum(section.size for section in written) - bss
    print(f"{name:<12}{text:>8}{constants:>11}{data:>6}{bss:>5}")


def size(dist):
    print(f"{'object':<12}{'text':>8}{'constants':>11}{'data':>6}{'bss':>5}  bytes")
    for member in elf.members(os.path.join(dist, "lib", "libnbiot.a")):
        size_row(member.name, [member])
    for name in port_archives(dist):
        if port_of(name) not in HOSTED:
            size_row(port_of(name), elf.members(os.path.join(dist, "lib", name)))


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    sys.exit({"check": check, "hold": hold, "size": size}[command](*arguments))
