# SPDX-License-Identifier: Apache-2.0
"""The arrows of the state charts in docs/ARCHITECTURE.md, and the tests that carry their names.

An arrow is named `from → to: cause`, in the first cell of a row of the page. A test carries it when one part of its name,
between semicolons and without what is in brackets, is that name; words that end with a colon may stand before it.
"""

import re

PAGE = "docs/ARCHITECTURE.md"
SECTION = "## State charts"
ROW = re.compile(r"^\| ([^|]*→[^|]*) \|", re.MULTILINE)
ARROW = re.compile(r"(?:[^→]*: )?([^→:]+ → [^→:]+: .+)")
SWIFT_NAME = re.compile(r'@Test\(\s*"((?:\\.|[^"\\])*)"')
C_SENTENCE = re.compile(r'"((?:\\.|[^"\\])*→(?:\\.|[^"\\])*)"')


def of_page(text):
    """The arrows of the section, in the order of their rows."""
    section = text.partition(SECTION)[2].partition("\n## ")[0]
    return ROW.findall(section)


def of_names(names):
    """Yields (arrow, or None when it is none, name) for each part of a name that has an arrow in it."""
    for name in names:
        for part in re.sub(r" \([^)]*\)", "", name).split("; "):
            if "→" in part:
                match = ARROW.fullmatch(part)
                yield match and match[1], name


def names(path, text):
    """The names of the tests in a file."""
    return (SWIFT_NAME if path.endswith(".swift") else C_SENTENCE).findall(text)


def findings(page, tests):
    """What is wrong: `page` is its text, `tests` are names of tests."""
    drawn = of_page(page)
    if not drawn:
        yield f"{PAGE}: no arrow in '{SECTION}'"
    for arrow in sorted({arrow for arrow in drawn if drawn.count(arrow) > 1}):
        yield f"{PAGE}: '{arrow}' twice"
    for arrow in drawn:
        if not ARROW.fullmatch(arrow):
            yield f"{PAGE}: '{arrow}' is not 'from → to: cause'"
    carried = set()
    for arrow, name in of_names(tests):
        carried.add(arrow)
        if arrow not in drawn:
            yield f"{PAGE} has no arrow '{arrow or name}', which a test is named after"
    for arrow in sorted(set(drawn) - carried):
        yield f"no test is named after '{arrow}' of {PAGE}"


BROKEN = [
    ("an arrow without a test", "| a → b: one | |\n| b → a: two | |\n", ["a → b: one"]),
    ("a test without an arrow", "| a → b: one | |\n", ["a → b: one", "int-1: b → a: two; at once"]),
    ("an arrow with another cause", "| a → b: one | |\n", ["a → b: one more"]),
    ("an arrow without a cause", "| a → b | |\n", ["a → b"]),
    ("an arrow twice", "| a → b: one | |\n| a → b: one | |\n", ["a → b: one"]),
    ("a chain in a name", "| a → b: one | |\n", ["a → b: one", "a → b → c: one"]),
    ("a page without arrows", "", []),
]
GOOD = ("| a → b: one | why | [4] |\n| b, c → a: two, or three | |\n",
        ["int-1: a → b: one (int-2); at once", "here; x 1: b, c → a: two, or three (RFC 1 2.3)", "plain"])


def selftest():
    """Yields each fault that is not found, and what is found where there is none."""
    for what, rows, tests in BROKEN:
        if not list(findings(f"{SECTION}\n{rows}\n## Next\n| x → y: not here | |\n", tests)):
            yield f".ci/arrows.py does not see {what}"
    for finding in findings(f"{SECTION}\n{GOOD[0]}", GOOD[1]):
        yield f".ci/arrows.py in a good page: {finding}"
