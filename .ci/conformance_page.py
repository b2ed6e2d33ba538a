# SPDX-License-Identifier: Apache-2.0
"""docs/CONFORMANCE.md and docs/conformance.json: the rows, and what shows each of them."""

import collections
import itertools
import json

PAGE, DATA = "docs/CONFORMANCE.md", "docs/conformance.json"
TEXT = "Tests/conformance/how-to-read.md"
PEERS = {"script": "script", "aiocoap": "aiocoap", "libcoap": "libcoap", "onenet-local": "onenet-local (ours)"}
ORDER = ["passed", "failed", "not shown", "not shown (1.1)", "not shown (1.2)", "not applicable"]


def shown_for(row, shown):
    """The outcomes of a row, or of the row that shows it too."""
    return shown.get(row.id, []) + (shown.get(row.applies[1:], []) if row.applies[0] == "=" else [])


def result(row, shown):
    tests = shown_for(row, shown)
    if tests:
        return "passed" if all(test.good for test in tests) else "failed"
    if row.applies == "no":
        return "not applicable"
    return "not shown" if row.release == "1.0" else f"not shown ({row.release})"


def peers(tests):
    there = {test.peer for test in tests}
    return [name for peer, name in PEERS.items() if peer in there]


def cell(text):
    return text.replace("|", "\\|")


def counted(tests):
    kinds = collections.Counter(test.kind for test in tests)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def notes(row):
    also = f"as {row.applies[1:]}" if row.applies[0] == "=" else ""
    return "; ".join(filter(None, [also, row.note]))


def table(rows, shown):
    yield "| Id | What | Tier | Release | Result | Against | Tests | Note |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for row in rows:
        tests = shown_for(row, shown)
        outcome = result(row, shown)
        outcome = f"**{outcome}**" if outcome == "failed" else outcome
        yield "| " + " | ".join([
            row.id, cell(row.title), row.tier, row.release, outcome, ", ".join(peers(tests)),
            counted(tests), cell(notes(row))]) + " |"


def summary(rows, shown):
    columns = [name for name in ORDER if any(result(row, shown) == name for row in rows.values())]
    yield "| Section | Rows | " + " | ".join(columns) + " | against aiocoap or libcoap |"
    yield "| --- |" + " ---: |" * (len(columns) + 2)
    for section, group in itertools.groupby(rows.values(), key=lambda row: row.section):
        group = list(group)
        counts = collections.Counter(result(row, shown) for row in group)
        independent = sum(any(test.peer in ("aiocoap", "libcoap") for test in shown_for(row, shown))
                          for row in group)
        yield f"| {section} | {len(group)} | " + " | ".join(
            str(counts[name]) for name in columns) + f" | {independent} |"


def tests_of(row, shown):
    yield f"**{row.id}** {row.title}"
    yield ""
    for test in shown[row.id]:
        failed = "" if test.good else " **failed**"
        yield f"- {test.kind}, {PEERS[test.peer]}: {test.name}{failed}"
    yield ""


def page(rows, shown):
    with open(TEXT, encoding="utf-8") as file:
        lines = [file.read().rstrip("\n"), "", "## Sum", "", *summary(rows, shown), ""]
    for section, group in itertools.groupby(rows.values(), key=lambda row: row.section):
        lines += [f"## {section}", "", *table(list(group), shown), ""]
    lines += ["## The tests of each row", ""]
    for row in rows.values():
        if row.id in shown:
            lines += tests_of(row, shown)
    return "\n".join(lines).rstrip("\n") + "\n"


def entries(rows, shown):
    return [{
        "id": row.id, "section": row.section, "title": row.title, "clause": row.clause, "tier": row.tier,
        "release": row.release, "note": notes(row), "result": result(row, shown),
        "against": peers(shown_for(row, shown)),
        "shown_by": [{"kind": test.kind, "against": PEERS[test.peer], "test": test.name,
                      "result": "passed" if test.good else "failed"}
                     for test in shown_for(row, shown)],
    } for row in rows.values()]


def data(rows, shown):
    """A row is a line, so that a difference is one too."""
    return "[\n" + ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries(rows, shown)) + "\n]\n"
