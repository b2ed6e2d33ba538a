# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs the C test programs against the shipped archive, the way a customer does.

programs.py [--under valgrind] [--only NAME] LIBRARY FOLDER...

Each .c file with a main is a program; the files without one are linked into every program of their
folder. LIBRARY names the pkg-config module; `auto` chooses nbiot-mock for a source that includes a
header of the mock and nbiot-posix for any other. A program says `N passed, N failed` itself, or its
exit status counts as one test. A source that says `run-by: NAME` is compiled here and run by NAME.
"""

import argparse
import functools
import glob
import os
import re
import subprocess
import sys

DIST = ".build/dist/linux-x86_64"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = {
    ".c": [("gcc", ["-std=c99"]), ("clang", ["-std=c99"])],
    ".cpp": [("g++", ["-std=c++17"]), ("clang++", ["-std=c++17"])],
}
SUMMARY = re.compile(r"^\d+ passed, (\d+) failed$", re.MULTILINE)
MAIN = re.compile(r"^int main\s*\(", re.MULTILINE)
RUN_BY = re.compile(r"run-by: (\S+)")
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect"]
SECONDS = 300


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


@functools.lru_cache
def find_tool(name):
    """clang comes with Swift, which need not have it in PATH under that name."""
    found = subprocess.run(["bash", "-c", f". .ci/toolchain.sh && find_tool {name}"],
                           capture_output=True, text=True, check=False)
    return found.stdout.strip() or name


def flags(module):
    environment = dict(os.environ, PKG_CONFIG_PATH=f"{DIST}/lib/pkgconfig")
    run = subprocess.run(["pkg-config", "--cflags", "--libs", module], env=environment,
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"pkg-config {module}: {run.stderr}")
    return run.stdout.split()


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def note(self, good, what, output=""):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good:
            print(f"FAIL {what}\n{output}", flush=True)


class Program:
    def __init__(self, source, support, library):
        self.source, self.support = source, support
        self.text = read(source)
        self.name, self.kind = os.path.splitext(os.path.basename(source))
        mock = re.search(r'#include [<"](nbiot_)?mock', self.text)
        self.library = library if library != "auto" else "nbiot-mock" if mock else "nbiot-posix"
        run_by = RUN_BY.search(self.text)
        self.run_by = run_by.group(1) if run_by else None

    def compile(self, tally):
        """Compiles with every compiler; returns the first one's program, or None."""
        results = []
        folder = f".build/programs/{os.path.dirname(self.source)}"
        os.makedirs(folder, exist_ok=True)
        for compiler, standard in COMPILERS[self.kind]:
            output = f"{folder}/{self.name}-{compiler}"
            command = [find_tool(compiler), *standard, *WARNINGS, "-O1", "-g", "-pthread",
                       f"-I{os.path.dirname(self.source)}", self.source, *self.support,
                       *flags(self.library), "-o", output]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            tally.note(run.returncode == 0, f"{self.source} with {compiler}", run.stderr)
            results.append(output if run.returncode == 0 else None)
        return results[0]

    def run(self, path, under, tally):
        try:
            run = subprocess.run([*under, path], stdin=subprocess.DEVNULL, capture_output=True,
                                 text=True, errors="replace", timeout=SECONDS, check=False)
        except subprocess.TimeoutExpired:
            tally.note(False, f"{self.source}: not done after {SECONDS} s")
            return
        output = run.stdout + run.stderr
        told = SUMMARY.findall(run.stdout)
        if told:
            print(f"{self.source}\n{output}", end="", flush=True)
            if run.returncode != 0 and not any(int(failed) for failed in told):
                tally.note(False, f"{self.source}: exit status {run.returncode}")
        else:
            tally.note(run.returncode == 0, f"{self.source}: exit status {run.returncode}", output)


def programs(folders, library):
    for folder in folders:
        sources = sorted(glob.glob(f"{folder}/*.c") + glob.glob(f"{folder}/*.cpp"))
        support = [source for source in sources if not MAIN.search(read(source))]
        for source in sources:
            if source not in support:
                shared = [] if source.endswith(".cpp") else support
                yield Program(source, shared, library)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--under", choices=["valgrind"])
    parser.add_argument("--only")
    parser.add_argument("library")
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    found = [program for program in programs(options.folders, options.library)
             if options.only in (None, program.name)]
    tally = Tally()
    if not found:
        tally.note(False, f"no program in {' '.join(options.folders)}")
    for program in found:
        path = program.compile(tally)
        if path and program.run_by is None:
            program.run(path, VALGRIND if options.under else [], tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
