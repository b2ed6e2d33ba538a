# SPDX-License-Identifier: Apache-2.0
"""The empty port: it lacks no hook, compiles for host and board, and fails its contract in the lines that are known."""

import glob
import os
import re
import subprocess
import sys

PORT = "ports/template"
SOURCE, HEADER = f"{PORT}/template_platform.c", "CShims/include/nbiot_port.h"
PROGRAM = ".build/programs/ports/template/template_contract-gcc"
EXPECTED = "Tests/template/first_day.txt"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-ICShims/include", "-Iports/contract", f"-I{PORT}"]
BOARD = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-std=c99", "-Os", *WARNINGS]
CPLUSPLUS = ["g++", "-x", "c++", "-std=c++17", *WARNINGS, "-fsyntax-only"]

FIELD = re.compile(r"\(\*NBIOT_NULLABLE (\w+)\)\(")
PARTS = ("clock", "datagrams", "link", "resolve", "sockets", "storage", "wait")
RUNNER = ["ports/contract/nbiot_contract.c", *(f"ports/contract/contract_{part}.c" for part in PARTS)]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def run(*command, text=""):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


def hooks(header):
    return FIELD.findall(header[header.index("typedef struct nbiot_platform "):header.index("} nbiot_platform_t;")])


def missing(header, source):
    """Yields what the template lacks for a hook of the header."""
    for hook in hooks(header):
        if f"  platform.{hook} = template_{hook};\n" not in source:
            yield f"{hook} is not set"
        if not re.search(rf"\*/\nstatic [\w *]*\btemplate_{hook}\(|template_{hook}\(.*/\*", source):
            yield f"{hook} has no contract in a comment"


def selftest(header, source):
    """Each thing that may be missing, taken away."""
    added = header.replace("} nbiot_platform_t;", "void (*NBIOT_NULLABLE extra)(void *context);\n} nbiot_platform_t;")
    yield list(missing(added, source)) != [], "a hook that the header gained is missed"
    unset = source.replace("  platform.load = template_load;\n", "")
    yield list(missing(header, unset)) != [], "a hook that is not set is missed"
    bare = re.sub(r"/\* REQUIRED. Close.*?\*/\n", "", source, flags=re.DOTALL)
    yield list(missing(header, bare)) != [], "a hook without its contract is missed"


def checks():
    header, source = read(HEADER), read(SOURCE)
    yield len(hooks(header)) >= 17, "the hooks of nbiot_port.h are found"
    yield not list(missing(header, source)), "; ".join(missing(header, source)) or "no hook is missing"
    yield from selftest(header, source)
    for path in sorted(glob.glob(f"{PORT}/*.c")):
        compiled = run(*CPLUSPLUS, path)
        yield compiled.returncode == 0, f"{path} is C++17, too: {compiled.stderr}"
    image = f"{os.path.dirname(PROGRAM)}/template.elf"
    linked = run(*BOARD, "--specs=nano.specs", "--specs=nosys.specs", *glob.glob(f"{PORT}/*.c"), *RUNNER, "-o", image)
    yield linked.returncode == 0, f"it links for a board: {linked.stderr}"
    first = run(PROGRAM)
    yield first.stdout == read(EXPECTED), f"the first day's list is {EXPECTED}, not:\n{first.stdout}"
    shown = re.findall(r"^    ((?:ok |FAIL|\d+ passed).*)$", read(f"{PORT}/README.md"), re.MULTILINE)
    yield len(shown) > 3 and set(shown) <= set(first.stdout.splitlines()), f"the README shows other lines: {shown}"
    yield first.returncode == 1, f"with lines left the exit status is {first.returncode}"


def main():
    passed = failed = 0
    for good, what in checks():
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"FAIL {what}")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
