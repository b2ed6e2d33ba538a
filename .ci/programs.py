# SPDX-License-Identifier: Apache-2.0
"""Compiles and runs the C test programs against the shipped archive, the way a customer does.

programs.py [--under valgrind] [--compile-only] [--with FOLDER]... [--need LIBRARY]... FOLDER...

Each .c or .cpp file with a main is a program; the .c files without one are linked into every program of
their folder, and so are those of the --with folders. A source that includes a header of the mock links
nbiot-mock, any other nbiot-posix. FOLDER/programs.txt may say otherwise, a line `NAME LIBRARY` or
`NAME LIBRARY RUN-BY`: then the program is only compiled here, because RUN-BY runs it.

A program says `N passed, N failed` itself, or its exit status counts as one test.
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
MOCK = re.compile(r'#include [<"](nbiot_)?mock')
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
    def __init__(self, source, support, remark):
        self.source, self.support = source, support
        self.name, self.kind = os.path.splitext(os.path.basename(source))
        self.library = remark[0] if remark else "nbiot-mock" if MOCK.search(read(source)) else "nbiot-posix"
        self.run_by = remark[1] if len(remark) > 1 else None

    def compile(self, tally):
        """Compiles with every compiler; returns the first one's program, or None."""
        results = []
        folder = f".build/programs/{os.path.dirname(self.source)}"
        os.makedirs(folder, exist_ok=True)
        includes = {f"-I{os.path.dirname(path)}" for path in [self.source, *self.support]}
        if self.source.startswith("Tests/mock/"):
            includes.add("-Iports/mock/source")
        for compiler, standard in COMPILERS[self.kind]:
            output = f"{folder}/{self.name}-{compiler}"
            command = [find_tool(compiler), *standard, *WARNINGS, "-O1", "-g", "-pthread", *sorted(includes),
                       self.source, *self.support, *flags(self.library), "-o", output]
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
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


def remarks(folder):
    """{program: [library, run-by]} of programs.txt."""
    path = f"{folder}/programs.txt"
    if not os.path.exists(path):
        return {}
    rows = [line.split() for line in read(path).splitlines() if line and not line.startswith("#")]
    return {row[0]: row[1:] for row in rows}


def sources(folder, *kinds):
    return sorted(path for kind in kinds for path in glob.glob(f"{folder}/*{kind}"))


def without_main(folder):
    return [path for path in sources(folder, ".c") if not MAIN.search(read(path))]


def programs(folders, shared):
    for folder in folders:
        support = [path for place in dict.fromkeys([folder, *shared]) for path in without_main(place)]
        for source in sources(folder, ".c", ".cpp"):
            name, kind = os.path.splitext(os.path.basename(source))
            if MAIN.search(read(source)):
                yield Program(source, support if kind == ".c" else [], remarks(folder).get(name, []))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--under", choices=["valgrind"])
    parser.add_argument("--compile-only", action="store_true")
    parser.add_argument("--with", dest="shared", action="append", default=[])
    parser.add_argument("--need", action="append", default=[])
    parser.add_argument("folders", nargs="+")
    options = parser.parse_args()
    found, tally = list(programs(options.folders, options.shared)), Tally()
    if not found:
        tally.note(False, f"no program in {' '.join(options.folders)}")
    for library in options.need:
        there = any(program.library == library for program in found)
        tally.note(there, f"no program for {library} in {' '.join(options.folders)}")
    for program in found:
        path = program.compile(tally)
        if path and not options.compile_only and program.run_by is None:
            program.run(path, VALGRIND if options.under else [], tally)
    print(f"{tally.passed} passed, {tally.failed} failed")
    return tally.failed != 0


if __name__ == "__main__":
    sys.exit(main())
