# SPDX-License-Identifier: Apache-2.0
"""A device whose object list leaves in blocks (RFC 7959), and onenet-local, which goes wrong with them too."""

import traceback

from checks import Checks
from device_program import Device
from onenet_local import OnenetLocal

QUIET = ("--no-auto-observe", "--no-auto-discover")
LISTED = 105


def registers(checks, sentence, *options):
    """Register, and an Update with one instance more."""
    with OnenetLocal(*QUIET, *options) as platform, \
            Device(platform.access_uri, "1;2", "large") as device:
        device.send("connect")
        device.wait_for("event 6 201 0")
        checks.equal(len(platform.wait_for("registered")["objects"]), LISTED,
                     f"{sentence}: every instance is there")
        device.run("add 5")
        device.wait_for("event 11 204 0")
        checks.equal(platform.wait_for("updated")["added"], ["/3303/5"],
                     f"{sentence}: the Update adds one")
        checks.equal(device.run("quit"), 0, f"{sentence}: De-register")


def main():
    checks = Checks()
    for sentence, options in [
            ("blocks as they come", ()),
            ("blocks of 64", ("--take-block-size", "64")),
            ("4.13 with half the size", ("--block-mistake", "too-large")),
            ("4.08 to the second block", ("--block-mistake", "incomplete=1")),
            ("a lost 2.31", ("--block-mistake", "lost-continue=1"))]:
        try:
            registers(checks, sentence, *options)
        except Exception as exception:
            checks.note(False, sentence, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
    checks.end()


if __name__ == "__main__":
    main()
