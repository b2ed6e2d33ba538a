# SPDX-License-Identifier: Apache-2.0
"""What `make board` measured on an emulated board: stack per call, instructions per operation.

It leaves .build/board/TARGET.figures, a line `stack CALL BYTES` or `instructions OPERATION COUNT`
each. A call may have blanks in its name (`nbiot_device_poll: Observe`); the operations are those of
driver.c.
"""

import glob
import os
import re

from figures import Malformed
from memory import stack_figures

PLACE = ".build/board"
LINE = re.compile(r"(stack|instructions) (\S.*?) (\d+)")


def parse(target, lines):
    rows = {"stack": [], "instructions": []}
    for line in lines:
        match = LINE.fullmatch(line.strip())
        if not match:
            raise Malformed(f"{target}: {line.strip()}")
        rows[match.group(1)].append((match.group(2), int(match.group(3))))
    figures = stack_figures(target, rows["stack"]) if rows["stack"] else {}
    figures.update({f"instructions {target} {name}": count for name, count in rows["instructions"]})
    return figures


def measure():
    figures = {}
    for path in sorted(glob.glob(f"{PLACE}/*.figures")):
        with open(path, encoding="utf-8") as file:
            figures.update(parse(os.path.splitext(os.path.basename(path))[0], file))
    return figures
