# SPDX-License-Identifier: Apache-2.0
"""The run over the network can fail, says why, and leaves nothing behind."""

import contextlib
import glob
import io
import os
import re
import shutil
import signal
import subprocess
import sys

import network
from image import boards
from story import BEGINNING, See, Tell
from voices import DEVICE, PLATFORM

LIMIT = 3
COMMAND = [sys.executable, "Tests/network/network.py"]
NEVER = See("A word that nobody says", PLATFORM, r"never")


class Tally:
    passed = failed = 0

    def note(self, good, what, output):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {what}{'' if good else os.linesep + output}", flush=True)


def played(firmware, story):
    """(whether the story was seen, all that was printed)"""
    with contextlib.redirect_stdout(io.StringIO()) as output:
        good = network.play(firmware, network.PROGRAMS, LIMIT, story)
    return good, output.getvalue()


def left_behind():
    """Socket folders, and the command lines of programs that use one."""
    yield from glob.glob(f"{network.WORK}/uart-*")
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as file:
            line = file.read()
            if f"{network.WORK}/uart-" in line:
                yield line.replace("\0", " ")


def fails(tally, what, firmware, story, *reasons):
    good, output = played(firmware, story)
    tally.note(not good and all(reason in output for reason in reasons), what, output)
    tally.note(not output.endswith(" 0 failed\n"), f"{what}: counted as failed", output)


def hanging(folder):
    """The thermometer, with a second for its watchdog, which it forgets to kick."""
    shutil.copytree(network.image.EXAMPLE, folder, dirs_exist_ok=True)
    for name, old, new in (("sleep.c", "watchdog_kick();", ""), ("main.c", "WATCHDOG_MS 8000u", "WATCHDOG_MS 1000u")):
        with open(f"{folder}/{name}", encoding="utf-8") as file:
            text = file.read()
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))
    return network.image.build(network.BOARD, folder)


def try_firmware(tally):
    """Programs that are no thermometer, under the first steps of the story."""
    def compiled(name):
        return boards.compile_program(network.BOARD, f"Tests/board/{name}.c")

    steps = [step for step in BEGINNING if isinstance(step, See)]
    fails(tally, "a firmware that never speaks to its module", compiled("hang"), steps,
          "MISSING  The module answers AT: the device said nothing like it for 3 s")
    fails(tally, "a firmware that breaks down", compiled("fault"), steps,
          "MISSING  The module answers AT: the device ended with status 139")
    hung = hanging(".build/network/thermometer-that-hangs")
    fails(tally, "a firmware that hangs is bitten by its watchdog, an NMI", hung, [NEVER._replace(voice=DEVICE)],
          "| fault    0x00000002\n", "the device ended with status 139")
    fails(tally, "an order the platform cannot carry out", compiled("clock"), [Tell(PLATFORM, "read * /3/0")],
          "the platform ended with status 1")


def try_guide(tally):
    """The command of the README, as somebody would paste it."""
    with open("ports/cortex-m/README.md", encoding="utf-8") as file:
        blocks = re.findall(r"(?:^    .+\n)+", file.read(), re.MULTILINE)
    command = next(block for block in blocks if block.rstrip().endswith("-o thermometer.elf"))
    paths = {"DIST": os.path.abspath(f".build/dist/{network.BOARD.name}"), "PORTS": os.path.abspath("ports")}
    run = subprocess.run(command, shell=True, cwd=network.WORK, env=dict(os.environ, **paths), capture_output=True, text=True,
                         check=False)
    tally.note(run.returncode == 0 and not run.stderr, "the command of ports/cortex-m/README.md builds it", run.stderr)


def try_interruption(tally):
    """As a person at the terminal does it, in the middle."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        for line in run.stdout:
            if "| module   it answers" in line:
                break
        run.send_signal(signal.SIGINT)
        output, errors = run.communicate()
    tally.note(run.returncode == 128 + signal.SIGINT, f"Ctrl-C: exit status {run.returncode}", output + errors)
    tally.note(not errors, "Ctrl-C: no complaint", errors)


def main():
    tally = Tally()
    firmware = network.image.build(network.BOARD)
    fails(tally, "a step that never comes", firmware, [NEVER],
          "MISSING  A word that nobody says: the platform said nothing like it for 3 s")
    try_firmware(tally)
    try_guide(tally)
    try_interruption(tally)
    lacking = subprocess.run([*COMMAND, "--programs", "/nowhere"], capture_output=True, text=True, check=False)
    tally.note(lacking.returncode == 1 and lacking.stderr.startswith("network: "), "no programs", lacking.stderr)
    unknown = subprocess.run([*COMMAND, "--what"], capture_output=True, text=True, check=False)
    tally.note(unknown.returncode == 2 and unknown.stderr.startswith("usage: "), "a wrong command line", unknown.stderr)
    behind = list(left_behind())
    tally.note(not behind, "nothing is left behind", "\n".join(behind))
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
