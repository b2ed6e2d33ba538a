# SPDX-License-Identifier: Apache-2.0
"""onenet-local as a child process: commands in, JSON events out."""

import json
import os
import subprocess
import threading

SECONDS = 10


class OnenetLocal:
    """Ends with its block: the program reads `quit`, or is killed."""

    def __init__(self, *options):
        program = os.path.join(os.environ["NBIOT_HOST_BIN"], "onenet-local")
        self.process = subprocess.Popen(
            [program, "--json", "--port", "0", "--bootstrap-port", "0", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.events = []
        self.next_event = 0
        self.changed = threading.Condition()
        self.reader = threading.Thread(target=self.collect, daemon=True)
        self.reader.start()
        ports = {event["server"]: event["port"] for event in
                 (self.wait_for("listening"), self.wait_for("listening"))}
        self.bootstrap_uri = f"coap://127.0.0.1:{ports['bootstrap']}?bs"
        self.access_uri = f"coap://127.0.0.1:{ports['access']}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.send("quit")
            self.process.wait(SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.reader.join(SECONDS)

    def collect(self):
        for line in self.process.stdout:
            with self.changed:
                self.events.append(json.loads(line))
                self.changed.notify_all()

    def find(self, name, wanted):
        for index in range(self.next_event, len(self.events)):
            event = self.events[index]
            if event["event"] == name and all(event[key] == wanted[key] for key in wanted):
                self.next_event = index + 1
                return event
        return None

    def wait_for(self, name, seconds=SECONDS, **wanted):
        """The first event of this name with these values after the last one found."""
        with self.changed:
            found = self.changed.wait_for(lambda: self.find(name, wanted), seconds)
            if not found:
                raise TimeoutError(f"no {name} {wanted} in {self.events[self.next_event:]}")
        return found

    def send(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
