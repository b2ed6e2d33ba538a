# SPDX-License-Identifier: Apache-2.0
"""Runs the C test programs on emulated boards; each must print there what it prints on Linux.

board_tests.py BOARD...

The programs are those of Tests/abi and ports/contract that use the mock port, and Tests/board/wire.c.
Tests/board/excluded.txt names the others with the reason. The rest of Tests/board tries the board and this runner.
"""

import concurrent.futures
import difflib
import functools
import os
import re
import subprocess
import sys

import boards
import programs

FOLDERS = ["Tests/abi", "ports/contract"]
WIRE = "Tests/board/wire.c"
EXCLUDED = "Tests/board/excluded.txt"
REGISTERS = {"cortex-m": r"^pc +0x[0-9a-f]{8}$", "riscv32-virt": r"^mepc +0x[0-9a-f]{8}$"}
FAULT_STATUS = 139


def excluded():
    with open(EXCLUDED, encoding="utf-8") as file:
        return dict(line.split(None, 1) for line in file.read().splitlines() if line and not line.startswith("#"))


def select(tally):
    """(source, support) of each program that is to run; says what does not, and why."""
    left_out, chosen, seen = excluded(), [], set()
    for program in programs.programs(FOLDERS, []):
        seen |= {program.source, *program.support}
        if program.source in left_out:
            print(f"skip {program.source}: {left_out[program.source]}")
            continue
        tally.note(program.library == "nbiot-mock", f"{program.source} needs {program.library} and is not excluded")
        chosen.append((program.source, tuple(path for path in program.support if path not in left_out)))
    for path in sorted(left_out.keys() - seen):
        tally.note(False, f"{EXCLUDED} names {path}, which is no program")
    return [*chosen, (WIRE, ())]


@functools.lru_cache
def on_linux(source, support=()):
    """(exit status, output)"""
    path = f"{boards.OUT}/linux/{os.path.splitext(source)[0].replace('/', '-')}"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    includes = sorted({f"-I{os.path.dirname(each)}" for each in [source, *support]})
    boards.check_call(["gcc", *boards.FLAGS, *includes, source, *support, *programs.flags("nbiot-mock"), "-o", path])
    run = subprocess.run([path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                         errors="replace", timeout=boards.SECONDS, check=False)
    return run.returncode, run.stdout


def differences(wanted, got):
    """Lines; none when the runs are alike."""
    if got[0] != wanted[0]:
        yield "it had to be ended" if got[0] is None else f"exit status {got[0]}, on Linux {wanted[0]}"
    yield from difflib.unified_diff(wanted[1].splitlines(), got[1].splitlines(), "Linux", "board", lineterm="", n=1)


def run_twice(board, source, support):
    """The run on Linux and that on the board; or why there is none."""
    try:
        return on_linux(source, support), boards.run_program(board, boards.compile_program(board, source, support))
    except boards.Broken as broken:
        return broken


def compare(board, source, runs, tally):
    if isinstance(runs, boards.Broken):
        tally.note(False, f"{board.name}: {source}", str(runs))
        return
    wanted, got = runs
    found = list(differences(wanted, got))
    tally.note(not found, f"{board.name}: {source} differs from Linux", "\n".join(found[:20]))
    tally.note(got[0] == 0, f"{board.name}: {source}: exit status {got[0]}")
    show(board, source, got[1])


def show(board, source, output):
    """What the program printed is on Linux' side of the comparison; here its sum is enough."""
    lines = output.splitlines()
    print(f"{source} on {board.name}, {len(lines)} lines of output\n{lines[-1] if lines else ''}", flush=True)


def try_board(board, tally):
    """The clock; and what a fault, a full stack and a hanging program look like to the runner."""
    def run(name, **options):
        return boards.run_program(board, boards.compile_program(board, f"Tests/board/{name}.c"), **options)

    def note(good, what, got):
        tally.note(bool(good), f"{board.name}: {what}", f"exit status {got[0]}\n{got[1]}")

    status, output = run("clock")
    show(board, "Tests/board/clock.c", output)
    note(status == 0, "the clock counts", (status, output))
    got = run("fault")
    note(got[0] == FAULT_STATUS, "a fault fails the run", got)
    note(re.search(REGISTERS[board.port], got[1], re.MULTILINE), "a fault shows where it was", got)
    got = run("hang", seconds=2)
    note(got == (None, "hanging\n"), "a program that hangs is ended", got)
    if board.port == "cortex-m":
        got = run("overflow")
        note(got[0] == FAULT_STATUS and "stack overflow\n" in got[1], "a full stack is told", got)
    got = run("differs")
    note(list(differences(on_linux("Tests/board/differs.c"), got)), "another output is noticed", got)
    note(list(differences((0, got[1]), (1, got[1]))), "another exit status is noticed", got)


def main():
    tally = programs.Tally()
    chosen = select(tally)
    for name in sys.argv[1:]:
        board = boards.BOARDS[name]
        try:
            try_board(board, tally)
        except boards.Broken as broken:
            tally.note(False, name, str(broken))
            continue
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            running = [(source, pool.submit(run_twice, board, source, support)) for source, support in chosen]
            for source, runs in running:
                compare(board, source, runs.result(), tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
