# SPDX-License-Identifier: Apache-2.0
"""Compiles the AT-modem port the way firmware for a Cortex-M4 does: it links without Swift, and its README tells the size."""

import glob
import os
import subprocess
import sys

PORT = "ports/at-modem"
FOLDER = ".build/programs/Tests/at-modem/firmware"
COMPILE = ["arm-none-eabi-gcc", "-mcpu=cortex-m4", "-mthumb", "-std=c99", "-Os", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
           "-ffunction-sections", f"-I{PORT}/include", "-ICShims/include"]
PROGRAM = """#include "nbiot_at_modem.h"
static nbiot_at_modem_t modem;
int main(void) {
  const nbiot_at_modem_config_t config = NBIOT_AT_MODEM_CONFIG_INIT;
  const int32_t status = nbiot_at_modem_init(&modem, &config);
  return nbiot_at_modem_platform(&modem).context == &modem ? status : 0;
}
"""
# What ports/at-modem/README.md says.
FLASH, MODEM = 8300, 620
# The compiler turns assignments of structs into calls of these.
LIBC = {"memcpy", "memset"}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def names(path, kind):
    lines = run("arm-none-eabi-nm", kind, path).stdout.splitlines()
    return {line.split()[-1] for line in lines if line.startswith(" ") or line[:1].isalnum() and not line.endswith(":")}


def compile_all():
    os.makedirs(FOLDER, exist_ok=True)
    with open(f"{FOLDER}/main.c", "w", encoding="utf-8") as file:
        file.write(PROGRAM)
    objects, faults = [], []
    for source in [*sorted(glob.glob(f"{PORT}/source/*.c")), f"{FOLDER}/main.c"]:
        objects.append(f"{FOLDER}/{os.path.basename(source)[:-2]}.o")
        faults.append(run(*COMPILE, "-c", source, "-o", objects[-1]).stderr)
    return objects, "".join(faults)


def checks():
    objects, faults = compile_all()
    yield not faults, faults or "it compiles"
    if faults:
        return
    port = objects[:-1]
    defined = set().union(*(names(path, "--defined-only") for path in port))
    undefined = set().union(*(names(path, "--undefined-only") for path in port)) - defined
    yield undefined <= LIBC, f"beside itself it needs {', '.join(sorted(undefined))}"
    total = run("arm-none-eabi-size", "-t", *port).stdout.splitlines()[-1].split()
    yield abs(int(total[0]) - FLASH) <= FLASH * 0.02, f"flash is {total[0]} bytes, the README says {FLASH}"
    yield int(total[1]) == 0, f"{total[1]} bytes of data are copied at start-up"
    bss = int(run("arm-none-eabi-size", objects[-1]).stdout.splitlines()[-1].split()[2])
    yield bss == MODEM, f"nbiot_at_modem_t has {bss} bytes, the README says {MODEM}"
    image = run(*COMPILE, "--specs=nano.specs", "--specs=nosys.specs", *objects, "-o", f"{FOLDER}/image.elf")
    yield image.returncode == 0, f"it links: {image.stderr}"


def main():
    results = list(checks())
    for good, what in results:
        if not good:
            print(f"FAIL {what}")
    failed = sum(not good for good, _ in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
