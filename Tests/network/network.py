# SPDX-License-Identifier: Apache-2.0
"""A firmware on an emulated Cortex-M4, over a UART and an NB module, against the local platform.

network.py [--programs FOLDER] [--limit SECONDS]

QEMU's UART is a UNIX socket that nbiot-modem listens at; its UDP sockets are real ones and reach onenet-local. Ends with status 0
only when each step of the story was seen and all three programs ended well. The limit, for each step, is a safety net.
"""

import argparse
import os
import re
import shutil
import signal
import struct
import sys
import tempfile
import time

import image
from image import boards
from story import STORY, Say, See, Tell
from voices import DEVICE, MODULE, PLATFORM, Voices

BOARD = boards.BOARDS["cortex-m4"]
PROGRAMS = ".build/host/debug"
WORK = ".build/network"
LOG, TRANSCRIPT = f"{WORK}/log", f"{WORK}/transcript"
ENDPOINT = "867725030106226;460040975306226"  # The module's IMEI and IMSI.
FACTORY = 0x003FF000  # As in factory.h.
START_LIMIT = 60
LISTENING = {"bootstrap": re.compile(r"-- Listening +on 127\.0\.0\.1:(\d+), to bootstrap"),
             "module": re.compile(r"-- Line ")}


class Missing(Exception):
    """Something did not come; the text says what."""


def factory_page(port):
    """factory_t of factory.h."""
    return struct.pack("64s64s32s", ENDPOINT.encode(), f"coap://127.0.0.1:{port}?bs".encode(), os.urandom(32))


class Run:
    def __init__(self, firmware, programs, limit, voices):
        self.firmware, self.programs, self.limit, self.voices = firmware, programs, limit, voices
        self.unread = {voice: [] for voice in (PLATFORM, MODULE, DEVICE)}
        self.known, self.seen = {}, []

    def start(self, folder):
        """The platform, then the module, then the board: each needs the one before."""
        self.voices.start(PLATFORM, f"{self.programs}/onenet-local", "--port", "0", "--bootstrap-port", "0")
        port = self.wait_for(PLATFORM, LISTENING["bootstrap"], "Its port", START_LIMIT).group(1)
        self.voices.start(MODULE, f"{self.programs}/nbiot-modem", "--unix", f"{folder}/uart", "--baud", "9600",
                          "--transcript", TRANSCRIPT)
        self.wait_for(MODULE, LISTENING["module"], "Its line", START_LIMIT)
        with open(f"{folder}/factory", "wb") as file:
            file.write(factory_page(port))
        self.voices.start(DEVICE, *BOARD.emulator, "-display", "none", "-monitor", "none", "-serial", f"unix:{folder}/uart",
                          "-chardev", "stdio,id=console,signal=off", "-semihosting-config", "enable=on,chardev=console",
                          "-device", f"loader,file={folder}/factory,addr={FACTORY:#x},force-raw=on",
                          "-kernel", self.firmware)

    def wait_for(self, voice, pattern, what, limit):
        """The match in the first line of this voice that has it; all lines before it are done with."""
        until = time.monotonic() + limit
        while True:
            while self.unread[voice]:
                found = pattern.search(self.unread[voice].pop(0))
                if found:
                    return found
            if voice in self.voices.ended:
                raise Missing(f"{what}: {voice} ended with status {self.voices.ended[voice]}")
            line = self.voices.next(until - time.monotonic())
            if line is None:
                raise Missing(f"{what}: {voice} said nothing like it for {limit:g} s:\n{'':11}{pattern.pattern}")
            if line.text is not None:
                self.unread[line.voice].append(line.text)

    def follow(self, story):
        for step in story:
            if isinstance(step, Say):
                print(f"\n{step.text}\n", flush=True)
            elif isinstance(step, Tell):
                for lines in self.unread.values():
                    lines.clear()
                self.voices.tell(step.voice, step.line)
            else:
                pattern = step.pattern % self.known if "%(" in step.pattern else step.pattern
                found = self.wait_for(step.voice, re.compile(pattern), step.what, self.limit)
                self.known.update(found.groupdict())
                self.seen.append(step.what)

    def end(self):
        """The board has ended by itself; the others are told to. All of them have to be content."""
        for voice in PLATFORM, MODULE:
            self.voices.tell(voice, "quit")
        until = time.monotonic() + self.limit
        while len(self.voices.ended) < len(self.unread):
            if self.voices.next(until - time.monotonic()) is None:
                raise Missing(f"An end of all: {', '.join(self.unread.keys() - self.voices.ended.keys())} goes on")
        for voice, status in self.voices.ended.items():
            if status != 0:
                raise Missing(f"An end of all without complaint: {voice} ended with status {status}")
        self.seen.append("An end of all without complaint")


def play(firmware, programs, limit, story):
    """Prints what happens; true when all of the story was seen."""
    os.makedirs(WORK, exist_ok=True)
    folder = tempfile.mkdtemp(prefix="uart-", dir=WORK)
    wanted = sum(isinstance(step, See) for step in story) + 1
    why = None
    try:
        with open(LOG, "w", encoding="utf-8") as log, Voices(lambda line: print(line, flush=True), log) as voices:
            run = Run(firmware, programs, limit, voices)
            try:
                run.start(folder)
                run.follow(story)
                run.end()
            except Missing as missing:
                why = missing
    finally:
        shutil.rmtree(folder)
    report(run.seen, why)
    print(f"{len(run.seen)} passed, {wanted - len(run.seen)} failed")
    return why is None


def report(seen, why):
    print("\nSeen:")
    for what in seen:
        print(f"  seen     {what}")
    if why is None:
        print("Every step was seen.", end=" ")
    else:
        print(f"  MISSING  {why}\nWhat was to come after that was not waited for.", end=" ")
    print(f"All that was said is in {LOG}, every AT line unabridged in {TRANSCRIPT}.")


def introduce(firmware):
    print(f"A firmware for {BOARD.name}, {image.EXAMPLE}, compiled with -Os and linked with libnbiot.a:\n")
    print("\n".join(image.table(firmware)))
    print(f"\nIt runs on QEMU's {BOARD.emulator[-1]} in real time. What follows is what the platform sees, <- from the device,\n"
          "-> to the device; behind a bar what the device prints; behind a colon what goes over its UART, -> to the module,\n"
          "<- from the module, of lines that look alike two.\n")


def main():
    options = argparse.ArgumentParser(usage="network.py [--programs FOLDER] [--limit SECONDS]")
    options.add_argument("--programs", default=PROGRAMS)
    options.add_argument("--limit", type=float, default=60)
    arguments = options.parse_args()
    for number in signal.SIGTERM, signal.SIGHUP:
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        firmware = image.build(BOARD)
        introduce(firmware)
        return 0 if play(firmware, arguments.programs, arguments.limit, STORY) else 1
    except (boards.Broken, OSError) as reason:
        sys.exit(f"network: {reason}")
    except KeyboardInterrupt:
        return 128 + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
