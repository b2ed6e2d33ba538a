# SPDX-License-Identifier: Apache-2.0
"""nbiot-modem as a child process, with the MCU's end of its line."""

import os
import re
import socket
import subprocess
import tempfile
import threading
import time

SECONDS = 10
PROGRAM = os.path.join(os.environ["NBIOT_HOST_BIN"], "nbiot-modem")
QUICK = ("--boot", "30", "--attach", "30")
RESULT = re.compile(r"OK|ERROR|\+CME ERROR:.*")


class Lines:
    """What comes from a descriptor, cut into lines; empty ones are passed over."""

    def __init__(self, read):
        self.read = read
        self.lines = []
        self.next_line = 0
        self.is_at_end = False
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()

    def collect(self):
        rest = b""
        while True:
            try:
                chunk = self.read()
            except (OSError, ValueError):
                chunk = b""
            *whole, rest = re.split(rb"[\r\n]+", rest + chunk)
            with self.changed:
                self.lines += [line.decode(errors="replace") for line in whole if line]
                self.is_at_end = not chunk
                self.changed.notify_all()
            if not chunk:
                return

    def find(self, pattern):
        for index in range(self.next_line, len(self.lines)):
            match = re.fullmatch(pattern, self.lines[index])
            if match:
                self.next_line = index + 1
                return match
        return None

    def wait_for(self, pattern, seconds=SECONDS):
        """The first line behind the last one found that matches as a whole."""
        with self.changed:
            match = self.changed.wait_for(lambda: self.find(pattern), seconds)
            if not match:
                raise TimeoutError(f"no line {pattern!r} in {self.lines[self.next_line:]}")
        return match

    def take(self, seconds=SECONDS):
        """The next line, whatever it is; None when none comes."""
        with self.changed:
            self.changed.wait_for(lambda: self.next_line < len(self.lines) or self.is_at_end, seconds)
            if self.next_line == len(self.lines):
                return None
            self.next_line += 1
            return self.lines[self.next_line - 1]

    def rest(self):
        """What is left when there is nothing more to come."""
        self.reader.join(SECONDS)
        return self.lines[self.next_line:]


class Mcu(Lines):
    """The MCU: sends commands, reads answers."""

    def __init__(self, read, write, close):
        self.write, self.close = write, close
        super().__init__(read)

    def send(self, command):
        self.write(command.encode() + b"\r")

    def ask(self, command, seconds=SECONDS):
        """Sends a command and returns what is said up to its result."""
        self.send(command)
        answer = []
        while not answer or not RESULT.fullmatch(answer[-1]):
            line = self.take(seconds)
            if line is None:
                return answer
            answer.append(line)
        return answer


def on_socket(path):
    """Plugs an MCU in at a UNIX socket."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return Mcu(lambda: connection.recv(4096), connection.sendall,
               lambda: (connection.shutdown(socket.SHUT_RDWR), connection.close()))


def on_terminal(path):
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    return Mcu(lambda: os.read(descriptor, 4096), lambda text: os.write(descriptor, text),
               lambda: os.close(descriptor))


class Modem:
    """Ends with its block. `line` is unix, pty or stdio; a script is given as lines. Without `mcu` the line is free."""

    def __init__(self, line, *options, script=None, mcu=True):
        self.line = line
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "line")
        place = {"unix": ["--unix", self.path], "pty": ["--pty", "--link", self.path],
                 "stdio": ["--stdio"]}[line]
        if script is not None:
            place += ["--script", self.write("script", "\n".join(script))]
        self.process = subprocess.Popen([PROGRAM, *place, *QUICK, *options], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        told = self.process.stderr if line == "stdio" else self.process.stdout
        self.transcript = Lines(lambda: os.read(told.fileno(), 4096))
        self.transcript.wait_for(r" +0\.\d+ +-- Line +.*")
        self.mcu = self.plug() if mcu else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        return path

    def plug(self):
        if self.line != "stdio":
            return on_terminal(self.path) if self.line == "pty" else on_socket(self.path)
        return Mcu(lambda: os.read(self.process.stdout.fileno(), 4096),
                   lambda text: os.write(self.process.stdin.fileno(), text), self.process.stdin.close)

    def order(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()

    def told(self, pattern):
        """Waits for a line of the transcript, its time aside."""
        return self.transcript.wait_for(r" *\d+\.\d{3}  +" + pattern)

    def events(self):
        """The whole transcript without times, once the program has ended."""
        self.transcript.rest()
        return [line[8:].strip() for line in self.transcript.lines]

    def end(self):
        """The exit status of a program that ends by itself."""
        return self.process.wait(SECONDS)

    def stop(self):
        self.process.terminate()
        return self.end()


class GuideServer:
    """Answers as the guide's test server: an address in brackets, which is the guide's here, and what was sent."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.heard = []
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self.answer, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # An empty datagram ends the thread.
        self.socket.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join(SECONDS)
        self.socket.close()

    def answer(self):
        while True:
            data, peer = self.socket.recvfrom(4096)
            if not data:
                return
            with self.changed:
                self.heard.append((data, peer))
                self.changed.notify_all()
            # Over the air it takes longer than from the module to the MCU.
            time.sleep(0.1)
            self.socket.sendto(b"[117.169.36.15:2179]" + data, peer)

    def wait_for(self, count):
        with self.changed:
            self.changed.wait_for(lambda: len(self.heard) >= count, SECONDS)
        return self.heard
