# SPDX-License-Identifier: Apache-2.0
"""The examples of ports/at-modem and ports/rtos as firmware on the pseudo-terminal, and onenet-local behind the module."""

import os
import subprocess

from modem import Modem
from onenet_local import OnenetLocal

ENDPOINT = "867725030106226;460040975306226"
# The address that real firmware has.
ACCESS = "183.230.40.40:5683"
# Firmware that has missed the registration asks for it, but later: it is not to miss it here.
REGISTRATION = ("detach", "wait line AT+CEREG=1", "wait said OK", "attach")


DOCUMENT = "docs/nbiot-modem.md"


class Firmware:
    """A program on a pseudo-terminal; ends with its block."""

    def __init__(self, path, program="NBIOT_FIRMWARE"):
        self.process = subprocess.Popen([os.environ[program], path, ENDPOINT, f"coap://{ACCESS}"],
                                        stdout=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def behind(platform, *options, script=None):
    """A module with nobody on it yet that leads to the platform."""
    port = platform.access_uri.rsplit(":", 1)[1]
    return Modem("pty", "--route", f"{ACCESS}=127.0.0.1:{port}", *options, script=script, mcu=False)


def session(checks, program="NBIOT_FIRMWARE"):
    """It registers, reports, and outlives a restart of the module."""
    with OnenetLocal() as platform, behind(platform) as modem, Firmware(modem.path, program):
        give(modem, *REGISTRATION)
        registers(checks, platform, "the module came up")
        platform.send("write-attributes * /3303/0 pmax=1")
        platform.wait_for("notification")
        checks.note(True, "it reports through the module")
        give(modem, "reboot", *REGISTRATION)
        modem.told("-- Restart +on command")
        registers(checks, platform, "the module restarted")
        platform.send("read * /3303/0/5700")
        checks.equal(platform.wait_for("response", operation="Read", path="/3303/0/5700")["code"], 205,
                     "it answers through the new socket")
        checks.equal(modem.stop(), 0, "the module was never in trouble")


def tasks(checks):
    """The same with one network task among others."""
    session(checks, "NBIOT_TASKS")


def documented(checks):
    """The script of the document, as it stands there."""
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    script = [line.strip() for line in text[text.index("    # The module crashes"):].split("\n\n")[0].splitlines()]
    checks.note(len(script) > 5, f"{DOCUMENT} has a script", script)
    with OnenetLocal() as platform, behind(platform, "--attach", "1500", script=script) as modem, Firmware(modem.path):
        registers(checks, platform, "the script has begun")
        # Register, three answers and these make twelve datagrams: nothing is left to be asked of a device that is gone.
        for _ in range(8):
            platform.send("read * /3303/0/5700")
        platform.wait_for("registered", replaced=True)
        checks.equal(modem.end(), 0, f"the script of {DOCUMENT}: all of it happens")


def give(modem, *orders):
    for order in orders:
        modem.order(order)


def registers(checks, platform, when):
    platform.wait_for("registered", endpoint=ENDPOINT)
    checks.equal(platform.wait_for("ready")["failed"], 0, f"after {when}: registered and observed")


GROUPS = [documented, session, tasks]
