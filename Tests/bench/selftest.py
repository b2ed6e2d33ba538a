# SPDX-License-Identifier: Apache-2.0
"""Makes every figure grow and every rule fail once, and sees that it is noticed."""

import os
import shutil
import sys
import tempfile

import archives
import board
import document
import figures
import instructions
import memory
from tools import FLAGS, HOST, clang, compile_program, dist, run

import elf

NAMES = ("flash m total", "image m total", "ram 32-bit device", "stack m deepest",
         "instructions m read", "flatness m ratio")
GATE = figures.Gate(1020, 900, "bytes", "flash m total", "Flash", None, None)


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def expect(self, what, good):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAIL {what}")


def bad(committed, measured, gates=(), folder="."):
    """Texts of what the judgement finds wrong."""
    return [finding.text for finding in figures.judge(committed, measured, gates, folder)
            if not finding.good]


def raises(action, *arguments):
    try:
        action(*arguments)
    except figures.Malformed:
        return True
    return False


# ---- The rules ----------------------------------------------------------------------------------


def check_comparison(tally):
    committed = dict.fromkeys(NAMES, 1000)
    tally.expect("nothing has changed", not bad(committed, committed))
    tally.expect("2 % worse", not bad(committed, dict.fromkeys(NAMES, 1020)))
    for name in NAMES:
        tally.expect(f"{name} is 2.1 % worse", bad(committed, {**committed, name: 1021}))
        rest = {key: value for key, value in committed.items() if key != name}
        tally.expect(f"{name} is new", bad(rest, committed))
    rest = {key: value for key, value in committed.items() if key != "stack m deepest"}
    tally.expect("a figure is not measured any more", bad(committed, rest))
    tally.expect("a target is out of this run's reach",
                 not bad({**committed, "flash other total": 1}, committed))
    tally.expect("one byte where there was none",
                 bad({"flash m writable": 0}, {"flash m writable": 1}))
    for name in ("cpu m ratio", "floor m read"):
        tally.expect(f"{name} is not compared", not bad({name: 1}, {name: 9}))


def check_gates(tally):
    accepted = GATE._replace(accepted=1500.0, note="0042")

    def over(value, gate, folder="."):
        return bad({"flash m total": value}, {"flash m total": value}, [gate], folder)

    tally.expect("at the gate", not over(1020, GATE))
    tally.expect("over the gate", over(1021, GATE))
    tally.expect("a gate on nothing", bad({}, {}, [GATE]))
    tally.expect("a gate on a figure of another run", bad({"flash m total": 1021}, {}, [GATE]))
    on_time = GATE._replace(figure="cpu m ratio")
    tally.expect("a gate on a time", not bad({"cpu m ratio": 9000}, {}, [on_time]))
    tally.expect("accepted without a note", over(1000, accepted))
    with tempfile.TemporaryDirectory() as folder:
        for text, holds in (("It takes 1,500 bytes.", True), ("It takes 1,500.", True),
                            ("It takes 11,500 bytes.", False), ("It takes 1,500.5 bytes.", False),
                            ("It takes what it takes.", False)):
            with open(f"{folder}/0042-size.md", "w", encoding="utf-8") as file:
                file.write(text)
            tally.expect(f"accepted by a note that says: {text}",
                         holds is not bool(over(1500, accepted, folder)))
            tally.expect(f"over what is accepted: {text}", over(1501, accepted, folder))


def check_files(tally):
    with tempfile.TemporaryDirectory() as folder:
        def put(text):
            with open(f"{folder}/file", "w", encoding="utf-8") as file:
                file.write(text)
            return f"{folder}/file"

        written = {"flash m total": 66577, "flatness m ratio": 1.068, "stack m poll: Observe": 0}
        figures.write(written, f"{folder}/figures")
        tally.expect("figures are read as they were written",
                     figures.read(f"{folder}/figures") == written)
        for text in ("flash m total 5", "5 flash m", "-5 flash m total", "5 a b c\n6 a b c"):
            tally.expect(f"no figure: {text}", raises(figures.read, put(text)))
        gate = "gate | 1020 | 900 | bytes | flash m total | Flash"
        tally.expect("a gate", figures.read_gates(put(gate)) == [GATE])
        found = figures.read_gates(put(f"{gate}\naccepted | 1500 | 0042 | flash m total"))
        tally.expect("an accepted value", found == [GATE._replace(accepted=1500, note="0042")])
        for text in ("gate | 1020 | flash m total | Flash", f"{gate}\n{gate}",
                     "accepted | 9 | 0042 | flash m total"):
            tally.expect(f"no gate: {text}", raises(figures.read_gates, put(text)))


def check_board(tally):
    found = board.parse("m", ["stack nbiot_device_poll: Observe 640", "stack nbiot_version 0",
                              "instructions read 5120"])
    tally.expect("what a board says", found == {
        "stack m deepest": 640, "stack m nbiot_device_poll: Observe": 640,
        "stack m nbiot_version": 0, "instructions m read": 5120})
    for line in ("stack nbiot_version", "stack nbiot_version -8", "heap nbiot_version 8", "panic"):
        tally.expect(f"not what a board says: {line}",
                     raises(board.parse, "m", ["stack nbiot_version 0", "instructions read 1", line]))
    tally.expect("a board that counts nothing", raises(board.parse, "m", ["stack nbiot_version 0"]))


