# SPDX-License-Identifier: Apache-2.0
"""Compilers and places of the measuring programs."""

import os
import subprocess
import sys

sys.path.insert(0, ".ci")

FOLDER = "Tests/bench"
PLACE = ".build/bench"
HOST = "linux-x86_64"
FLAGS = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def dist(target):
    return f".build/dist/{target}"


def run(*command, environment=None, seconds=300):
    """Output of a command; it ends everything when that fails."""
    done = subprocess.run(command, env=dict(os.environ, **(environment or {})),
                          capture_output=True, text=True, errors="replace", timeout=seconds,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"footprint: {' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def clang():
    return run("bash", "-c", ". .ci/toolchain.sh && echo $clang").strip()


def pkg_config(module):
    return run("pkg-config", "--cflags", "--libs", module,
               environment={"PKG_CONFIG_PATH": f"{dist(HOST)}/lib/pkgconfig"}).split()


def compile_program(name, *others, optimise="-O2"):
    """Compiles Tests/bench/NAME.c for the host and returns the program's path."""
    os.makedirs(PLACE, exist_ok=True)
    output = f"{PLACE}/{name}{optimise}"
    run("cc", *FLAGS, optimise, f"{FOLDER}/{name}.c", *others, "-o", output)
    return output


def compile_client():
    """The way a customer compiles."""
    return compile_program("bench_client", *pkg_config("nbiot-posix"))
