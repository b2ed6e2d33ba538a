# SPDX-License-Identifier: Apache-2.0
"""Stack per call and instructions per operation on an emulated board, as board.sh prints them.

A line is `stack CALL BYTES` or `instructions OPERATION COUNT`. A call may have blanks in its name
(`nbiot_device_poll: Observe`); the operations are those of driver.c, and `hooks`.
"""

import re

from figures import Malformed
from memory import stack_figures
from tools import FOLDER, run

TARGET = "cortex-m4"
LINE = re.compile(r"(stack|instructions) (\S.*?) (\d+)")


def parse(target, lines):
    rows = {"stack": [], "instructions": []}
    for line in lines:
        match = LINE.fullmatch(line)
        if not match:
            raise Malformed(f"{target}: {line}")
        rows[match.group(1)].append((match.group(2), int(match.group(3))))
    if not all(rows.values()):
        raise Malformed(f"{target}: {rows}")
    return {**stack_figures(target, rows["stack"]),
            **{f"instructions {target} {name}": count for name, count in rows["instructions"]}}


def measure():
    return parse(TARGET, run("bash", f"{FOLDER}/board.sh", TARGET).splitlines())
