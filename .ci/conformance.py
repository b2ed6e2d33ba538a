# SPDX-License-Identifier: Apache-2.0
"""Conformance as data: which rows the tests show.

conformance.py write   docs/CONFORMANCE.md and docs/conformance.json of the last run
conformance.py check   that both are what the last run says, and that every id is one of a row
"""

import difflib
import sys

import conformance_page
import conformance_results
import conformance_rows

USAGE = "usage: conformance.py write|check"


def documents(rows, shown):
    return {conformance_page.PAGE: conformance_page.page(rows, shown),
            conformance_page.DATA: conformance_page.data(rows, shown)}


def strangers(rows, found):
    """Ids that are on a test and in no row, or stand where they do not count."""
    for name in sorted({shown.name for shown in found}):
        for key in conformance_rows.ids(name):
            if key not in rows:
                yield f"{key} is no row of {conformance_rows.PATH}: {name}"
        for key in conformance_rows.misplaced(name):
            yield f"{key} does not stand before the colon: {name}"


def failures(rows, shown):
    for key in rows:
        for test in shown.get(key, []):
            if not test.good:
                yield f"{key} is not so: {test.name}"


def gaps(rows, shown):
    for row in rows.values():
        if conformance_rows.is_gate(row) and row.id not in shown:
            yield f"no test shows {row.id}: {row.title}"


def difference(path, wanted, committed):
    if committed == wanted:
        return []
    lines = list(difflib.unified_diff(committed.splitlines(), wanted.splitlines(), path, "this run",
                                      lineterm="", n=0))
    more = [f"... and {len(lines) - 60} lines more"] if len(lines) > 60 else []
    return ["\n".join([f"{path} is not what this run says; run `make conformance`", *lines[:60], *more])]


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def of_tests(rows, found, shown):
    """[(what is checked, what is wrong about it)]"""
    return [("every id is a row's", list(strangers(rows, found))),
            ("no row has failed", list(failures(rows, shown))),
            ("every gate row is shown", list(gaps(rows, shown)))]


def check(rows, found):
    shown = conformance_results.by_row(found)
    return of_tests(rows, found, shown) + [
        (path, difference(path, text, read(path))) for path, text in documents(rows, shown).items()]


def write(rows, found):
    shown = conformance_results.by_row(found)
    for path, text in documents(rows, shown).items():
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    return of_tests(rows, found, shown)


def report(checks):
    failed = 0
    for what, wrong in checks:
        failed += bool(wrong)
        for line in wrong:
            print(f"FAIL {what}: {line}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return failed != 0


def main(arguments):
    verb = {"write": write, "check": check}.get(arguments[0]) if len(arguments) == 1 else None
    if verb is None:
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return report(verb(conformance_rows.load(), conformance_results.read()))
    except ValueError as error:
        return report([("conformance", [str(error)])])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
