# SPDX-License-Identifier: Apache-2.0
"""The functions a C header declares, found by preprocessing it; no list to keep up to date."""

import os
import re
import subprocess
import sys

_MARKER = re.compile(r'^#\s+\d+\s+"([^"]*)"')
_NAME = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
_NOISE = re.compile(r"\b(_Nullable|_Nonnull|_Null_unspecified|__extension__)\b")


def _declarations(text):
    """Yields (file, declaration) for each top-level declaration that ends in a semicolon."""
    depth, current, file, body = 0, [], "", False
    for line in text.splitlines():
        marker = _MARKER.match(line)
        if marker:
            file = os.path.basename(marker.group(1))
            continue
        if line.startswith("#"):
            continue
        for piece in re.split(r"([{};])", line + "\n"):
            if piece == "{":
                body = body if depth else "".join(current).rstrip().endswith(")")
                depth += 1
            elif piece == "}":
                depth -= 1
                if depth == 0 and body:
                    current = []
            elif piece == ";" and depth == 0:
                yield file, " ".join("".join(current).split())
                current = []
            elif depth == 0:
                current.append(piece)


def functions(headers, include, compiler, flags=()):
    """Names of the functions that exactly `headers` (base names) declare, as a set."""
    source = "".join(f'#include "{name}"\n' for name in headers)
    command = [compiler, "-E", "-x", "c", "-std=c99", *flags, *(f"-I{path}" for path in include), "-"]
    run = subprocess.run(command, input=source, text=True, capture_output=True, check=False)
    if run.returncode != 0:
        raise SystemExit(f"headers: {' '.join(command)}\n{run.stderr}")
    found = set()
    for file, declaration in _declarations(run.stdout):
        if file not in headers or re.match(r"(typedef|struct|union|static|extern \"C\")\b", declaration):
            continue
        match = _NAME.search(_NOISE.sub("", declaration))
        if match:
            found.add(match.group(1))
    return found


if __name__ == "__main__":
    # headers.py COMPILER INCLUDE-DIR HEADER [FLAG...]: one function a line.
    for name in sorted(functions([sys.argv[3]], [sys.argv[2]], sys.argv[1], sys.argv[4:])):
        print(name)
