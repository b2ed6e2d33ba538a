# SPDX-License-Identifier: Apache-2.0
"""Where datagrams go: real sockets on loopback, routes, names, and nowhere else."""

import socket
import subprocess
import sys

from modem import GuideServer, Modem

SERVER = "183.230.40.150"


def ready(modem):
    modem.mcu.wait_for("OK")
    modem.told("-- Network +1: registered")
    return modem.mcu


def routes(checks):
    """An answer comes from the address that was asked; what has no route stays here."""
    with GuideServer() as one, GuideServer() as two, \
            Modem("pty", "--route", f"{SERVER}:36000=127.0.0.1:{one.port}",
                  "--route", f"{SERVER}:36001=127.0.0.1:{two.port}") as modem:
        mcu = ready(modem)
        mcu.ask('AT+NSOCR="DGRAM",17,0,2')
        for port, server in ((36000, one), (36001, two)):
            checks.equal(mcu.ask(f"AT+NSOST=0,{SERVER},{port},1,41"), ["0,1", "OK"], f"route {port}: sent")
            pushed = mcu.wait_for(r"\+NSORF:0,(.*),(\d+),21,.*41,0")
            checks.equal(pushed.groups(), (SERVER, str(port)), f"route {port}: from where it was sent to")
            checks.equal(len(server.wait_for(1)), 1, f"route {port}: to one server")
        checks.equal(mcu.ask(f"AT+NSOST=0,{SERVER},36002,1,41"), ["0,1", "OK"], "no route: the MCU is not told")
        modem.told(rf"-- No route +{SERVER}:36002 is no address of this machine; --route leads it to one")
        checks.equal((len(one.heard), len(two.heard)), (1, 1), "no route: nobody gets it")


def modes(checks):
    """Silent, told of, pushed: the three ways of NSOCR to receive; as many as seven sockets."""
    with GuideServer() as server, Modem("pty") as modem:
        mcu = ready(modem)
        for control in (0, 1, 2):
            checks.equal(mcu.ask(f'AT+NSOCR="DGRAM",17,0,{control}'), [str(control), "OK"],
                         f"a socket with receive control {control}")
            mcu.ask(f"AT+NSOST={control},127.0.0.1,{server.port},1,4{control}")
        checks.note(mcu.wait_for(r"\+NSONMI:1,21"), "1: told of")
        checks.note(mcu.wait_for(r"\+NSORF:2,127\.0\.0\.1,\d+,21,.*42,0"), "2: pushed")
        modem.told("-- Dropped +21 bytes for socket 0: .*")
        for number in (3, 4, 5, 6):
            checks.equal(mcu.ask('AT+NSOCR="DGRAM",17,0,1'), [str(number), "OK"], f"socket {number}")
        checks.equal(mcu.ask('AT+NSOCR="DGRAM",17,0,1'), ["+CME ERROR:23"], "there is no eighth")


def parts(checks):
    """What is longer than asked for is read in pieces, and the rest is told."""
    with GuideServer() as server, Modem("pty") as modem:
        mcu = ready(modem)
        mcu.ask('AT+NSOCR="DGRAM",17,0,1')
        mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},2,4142")
        mcu.wait_for(r"\+NSONMI:0,22")
        place = f"0,127.0.0.1,{server.port}"
        checks.equal(mcu.ask("AT+NSORF=0,20"), [f"{place},20,{b'[117.169.36.15:2179]'.hex().upper()},2", "OK"],
                     "the first 20, and 2 remain")
        checks.equal(mcu.ask("AT+NSORF=0,512"), [f"{place},2,4142,0", "OK"], "no more than there is")
        checks.equal(mcu.ask("AT+NSORF=0,512"), ["OK"], "nothing but OK when there is nothing")


def taken(checks):
    """A port that the system refuses is refused by the module, and told."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, Modem("pty") as modem:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        mcu = ready(modem)
        answer = mcu.ask(f'AT+NSOCR="DGRAM",17,{port},1')
        checks.equal(answer, ["+CME ERROR:50"], "a port that is taken")
        modem.told(rf"-- No socket +bind 127\.0\.0\.1:{port}: Address already in use")
        checks.equal(mcu.ask('AT+NSOCR="DGRAM",17,0,1'), ["0", "OK"], "the number is free again")


def second_module(checks):
    """Two modules on two addresses may have the same port."""
    with GuideServer() as server, Modem("pty") as one, Modem("pty", "--bind", "127.0.0.2") as two:
        for modem in (one, two):
            ready(modem)
        one.mcu.ask('AT+NSOCR="DGRAM",17,0,1')
        port = one.told(r"-- Socket +0 is 127\.0\.0\.1:(\d+) .*")[1]
        answer = two.mcu.ask(f'AT+NSOCR="DGRAM",17,{port},1')
        checks.equal(answer, ["0", "OK"], "--bind 127.0.0.2: the same port")
        two.mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},1,41")
        checks.equal(server.wait_for(1)[0][1], ("127.0.0.2", int(port)), "--bind: it sends from there")


def flood(checks):
    """Datagrams faster than they can be looked at keep neither the MCU nor the end waiting."""
    with Modem("pty", "--baud", "115200") as modem:
        ready(modem).ask('AT+NSOCR="DGRAM",17,0,2')
        port = modem.told(r"-- Socket +0 is 127\.0\.0\.1:(\d+) .*")[1]
        source = subprocess.Popen([sys.executable, "-c", FLOOD, port])
        try:
            modem.told("-- Dropped +1000 bytes for socket 0: the line is too slow for it")
            modem.mcu.send("AT")
            checks.note(modem.mcu.wait_for("OK"), "flood: a command is answered")
            checks.equal(modem.stop(), 0, "flood: and an end is one")
        finally:
            source.kill()
            source.wait()


FLOOD = """
import socket, sys
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    flood.sendto(bytes(1000), ("127.0.0.1", int(sys.argv[1])))
"""


def names(checks):
    """A name is what --name says; nothing else is asked."""
    with Modem("pty", "--name", "nbiotacc.heclouds.com=183.230.40.40") as modem:
        mcu = ready(modem)
        mcu.send('AT+CMDNS="nbiotacc.heclouds.com"')
        checks.equal([mcu.take(), mcu.take()], ["OK", "+CMDNS:183.230.40.40"], "a name that is known")
        answer = mcu.ask('AT+CMDNS="localhost"')
        checks.equal(answer, ["+CME ERROR:100"], "a name that is not: no look at the system's names either")
        modem.told("-- Name +localhost is unknown; --name makes it known")


GROUPS = [routes, modes, parts, taken, second_module, flood, names]
