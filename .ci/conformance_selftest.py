# SPDX-License-Identifier: Apache-2.0
"""Breaks the rows, the logs and the pages in every way conformance.py guards against, and sees it say so."""

import os
import sys
import tempfile

import conformance
import conformance_page
import conformance_results
import conformance_rows

HEADER = "\t".join(conformance_rows.FIELDS)
ROWS = [HEADER, "# Some", "int-1\tG\t1.0\tyes\t1\tone\t", "int-2\tG\t1.1\tyes\t1\ttwo\tcame with 1.1",
        "int-3\tX\t1.0\tno\t1\tthree\tno card", "int-4\tD\t1.0\t=int-1\t1\tfour\t", "int-5\t+\t1.0\tyes\t1\tfive\t", "int-6\tG\t1.0\tnot yet\t1\tsix\tlater",
        "# Others", "C Peer 1\tG\t1.0\tyes\tseen\tsix\t", "4.1 RFC 7641 4.3\tG\t1.0\tyes\t\tseven\t"]
LOGS = {
    "swift": ['✔ Test "int-1, 4.1 RFC 7641 4.3, RFC 7641 4.5: it holds" passed after 0.1 seconds.',
              '✔ Test "int-1: so do these" with 3 test cases passed after 0.2 seconds.',
              '✔ Test "4.13: a code is no id" passed after 0.1 seconds.'],
    "abi": ["Tests/abi/one.c", "PASS C Peer 1: it is right", "2 passed, 0 failed"],
    "interop": ["Tests/interop/test_aiocoap.py", "PASS int-1: heard by another", "2 passed, 0 failed"],
}
RESULTS = {"int-1": "passed", "int-2": "not shown (1.1)", "int-3": "not applicable", "int-4": "passed",
           "int-5": "not shown", "int-6": "not shown", "C Peer 1": "passed", "4.1 RFC 7641 4.3": "passed"}


class Scene:
    """A good project in a folder of its own: rows, logs and pages that agree."""

    def __init__(self, folder):
        conformance_results.FOLDER = folder
        conformance_page.PAGE, conformance_page.DATA = f"{folder}/page.md", f"{folder}/page.json"
        self.rows = conformance_rows.parse("\n".join(ROWS))
        self.logs(LOGS)
        self.write()

    def logs(self, logs):
        for part, lines in logs.items():
            with open(f"{conformance_results.FOLDER}/{part}.log", "w", encoding="utf-8") as file:
                file.write("\n".join(lines) + "\n")

    def write(self):
        conformance.write(self.rows, conformance_results.read())

    def faults(self):
        """What the check says, in one text."""
        try:
            checks = conformance.check(self.rows, conformance_results.read())
        except ValueError as error:
            return str(error)
        return "\n".join(line for _, wrong in checks for line in wrong)

    def results(self):
        shown = conformance_results.by_row(conformance_results.read())
        return {key: conformance_page.result(row, shown) for key, row in self.rows.items()}


