# SPDX-License-Identifier: Apache-2.0
"""Measures instructions, memory, flash and stack, and writes them into docs/FOOTPRINT.md and README.md.

Ends with a failure when a gate is missed.
"""

import sys

import callgrind
import flatness
import footprint
from footprint import number, table

OPERATIONS = [
    ("GET of a resource, text", "read"),
    ("GET of an instance, five resources, TLV", "read-instance"),
    ("PUT of a resource, text", "write"),
    ("Execute", "execute"),
    ("one notification", "notify"),
    ("Discover, 2 instances of 6 resources", "discover"),
    ("ping", "ping"),
]


def cost(client, operation):
    """A notification costs what an Execute that causes one costs more than one that does not."""
    if operation != "notify":
        return callgrind.per_request(client, operation)
    return callgrind.per_request(client, "notify", observations=1) - callgrind.per_request(client, "execute")


def instructions(client, floor):
    """The table, and the cost of the small GET."""
    rows, small = [], None
    for text, operation in OPERATIONS:
        own, least = cost(client, operation), cost(floor, operation)
        rows.append([text, number(own), number(least), f"{own / least:.2f}"])
        small = own if operation == "read" else small
        print(f"  {rows[-1][1]:>6} {rows[-1][2]:>6}  {text}", flush=True)
    return rows, small


def flat_row(client, floor, small):
    own, times = flatness.ratio(small, client)
    least = callgrind.per_request(floor, "read", flatness.LARGE, flatness.LARGE, flatness.LARGE, 2 * flatness.LARGE)
    text = f"GET with {flatness.LARGE:,} instances and {flatness.LARGE:,} observations"
    return [text, number(own), number(least), f"{own / least:.2f}"], times


def summary(rows, default_block, deepest):
    """The few figures of the README."""
    flash = [[f"flash of the library, {target}", f"{number(text + constants)} bytes"]
             for target, text, constants, _, _ in footprint.flash()]
    blocks = [[f"RAM of a device with default capacities, {target}", f"{size} bytes"]
              for target, size in zip(footprint.TARGETS, default_block)]
    return table(["figure", "measured"], [
        *flash, *blocks,
        ["heap, writable sections of the library", "0"],
        ["deepest stack of any call, linux-x86_64", f"{number(deepest)} bytes"],
        [f"instructions for a {rows[0][0]}, linux-x86_64", f"{rows[0][1]} (by hand: {rows[0][2]})"],
    ])


def main():
    client, floor = callgrind.compile_client(), callgrind.compile_program("floor")
    callgrind.compile_program("driver")
    rows, small = instructions(client, floor)
    flat, times = flat_row(client, floor, small)
    memory, default_block = footprint.memory()
    stack = footprint.stack()
    write = footprint.replace_block
    write(footprint.DOCUMENT, "instructions", table(["operation", "nbiot", "floor", "ratio"], [*rows, flat]))
    write(footprint.DOCUMENT, "flatness", f"Measured: {times:.2f} times the small case.")
    write(footprint.DOCUMENT, "ram", memory)
    write(footprint.DOCUMENT, "flash", table(["target", "text", "constants", "data", "bss"],
                                             [[row[0], *map(number, row[1:])] for row in footprint.flash()]))
    write(footprint.DOCUMENT, "stack", table(["call", "bytes"], [[call, number(size)] for call, size in stack]))
    write(footprint.README, "footprint", summary(rows, default_block, stack[0][1]))
    good = times <= flatness.GATE
    print(f"{times:.2f} times with {flatness.LARGE:,} instances and observations (gate {flatness.GATE}): "
          f"{'passed' if good else 'FAILED'}")
    return not good


if __name__ == "__main__":
    sys.exit(main())
