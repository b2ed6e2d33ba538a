# SPDX-License-Identifier: Apache-2.0
"""The example of ports/at-modem as firmware on the pseudo-terminal, and onenet-local behind the module."""

import os
import subprocess

from modem import Lines, Modem
from onenet_local import OnenetLocal

ENDPOINT = "867725030106226;460040975306226"
# The address that real firmware has.
ACCESS = "183.230.40.40:5683"
# Firmware that has missed the registration asks for it, but ten seconds later: it is not to miss it here.
REGISTRATION = ("detach", "wait line AT+CEREG=1", "wait said OK", "attach")


def session(checks):
    """It registers, reports, and outlives a restart of the module."""
    firmware = os.environ["NBIOT_FIRMWARE"]
    with OnenetLocal() as platform:
        port = platform.access_uri.rsplit(":", 1)[1]
        with Modem("pty", "--route", f"{ACCESS}=127.0.0.1:{port}", mcu=False) as modem, \
                subprocess.Popen([firmware, modem.path, ENDPOINT, f"coap://{ACCESS}"],
                                 stdout=subprocess.PIPE, bufsize=0) as process:
            Lines(lambda: os.read(process.stdout.fileno(), 4096))
            try:
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
            finally:
                process.kill()
            checks.equal(modem.stop(), 0, "the module was never in trouble")


def give(modem, *orders):
    for order in orders:
        modem.order(order)


def registers(checks, platform, when):
    platform.wait_for("registered", endpoint=ENDPOINT)
    checks.equal(platform.wait_for("ready")["failed"], 0, f"after {when}: registered and observed")


GROUPS = [session]
