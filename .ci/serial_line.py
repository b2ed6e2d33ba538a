# SPDX-License-Identifier: Apache-2.0
"""A program on a serial line, and at its other end a module that obeys everything."""

import os
import pty
import select
import subprocess
import time

SECONDS = 20
ANSWERS = {"AT+CEREG": "+CEREG:1\r\n", "AT+NSOCR": "0\r\n"}


def answer(line):
    return f"{ANSWERS.get(line.split('=')[0], '')}OK\r\n".encode()


def heard(command, wanted, environment):
    """Runs the program on the line, whose path is put in the place of LINE, until it sends a line that begins
    with `wanted`. Returns whether it did, and all it sent."""
    module, line = pty.openpty()
    path, said, lines = os.ttyname(line), b"", []
    end = time.monotonic() + SECONDS
    with subprocess.Popen([path if word == "LINE" else word for word in command], env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as program:
        while time.monotonic() < end and not any(each.startswith(wanted) for each in lines):
            if not select.select([module], [], [], 0.1)[0]:
                continue
            *complete, said = (said + os.read(module, 4096)).split(b"\r")
            for each in complete:
                lines.append(each.decode("ascii", "replace"))
                os.write(module, answer(lines[-1]))
        program.kill()
    os.close(module)
    os.close(line)
    return any(each.startswith(wanted) for each in lines), "\n".join(lines)
