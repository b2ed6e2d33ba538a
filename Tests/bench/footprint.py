# SPDX-License-Identifier: Apache-2.0
"""What the library costs: measured, written down, compared.

footprint.py write TARGET...   measures everything; writes the figures and the tables made of them
footprint.py render            writes the tables again, after a change of a gate
footprint.py check TARGET...   measures what repeats, judges it by committed figures and by gates

The archives of the targets must be built. A check ends with the line `N passed, N failed`.
"""

import sys

import archives
import board
import document
import figures
import instructions
import load
import memory


def measure(targets):
    """Everything that comes out the same when it is measured again."""
    return {**archives.measure_flash(targets), **archives.measure_image(),
            **memory.measure_ram(), **memory.measure_stack(), **instructions.measure(),
            **board.measure()}


def print_gates(gates, measured):
    for gate in gates:
        value = measured.get(gate.figure)
        words, _ = figures.state(gate, value)
        shown = "–" if value is None else figures.number(value)
        limits = f"gate {figures.number(gate.limit):>7}  aim {figures.number(gate.aim):>7}"
        print(f"  {shown:>8}  {limits}  {words}: {gate.figure}")


def write(targets):
    measured = {**measure(targets), **instructions.measure_floor(), **load.measure()}
    gates = figures.read_gates()
    try:
        before = figures.read()
    except FileNotFoundError:
        before = {}
    figures.write(measured)
    document.render(measured, gates)
    print_gates(gates, measured)
    for name, value in measured.items():
        if figures.is_compared(name) and name in before and figures.is_worse(value, before[name]):
            print(f"  grown: {name}: {figures.number(before[name])} -> {figures.number(value)}; "
                  f"say in {document.DOCUMENT} what that bought")
    return False


def check(targets):
    committed, gates, measured = figures.read(), figures.read_gates(), measure(targets)
    findings = [*figures.judge(committed, measured, gates), *document.check(committed, gates)]
    print_gates(gates, {**committed, **measured})
    for finding in findings:
        if finding.text:
            print(f"{'ok  ' if finding.good else 'FAIL'} {finding.text}")
    failed = sum(not finding.good for finding in findings)
    print(f"{len(findings) - failed} passed, {failed} failed")
    return failed != 0


def main(command, *targets):
    if command == "write":
        return write(targets)
    if command == "check":
        return check(targets)
    if command != "render":
        raise SystemExit(__doc__)
    document.render(figures.read(), figures.read_gates())
    return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