def check_documents(tally):
    tables = document.Tables({"flash m total": 1000}, [GATE])
    block = {"gates": document.Tables.by_gate}
    marked = "<!-- gates:begin -->\n<!-- gates:end -->\n"
    shown = document.fill(marked, tables, block)
    tally.expect("a table is written", "| 1,000 | 1,020 | 900 |" in shown)
    tally.expect("a table is up to date", document.fill(shown, tables, block) == shown)
    later = document.Tables({"flash m total": 1001}, [GATE])
    tally.expect("a table is out of date", document.fill(shown, later, block) != shown)
    tally.expect("a document without its table", raises(document.fill, "", tables, block))


# ---- The measuring ------------------------------------------------------------------------------


def check_flash(tally, folder):
    """An object more in the archive is its size more in the figure."""
    target = archives.IMAGE_TARGET
    source, more = f"{folder}/more.c", f"{folder}/more.o"
    with open(source, "w", encoding="utf-8") as file:
        file.write("const char more[3000] = {1};\nint count = 1;\n")
    run(clang(), "--target=armv7em-none-none-eabi", "-c", source, "-o", more)
    archive = shutil.copy(f"{dist(target)}/lib/libnbiot.a", folder)
    before = archives.measure_flash([target], archive)
    run(os.path.join(os.path.dirname(clang()), "llvm-ar"), "rD", archive, more)
    after = archives.measure_flash([target], archive)
    with open(more, "rb") as file:
        size = sum(section.size for section in elf.Object(file.read()).sections
                   if section.flags & elf.SHF_ALLOC and not section.flags & elf.SHF_WRITE)
    tally.expect("a larger archive", size >= 3000 and
                 after[f"flash {target} total"] - before[f"flash {target} total"] == size)
    tally.expect("a variable in the archive", after[f"flash {target} writable"] == 4)
    tally.expect("a larger archive is judged", bad(before, after))


def check_image(tally, folder):
    """A table in the application is in the image, and nobody else's."""
    target, source = archives.IMAGE_TARGET, f"{folder}/table.c"
    with open(source, "w", encoding="utf-8") as file:
        file.write("extern const char table[];\nconst char table[4096] = {1};\n")
    before = archives.measure_image()
    after = archives.measure_image(source, "-Wl,--undefined=table")
    grown = {name: after[name] - before[name] for name in before}
    tally.expect("a table in the application", 4096 <= grown[f"image {target} application"] < 4200)
    tally.expect("it is in the image", 4096 <= grown[f"image {target} total"] < 4200)
    tally.expect("it is not in the library", abs(grown[f"image {target} library"]) < 8)
    tally.expect("a larger image is judged", bad(before, after))


def check_ram(tally, folder):
    for header in os.listdir("CShims/include"):
        shutil.copy(f"CShims/include/{header}", folder)
    before = memory.measure_ram(folder)
    with open(f"{folder}/nbiot_budget.h", encoding="utf-8") as file:
        text = file.read()
    with open(f"{folder}/nbiot_budget.h", "w", encoding="utf-8") as file:
        file.write(text.replace("BYTES(receive, 512u)", "BYTES(receive, 1024u)"))
    after = memory.measure_ram(folder)
    for pointer in memory.POINTERS:
        name = f"ram {pointer} device with default capacities"
        tally.expect(f"a larger buffer, {pointer}", after[name] - before[name] == 512)
    tally.expect("a larger buffer is judged", bad(before, after))


def check_stack(tally, folder):
    source = f"{folder}/deep.c"
    with open(source, "w", encoding="utf-8") as file:
        file.write('#include "paint.h"\n'
                   "static void small(void) { volatile char a[100]; a[0] = 1; (void)a; }\n"
                   "static void large(void) { volatile char a[1000]; a[0] = 1; (void)a; }\n"
                   'int main(void) { measure("small", small); measure("large", large);\n'
                   "  print_rows(); return 0; }\n")
    run("cc", *FLAGS, "-O2", "-ITests/bench", source, "Tests/bench/paint.c", "-o", f"{folder}/deep")
    rows = dict(reversed(line.split(" ", 1)) for line in run(f"{folder}/deep").splitlines())
    large, small = int(rows["large"]), int(rows["small"])
    tally.expect(f"a deeper call: {rows}", small < 200 and 1000 <= large < 1100)
    found = memory.stack_figures("m", [("small", small), ("large", large)])
    tally.expect("the deepest call", found["stack m deepest"] == large)
    tally.expect("a deeper call is judged", bad({**found, "stack m deepest": small}, found))


def check_instructions(tally):
    """The program by hand, compiled without optimisation."""
    name = f"instructions {HOST} read"
    fast, again, slow = (
        {name: instructions.Counter(compile_program("floor", optimise=level)).per_request("read")}
        for level in ("-O2", "-O2", "-O0"))
    tally.expect(f"the same program again: {fast}, {again}", not bad(fast, again))
    tally.expect(f"a slower program: {fast}, {slow}", bad(fast, slow))


def main():
    tally = Tally()
    for check in (check_comparison, check_gates, check_files, check_board, check_documents,
                  check_instructions):
        check(tally)
    for check in (check_flash, check_image, check_ram, check_stack):
        with tempfile.TemporaryDirectory() as folder:
            check(tally, folder)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
