# SPDX-License-Identifier: Apache-2.0
"""The rows of Tests/conformance/rows.tsv, and how the name of a test says which of them it shows.

A name begins with the ids of its rows and a colon: `int-302, 4.1 RFC 7641 4.3: it ends, others go on`. What
stands among them and looks like no id (`RFC 7641 4.5`, `LwM2M 1.0 E.4`) is a clause, and passed over.
"""

import collections
import re

PATH = "Tests/conformance/rows.tsv"
FIELDS = ["id", "tier", "release", "applies", "clause", "title", "note"]
TIERS, RELEASES = set("G+LXPD"), {"1.0", "1.1", "1.2"}
# Whether a test can show it: `no` for good, `not yet` for now; both with a note. `=ID`: that row shows it too.
APPLIES = {"yes", "no", "not yet"}
ID = re.compile(r"int-\d+|4\.[12] RFC \d.*|4\.3-\d+|C [A-Z].*|D \d+")
LOST = re.compile(r"\bint-\d+|\b4\.3-\d+|\b4\.[12] RFC \d+|\bC (?:Wakaama|Zephyr|Anjay|Leshan)\b|\bD \d+\b")

Row = collections.namedtuple("Row", [*FIELDS, "section"])


def wrong(row, known):
    """What is wrong about a row, or None."""
    if row.id in known:
        return "is there twice"
    if not ID.fullmatch(row.id):
        return "has no form of an id"
    if row.tier not in TIERS or row.release not in RELEASES:
        return f"has tier {row.tier!r} and release {row.release!r}"
    if row.applies not in APPLIES and not row.applies.startswith("="):
        return f"applies {row.applies!r}, which is none of yes, no, not yet and =ID"
    if row.applies in ("no", "not yet") and not row.note:
        return f"applies {row.applies!r}, and does not say why"
    return None if row.title else "has no title"


def parse(text):
    """{id: row}, in the order of the data. A line `# ...` begins a section."""
    rows, section = {}, ""
    for number, line in enumerate(text.splitlines()[1:], 2):
        if line.startswith("# "):
            section = line[2:]
            continue
        fields = line.split("\t")
        if len(fields) != len(FIELDS):
            raise ValueError(f"{PATH}:{number}: {len(fields)} fields instead of {len(FIELDS)}")
        row = Row(*fields, section)
        fault = wrong(row, rows)
        if fault:
            raise ValueError(f"{PATH}:{number}: {row.id} {fault}")
        rows[row.id] = row
    for row in rows.values():
        if row.applies.startswith("=") and row.applies[1:] not in rows:
            raise ValueError(f"{PATH}: {row.id} is shown by {row.applies[1:]}, which is not there")
    return rows


def is_gate(row):
    """What has to be shown before this is called LwM2M 1.0."""
    return row.tier == "G" and row.release == "1.0" and row.applies == "yes"


def load():
    with open(PATH, encoding="utf-8") as file:
        return parse(file.read())


def head(name):
    """(what stands before the colon, what stands behind it)"""
    before, colon, behind = name.partition(":")
    return (before, behind) if colon else ("", name)


def ids(name):
    """The ids a name begins with."""
    return [part for part in head(name)[0].split(", ") if ID.fullmatch(part)]


def misplaced(name):
    """Ids of a name that stand where nobody counts them."""
    before, behind = head(name)
    rest = [part for part in before.split(", ") if not ID.fullmatch(part)]
    return LOST.findall(", ".join([*rest, behind]))
