# SPDX-License-Identifier: Apache-2.0
"""Live fuzzing (docs/FUZZING.md).

fuzz.py run MINUTES [NAME...]  fuzzes all targets, or those named, for so many minutes altogether
fuzz.py merge [NAME...]        takes what was learnt into the committed corpora, as few inputs as show it all
fuzz.py again FILE             runs one input again; its folder names the target

One line per target; the exit status is 1 when something was found.
"""

import glob
import hashlib
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
WORK = os.path.join(".build", "fuzz")
CORPORA = os.path.join(HERE, "corpora")
# Of one target in the repository: files, and bytes of all together.
MAXIMUM_FILES, MAXIMUM_BYTES = 80, 30_000
# Of one input, in seconds: what takes longer hangs.
STEP_BOUND = 5
# The name of an input that a merge chose.
CHOSEN = re.compile(r"[0-9a-f]{16}")
DONE = re.compile(r"#\d+\s+\w+\s+cov: (\d+)")
RUNS = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
# The backtracer of Swift waits for a crashed process for ever that libFuzzer has ended already.
ENVIRONMENT = {"SWIFT_BACKTRACE": "enable=no", "ASAN_OPTIONS": "detect_leaks=0"}


class Target:
    """A fuzzer and what it is called with."""

    def __init__(self, name, program, length):
        self.name, self.program, self.length = name, program, length
        self.committed = os.path.join(CORPORA, name)
        self.learnt = os.path.join(WORK, "corpora", name)
        self.found = os.path.join(WORK, "found", name)

    def start(self, arguments, log):
        """Runs the fuzzer to its end, its output in the file `log`."""
        options = [f"-max_len={self.length}", f"-timeout={STEP_BOUND}", "-rss_limit_mb=1024",
                   f"-artifact_prefix={self.found}/", "-print_final_stats=1"]
        dictionary = os.path.join(HERE, "dictionaries", f"{self.name}.dict")
        if os.path.exists(dictionary):
            options.append(f"-dict={dictionary}")
        for folder in (self.learnt, self.found, os.path.dirname(log)):
            os.makedirs(folder, exist_ok=True)
        with open(log, "w", encoding="utf-8") as file:
            return subprocess.run(
                [self.program, *options, *arguments], stdin=subprocess.DEVNULL, stdout=file,
                stderr=subprocess.STDOUT, check=False,
                env={**os.environ, **ENVIRONMENT, "NBIOT_FUZZ": self.name}).returncode


def build():
    for command in (["Tests/fuzz/build"], ["Tests/fuzz/abi/build", "sanitized"]):
        if subprocess.run(command, check=False).returncode != 0:
            print(f"fuzz: {' '.join(command)} failed", file=sys.stderr)
            sys.exit(1)


def targets(names):
    """All targets, or those named."""
    build()
    program = os.path.join(WORK, "fuzzer")
    listing = subprocess.run([program], env={**os.environ, "NBIOT_FUZZ": ""}, check=False,
                             capture_output=True, text=True).stdout
    known = {name: Target(name, program, int(length))
             for name, length in map(str.split, listing.splitlines())}
    # The C harness of the ABI is a program of its own.
    known["abi"] = Target("abi", os.path.join(WORK, "abi"), 2000)
    unknown = [name for name in names if name not in known]
    if unknown:
        usage(f"no target {unknown[0]}; there are {' '.join(known)}")
    return [known[name] for name in names or known]


def inputs(folder):
    return sorted(path for path in glob.glob(os.path.join(folder, "*")) if os.path.isfile(path))


def log_of(target, verb):
    return os.path.join(WORK, "logs", f"{target.name}-{verb}.log")


def fuzz(target, seconds):
    """One target for so long. Returns how many inputs were found, and says it all in a line."""
    before = set(inputs(target.found))
    log = log_of(target, "run")
    status = target.start([f"-max_total_time={seconds}", target.learnt, target.committed], log)
    with open(log, encoding="utf-8", errors="replace") as file:
        text = file.read()
    found = sorted(set(inputs(target.found)) - before)
    edges = DONE.findall(text)
    runs = RUNS.findall(text)
    learnt = len(inputs(target.learnt)) + len(inputs(target.committed))
    print(f"{target.name:<14} {int(runs[-1]) if runs else 0:>10} runs {edges[-1] if edges else 0:>6} edges "
          f"{learnt:>5} inputs {len(found):>3} found", flush=True)
    for path in found:
        print(f"  {path}: make fuzz-again FILE={path}", flush=True)
    if status != 0 and not found:
        print(f"  ended with status {status}: {log}", flush=True)
    return len(found) or int(status != 0)


def run(arguments):
    if not arguments or not re.fullmatch(r"[1-9]\d{0,4}", arguments[0]):
        usage("MINUTES is 1 ... 99999")
    chosen = targets(arguments[1:])
    seconds = max(1, int(arguments[0]) * 60 // len(chosen))
    found = sum([fuzz(target, seconds) for target in chosen])
    print(f"{len(chosen)} targets, {seconds} s each, {found} found")
    return 1 if found else 0


def merge_one(target):
    """Few inputs that cover all that was committed and learnt are committed."""
    merged = os.path.join(WORK, "merged", target.name)
    shutil.rmtree(merged, ignore_errors=True)
    os.makedirs(merged)
    os.makedirs(target.committed, exist_ok=True)
    # What an edge was counted to says little to those who only run it again.
    if target.start(["-set_cover_merge=1", "-use_counters=0", merged, target.committed, target.learnt], log_of(target, "merge")):
        print(f"{target.name}: the merge failed: {log_of(target, 'merge')}")
        return 1
    chosen, total = {}, 0
    for path in sorted(inputs(merged), key=lambda path: (os.path.getsize(path), path)):
        with open(path, "rb") as file:
            data = file.read()
        if len(chosen) == MAXIMUM_FILES or total + len(data) > MAXIMUM_BYTES:
            break
        chosen[hashlib.sha1(data).hexdigest()[:16]] = data
        total += len(data)
    # What has a name of its own was made by hand, and stays.
    for path in inputs(target.committed):
        if CHOSEN.fullmatch(os.path.basename(path)):
            os.remove(path)
    for name, data in chosen.items():
        with open(os.path.join(target.committed, name), "wb") as file:
            file.write(data)
    print(f"{target.name:<14} {len(inputs(merged)):>5} inputs, {len(chosen):>3} of them committed, {total} bytes")
    return 0


def merge(arguments):
    return int(any([merge_one(target) for target in targets(arguments)]))


def again(arguments):
    if len(arguments) != 1 or not os.path.isfile(arguments[0]):
        usage("FILE is an input")
    target, = targets([os.path.basename(os.path.dirname(os.path.abspath(arguments[0])))])
    log = log_of(target, "again")
    status = target.start([arguments[0]], log)
    with open(log, encoding="utf-8", errors="replace") as file:
        print(file.read(), end="")
    return 1 if status else 0


def usage(reason):
    print(f"fuzz: {reason}\nmake fuzz MINUTES=n [ONLY='NAME...'] | make fuzz-merge [ONLY='NAME...'] | "
          "make fuzz-again FILE=input", file=sys.stderr)
    sys.exit(2)


def main():
    verbs = {"run": run, "merge": merge, "again": again}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        usage("run, merge or again")
    os.makedirs(WORK, exist_ok=True)
    sys.exit(verbs[sys.argv[1]](sys.argv[2:]))


if __name__ == "__main__":
    main()
