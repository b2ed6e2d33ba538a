# SPDX-License-Identifier: Apache-2.0
"""seeds.py FOLDER: writes programs of the harness that reach what chance reaches late.

The names of actions and paths are looked up in the sources, so that a table that grows does not make nonsense of them.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def source(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


ACTIONS = re.findall(r"\w+", re.search(r"actions\[\]\)\(script_t \*\) = \{(.*?)\};", source("program.c"), re.S).group(1))
PATHS = re.findall(r'"([^"]*)"', re.search(r"paths\[\] = \{(.*?)\};", source("grammar.c"), re.S).group(1))
GET, PUT, POST, DELETE = 0, 1, 2, 3
NOTHING, TEXT, TLV, PATTERN = 0, 1, 2, 4
TIMES = {0: 0, 1: 1, 50: 2, 500: 3, 2000: 4, 5000: 5, 20000: 6, 93000: 7, 250000: 8, 3600000: 9, 86400000: 10}


def configuration(kind=0, name=0, stored=0, body=0, furnished=0, callbacks=0):
    """The clock, what is added, hooks, kind, texts; sizes; times; callbacks, memory."""
    profile = [0] if kind & 1 else []
    return bytes([0, 0, 0, 0, furnished, 0, kind, name, 0, *profile, 0, 1,
                  0, 0, body, stored, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                  0, 0, 0, 0, 0, 0, 0, callbacks, 0])


def action(name, *arguments):
    return bytes([ACTIONS.index(name), *arguments])


def request(code, path, *options, payload=(NOTHING,)):
    """Options begin with the byte that says which there are."""
    return action("do_request", 0, code, PATHS.index(path), 0x08, *(options or [0]), *payload)


def wait(milliseconds):
    return action("pass_time", TIMES[milliseconds])


def observe(path):
    return request(GET, path, 1, 0)


def notify(identifier, resource=0):
    return action("do_notify", identifier, resource, 0)


CLOSE = action("do_close", 3)
PROGRAMS = {
    "registered": [configuration(), wait(2000), request(GET, "/3/0"), wait(250000)],
    "observed": [configuration(), request(PUT, "/1000/0/0", 4, 0), observe("/1000/0/0"), action("do_touch", 0), notify(0), notify(1), wait(2000), notify(2),
                 wait(5000), CLOSE],
    "disabled": [configuration(), request(POST, "/1/0/4"), wait(5000), request(GET, "/3/0"), wait(86400000), wait(5000)],
    "deferred": [configuration(), action("do_callbacks", *[3] * 8), request(POST, "/1000/0/5"), wait(2000),
                 action("do_respond", 0, 0, 0), wait(2000), request(GET, "/1000/0/0"), wait(20000), CLOSE],
    "stored": [configuration(kind=0x20, stored=3), observe("/1000/0/0"), notify(1), wait(50), notify(2), wait(50),
               action("start_anew", 0, 0, 0x20, 0, 0, 0, 1, 0, 0, 0, 3), observe("/1000/0/0"), wait(5000)],
    "blocks": [configuration(body=3, furnished=0)] + [action("do_block", 0, 0x80 | 0x10, 0, 0, 0x08)] +
              [action("do_block", 0, 0, 0, 0x08)] * 3 + [action("do_block", 0, 0, 0x10, 0x08), wait(2000)],
    "body": [configuration(body=3), action("do_block", 0, 0x80, 0, 1, 0x08), action("do_block", 0, 0, 0x10, 0x08),
             request(GET, "/1000/0/3")],
    "bootstrap": [configuration(kind=4, furnished=4), wait(2000), wait(5000), observe("/1000/0"), wait(93000)],
    "bootstrap-secure": [configuration(kind=4, furnished=5), action("do_manners", 0, 0, 0, 0, 0, 0, 2, 0),
                         action("do_connect", 0), wait(5000),
                         wait(20000), request(GET, "/1000/0")],
    "bootstrap-refused": [configuration(kind=4, furnished=5), action("do_manners", 0, 0, 0, 8, 0, 0, 0, 0),
                          action("do_connect", 0), wait(5000),
                          action("do_manners", 0, 0, 0, 0, 0, 0, 3, 0), wait(3600000)],
    "secure": [configuration(name=1), wait(5000), request(GET, "/1000"), action("do_rebind"), wait(5000), CLOSE],
    "asleep": [configuration(kind=0x10), wait(93000), wait(250000), notify(1), wait(2000)],
    "refused": [configuration(furnished=5), wait(50), action("do_manners", 8, 0, 0, 0, 0, 0, 0, 0), action("do_connect", 3),
                wait(3600000), action("do_manners", 0, 3, 0, 0, 0, 0, 0, 0), wait(3600000), action("do_update", 1, 1),
                wait(5000)],
}


def main():
    if len(sys.argv) != 2:
        print("usage: seeds.py FOLDER", file=sys.stderr)
        return 2
    os.makedirs(sys.argv[1], exist_ok=True)
    for name, parts in PROGRAMS.items():
        with open(os.path.join(sys.argv[1], name), "wb") as file:
            file.write(b"".join(bytes([len(part)]) + part for part in parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
