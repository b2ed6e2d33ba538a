# SPDX-License-Identifier: Apache-2.0
"""The chart that the exploration finds, against the stored one and against the rows of docs/ARCHITECTURE.md.

explored.py CHART   compares CHART, which `.ci/explore --chart` wrote
"""

import difflib
import os
import re
import sys

import arrows

STORED = "Tests/Exploration/registration.txt"
LINE = re.compile(r"(\w+)(?: \+ \w+)? → (\w+)(?: \+ \w+)?: .+")
# Rows of the page about what the walks do not go over: there is no bootstrap server.
ELSEWHERE = {"unprovisioned", "holding", "requesting", "ordered", "provisioned"}


def pairs_of_chart(lines):
    """Of each line the states of the registration, where they differ."""
    found = {LINE.fullmatch(line).groups() for line in lines}
    return {pair for pair in found if pair[0] != pair[1]}


def pairs_of_page(text):
    """The arrows of the registration; `any other` stands for every state."""
    section = text.partition("### Registration")[2].partition("\n### ")[0]
    found = {tuple(row.partition(":")[0].split(" → ")) for row in arrows.ROW.findall(section)}
    return {pair for pair in found if pair[0] != pair[1] and not set(pair) & ELSEWHERE}


def undrawn(chart, page):
    ends = {end for start, end in page if start == "any other"}
    return sorted(pair for pair in chart - page if pair[1] not in ends)


def unwalked(chart, page):
    return sorted(pair for pair in page - chart if pair[0] != "any other")


def findings(name, pairs):
    return [f"{name}: {start} → {end}" for start, end in pairs]


def selftest():
    page = {("a", "b"), ("any other", "c")}
    if undrawn({("a", "b"), ("b", "c")}, page) or unwalked({("a", "b")}, page):
        yield "a chart like the page is found fault with"
    if not undrawn({("b", "a")}, page):
        yield "an arrow that is not drawn is not found"
    if not unwalked(set(), page):
        yield "an arrow that is not walked is not found"


def main():
    if len(sys.argv) != 2 or not os.path.isfile(sys.argv[1]):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    with open(sys.argv[1], encoding="utf-8") as file:
        new = file.read().splitlines()
    with open(STORED, encoding="utf-8") as file:
        old = file.read().splitlines()
    with open(arrows.PAGE, encoding="utf-8") as file:
        page = pairs_of_page(file.read())
    chart = pairs_of_chart(new)
    tests = [
        (f"the chart is as stored; `make explore` writes it to {STORED}",
         list(difflib.unified_diff(old, new, "stored", "explored", lineterm="", n=0))),
        (f"each arrow that was walked is drawn in {arrows.PAGE}",
         findings("not drawn", undrawn(chart, page))),
        (f"each arrow of the registration in {arrows.PAGE} was walked",
         findings("not walked", unwalked(chart, page))),
        ("a wrong chart is found", list(selftest())),
    ]
    for name, found in tests:
        print(f"{'FAIL' if found else 'ok  '} {name}")
        for line in found:
            print(f"     {line}")
    failed = sum(bool(found) for _, found in tests)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
