# SPDX-License-Identifier: Apache-2.0
"""What the tests that carry ids said, read from the logs that the parts of `make test` leave.

Swift Testing names every test with its outcome; the C programs and the interop tests say `PASS sentence` of
what begins with an id, and `FAIL sentence` of whatever failed.
"""

import collections
import re

import conformance_rows

FOLDER = ".build/test"
PARTS = ["swift", "abi", "interop"]
SCRIPT = "script"
SWIFT = re.compile(r'Test "(.*)" (?:with \d+ test cases? )?(started\.|passed after|failed after)')
LINE = re.compile(r"(?:^|: )(PASS|FAIL) (.*)$")
PROGRAM = re.compile(r"^(FAIL )?(Tests/abi/\w+\.c(?:pp)?)(: .*)?$")
INTEROP = re.compile(r"^Tests/interop/test_(aiocoap|libcoap|onenet_local)\w*\.(?:py|sh)$")
BROKEN = re.compile(r"^interop: \S+ ended with status")

# kind: what ran it; peer: who sat at the other end; name: the test's; good: it passed.
Shown = collections.namedtuple("Shown", ["kind", "peer", "name", "good"])


def swift(lines):
    ends = {}
    for line in lines:
        match = SWIFT.search(line)
        if match and match[2] == "started.":
            ends.setdefault(match[1], False)
        elif match:
            failed_before = ends.get(match[1]) == "failed"
            ends[match[1]] = "failed" if match[2] == "failed after" or failed_before else True
    return [Shown("Swift", SCRIPT, name, end is True) for name, end in ends.items()]


def told(lines):
    """[(good, sentence)] of the lines that PASS or FAIL."""
    found = filter(None, map(LINE.search, lines))
    return [(match[1] == "PASS", match[2]) for match in found]


def without_end(results):
    """A program that ended badly and told of no failure has shown nothing."""
    return results if any(not good for good, _ in results) else [(False, name) for _, name in results]


def abi(lines):
    """A program's path comes first; one that crashed is a FAIL with its path, and its output follows."""
    groups = []
    for line in lines:
        match = PROGRAM.match(line)
        if match and groups and match[1] and groups[-1][1] == match[2] and match[3]:
            groups[-1][0] = True
        elif match:
            groups.append([bool(match[1]), match[2], []])
        elif groups:
            groups[-1][2].append(line)
    return [Shown("C", SCRIPT, name, good) for crashed, _, said in groups
            for good, name in (without_end(told(said)) if crashed else told(said))]


def interop(lines):
    groups = []
    for line in lines:
        match = INTEROP.match(line)
        if match:
            groups.append([match[1].replace("_", "-"), [], False])
        elif groups:
            groups[-1][1].append(line)
            groups[-1][2] |= bool(BROKEN.match(line))
    return [Shown("Python", peer, name, good) for peer, said, broken in groups
            for good, name in (without_end(told(said)) if broken else told(said))]


READERS = {"swift": swift, "abi": abi, "interop": interop}


def read():
    """All outcomes of the last run. A part that left no log, or one without an id, is a ValueError."""
    found = []
    for part in PARTS:
        try:
            with open(f"{FOLDER}/{part}.log", encoding="utf-8") as file:
                said = READERS[part](file.read().splitlines())
        except FileNotFoundError:
            said = []
        if not any(conformance_rows.ids(shown.name) for shown in said):
            raise ValueError(f"{FOLDER}/{part}.log: no test with an id; did `make test-{part}` run?")
        found += said
    return found


def by_row(found):
    """{id: its outcomes, each name once, the worst of those that have one}"""
    rows = collections.defaultdict(dict)
    for shown in found:
        for key in conformance_rows.ids(shown.name):
            place = shown[:3]
            rows[key][place] = rows[key].get(place, True) and shown.good
    return {key: sorted(Shown(*place, good) for place, good in places.items())
            for key, places in rows.items()}
