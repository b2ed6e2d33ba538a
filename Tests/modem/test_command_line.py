# SPDX-License-Identifier: Apache-2.0
"""Bad command lines: what is wrong and the usage on standard error, exit status 2, and nothing left behind."""

import subprocess

from modem import PROGRAM

WRONG = [
    ([], "exactly one of --pty, --unix and --stdio"),
    (["--pty", "--stdio"], "exactly one of --pty, --unix and --stdio"),
    (["--unix"], "--unix needs a value"),
    (["--stdio", "--link", "x"], "--link needs --pty"),
    (["--stdio", "--fast"], "unknown option --fast"),
    (["--stdio", "AT"], "unknown option AT"),
    (["--stdio", "--dialect", "m26"], "no dialect is called m26"),
    (["--stdio", "--baud", "fast"], "--baud takes 0 to 4000000"),
    (["--stdio", "--fault", "gremlin=1"], "no fault is called gremlin"),
    (["--stdio", "--fault", "delay=2"], "a rate is a number from 0 to 1"),
    (["--stdio", "--route", "1.2.3.4:5"], "--route takes ADDRESS:PORT=ADDRESS:PORT"),
    (["--stdio", "--route", "1.2.3.4:5=6.7.8.9:1"], "6.7.8.9 is on other machines"),
    (["--stdio", "--bind", "0.0.0.0"], "0.0.0.0 is on other machines"),
    (["--stdio", "--name", "host"], "--name takes HOST=ADDRESS"),
    (["--stdio", "--script", "/none"], "cannot read /none"),
]


def wrong(checks):
    """Each way to be wrong."""
    for arguments, message in WRONG:
        run = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                             timeout=10, check=False)
        what = " ".join(arguments) or "no arguments"
        checks.equal(run.returncode, 2, f"{what}: status 2")
        checks.equal(run.stdout, "", f"{what}: nothing on standard output")
        checks.note(run.stderr.startswith(f"nbiot-modem: {message}") and "\nusage: nbiot-modem" in run.stderr,
                    f"{what}: what is wrong, and the usage", run.stderr[:200])


def asked_for(checks):
    """--help is no mistake."""
    run = subprocess.run([PROGRAM, "--help"], capture_output=True, text=True, timeout=10, check=False)
    checks.equal((run.returncode, run.stderr), (0, ""), "--help: status 0")
    checks.note(run.stdout.startswith("usage: nbiot-modem"), "--help: the usage on standard output")


GROUPS = [wrong, asked_for]
