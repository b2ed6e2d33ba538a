# SPDX-License-Identifier: Apache-2.0
"""Compiles C programs for emulated boards and runs them there.

boards.py BOARD SOURCE...   compiles the sources into one program, runs it, and ends with its exit status

A program is linked with .build/dist/BOARD, the mock port and the board's port, and runs under QEMU. Its clock
counts instructions: 1 ns each, so that a run repeats to the instruction whatever else the machine does.
"""

import functools
import glob
import os
import subprocess
import sys
from dataclasses import dataclass

OUT = ".build/board"
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-Os", "-g", "-ffunction-sections",
         "-fdata-sections"]
CONSOLE = ["-display", "none", "-monitor", "none", "-serial", "none", "-chardev", "stdio,id=console",
           "-semihosting-config", "enable=on,chardev=console", "-icount", "shift=0"]
# A safety net: a program that hangs must end. The slowest takes five seconds.
SECONDS = 120


class Broken(Exception):
    """Something of ours does not compile."""


@dataclass(frozen=True)
class Board:
    name: str
    port: str
    script: str
    tools: str
    machine: tuple
    emulator: tuple
    libc: tuple = ()

    @property
    def place(self):
        return f"{OUT}/{self.name}"

    @property
    def includes(self):
        folders = [f".build/dist/{self.name}/include", "ports/mock/include", f"ports/{self.port}", "ports/semihosting"]
        return [f"-I{folder}" for folder in folders]

    def command(self, name):
        return f"{self.tools}-{name}"


def cortex(name, machine, mhz, script, *emulator):
    flags = (*machine.split(), "-mthumb", f"-DCLOCK_HZ={mhz}000000u")
    return Board(name, "cortex-m", script, "arm-none-eabi", flags, ("qemu-system-arm", "-M", *emulator))


# The flags are those of ports/targets/README.md; the clock is that of QEMU's board.
BOARDS = {board.name: board for board in (
    cortex("cortex-m0", "-mcpu=cortex-m0 -mfloat-abi=soft", 16, "microbit.ld", "microbit",
           "-global", "nrf51-soc.sram-size=0x400000"),
    cortex("cortex-m3", "-mcpu=cortex-m3 -mfloat-abi=soft", 25, "mps2.ld", "mps2-an385"),
    cortex("cortex-m4", "-mcpu=cortex-m4 -mfloat-abi=soft", 25, "mps2.ld", "mps2-an386"),
    cortex("cortex-m4f", "-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16", 25, "mps2.ld", "mps2-an386"),
    cortex("cortex-m33", "-mcpu=cortex-m33 -mfloat-abi=soft", 20, "mps2-an505.ld", "mps2-an505"),
    cortex("cortex-m33f", "-mcpu=cortex-m33 -mfloat-abi=hard -mfpu=fpv5-sp-d16", 20, "mps2-an505.ld", "mps2-an505"),
    Board("riscv32", "riscv32-virt", "virt.ld", "riscv64-unknown-elf",
          ("-march=rv32imac", "-mabi=ilp32", "-mcmodel=medany"),
          ("qemu-system-riscv32", "-M", "virt", "-bios", "none"), ("--specs=picolibc.specs",)),
)}


def check_call(command, **options):
    run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False, **options)
    if run.returncode != 0 or run.stderr:
        raise Broken(f"{' '.join(command)}\n{run.stdout}{run.stderr}")


def compile_object(board, source, *includes):
    output = f"{board.place}/{os.path.splitext(source)[0].replace('/', '-')}.o"
    check_call([board.command("gcc"), *board.machine, *board.libc, *FLAGS, *includes, *board.includes, "-c", source,
                "-o", output])
    return output


@functools.lru_cache
def port_objects(board):
    os.makedirs(board.place, exist_ok=True)
    sources = sorted(glob.glob(f"ports/{board.port}/*.c")) + ["ports/semihosting/semihosting.c"]
    return [compile_object(board, source) for source in sources]


@functools.lru_cache
def mock_library(board):
    """By its own Makefile, the way a firmware team would."""
    folder = f"{os.getcwd()}/{board.place}/mock"
    compiler = " ".join([board.command("gcc"), *board.machine])
    check_call(["make", "-s", "-C", "ports/mock", f"CC={compiler}", f"CFLAGS={' '.join(board.libc)} -Os -g",
                f"OBJCOPY={board.command('objcopy')}", f"AR={board.command('ar')}", f"OUT={folder}"])
    return f"{folder}/libnbiot-mock.a"


def compile_program(board, source, support=()):
    """The path of the program; a Broken tells why there is none."""
    port, mock = port_objects(board), mock_library(board)
    output = f"{board.place}/{os.path.splitext(source)[0].replace('/', '-')}.elf"
    includes = sorted({f"-I{os.path.dirname(path)}" for path in [source, *support]})
    objects = [compile_object(board, path, *includes) for path in [source, *support]]
    check_call([board.command("gcc"), *board.machine, *board.libc, *objects, *port,
                f".build/dist/{board.name}/lib/libnbiot.a", mock, "-nostartfiles", f"-Lports/{board.port}",
                f"-T{board.script}", "-Wl,--gc-sections,-z,noexecstack", "-o", output])
    return output


def run_program(board, path, seconds=SECONDS):
    """(exit status, output); the status is None when the program had to be ended."""
    command = [*board.emulator, *CONSOLE, "-kernel", path]
    try:
        run = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             text=True, errors="replace", timeout=seconds, check=False)
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode(errors="replace")
    return run.returncode, run.stdout


def main():
    board, source, *support = sys.argv[1:]
    try:
        status, output = run_program(BOARDS[board], compile_program(BOARDS[board], source, support))
    except Broken as broken:
        sys.exit(str(broken))
    print(output, end="")
    if status is None:
        sys.exit(f"{source}: not done after {SECONDS} s")
    return status


if __name__ == "__main__":
    sys.exit(main())
