# SPDX-License-Identifier: Apache-2.0
"""Runs every group of checks against nbiot-modem. NBIOT_HOST_BIN: where the Swift programs are; NBIOT_FIRMWARE and
NBIOT_TASKS: the compiled ports/at-modem/examples/at_modem_serial.c and ports/rtos/tasks_serial.c. `run.py NAME...` runs the groups of that name only."""

import os
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "interop"))

import test_chapters
import test_command_line
import test_faults
import test_firmware
import test_lines
import test_network
import test_orders
from checks import Checks

# Those that take longest come first.
MODULES = [test_firmware, test_faults, test_chapters, test_orders, test_network, test_lines, test_command_line]
# Most of the time they wait for each other.
AT_ONCE = 4


def run(group):
    checks = Checks()
    try:
        group(checks)
    except Exception as exception:
        checks.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
        traceback.print_exc(limit=-3)
    return checks


def main():
    groups = [group for module in MODULES for group in module.GROUPS
              if not sys.argv[1:] or group.__name__ in sys.argv[1:]]
    total = Checks()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for checks in pool.map(run, groups):
            total.passed, total.failed = total.passed + checks.passed, total.failed + checks.failed
    total.end()


if __name__ == "__main__":
    main()
