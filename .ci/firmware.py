# SPDX-License-Identifier: Apache-2.0
"""Compiles and links a program with a target's gcc and .build/dist/<target>, as firmware is.

firmware.py DIST, with FIRMWARE_CC, FIRMWARE_MACHINE, FIRMWARE_LIBC and REFUSED_MACHINE of target.mk
"""

import os
import platform
import re
import subprocess
import sys
import tempfile

SOURCE = "Tests/consumers/meter.c"
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

    def compile(self, machine, what):
        run = self.gcc(machine, *WARNINGS, f"-I{self.dist}/include", "-c", SOURCE,
                       "-o", f"{self.folder}/meter.o")
        return self.note(run.returncode == 0, f"compiles {what}", run.stderr)

    def link(self, machine, *flags):
        """No warning either: a build of firmware is expected to be silent."""
        return self.gcc(machine, f"{self.folder}/meter.o", f"-L{self.dist}/lib", "-lnbiot",
                        "-Wl,--fatal-warnings", *flags,
                        "-o", f"{self.folder}/meter")


def main(dist):
    machine, refused = (os.environ[name].split() for name in ("FIRMWARE_MACHINE", "REFUSED_MACHINE"))
    with tempfile.TemporaryDirectory() as folder:
        firmware = Firmware(dist, folder)
        if firmware.compile(machine, "with the flags of its CPU"):
            for what, flag in ("links whole", "-Wl,--no-gc-sections"), ("links", "-Wl,--gc-sections"):
                run = firmware.link(machine, flag)
                firmware.note(run.returncode == 0, what, run.stderr)
            if os.path.basename(dist) == f"linux-{platform.machine()}":
                run = subprocess.run([f"{folder}/meter"], check=False)
                firmware.note(run.returncode == 0, "runs", f"exit status {run.returncode}")
        if refused and firmware.compile(refused, "with another float ABI"):
            run = firmware.link(refused)
            firmware.note(run.returncode != 0 and bool(OTHER_FLOAT_ABI.search(run.stderr)),
                          "does not link with another float ABI", run.stderr)
    print(f"{firmware.passed} passed, {firmware.failed} failed")
    return firmware.failed != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
