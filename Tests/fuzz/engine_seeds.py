# SPDX-License-Identifier: Apache-2.0
"""engine_seeds.py FOLDER: writes programs of the target `engine`, one for each thing a device may come to.

Names of actions and paths are looked up in the sources, so that a table that grows does not make nonsense of them.
"""

import os
import re
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Fuzzing")


def source(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


ACTIONS = re.findall(r"^  case (\w+)$", source("EngineAction.swift").split("public enum")[0], re.M)
PATHS = re.findall(r'"([^"]*)"', re.search(r"paths = \[(.*?)\n  \]", source("EngineSpeech.swift"), re.S).group(1))
GET, PUT, POST, DELETE = 0, 1, 2, 3
CONNECTED, OBSERVED, OBSERVED_TWICE, NOT_YET = 0, 1, 2, 3
TIMES = [0, 1, 50, 500, 2000, 5000, 20000, 93000, 250000, 3600000, 86400000]
EMPTY = [0]


def device(beginning=CONNECTED, kind=0, buffer=0, hold_off=0, body=0, stored=0):
    return [beginning, kind, buffer, 0, 0, hold_off, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, body, stored]


def action(name, *arguments):
    return [ACTIONS.index(name), *arguments]


def request(method, path, options=(0,), payload=(0,)):
    """Options begin with the byte that says which there are."""
    return action("request", method, PATHS.index(path), 0x08, *options, *payload)


def time(milliseconds):
    return action("time", TIMES.index(milliseconds))


REGISTER, DEREGISTER = action("command", 0), action("command", 1)
LINK_LOST, REBIND = action("network", 2), action("network", 3)
PROGRAMS = {
    "registered": [device(), time(250000), request(GET, "/3/0"), action("command", 2, 1, 1), DEREGISTER],
    "unanswered": [device(), action("manners", 0xFD), time(250000), time(250000), REGISTER],
    "refused": [device(NOT_YET), action("manners", 0), REGISTER, action("answer", 5, 0), time(93000),
                action("answer", 0, 8)],
    "deregistering": [device(), action("manners", 0xFD), DEREGISTER, action("answer", 2, 0)],
    "disabled": [device(), request(POST, "/1/0/4"), time(5000), request(GET, "/3/0"), time(86400000), time(5000)],
    "observed": [device(OBSERVED), request(PUT, "/3303/0/5700", (4, 2)), action("change", 0, 9),
                 action("notify", 0, 1), time(5000), action("notify", 0, 2), action("settle", 1)],
    "stored": [device(OBSERVED, kind=32, stored=2), action("network", 0, 15), action("notify", 0, 1), time(50),
               action("notify", 1, 2), action("powerCut"), REGISTER, request(GET, "/1000/0/0", (1, 0)), time(5000)],
    "outage": [device(OBSERVED, stored=2), LINK_LOST, action("change", 0, 3), time(500), action("change", 0, 90),
               time(93000), request(GET, "/3303/0/5700", (1, 0)), time(5000)],
    "deferred": [device(), action("verdicts", *[3] * 8), request(POST, "/1000/0/5"), time(2000),
                 action("respond", 0, 0), request(GET, "/1000/0/0"), time(20000)],
    "bootstrap": [device(kind=4), time(2000), action("powerCut"), REGISTER, time(2000)],
    "bootstrap-orders": [device(NOT_YET, kind=4), action("manners", 0x0F), REGISTER] +
                        [action("order", which, 8) for which in (10, 5, 3, 0, 1, 8, 2)] + [time(5000)],
    "hold-off": [device(kind=4, hold_off=7), time(93000), time(250000)],
    "asleep": [device(kind=16), time(20000), action("change", 0, 3), time(250000)],
    "streamed": [device(), action("upload", 0x80 | 0x10, 0, 0, 8), action("upload", 0, 0, 8),
                 action("upload", 0, 16, 8)],
    "body": [device(body=1), action("upload", 0x80, 0, 1, 8), action("again"), action("upload", 0, 16, 8),
             request(GET, "/1000/0/3")],
    "blocks": [device(buffer=1), action("download", 0x80, 8), action("download", 0, 8), request(GET, "/1000/0/2"),
               request(GET, "/1000/0/2", (32, 0x10)), time(250000)],
    "instances": [device(), request(POST, "/1000", (2, 7), (2, 0x51, 0, 1, 5)), request(DELETE, "/1000/1"),
                  time(2000)],
    "rebind": [device(OBSERVED, kind=8), REBIND, action("change", 0, 3), time(2000), REBIND, time(93000)],
    "noise": [device(), action("raw", 0x40, 0, 0x12, 0x34), action("raw", 0x4F, 1, 0, 1), action("raw", 0x40),
              action("head", PUT, 4, 8, 0, 4, 4, 0), action("resources", 2), action("resources", 2),
              action("network", 1, 2), LINK_LOST, time(93000), action("network", 1, 0), time(250000)],
}


def main():
    if len(sys.argv) != 2:
        print("usage: engine_seeds.py FOLDER", file=sys.stderr)
        return 2
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, parts in PROGRAMS.items():
        with open(os.path.join(sys.argv[1], name), "wb") as file:
            file.write(b"".join(bytes([len(part), *part]) for part in parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
