# SPDX-License-Identifier: Apache-2.0
"""The MCU's end of the line: plugged, unplugged, replaced; what is left of it when the program ends."""

import os
import random
import signal
import socket
import subprocess
import tempfile

from modem import PROGRAM, Modem, on_socket

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def again(checks):
    """A second connection finds the module as the first one left it; a later one replaces the one before."""
    with Modem("unix") as modem:
        modem.told("-- Network +1: registered")
        modem.mcu.send('AT+NSOCR="DGRAM",17,0,1')
        modem.mcu.wait_for("0")
        modem.mcu.close()
        modem.told("-- Unplugged .*")
        second = modem.plug()
        modem.told("-- Plugged .*")
        checks.equal(second.ask('AT+NSOCR="DGRAM",17,0,1'), ["1", "OK"], "again: the module has gone on")
        third = modem.plug()
        modem.told("-- Plugged .*")
        checks.equal(third.ask("AT"), ["OK"], "again: the newer cable is the one that counts")
        checks.equal(second.rest(), [], "again: the older one was unplugged")
        checks.equal(modem.stop(), 0, "again: and nothing has ended the program")


def swapped(checks):
    """An MCU that went and came while nobody looked did both."""
    with Modem("unix", script=["wait plugged", "wait unplugged 5", "wait plugged 5"]) as modem:
        modem.told("-- Plugged .*")
        modem.process.send_signal(signal.SIGSTOP)
        modem.mcu.close()
        second = modem.plug()
        modem.process.send_signal(signal.SIGCONT)
        checks.equal(modem.end(), 0, "swapped: it was gone, and it was there")
        second.close()


def deaf(checks):
    """Peers that break off, or read nothing, do not end the program."""
    with Modem("unix", "--echo") as modem:
        for _ in range(3):
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(modem.path)
            connection.sendall(b"AT\r" * 1000)
            connection.close()
        deaf_one = socket.socket(socket.AF_UNIX)
        deaf_one.connect(modem.path)
        deaf_one.setblocking(False)
        try:
            while True:
                deaf_one.send(b"x" * 4096)
        except BlockingIOError:
            pass
        fresh = on_socket(modem.path)
        checks.note(fresh.ask("\rAT")[-1] == "OK", "deaf: the next one is answered")
        checks.equal(modem.stop(), 0, "deaf: it runs on")
    with Modem("stdio", mcu=False) as modem:
        modem.process.stdout.close()
        modem.process.stdin.write(b"AT\r" * 2)
        modem.process.stdin.flush()
        modem.told("-- Lost .*")
        modem.process.stdin.close()
        checks.equal(modem.end(), 0, "deaf: standard output that is closed")
    with Modem("unix") as modem:
        modem.process.stdout.close()
        modem.mcu.send("AT")
        modem.mcu.wait_for("OK")
        checks.equal(modem.stop(), 0, "deaf: nobody who reads the transcript")


def noise(checks):
    """Lines that are nearly commands, and bytes that are nothing: each line gets a result, and the module stands."""
    commands = [b'AT+NSOCR="DGRAM",17,0,1', b"AT+NSOST=0,127.0.0.1,9,4,41424344", b"AT+NSOSTF=0,127.0.0.1,9,0x200,1,41",
                b"AT+NSORF=0,30", b"AT+NSOCL=0", b'AT+COPS=1,2,"46000"', b"AT+CEREG?", b'AT+CMDNS="host"', b"A/",
                b"AT+CFUN=0;+CFUN=1", b"AT+CMEE=2;+CSCON=1"]
    for seed in (1, 2):
        chance = random.Random(seed)
        with Modem("stdio", "--answer", "0") as modem:
            modem.told("-- Network +1: registered")
            for _ in range(500):
                modem.mcu.write(mutated(bytearray(chance.choice(commands)), chance) + b"\r")
            modem.mcu.write(chance.randbytes(2000).replace(b"S3", b"") + b"\rAT+CGSN\r")
            checks.note(modem.mcu.wait_for("867725030106226"), f"noise {seed}: answered behind all of it")
            heard = sum("MCU >" in line for line in modem.transcript.lines)
            checks.note(heard > 300, f"noise {seed}: most lines are taken for commands", heard)
            modem.mcu.close()
            checks.equal(modem.end(), 0, f"noise {seed}: and ends well")


