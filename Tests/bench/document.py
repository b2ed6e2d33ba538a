# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/FOOTPRINT.md and README.md, out of the figures and the gates."""

import re

import figures as register
from figures import number
from tools import HOST

DOCUMENT, README = "docs/FOOTPRINT.md", "README.md"
STATES = {"aim": "aim met", "gate": "gate held", "OVER": "**over the gate**"}
OPERATIONS = {
    "read": "GET of a resource, text",
    "read-instance": "GET of an instance, five resources, TLV",
    "write": "PUT of a resource, text",
    "execute": "Execute",
    "notify": "one notification",
    "discover": "Discover, 2 instances of 6 resources",
    "ping": "ping",
    "read-1000": "GET with 1,000 instances and 1,000 observations",
    "hooks": "of each, ping excepted: the hooks",
}
IMAGE = {
    "library": "library",
    "application": "application, hooks, start-up code, vectors",
    "libc": "libc: `snprintf`, `memcpy` and what they need",
    "arithmetic": "compiler's arithmetic (libgcc)",
    "total": "**flash, whole image**",
    "ram": "RAM, static, the device's block included",
}
FLASH = ("total", "text", "constants", "writable", "at-modem")
README_ROWS = [
    "flash cortex-m4 total", "image cortex-m4 total", "flash cortex-m4 at-modem",
    "ram 32-bit device with default capacities",
    "stack cortex-m4 deepest", "flash cortex-m4 writable", "instructions linux-x86_64 read",
    "cpu linux-x86_64 ratio",
]


def table(head, rows):
    """A Markdown table whose first column is text and whose others are figures."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def code(call):
    """nbiot_device_poll: Observe -> `nbiot_device_poll`: Observe"""
    name, colon, rest = call.partition(":")
    return f"`{name}`{colon}{rest}"


class Tables:
    """One method per block; BLOCKS says which file has which."""

    def __init__(self, figures, gates):
        self.figures, self.gates = figures, gates

    def places(self, kind):
        found = {register.place(name) for name in self.figures if register.kind(name) == kind}
        # The host last: it is what firmware has least to do with.
        return sorted(found, key=lambda target: (target == HOST, target))

    def subjects(self, kind):
        """What is known of a kind, in whatever place."""
        return dict.fromkeys(register.subject(name) for name in self.figures
                             if register.kind(name) == kind)

    def cell(self, *words):
        value = self.figures.get(" ".join(words))
        return "–" if value is None else number(value)

    def row(self, text, kind, places, subject):
        return [text, *(self.cell(kind, place, subject) for place in places)]

    def by_gate(self):
        rows = []
        for gate in self.gates:
            state, _ = register.state(gate, self.figures.get(gate.figure))
            text = STATES.get(state, state)
            if gate.accepted is not None:
                text += f" ({number(gate.accepted)}, `decisions/{gate.note}`)"
            rows.append([gate.words, self.cell(gate.figure), number(gate.limit), number(gate.aim),
                         gate.unit, text])
        return table(["figure", "measured", "gate", "aim", "unit", "state"], rows)

    def flash(self):
        return table(["target", *FLASH], [
            [target, *(self.cell("flash", target, name) for name in FLASH)]
            for target in self.places("flash")])

    def image(self):
        places = self.places("image")
        rows = [self.row(text, "image", places, name) for name, text in IMAGE.items()]
        return table(["bytes of", *places], rows)

    def ram(self):
        places = self.places("ram")
        rows = [self.row(name, "ram", places, name) for name in self.subjects("ram")]
        return table(["bytes of a", *places], rows)

    def stack(self):
        places = self.places("stack")

        def depth(call):
            return [-self.figures.get(f"stack {place} {call}", 0) for place in places], call

        calls = sorted((call for call in self.subjects("stack") if call != "deepest"), key=depth)
        return table(["call", *places],
                     [self.row(code(call), "stack", places, call) for call in calls])

    def instructions(self):
        boards = [place for place in self.places("instructions") if place != HOST]
        rows = []
        for name in {**OPERATIONS, **self.subjects("instructions")}:
            own = self.figures.get(f"instructions {HOST} {name}")
            least = self.figures.get(f"floor {HOST} {name}")
            ratio = f"{own / least:.2f}" if own and least else "–"
            rows.append([OPERATIONS.get(name, name), self.cell("instructions", HOST, name),
                         self.cell("floor", HOST, name), ratio,
                         *(self.cell("instructions", place, name) for place in boards)])
        return table(["operation", HOST, "by hand", "ratio", *boards], rows)

    def cpu(self):
        head = ["nanoseconds of CPU per request", "nbiot", "by hand", "ratio"]
        cells = (self.cell("cpu", HOST, name) for name in ("nbiot", "floor", "ratio"))
        return table(head, [["GET of a resource, text, 16 outstanding", *cells]])

    def footprint(self):
        gates = {gate.figure: gate for gate in self.gates}
        rows = []
        for name in README_ROWS:
            text, cell = gates[name].words, self.cell(name)
            if gates[name].unit != "times":
                cell += f" {gates[name].unit}"
            if register.kind(name) == "instructions":
                least = self.cell("floor", register.place(name), register.subject(name))
                cell = f"{cell} (by hand: {least})"
            if name in self.figures:
                rows.append([text, cell])
        return table(["figure", "measured"], rows)


BLOCKS = {
    DOCUMENT: {"gates": Tables.by_gate, "flash": Tables.flash, "image": Tables.image,
               "ram": Tables.ram, "stack": Tables.stack, "instructions": Tables.instructions,
               "cpu": Tables.cpu},
    README: {"footprint": Tables.footprint},
}


def fill(content, tables, blocks):
    """The text with every block between `<!-- NAME:begin -->` and `<!-- NAME:end -->` anew."""
    for name, block in blocks.items():
        marked = re.compile(rf"(<!-- {name}:begin -->\n).*?(<!-- {name}:end -->)", re.DOTALL)
        lines = block(tables)
        content, count = marked.subn(rf"\g<1>{lines}\n\g<2>", content)
        if count != 1:
            raise register.Malformed(f"{count} blocks {name}")
    return content


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def render(figures, gates):
    for path, blocks in BLOCKS.items():
        text = fill(read(path), Tables(figures, gates), blocks)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def check(figures, gates):
    """A finding per document: its tables are those of the figures."""
    for path, blocks in BLOCKS.items():
        content = read(path)
        good = fill(content, Tables(figures, gates), blocks) == content
        text = f"{path} is not made of {register.FIGURES}: run make footprint"
        yield register.Finding(good, "" if good else text)
