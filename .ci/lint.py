# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that a tool can check; each rule is one test."""

import os
import re
import statistics
import subprocess
import sys

import arrows

ROOTS = ["Sources", "CShims", "Tests", "ports", ".ci", "Makefile", "Package.swift"]
# What firmware links. These neither know a platform nor Foundation.
CORE = ["NBIoTBytes", "CoAPWire", "CoAPExchange", "LwM2MModel", "LwM2MFormats", "LwM2MClient", "NBIoT"]
# Programs of this machine that play the other side. They share the codecs with the device and never its engine: what both
# got wrong would agree.
HOST = ["ATCommands", "ConsoleText", "ModemConsole", "NBModule", "PlatformAccess", "PlatformConsole", "PlatformSocket",
        "nbiot-modem", "onenet-local"]
MAXIMUM_FILE, MAXIMUM_FUNCTION, MEDIAN_FUNCTION = 400, 50, 8
LONG_FILES = {"CShims/include/nbiot.h"}
SWIFT_FUNCTION = re.compile(
    r"^[^\"]*\bfunc\s+\S"
    r"|^\s*(?:@\S+ |[a-z]+(?:\(set\))? )*(?:init[?!]?\s*[(<]|deinit\b|subscript\s*[(<])"
    r"|^\s*(?:@\S+ |[a-z]+(?:\(set\))? )*var \w+\s*:[^=]*\{"
    r"|^\s*(?:@\S+ |[a-z]+ )*(?:get|set|_read|_modify|unsafeAddress|unsafeMutableAddress)\b[^=]*\{")
C_FUNCTION = re.compile(r"^(?!typedef|union|enum)[A-Za-z_][^;={}]*\([^;={}]*(?:\)\s*\{|$)")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
PLATFORM_IMPORT = re.compile(
    r"\s*(?:@\w+\s+)*import\s+(Foundation|Glibc|Musl|Darwin|Dispatch|Synchronization)\b")
DEVICE_IMPORT = re.compile(r"\s*(?:@\w+\s+)*import\s+(CoAPExchange|LwM2MClient|NBIoT)\b")
UNSAFE = re.compile(r"\bunsafe\b|@safe\b|@unsafe\b")


def files(*suffixes):
    for root in ROOTS:
        if os.path.isfile(root):
            yield from [root] if root.endswith(suffixes) else []
        for folder, _, names in os.walk(root):
            for name in sorted(names):
                if name.endswith(suffixes) and "__pycache__" not in folder:
                    yield os.path.join(folder, name)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def without_text(line):
    """A line of Swift or C without string literals and the comment at its end."""
    return re.sub(r'"(?:\\.|[^"\\])*"', '""', line).split("//")[0]


def functions(path):
    """Yields (line number, length in lines) of each function, nested ones of Swift included."""
    pattern = SWIFT_FUNCTION if path.endswith(".swift") else C_FUNCTION
    depth, waiting, started = 0, None, []
    for number, raw in enumerate(lines(path), 1):
        line = without_text(raw)
        if pattern.match(line) and (path.endswith(".swift") or depth == 0):
            waiting = number
        for character in line:
            if character == "{":
                if waiting is not None:
                    started.append((waiting, depth))
                    waiting = None
                depth += 1
            elif character == "}":
                depth -= 1
                if started and started[-1][1] == depth:
                    first, _ = started.pop()
                    yield first, number - first + 1
            elif character == ";" and waiting is not None and not path.endswith(".swift"):
                waiting = None


def rule_swift_format():
    swift = [root for root in ("Package.swift", "Sources", "Tests") if os.path.exists(root)]
    run = subprocess.run(["swift", "format", "lint", "--strict", "-r", *swift],
                         capture_output=True, text=True, check=False)
    if run.returncode != 0:
        yield from (run.stdout + run.stderr).splitlines()


def rule_file_length():
    for path in files(".swift", ".c", ".h", ".cpp", ".py", ".sh", ".mk", "Makefile"):
        count = len(lines(path))
        if count > MAXIMUM_FILE and path not in LONG_FILES:
            yield f"{path}: {count} lines"


def rule_function_length():
    for path in files(".swift", ".c", ".h", ".cpp"):
        for first, count in functions(path):
            if count > MAXIMUM_FUNCTION:
                yield f"{path}:{first}: {count} lines"


def rule_median_function():
    lengths = [count for path in files(".swift") if path.startswith("Sources/")
               for _, count in functions(path)]
    if lengths and statistics.median(lengths) > MEDIAN_FUNCTION:
        yield f"the median function of Sources has {statistics.median(lengths)} lines"


def rule_unsafe_files():
    allowed = {line for line in lines(".ci/unsafe-files.txt") if line and not line.startswith("#")}
    using = {path for path in files(".swift") if path.startswith("Sources/")
             and any(UNSAFE.search(without_text(line)) for line in lines(path))}
    for path in sorted(using - allowed):
        yield f"{path} is not in .ci/unsafe-files.txt"
    for path in sorted(allowed - using):
        yield f".ci/unsafe-files.txt names {path}, which has nothing unsafe"


def rule_no_platform_in_core():
    for path in files(".swift"):
        parts = path.split(os.sep)
        if parts[0] != "Sources" or parts[1] not in CORE:
            continue
        for number, line in enumerate(lines(path), 1):
            if re.match(r"\s*#if\b", line):
                yield f"{path}:{number}: conditional compilation"
            if PLATFORM_IMPORT.match(line):
                yield f"{path}:{number}: {line.strip()}"


def rule_no_device_on_the_other_side():
    for path in files(".swift"):
        parts = path.split(os.sep)
        if parts[0] != "Sources" or parts[1] not in HOST:
            continue
        for number, line in enumerate(lines(path), 1):
            if DEVICE_IMPORT.match(line):
                yield f"{path}:{number}: {line.strip()}"


def rule_nothing_unfinished():
    for path in files(".swift", ".c", ".h", ".cpp", ".py", ".sh", ".mk", "Makefile"):
        for number, line in enumerate(lines(path), 1):
            if UNFINISHED.search(line):
                yield f"{path}:{number}: {line.strip()}"


def rule_licence_line():
    for path in files(".c", ".h", ".cpp"):
        if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(lines(path)[:40]):
            yield f"{path}: no SPDX line"


def rule_state_charts():
    names = [name for path in files(".swift", ".c") if path.startswith("Tests/")
             for name in arrows.names(path, "\n".join(lines(path)))]
    yield from arrows.findings("\n".join(lines(arrows.PAGE)), names)


def rule_state_chart_rule():
    yield from arrows.selftest()


def rule_white_space():
    for path in files(".swift", ".c", ".h", ".cpp", ".py", ".sh"):
        for number, line in enumerate(lines(path), 1):
            if line != line.rstrip() or "\t" in line:
                yield f"{path}:{number}: a tab, or a blank at the end"


def main():
    passed = failed = 0
    for name in sorted(name for name in globals() if name.startswith("rule_")):
        findings = list(globals()[name]())
        print(f"{'FAIL' if findings else 'ok  '} {name[5:].replace('_', ' ')}")
        for finding in findings[:40]:
            print(f"     {finding}")
        passed, failed = passed + (not findings), failed + bool(findings)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