def mutated(line, chance):
    for _ in range(chance.choice((0, 1, 1, 2, 5))):
        place = chance.randrange(len(line) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            del line[place:place + 1]
        elif kind == 1:
            line[place:place] = bytes([chance.choice(b'0123456789,;"=?+ATx\x00\x08\xff')])
        elif kind == 2:
            line[place:place] = b"9" * chance.randrange(25)
        else:
            line = line[:place]
    return bytes(line)


def replaced(checks):
    """A socket that nobody serves is replaced, a link too; any other file is refused, and so is a served socket."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "line")
        stale = socket.socket(socket.AF_UNIX)
        stale.bind(path)
        stale.close()
        served = subprocess.Popen([PROGRAM, "--unix", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        checks.note(b"-- Line" in served.stdout.readline(), "replaced: a stale socket")
        run(checks, ["--unix", path], f"another program listens at {path}")
        checks.note(on_socket(path).ask("AT") is not None, "replaced: not the one that is served")
        served.terminate()
        served.wait()
        with open(path, "w", encoding="utf-8") as file:
            file.write("precious")
        run(checks, ["--unix", path], f"{path} exists and is not a socket")
        run(checks, ["--pty", "--link", path], f"{path} exists and is not a symbolic link")
        with open(path, encoding="utf-8") as file:
            checks.equal(file.read(), "precious", "replaced: a file never is")
        run(checks, ["--unix", f"{folder}/{'x' * 120}"], "is empty or too long for a socket")
        run(checks, ["--unix", f"{folder}/none/line"], "No such file or directory")
        run(checks, ["--pty", "--transcript", f"{folder}/none/log"], f"cannot write {folder}/none/log")


def run(checks, arguments, message):
    """A program that the system does not let begin."""
    done = subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=10, check=False)
    checks.equal(done.returncode, 1, f"status 1: {message}")
    checks.note(done.stderr.startswith("nbiot-modem: ") and message in done.stderr, message, done.stderr)


def ended(checks):
    """SIGINT, SIGTERM and SIGHUP leave nothing behind."""
    for number in SIGNALS:
        for line in ("unix", "pty"):
            with Modem(line) as modem:
                checks.note(os.path.lexists(modem.path), f"{line}: it is there")
                modem.process.send_signal(number)
                checks.equal(modem.end(), 0, f"{line}: {number.name} is an end like any other")
                checks.note(not os.path.lexists(modem.path), f"{line}: {number.name} removes it")


def exchanged(checks):
    """What somebody else put in the place of its socket or link is not its own."""
    for line in ("unix", "pty"):
        with Modem(line) as modem:
            os.unlink(modem.path)
            if line == "unix":
                with socket.socket(socket.AF_UNIX) as other:
                    other.bind(modem.path)
            else:
                os.symlink("/dev/null", modem.path)
            checks.equal(modem.stop(), 0, f"exchanged: {line}: an end like any other")
            checks.note(os.path.lexists(modem.path), f"exchanged: {line}: what is there now stays")


def ahead(checks):
    """An MCU that types far ahead has to wait, and each of its lines is answered."""
    with Modem("unix", "--answer", "0") as modem:
        modem.told("-- Network +1: registered")
        modem.mcu.write(b"AT\r" * 5000 + b"AT+CGMI?\r")
        modem.mcu.wait_for(r"\+CME ERROR:4")
        checks.equal(modem.mcu.lines.count("OK"), 5001, "ahead: 5000 and the one of the start")


def written(checks):
    """The file has payloads whole, the terminal their beginning; both as it happens."""
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "log")
        with Modem("unix", "--transcript", log) as modem:
            modem.told("-- Network +1: registered")
            modem.mcu.ask('AT+NSOCR="DGRAM",17,0,1')
            modem.mcu.ask("AT+NSOST=0,127.0.0.1,9,40," + "4142" * 20)
            modem.told(r"MCU > AT\+NSOST=0,127\.0\.0\.1,9,40,4142414241424142\.\.\.\(40 bytes\)")
            with open(log, encoding="utf-8") as file:
                checks.note("MCU > AT+NSOST=0,127.0.0.1,9,40," + "4142" * 20 + "\n" in file.read(),
                            "the file has all of it while the program runs")
        with Modem("stdio") as modem:
            modem.mcu.wait_for("OK")
            checks.equal(modem.mcu.ask("AT"), ["OK"], "stdio: standard output is the MCU's alone")
            modem.told("module > OK")


GROUPS = [noise, again, swapped, deaf, replaced, exchanged, ahead, ended, written]
