# SPDX-License-Identifier: Apache-2.0
"""The C program device.c as a child process: commands in, lines out."""

import os
import re
import subprocess
import threading

SECONDS = 10


class Device:
    """Ends with its block; the program ends by itself when this process dies: its input closes."""

    def __init__(self, uri, endpoint="interop", *options, environment=None):
        program = os.path.join(os.environ["NBIOT_PROGRAMS"], "device")
        self.process = subprocess.Popen([program, uri, endpoint, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, bufsize=1,
                                        env={**os.environ, **(environment or {})})
        self.lines = []
        self.next_line = 0
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(SECONDS)

    def collect(self):
        for line in self.process.stdout:
            with self.changed:
                self.lines.append(line.rstrip("\n"))
                self.changed.notify_all()

    def find(self, pattern):
        for index in range(self.next_line, len(self.lines)):
            match = re.fullmatch(pattern, self.lines[index])
            if match:
                self.next_line = index + 1
                return match
        return None

    def wait_for(self, pattern, seconds=SECONDS):
        """The first line after the last one found that matches as a whole."""
        with self.changed:
            match = self.changed.wait_for(lambda: self.find(pattern), seconds)
            if not match:
                raise TimeoutError(f"no line {pattern!r} in {self.lines[self.next_line:]}")
        return match

    def send(self, *commands):
        """Several commands go in one piece: the device runs them before it looks at the network."""
        self.process.stdin.write("".join(f"{command}\n" for command in commands))
        self.process.stdin.flush()

    def run(self, command, seconds=SECONDS):
        """Sends a command and returns its status."""
        self.send(command)
        return int(self.wait_for(rf"{command.split()[0]} (-?\d+)", seconds)[1])

    def statistics(self):
        self.send("statistics")
        line = self.wait_for(r"counted (.*)")[1]
        self.wait_for("statistics 0")
        return dict(field.split("=") for field in line.split())
