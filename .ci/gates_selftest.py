# SPDX-License-Identifier: Apache-2.0
"""Breaks a good archive in every way a gate guards against, and sees that gate fail.

gates_selftest.py DIST PORT-DIR TRIPLE TOOLCHAIN-BIN DISASSEMBLER [FLAG...]
"""

import os
import shutil
import subprocess
import sys
import tempfile

import gates

# (what is broken, the gate that must say so, C source linked into nbiot.o)
BROKEN_CORES = [
    ("a call of malloc", "gate_1_undefined",
     "void *malloc(__SIZE_TYPE__); __attribute__((used)) static void *grab(void) { return malloc(8); }"),
    ("a call of the Swift runtime", "gate_1_undefined",
     "void swift_retain(void *); __attribute__((used)) static void keep(void *p) { swift_retain(p); }"),
    ("a call into the port", "gate_1_undefined",
     "void *nbiot_platform_default(void);"
     "__attribute__((used)) static void *port(void) { return nbiot_platform_default(); }"),
    ("an nbiot_ function without a declaration", "gate_2_globals", "int nbiot_secret(void) { return 1; }"),
    ("a global name of its own", "gate_2_globals", "int helper_of_ours(void) { return 1; }"),
    ("a weak global name", "gate_2_globals", "__attribute__((weak)) int soft(void) { return 1; }"),
    ("initialised data", "gate_3_writable", "__attribute__((used)) static int count = 1;"),
    ("zeroed data", "gate_3_writable", "__attribute__((used)) static int count;"),
    ("one byte of zeroed data", "gate_3_writable", "__attribute__((used)) static char flag;"),
    ("a common symbol", "gate_3_writable", "__attribute__((common)) int shared;"),
    ("relocated constants", "gate_3_writable",
     "static int f(void) { return 1; }"
     "__attribute__((used, section(\".data.rel.ro.table\"))) static int (*volatile table)(void) = f;"),
    ("a global offset table", "gate_3_writable",
     "__attribute__((used, section(\".got\"))) static int entry = 1;"),
    ("data under another name", "gate_3_writable",
     "__attribute__((used, section(\".quiet\"))) static int entry = 1;"),
    ("thread-local data", "gate_3_writable", "__attribute__((used)) static __thread int each = 1;"),
    ("an unwind table", "gate_3_leftovers",
     "__attribute__((used, section(\".eh_frame\"))) static const int entry = 1;"),
    ("a constructor", "gate_3_leftovers",
     "__attribute__((constructor)) static void start(void) { __asm__ volatile(\"\"); }"),
]

# The same for a member of the port's archive.
BROKEN_PORTS = [
    ("a call of malloc", "gate_1_undefined",
     "void *malloc(__SIZE_TYPE__); __attribute__((used)) static void *grab(void) { return malloc(8); }"),
    ("a call of the library", "gate_1_undefined",
     "int nbiot_version(void); __attribute__((used)) static int ask(void) { return nbiot_version(); }"),
    ("a stray name", "gate_2_globals", "int stray(void) { return 1; }"),
    ("a variable", "gate_3_writable", "__attribute__((used)) static int count;"),
    ("initialised data", "gate_3_writable", "__attribute__((used)) static int count = 1;"),
    ("more of what is allowed", "gate_3_writable",
     "__attribute__((used, section(\".bss.chosen\"))) static char more[8];"),
    ("an unwind table", "gate_3_leftovers",
     "__attribute__((used, section(\".eh_frame\"))) static const int entry = 1;"),
]

