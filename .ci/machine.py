# SPDX-License-Identifier: Apache-2.0
"""The CPU an archive is for: what its objects say of themselves, and the instructions they hold."""

import os
import re
import subprocess

# Said by the compiler about itself or about its options: nothing that firmware has to match.
IMMATERIAL = {"Tag_conformance", "Tag_CPU_name", "Tag_ABI_optimization_goals", "Tag_ABI_PCS_R9_use",
              "Tag_ABI_PCS_RW_data", "Tag_ABI_PCS_RO_data", "Tag_ABI_PCS_GOT_use"}
MEMBER = re.compile(r"\((\S+\.o)\)")
LINE = re.compile(r"\s+([\w/]+): +(\S.*)")
FUNCTION = re.compile(r"[0-9a-f]+ <(.+)>:$")
INSTRUCTION = re.compile(r"\s+[0-9a-f]+: ")


def output(*command):
    return subprocess.run(command, env=dict(os.environ, LC_ALL="C"), check=True,
                          capture_output=True, text=True, errors="replace").stdout.splitlines()


def descriptions(archive):
    """{member: set of lines `Name: value`} of the ELF header and the build attributes."""
    found, member = {}, None
    for line in output("readelf", "-hA", archive):
        heading, pair = MEMBER.search(line), LINE.match(line)
        if line.startswith("File:") and heading:
            member = found.setdefault(heading.group(1), set())
        elif pair and pair.group(1) not in IMMATERIAL:
            member.add(f"{pair.group(1)}: {pair.group(2).strip()}")
    return found


def undescribed(archive, expected):
    """Every difference from the list; of the ELF header only the lines that the list names count."""
    for member, lines in descriptions(archive).items():
        for line in sorted(expected - lines):
            yield f"{member} does not say {line}"
        for line in sorted(line for line in lines - expected if line.startswith("Tag_")):
            yield f"{member} says {line}"


def foreign_instructions(archive, disassembler):
    """Every function with an instruction that the CPU named to the disassembler does not have."""
    found, member, function = {}, None, None
    for line in output(*disassembler, "-d", archive):
        heading, named = MEMBER.search(line), FUNCTION.match(line)
        if heading and "file format" in line:
            member = heading.group(1)
            found[member] = [0, []]
        elif named:
            function = named.group(1)
        elif INSTRUCTION.match(line):
            found[member][0] += 1
            if "<unknown>" in line:
                found[member][1].append(f"{member}: {function}: {' '.join(line.split())}")
    for member, (count, foreign) in found.items():
        if count == 0:
            yield f"{member}: nothing to disassemble"
        yield from foreign
