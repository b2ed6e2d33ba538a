# SPDX-License-Identifier: Apache-2.0
"""Compiles and links programs with a target's gcc and .build/dist/<target>, as firmware is.

firmware.py DIST, with FIRMWARE_CC, FIRMWARE_MACHINE, FIRMWARE_LIBC and REFUSED_MACHINE of target.mk
"""

import os
import platform
import re
import subprocess
import sys
import tempfile

FOLDER = "Tests/consumers"
# A program, and the archives it is linked with.
PROGRAMS = {"meter": ["nbiot"], "modem": ["nbiot", "nbiot-at-modem"]}
WARNINGS = ["-std=c99", "-Os", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
# What GNU ld says when the float ABIs of two objects differ.
OTHER_FLOAT_ABI = re.compile(r"uses VFP register arguments|can't link \S+-float modules with \S+-float")


class Firmware:
    def __init__(self, dist, folder):
        self.dist, self.folder, self.passed, self.failed = dist, folder, 0, 0
        self.libc = os.environ["FIRMWARE_LIBC"].split()

    def note(self, good, what, output=""):
        target = os.path.basename(self.dist)
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {target} {what}{'' if good else os.linesep + output}")
        return good

    def gcc(self, machine, *arguments):
        command = [os.environ["FIRMWARE_CC"], *machine, *self.libc, *arguments]
        return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)

    def compile(self, program, machine, what):
        run = self.gcc(machine, *WARNINGS, f"-I{self.dist}/include", "-c", f"{FOLDER}/{program}.c",
                       "-o", f"{self.folder}/{program}.o")
        return self.note(run.returncode == 0, f"{program} compiles {what}", run.stderr)

    def link(self, program, machine, *flags):
        """No warning either: a build of firmware is expected to be silent."""
        return self.gcc(machine, f"{self.folder}/{program}.o", f"-L{self.dist}/lib",
                        *(f"-l{name}" for name in PROGRAMS[program]), "-Wl,--fatal-warnings", *flags,
                        "-o", f"{self.folder}/{program}")

    def accept(self, program, machine):
        if not self.compile(program, machine, "with the flags of its CPU"):
            return
        for what, flag in ("links whole", "-Wl,--no-gc-sections"), ("links", "-Wl,--gc-sections"):
            run = self.link(program, machine, flag)
            self.note(run.returncode == 0, f"{program} {what}", run.stderr)
        if os.path.basename(self.dist) == f"linux-{platform.machine()}":
            run = subprocess.run([f"{self.folder}/{program}"], check=False)
            self.note(run.returncode == 0, f"{program} runs", f"exit status {run.returncode}")

    def refuse(self, program, machine):
        """The linker names every archive, not only the first."""
        if not self.compile(program, machine, "with another float ABI"):
            return
        run = self.link(program, machine)
        refusals = [line for line in run.stderr.splitlines() if OTHER_FLOAT_ABI.search(line)]
        for name in PROGRAMS[program]:
            named = any(f"lib{name}.a(" in line for line in refusals)
            self.note(run.returncode != 0 and named, f"{program}: lib{name}.a does not link with another float ABI",
                      run.stderr)


def main(dist):
    machine, refused = (os.environ[name].split() for name in ("FIRMWARE_MACHINE", "REFUSED_MACHINE"))
    with tempfile.TemporaryDirectory() as folder:
        firmware = Firmware(dist, folder)
        for program in PROGRAMS:
            firmware.accept(program, machine)
            if refused:
                firmware.refuse(program, refused)
    print(f"{firmware.passed} passed, {firmware.failed} failed")
    return firmware.failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
