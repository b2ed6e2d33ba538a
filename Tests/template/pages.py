# SPDX-License-Identifier: Apache-2.0
"""The porter's pages name what there is: hooks, files, names of the headers; their C is that of a program, their figures hold.

Each finding is told; each kind of finding is tried on a page that has it.
"""

import glob
import os
import re
import sys

import template

PAGES = sorted({*glob.glob("ports/*.md"), *glob.glob("ports/template/*.md"), *glob.glob("ports/rtos/*.md"),
                *glob.glob("ports/sockets/*.md"), *glob.glob("ports/contract/*.md")})
HOOKS, GUIDE, FOOTPRINT = "ports/HOOKS.md", "ports/README.md", "docs/FOOTPRINT.md"
CHAPTERS = ["Bare metal with a UART module", "RTOS with one network task", "SoC: the application on the NB chip"]
ADVICE = ["Watchdog", "Sleep", "Clock"]
SOURCES = ["CShims/include/*.h", "ports/*/*.[ch]", "ports/*/include/*.h", "ports/*/source/*.c", "ports/*/examples/*/*.[ch]"]
QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"(?:\.\./)*[\w-]+(?:/[\w-]+)*(?:/|\.(?:c|h|md|txt))")
NAME = re.compile(r"\b(?:NBIOT|nbiot)_\w*\w(?![\w*])")
BOARD = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-ICShims/include"]
BLOCK = re.compile(r"^```c\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What the guide says, with the number of docs/FOOTPRINT.md or of nbiot_budget.h in it.
MEASURED = [(r"\| device with default capacities \| ([\d,]+) \|", "the device {} bytes by default"),
            (r"\| Deepest stack of any call, Cortex-M4 \| ([\d,]+) \|", "{} bytes for the library"),
            (r"\| `nbiot_resource_set` \| ([\d,]+) \|", "{} bytes for `nbiot_resource_set()`")]
RECKONED = [("NBIOT_MEMORY_BOOTSTRAP(0, 0, 0)", r"([\d,]+) more with bootstrap"),
            ("NBIOT_MEMORY_STORED(256)", r"([\d,]+) for 256 bytes of stored notifications")]
# Of the kits that our users come from, in the table that says what becomes of them.
OLD = re.compile(r"nbiot_(?:time|tick|sleep|malloc|free|udp_\w+|sockaddr_\w+|rand|strlen|printf)")


def there(folder, name):
    places = (folder, "", "ports", "CShims/include", "Tests/abi", *glob.glob("ports/*/examples/*"))
    return any(os.path.exists(os.path.join(place, name)) for place in places)


def sections(page):
    """{heading of a chapter: the headings inside}"""
    found, chapter = {}, None
    for line in page.splitlines():
        if line.startswith("## "):
            chapter = found.setdefault(line[3:], [])
        elif line.startswith("### ") and chapter is not None:
            chapter.append(line[4:])
    return found


def findings(path, page, sources):
    folder = os.path.dirname(path)
    for quoted in QUOTED.findall(page):
        if FILE.fullmatch(quoted) and not there(folder, quoted):
            yield f"{path}: there is no {quoted}"
    for name in sorted(set(NAME.findall(page))):
        if not OLD.fullmatch(name) and not re.search(rf"\b{name}", sources):
            yield f"{path}: nothing is called {name}"
    for block in BLOCK.findall(page):
        if block not in sources:
            yield f"{path}: no program has\n{block}"
    if path == HOOKS:
        yield from (f"{path}: no heading for {hook}" for hook in template.hooks(sources)
                    if not re.search(rf"^## `.*\b{hook}\(", page, re.MULTILINE))
    if path == GUIDE:
        inside = sections(page)
        yield from (f"{path}: {chapter}: nothing on {advice}" for chapter in CHAPTERS for advice in ADVICE
                    if advice not in inside.get(chapter, []))


def wrong_figures(guide, footprint):
    text = " ".join(guide.split())
    for row, sentence in MEASURED:
        said = sentence.format(re.search(row, footprint).group(1))
        if said not in text:
            yield f"{GUIDE} does not say: {said}"
    for formula, sentence in RECKONED:
        said = re.search(sentence, text)
        number = said.group(1).replace(",", "") if said else "0"
        program = f'#include "nbiot_budget.h"\ntypedef char proof[{formula} == {number} ? 1 : -1];\n'
        if template.run(*BOARD, "-c", "-x", "c", "-o", os.devnull, "-", text=program).returncode != 0:
            yield f"{GUIDE}: {formula} is not {number}"


def selftest(pages, sources):
    for change, what in [
            (lambda page: page + "\n`ports/nowhere.c`\n", "a file that is not there"),
            (lambda page: page + "\nNBIOT_NEVER_WAS\n", "a name that is not there"),
            (lambda page: page + "\n```c\nint nothing(void);\n```\n", "C of no program"),
            (lambda page: page.replace("### Watchdog", "### Dog", 1), "a chapter without its watchdog")]:
        yield list(findings(GUIDE, change(pages[GUIDE]), sources)) != [], f"{what} is missed"
    footprint = template.read(FOOTPRINT)
    text = " ".join(pages[GUIDE].split())
    for figure in [" bytes by default", " bytes for the library", " more with bootstrap", " for 256 bytes of stored"]:
        other = re.sub(rf"\d(?={figure})", lambda digit: str((int(digit.group()) + 1) % 10), text)
        yield list(wrong_figures(other, footprint)) != [], f"another number of{figure} is missed"
    bare = pages[HOOKS].replace("## `void wake(", "## `void rouse(")
    yield list(findings(HOOKS, bare, sources)) != [], "a hook without a heading is missed"


def main():
    files = sorted({path for pattern in SOURCES for path in glob.glob(pattern)})
    sources = "\n".join(template.read(path) for path in files)
    pages = {path: template.read(path) for path in PAGES}
    results = [(not found, "\n".join(found)) for found in (list(findings(path, pages[path], sources)) for path in PAGES)]
    wrong = list(wrong_figures(pages[GUIDE], template.read(FOOTPRINT)))
    results += [(not wrong, "\n".join(wrong)), *selftest(pages, sources)]
    for good, what in results:
        if not good:
            print(f"FAIL {what}")
    failed = sum(not good for good, _ in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