# (what is broken, the log, its lines, the row that must read failed)
FAILED = [
    ("a Swift test fails", "swift",
     ['✘ Test "int-1: it holds" failed after 0.1 seconds with 1 issue.'], "int-1"),
    ("one of two cases of a name fails", "swift",
     ['✘ Test "int-1: it holds" failed after 0.1 seconds.', '✔ Test "int-1: it holds" passed after 1 seconds.'], "int-1"),
    ("a Swift test never ends", "swift", ['◇ Test "int-1: it holds" started.'], "int-1"),
    ("a Swift test of several rows fails", "swift",
     ['✘ Test "int-5, 4.1 RFC 7641 4.3: it holds" failed after 0.1 seconds.'], "4.1 RFC 7641 4.3"),
    ("a C sentence fails", "abi", ["Tests/abi/one.c", "3 instead of 4: FAIL C Peer 1: it is right"], "C Peer 1"),
    ("a C program fails without a sentence", "abi",
     ["Tests/abi/one.c", "PASS C Peer 1: it is right", "1 passed, 0 failed", "FAIL Tests/abi/one.c: exit status 1"],
     "C Peer 1"),
    ("a C program crashes", "abi",
     ["FAIL Tests/abi/one.c: exit status -11", "PASS C Peer 1: it is right"], "C Peer 1"),
    ("an interop check fails", "interop",
     ["Tests/interop/test_libcoap.py", "FAIL int-1: heard by another: 1 instead of 2"], "int-1"),
    ("an interop test is killed", "interop",
     ["Tests/interop/test_libcoap.py", "PASS int-1: heard", "interop: Tests/interop/test_libcoap.py ended with status 124"],
     "int-1"),
]
# (what is broken, the log, its lines, what the check must say)
WRONG = [
    ("an id of no row", "swift", ['✔ Test "int-99: it holds" passed after 0.1 seconds.'], "int-99 is no row"),
    ("an id without its number", "swift", ['✔ Test "C Peer: it holds" passed after 0.1 seconds.'], "C Peer is no row"),
    ("an id behind the colon", "swift",
     ['✔ Test "int-1: as int-5" passed after 0.1 seconds.'], "int-5 does not stand"),
    ("an id in parentheses", "swift",
     [*LOGS["swift"], '✔ Test "it holds (int-5)" passed after 0.1 seconds.'], "int-5 does not stand"),
    ("a test more", "swift", [*LOGS["swift"], '✔ Test "int-5: new" passed after 0.1 seconds.'], "make conformance"),
    ("a test less", "swift", LOGS["swift"][:1], "make conformance"),
    ("another peer", "interop", ["Tests/interop/test_onenet_local_x.py", "PASS int-1: heard by another"],
     "make conformance"),
    ("a log without an id", "abi", ["Tests/abi/one.c", "1 passed, 0 failed"], "abi.log: no test with an id"),
]
BAD_ROWS = [
    ("a row that is there twice", [*ROWS, ROWS[2]], "is there twice"),
    ("a field too few", [*ROWS, "int-9\tG\t1.0\tyes\t1\tnine"], "6 fields"),
    ("no form of an id", [*ROWS, "int9\tG\t1.0\tyes\t1\tnine\t"], "no form of an id"),
    ("an unknown tier", [*ROWS, "int-9\tQ\t1.0\tyes\t1\tnine\t"], "tier 'Q'"),
    ("an unknown release", [*ROWS, "int-9\tG\t2.0\tyes\t1\tnine\t"], "release '2.0'"),
    ("not applicable without a reason", [*ROWS, "int-9\tG\t1.0\tno\t1\tnine\t"], "does not say why"),
    ("not yet without a reason", [*ROWS, "int-9\tG\t1.0\tnot yet\t1\tnine\t"], "does not say why"),
    ("applies perhaps", [*ROWS, "int-9\tG\t1.0\tperhaps\t1\tnine\t"], "none of yes"),
    ("shown by nobody", [*ROWS, "int-9\tD\t1.0\t=int-8\t1\tnine\t"], "int-8, which is not there"),
    ("no title", [*ROWS, "int-9\tG\t1.0\tyes\t1\t\t"], "has no title"),
]


def broken_logs(scene):
    for what, part, lines, row in FAILED:
        scene.logs({**LOGS, part: lines})
        yield what, scene.results()[row] == "failed" and f"{row} is not so" in scene.faults()
    for what, part, lines, words in WRONG:
        scene.logs({**LOGS, part: lines})
        yield what, words in scene.faults()
    scene.logs({**LOGS, "abi": ["Tests/abi/one.c", "PASS int-1: it is right"]})
    yield "a gate row nobody shows", "no test shows C Peer 1" in scene.faults()
    scene.logs(LOGS)
    os.remove(f"{conformance_results.FOLDER}/interop.log")
    yield "a log that is missing", "make test-interop" in scene.faults()
    scene.logs(LOGS)


def broken_pages(scene):
    for path in (conformance_page.PAGE, conformance_page.DATA):
        with open(path, encoding="utf-8") as file:
            good = file.read()
        for what, text in (("changed", good.replace("passed", "not shown", 1)), ("empty", "")):
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            yield f"{os.path.basename(path)} is {what}", "make conformance" in scene.faults()
        os.remove(path)
        yield f"{os.path.basename(path)} is missing", "make conformance" in scene.faults()
        scene.write()


def broken_rows():
    for what, lines, words in BAD_ROWS:
        try:
            conformance_rows.parse("\n".join(lines))
            yield what, False
        except ValueError as error:
            yield what, words in str(error)


def cases(scene):
    yield "all is well", scene.faults() == "" and scene.results() == RESULTS
    yield "the order of a log says nothing", in_any_order(scene)
    yield from broken_logs(scene)
    yield from broken_pages(scene)
    yield from broken_rows()


def in_any_order(scene):
    scene.logs({**LOGS, "swift": LOGS["swift"][::-1]})
    same = scene.faults() == ""
    scene.logs(LOGS)
    return same


def main():
    with tempfile.TemporaryDirectory() as folder:
        results = list(cases(Scene(folder)))
    failed = [what for what, seen in results if not seen]
    for what in failed:
        print(f"FAIL conformance, {what}: nobody noticed")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