# Instructions that targets lack: (what, the targets, the assembler's line)
FOREIGN_INSTRUCTIONS = [
    ("addition of doubles", "cortex-m0 cortex-m3 cortex-m4 cortex-m4f cortex-m33 cortex-m33f",
     ".inst.w 0xee300b00"),
    ("addition of floats", "cortex-m0 cortex-m3 cortex-m4 cortex-m33", ".inst.w 0xee300a00"),
    ("signal processing (smulbb)", "cortex-m0 cortex-m3 cortex-m33 cortex-m33f", ".inst.w 0xfb10f000"),
    ("division", "cortex-m0", ".inst.w 0xfbb0f0f0"),
    ("addition of floats", "riscv32", ".4byte 0x00007053"),
    ("counting zeros (clz)", "riscv32", ".4byte 0x60051513"),
    ("one of 32-bit x86", "linux-x86_64", ".byte 0x06"),
]
PORT, HOSTED_PORT = "libnbiot-at-modem.a", "libnbiot-posix.a"
# A CPU whose attributes no target has, and the section that has them.
FOREIGN_CPU = {"arm": (".ARM.attributes", ["-mcpu=cortex-m55"]),
               "riscv": (".riscv.attributes", ["-march=rv32ima"])}


class Workshop:
    """A copy of dist that is broken and judged, once per case."""

    def __init__(self, dist, port, triple, toolchain, disassembler, flags):
        self.dist, self.port, self.triple, self.flags = dist, port, triple, flags
        self.disassembler, self.target = disassembler, os.path.basename(port)
        self.clang, self.lld, self.objcopy, self.ar = (
            os.path.join(toolchain, tool) for tool in ("clang", "ld.lld", "llvm-objcopy", "llvm-ar"))
        self.passed = self.failed = 0

    def run(self, *command):
        subprocess.run(command, check=True, cwd=self.folder)

    def expect(self, what, gate, breaking, kind=gates.Library, name="libnbiot.a"):
        """Judges a broken archive as one of that kind."""
        with tempfile.TemporaryDirectory() as folder:
            self.folder = folder
            shutil.copytree(self.dist, f"{folder}/dist")
            self.limits = f"{folder}/figures.txt"
            self.allow(sum(gates.flash(gates.elf.members(f"{folder}/dist/lib/libnbiot.a"))))
            self.archive = f"{folder}/dist/lib/{name}"
            self.run(self.ar, "x", self.archive)
            breaking(self)
            judged = kind(f"{folder}/dist", self.port, self.clang, self.disassembler, self.limits, name)
            found = {name for name, findings in judged.check() if findings}
        good = (gate in found) if gate else not found
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good:
            print(f"FAIL {self.target}: {name}: {what}: "
                  f"expected {gate or 'nothing'}, found {found or 'nothing'}")

    def expect_port(self, what, gate, breaking):
        self.expect(what, gate, breaking, gates.FirmwarePort, PORT)

    def allow(self, limit, target=None):
        with open(self.limits, "w", encoding="utf-8") as file:
            file.write(f"{limit} flash {target or self.target} total\n")

    def compile(self, source, *flags):
        with open(f"{self.folder}/broken.c", "w", encoding="utf-8") as file:
            file.write(source + "\n")
        self.run(self.clang, f"--target={self.triple}", *self.flags, *flags, "-ffreestanding", "-O1",
                 "-fno-pic", "-fno-asynchronous-unwind-tables", "-c", "broken.c", "-o", "broken.o")

    def put(self, member):
        """Puts a file into the archive, in the place of its namesake."""
        self.run(self.ar, "rsD", self.archive, member)

    def break_member(self, member, source):
        """Adds to a member what this compiles to."""
        self.compile(source)
        self.run(self.lld, "-r", member, "broken.o", "-o", "both.o")
        os.replace(f"{self.folder}/both.o", f"{self.folder}/{member}")
        self.put(member)


def break_classic(shop):
    shop.break_member("classic.o", "int printf(const char *, ...);"
                      "__attribute__((used)) static int say(void) { return printf(\"\"); }")


def hide_function(shop):
    shop.run(shop.objcopy, "--localize-symbol=nbiot_version", "nbiot.o")
    shop.put("nbiot.o")


