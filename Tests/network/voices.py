# SPDX-License-Identifier: Apache-2.0
"""The three programs and what they say, line by line, in the order in which it is heard."""

import queue
import re
import subprocess
import threading
from collections import Counter, namedtuple

PLATFORM, MODULE, DEVICE = "the platform", "the module", "the device"
Line = namedtuple("Line", "voice text")  # The text is None when the program has ended.


class Program:
    """Runs in a session of its own, so that Ctrl-C ends this program only, which then ends the others."""

    def __init__(self, voice, command, heard):
        self.voice, self.heard = voice, heard
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True, errors="replace", bufsize=1, start_new_session=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.heard.put(Line(self.voice, line.rstrip("\n")))
        self.heard.put(Line(self.voice, None))

    def tell(self, line):
        try:
            self.process.stdin.write(line + "\n")
        except BrokenPipeError:
            pass  # It has ended, which is heard.

    def end(self):
        """Whatever it is doing."""
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for pipe in self.process.stdin, self.process.stdout:
            try:
                pipe.close()
            except BrokenPipeError:
                pass


class Voices:
    """Shows what is heard, keeps all of it, and ends every program at the end."""

    def __init__(self, show, log):
        self.show, self.log = show, log
        self.heard, self.programs, self.ended = queue.Queue(), {}, {}
        self.view = View()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for program in self.programs.values():
            program.end()

    def start(self, voice, *command):
        self.programs[voice] = Program(voice, command, self.heard)

    def tell(self, voice, line):
        self.programs[voice].tell(line)

    def next(self, seconds):
        """The next line; None when none comes in time. Of a program that has ended the exit status is known."""
        try:
            line = self.heard.get(timeout=max(0, seconds))
        except queue.Empty:
            return None
        if line.text is None:
            self.ended[line.voice] = self.programs[line.voice].process.wait()
            return line
        print(f"{line.voice:13}{line.text}", file=self.log, flush=True)
        shown = self.view.of(line)
        if shown is not None:
            self.show(shown)
        return line


class View:
    """What is shown of a line: the platform's as it is, the device's behind a bar, the module's behind a colon.

    Of the AT commands and answers that look alike two are shown, and two again after each restart of the module; `OK` and
    what tells of the module's inside never.
    """

    SPEAKS = re.compile(r"^ *[\d.]+ +(MCU|module) > (.*)$")
    KIND = re.compile(r"AT[^=?]*[=?]*|[^:,\d]*")
    EACH = 2

    def __init__(self):
        self.shown = Counter()

    def of(self, line):
        if line.voice == PLATFORM:
            return line.text
        if line.voice == DEVICE:
            return f"            | {line.text}"
        return self.of_module(line.text)

    def of_module(self, text):
        if re.search(r"-- Restart\b", text):
            self.shown.clear()
        speaks = self.SPEAKS.match(text)
        if not speaks or speaks.group(2) == "OK":
            return None
        kind = self.KIND.match(speaks.group(2)).group()
        self.shown[kind] += 1
        arrow = "->" if speaks.group(1) == "MCU" else "<-"
        return f"            : {arrow} {speaks.group(2)}" if self.shown[kind] <= self.EACH else None
