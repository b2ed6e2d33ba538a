# SPDX-License-Identifier: Apache-2.0
"""Builds the projects of Tests/consumers with nothing but .build/dist: no Swift, no source tree."""

import os
import shutil
import subprocess
import sys
import tempfile

DIST, PROJECTS = ".build/dist", "Tests/consumers"
HOST, BOARD = "linux-x86_64", "cortex-m4"
MAKE_FLAGS = {HOST: [], BOARD: ["CROSS_COMPILE=arm-none-eabi-",
                                "LDFLAGS=--specs=nano.specs --specs=nosys.specs"]}
TOOLCHAIN = {HOST: [], BOARD: ["-DCMAKE_TOOLCHAIN_FILE=cortex-m4.cmake"]}
PROGRAMS = {HOST: ["meter", "gateway"], BOARD: []}


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


def main():
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        without_swift(site)
        for target in (HOST, BOARD):
            check_sums(site, target)
            with_cmake(site, target)
            with_make(site, target)
        of_another_width(site)
    print(f"{site.passed} passed, {site.failed} failed")
    return site.failed != 0


if __name__ == "__main__":
    sys.exit(main())
