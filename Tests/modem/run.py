# SPDX-License-Identifier: Apache-2.0
"""Runs every group of checks against nbiot-modem. NBIOT_HOST_BIN: where the Swift programs are; NBIOT_FIRMWARE: the
compiled ports/at-modem/examples/at_modem_serial.c. `run.py NAME...` runs the groups of that name only."""

import os
import sys
import traceback

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "interop"))

import test_chapters
import test_command_line
import test_faults
import test_firmware
import test_lines
import test_network
import test_orders
from checks import Checks

MODULES = [test_chapters, test_faults, test_orders, test_network, test_lines, test_command_line, test_firmware]


def main():
    checks = Checks()
    for group in [group for module in MODULES for group in module.GROUPS]:
        if sys.argv[1:] and group.__name__ not in sys.argv[1:]:
            continue
        try:
            group(checks)
        except Exception as exception:
            checks.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
    checks.end()


if __name__ == "__main__":
    main()
