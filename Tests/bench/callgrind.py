# SPDX-License-Identifier: Apache-2.0
"""Instructions per request: the difference of two runs under callgrind that differ only in the number of requests."""

import os
import re
import subprocess
import sys

DIST = ".build/dist/linux-x86_64"
PLACE = ".build/bench"
FOLDER = "Tests/bench"
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"]
TOTAL = re.compile(r"^(?:summary|totals): (\d+)", re.MULTILINE)
SECONDS = 300


def pkg_config(module):
    environment = dict(os.environ, PKG_CONFIG_PATH=f"{DIST}/lib/pkgconfig")
    run = subprocess.run(["pkg-config", "--cflags", "--libs", module], env=environment,
                         capture_output=True, text=True, check=True)
    return run.stdout.split()


def compile_program(name, *libraries):
    """Compiles Tests/bench/NAME.c the way a customer would and returns the program's path."""
    os.makedirs(PLACE, exist_ok=True)
    output = f"{PLACE}/{name}"
    subprocess.run(["cc", *FLAGS, f"{FOLDER}/{name}.c", *libraries, "-o", output], check=True)
    return output


def compile_client():
    return compile_program("bench_client", *pkg_config("nbiot-posix"))


def total(client, operation, instances, observations, count):
    """Instructions of one whole run of the client, start and end included."""
    record = f"{PLACE}/callgrind.out"
    command = [f"{PLACE}/driver", str(instances), str(observations), operation, str(count),
               "valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={record}",
               client, "PORT", str(instances)]
    # Binding at start keeps the dynamic linker out of the first request.
    run = subprocess.run(command, env=dict(os.environ, LD_BIND_NOW="1"), capture_output=True,
                         text=True, timeout=SECONDS, check=False)
    if run.returncode != 0:
        sys.exit(f"bench: {' '.join(command)}\n{run.stdout}{run.stderr}")
    with open(record, encoding="utf-8", errors="replace") as file:
        return int(TOTAL.search(file.read()).group(1))


def per_request(client, operation, instances=2, observations=0, few=100, many=300):
    first = total(client, operation, instances, observations, few)
    return (total(client, operation, instances, observations, many) - first) / (many - few)
