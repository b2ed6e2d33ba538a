# SPDX-License-Identifier: Apache-2.0
"""Figures, gates, and the judgement of one by the other.

A figure is a number under a name such as `flash cortex-m4 text`: its kind, its place, its subject.
Less is better, always. The committed ones are in docs/footprint/figures.txt, a line `NUMBER NAME`
each; the gates are beside them in gates.txt, whose head explains its lines.
"""

import glob
import re
from collections import namedtuple

FIGURES = "docs/footprint/figures.txt"
GATES = "docs/footprint/gates.txt"
DECISIONS = "docs/decisions"
# What repeats: `make test` measures it again and compares. Not `floor`, which is the yardstick, and
# not `cpu`, which is a time.
COMPARED = ("flash", "image", "ram", "stack", "instructions", "flatness")
TOLERANCE = 0.02
HEAD = "# Written by `make footprint`; do not edit. NUMBER NAME, less is better.\n"

Gate = namedtuple("Gate", "limit aim unit figure words accepted note")
Finding = namedtuple("Finding", "good text")


class Malformed(Exception):
    pass


def number(value):
    """2,622 or 1.067: for people."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3f}".rstrip("0")


def kind(name):
    return name.split()[0]


def place(name):
    return name.split()[1]


def subject(name):
    return name.split(" ", 2)[2]


def is_compared(name):
    return kind(name) in COMPARED


# ---- Files --------------------------------------------------------------------------------------


def content(path):
    """The lines of a file that are neither empty nor a comment."""
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def read(path=FIGURES):
    figures = {}
    for line in content(path):
        value, _, name = line.partition(" ")
        if (not re.fullmatch(r"\d+(\.\d+)?", value) or len(name.split(" ", 2)) != 3
                or name in figures):
            raise Malformed(f"{path}: {line}")
        figures[name] = float(value) if "." in value else int(value)
    return figures


def write(figures, path=FIGURES):
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD)
        for name, value in figures.items():
            file.write(f"{number(value).replace(',', '')} {name}\n")


def read_gates(path=GATES):
    gates = {}
    for line in content(path):
        fields = [field.strip() for field in line.split("|")]
        if fields[0] == "accepted" and len(fields) == 4 and fields[3] in gates:
            gate = gates[fields[3]]
            gates[gate.figure] = gate._replace(accepted=float(fields[1]), note=fields[2])
        elif fields[0] == "gate" and len(fields) == 6 and fields[4] not in gates:
            gates[fields[4]] = Gate(float(fields[1]), float(fields[2]), *fields[3:], None, None)
        else:
            raise Malformed(f"{path}: {line}")
    return list(gates.values())


# ---- Judgement ----------------------------------------------------------------------------------


def is_worse(value, before):
    return value > before * (1 + TOLERANCE)


def compare(committed, measured):
    """A finding per figure that was measured, or should have been."""
    places = {place(name) for name in measured}
    for name, value in measured.items():
        if not is_compared(name):
            continue
        if name not in committed:
            text = f"{name}: {number(value)}, not in {FIGURES}: run make footprint"
            yield Finding(False, text)
            continue
        before = committed[name]
        change = f"{name}: {number(value)}, committed {number(before)}"
        if is_worse(value, before):
            yield Finding(False, f"{change}: more than {TOLERANCE:.0%} worse")
        else:
            is_stale = value < before * (1 - TOLERANCE)
            yield Finding(True, f"{change}: better, run make footprint" if is_stale else "")
    for name in committed:
        if is_compared(name) and place(name) in places and name not in measured:
            yield Finding(False, f"{name}: in {FIGURES}, but not measured")


def fault_of_note(gate, folder=DECISIONS):
    """What is wrong with the decision that accepts a value in place of a gate; "" = nothing."""
    paths = glob.glob(f"{folder}/{gate.note}-*.md")
    if len(paths) != 1:
        return f"no {folder}/{gate.note}-*.md"
    with open(paths[0], encoding="utf-8") as file:
        text = file.read()
    value = re.escape(number(gate.accepted))
    if not re.search(rf"(?<![\d,.]){value}(?!\d|[,.]\d)", text):
        return f"{paths[0]} does not say {number(gate.accepted)}"
    return ""


def state(gate, value):
    """Where a figure stands, and whether that is good enough."""
    if value is None:
        return "not measured", False
    if value <= gate.aim:
        return "aim", True
    if value <= gate.limit:
        return "gate", True
    if gate.accepted is not None and value <= gate.accepted:
        return "accepted", True
    return "OVER", False


def hold(gates, figures, folder=DECISIONS):
    """A finding per gate, and one per accepted value."""
    for gate in gates:
        if gate.accepted is not None:
            fault = fault_of_note(gate, folder)
            text = f"{gate.figure}: {number(gate.accepted)} accepted: {fault}" if fault else ""
            yield Finding(not fault, text)
        if is_compared(gate.figure):
            words, good = state(gate, figures.get(gate.figure))
            yield Finding(good, "" if good else f"{gate.figure}: {words}")


def judge(committed, measured, gates, folder=DECISIONS):
    """Every finding. A gate on what is out of this run's reach is held against the committed
    figure."""
    return [*compare(committed, measured), *hold(gates, {**committed, **measured}, folder)]
