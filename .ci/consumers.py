# SPDX-License-Identifier: Apache-2.0
"""Builds the projects of Tests/consumers with nothing but .build/dist: no Swift, no source tree."""

import os
import shutil
import subprocess
import sys
import tempfile

import serial_line

DIST, PROJECTS = ".build/dist", "Tests/consumers"
HOST, BOARD = "linux-x86_64", "cortex-m4"
MAKE_FLAGS = {HOST: [], BOARD: ["CROSS_COMPILE=arm-none-eabi-",
                                "LDFLAGS=--specs=nano.specs --specs=nosys.specs"]}
TOOLCHAIN = {HOST: [], BOARD: ["-DCMAKE_TOOLCHAIN_FILE=cortex-m4.cmake"]}
PROGRAMS = {HOST: ["meter", "modem", "modem-cpp", "gateway"], BOARD: []}
SERIAL, PREFIX = "ports/at-modem/examples/at_modem_serial.c", "/opt/nbiot"


def tools_without_swift(folder):
    """A folder of links to every tool in PATH but Swift's, which may lie among the system's own."""
    os.makedirs(folder)
    for place in os.environ["PATH"].split(":"):
        for name in os.listdir(place) if os.path.isdir(place) else []:
            if not name.startswith("swift") and not os.path.lexists(f"{folder}/{name}"):
                os.symlink(os.path.join(os.path.abspath(place), name), f"{folder}/{name}")
    return folder


class Site:
    """A folder away from the source tree, where the projects are built."""

    def __init__(self, folder):
        self.folder, self.passed, self.failed = folder, 0, 0
        self.environment = {"PATH": tools_without_swift(f"{folder}/tools"), "HOME": folder, "LC_ALL": "C"}
        for target in (HOST, BOARD):
            shutil.copytree(f"{DIST}/{target}", f"{folder}/{target}")
        shutil.copytree(PROJECTS, f"{folder}/projects")
        shutil.copy(SERIAL, f"{folder}/projects/serial")

    def run(self, place, *command):
        return subprocess.run(command, cwd=f"{self.folder}/{place}", env=self.environment, text=True,
                              errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)

    def note(self, good, what, output):
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {what}{'' if good else os.linesep + output}", flush=True)
        return good

    def expect(self, what, place, *command):
        run = self.run(place, *command)
        return self.note(run.returncode == 0, what, run.stdout)

    def execute(self, what, target, build):
        for program in PROGRAMS[target]:
            self.expect(f"{what}: {program} runs", build, f"./{program}")


def without_swift(site):
    found = site.run(".", "sh", "-c", "command -v swift || command -v swiftc")
    site.note(found.returncode != 0, "there is no Swift", found.stdout)


def check_sums(site, target):
    site.expect(f"{target}: the check sums are right", target,
                "sha256sum", "--check", "--quiet", "SHA256SUMS")
    listed = site.run(target, "sh", "-c", "cut -c67- SHA256SUMS; echo SHA256SUMS").stdout.split()
    there = site.run(target, "find", ".", "-type", "f", "-printf", "%P\n").stdout.split()
    site.note(sorted(listed) == sorted(there), f"{target}: there is one for each file",
              " ".join(set(listed) ^ set(there)))


def configure(site, dist, target, build):
    return site.run("projects/cmake", "cmake", "-S", ".", "-B", build, *TOOLCHAIN[target],
                    "-DCMAKE_BUILD_TYPE=MinSizeRel", f"-DCMAKE_PREFIX_PATH={site.folder}/{dist}")


def with_cmake(site, target):
    build, what = f"{site.folder}/cmake-{target}", f"{target}: CMake"
    run = configure(site, target, target, build)
    if site.note(run.returncode == 0, f"{what} finds the package", run.stdout):
        if site.expect(f"{what} builds", ".", "cmake", "--build", build):
            site.execute(what, target, f"cmake-{target}")


def with_make(site, target):
    build, what = f"{site.folder}/make-{target}", f"{target}: make"
    if site.expect(f"{what} builds", "projects/make", "make", f"NBIOT={site.folder}/{target}",
                   f"BUILD={build}", *MAKE_FLAGS[target]):
        site.execute(what, target, f"make-{target}")


def of_another_width(site):
    run = configure(site, HOST, BOARD, f"{site.folder}/cmake-wrong")
    site.note(run.returncode != 0 and f"({HOST})" in run.stdout,
              f"{BOARD}: CMake refuses the package of {HOST}", run.stdout)


def without_component(site):
    """No posix port on a board, said as CMake says such things."""
    path = f"{site.folder}/projects/serial/CMakeLists.txt"
    with open(path, encoding="utf-8") as file:
        text = file.read()
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("COMPONENTS at-modem", "COMPONENTS posix"))
    run = site.run("projects/serial", "cmake", "-S", ".", "-B", f"{site.folder}/cmake-component",
                   f"-DCMAKE_TOOLCHAIN_FILE={site.folder}/projects/cmake/cortex-m4.cmake",
                   f"-DCMAKE_PREFIX_PATH={site.folder}/{BOARD}")
    site.note(run.returncode != 0 and f"nbiot for {BOARD} has no posix" in run.stdout,
              f"{BOARD}: CMake says that there is no posix", run.stdout)


def install(site):
    """Returns where it is; `make install` is the one thing here that is done in the source tree."""
    run = subprocess.run(["make", "--no-print-directory", "install", f"DESTDIR={site.folder}/root",
                          f"PREFIX={PREFIX}"], text=True, errors="replace", stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, check=False)
    site.note(run.returncode == 0, "make install", run.stdout)
    return f"{site.folder}/root{PREFIX}"


def talk(site, what, program):
    """The example registers through whatever is at the other end of the line."""
    good, lines = serial_line.heard([f"{site.folder}/{program}", "LINE", "thermometer", "coap://192.0.2.1"],
                                    "AT+NSOST=", site.environment)
    site.note(good, f"{what}: at_modem_serial sends its Register", lines)


def installed(site):
    root = install(site)
    compile_it = ("cc -std=c99 -Wall -Wextra -Wpedantic -Werror at_modem_serial.c "
                  "$(pkg-config --cflags --libs nbiot-at-modem) -o at_modem_serial")
    if site.expect("installed: pkg-config", "projects/serial", "env",
                   f"PKG_CONFIG_PATH={root}/lib/pkgconfig", "sh", "-c", compile_it):
        talk(site, "installed", "projects/serial/at_modem_serial")
    build = f"{site.folder}/cmake-serial"
    run = site.run("projects/serial", "cmake", "-S", ".", "-B", build, f"-DCMAKE_PREFIX_PATH={root}")
    site.note(run.returncode == 0 and "Threads" not in run.stdout,
              "installed: CMake finds the package, and asks for no threads", run.stdout)
    if site.expect("installed: CMake builds", ".", "cmake", "--build", build):
        talk(site, "installed, CMake", "cmake-serial/at_modem_serial")


def main():
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        without_swift(site)
        for target in (HOST, BOARD):
            check_sums(site, target)
            with_cmake(site, target)
            with_make(site, target)
        of_another_width(site)
        installed(site)
        without_component(site)
    print(f"{site.passed} passed, {site.failed} failed")
    return site.failed != 0


if __name__ == "__main__":
    sys.exit(main())