def declare_more(shop):
    with open(f"{shop.folder}/dist/include/nbiot.h", "a", encoding="utf-8") as file:
        file.write("int32_t nbiot_device_hibernate(void);\n")


def add_member(shop):
    shop.compile("int unused;")
    shop.run(shop.objcopy, "--strip-unneeded", "broken.o")
    os.replace(f"{shop.folder}/broken.o", f"{shop.folder}/extra.o")
    shop.put("extra.o")


def spend(shop, over):
    """A budget that the archive exceeds by this part."""
    shop.allow(int(sum(gates.flash(gates.elf.members(shop.archive))) / (1 + over)))


def of_another_cpu(shop, member):
    section, flags = next(FOREIGN_CPU[name] for name in FOREIGN_CPU if shop.triple.startswith(name))
    shop.compile("int unused;", *flags)
    shop.run(shop.objcopy, f"--dump-section={section}=attributes", "broken.o")
    shop.run(shop.objcopy, f"--update-section={section}=attributes", member)
    shop.put(member)


def of_another_system(shop, member):
    with open(f"{shop.folder}/{member}", "r+b") as file:
        file.seek(7)  # EI_OSABI
        file.write(bytes([9]))
    shop.put(member)


def without_port(shop):
    os.remove(f"{shop.folder}/dist/lib/{PORT}")


def expect_machine(shop, expect, member):
    """What is about the CPU."""
    for what, targets, instruction in FOREIGN_INSTRUCTIONS:
        if shop.target in targets.split():
            source = f'__attribute__((used)) static void add(void) {{ __asm__ volatile("{instruction}"); }}'
            expect(f"{what} in the code", "gate_5_instructions",
                   lambda shop, source=source: shop.break_member(member, source))
    if shop.triple.startswith(tuple(FOREIGN_CPU)):
        expect("attributes of another CPU", "gate_5_attributes", lambda shop: of_another_cpu(shop, member))
    expect("an object of another system", "gate_5_attributes", lambda shop: of_another_system(shop, member))


def expect_library(shop):
    shop.expect("the archive as it is", None, lambda _: None)
    for what, gate, source in BROKEN_CORES:
        shop.expect(what, gate, lambda shop, source=source: shop.break_member("nbiot.o", source))
    shop.expect("a call of printf in classic.o", "gate_1_undefined", break_classic)
    shop.expect("a function that is not global", "gate_2_globals", hide_function)
    shop.expect("a declaration without a function", "gate_2_globals", declare_more)
    shop.expect("a third member", "gate_0_members", add_member)
    shop.expect("no port", "gate_0_ports", without_port)
    shop.expect("3 % too much", "gate_4_budget", lambda shop: spend(shop, 0.03))
    shop.expect("1 % too much", None, lambda shop: spend(shop, 0.01))
    shop.expect("a target without a budget", "gate_4_budget",
                lambda shop: shop.allow(1, "another"))
    expect_machine(shop, shop.expect, "nbiot.o")


def expect_ports(shop):
    shop.expect_port("the archive as it is", None, lambda _: None)
    for what, gate, source in BROKEN_PORTS:
        shop.expect_port(what, gate, lambda shop, source=source: shop.break_member("default.o", source))
    expect_machine(shop, shop.expect_port, "step.o")
    if os.path.exists(f"{shop.dist}/lib/{HOSTED_PORT}"):
        shop.expect("a stray name in a hosted port", "gate_2_globals",
                    lambda shop: shop.break_member("posix_store.o", "int stray(void) { return 1; }"),
                    gates.Port, HOSTED_PORT)


def main(dist, port, triple, toolchain, disassembler, *flags):
    shop = Workshop(os.path.abspath(dist), os.path.abspath(port), triple, toolchain, disassembler, flags)
    expect_library(shop)
    expect_ports(shop)
    print(f"{shop.passed} passed, {shop.failed} failed")
    return shop.failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
