# SPDX-License-Identifier: Apache-2.0
"""What budget.py reads out of LLVM's text, and what it must refuse."""

import sys

import budget

NAME = f"{budget.PREFIX}row"
CASES = [
    ("a constant", f"define i32 @{NAME}() #0 {{\nentry:\n  ret i32 432\n}}\n", {"row": 432}),
    ("debug information", f"define protected i32 @{NAME}() #1 !dbg !7 {{\n  ret i32 24, !dbg !9\n}}\n", {"row": 24}),
    ("two probes", f"define i32 @{NAME}() {{\n  ret i32 8\n}}\ndefine i32 @{NAME}2() {{\n  ret i32 9\n}}\n",
     {"row": 8, "row2": 9}),
    ("a calculation", f"define i32 @{NAME}() {{\n  %1 = load i32, ptr @x\n  ret i32 %1\n}}\n", None),
    ("a constant behind a call", f"define i32 @{NAME}() {{\n  call void @f()\n  ret i32 1\n}}\n", None),
    ("no probe", "define i32 @main() {\n  ret i32 1\n}\n", None),
    ("a declaration", f"declare i32 @{NAME}()\n", None),
]


def read(text):
    try:
        return budget.probes(text)
    except SystemExit:
        return None


def main():
    failed = 0
    for what, text, expected in CASES:
        found = read(text)
        if found != expected:
            failed += 1
            print(f"FAIL {what}: {found}, not {expected}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
