# SPDX-License-Identifier: Apache-2.0
"""Orders while the module runs, from a script and from standard input, and the exit status they lead to."""

import socket

from modem import GuideServer, Modem

SOCKET = 'AT+NSOCR="DGRAM",17,{},1'


def free_port():
    """A port that nobody has now."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mid_command(checks):
    """The module restarts between a command and its answer: none comes, and its sockets are gone."""
    port = free_port()
    script = ["wait plugged", "wait registered", "wait line AT+NSOST", "reboot", "wait restarted",
              "wait registered", "wait unplugged"]
    with GuideServer() as server, Modem("stdio", "--answer", "200", script=script) as modem:
        modem.mcu.wait_for("OK")
        modem.told("-- Done +wait registered")
        checks.equal(modem.mcu.ask(SOCKET.format(port)), ["0", "OK"], "reboot: a socket")
        answer = modem.mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},2,4142")
        checks.equal(answer, ["M5310", "OK"], "reboot: the banner comes instead of the answer")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", port))
            checks.note(True, "reboot: the system's socket is closed")
        checks.equal(modem.mcu.ask("AT+NSORF=0,512"), ["+CME ERROR:530"], "reboot: no such socket")
        modem.mcu.close()
        checks.equal(modem.end(), 0, "reboot: every wait was met")
        events = modem.events()
        heard = events.index(f"MCU > AT+NSOST=0,127.0.0.1,{server.port},2,4142")
        checks.equal(events[heard + 1:heard + 3], ["-- Done        wait line AT+NSOST", "-- Order       reboot"],
                     "reboot: right behind the command")


def counted(checks):
    """The module restarts behind the third datagram, whatever comes between them."""
    script = ["wait sent 3", "reboot", "wait restarted", "wait said OK"]
    with GuideServer() as server, Modem("pty", script=script) as modem:
        modem.mcu.wait_for("OK")
        modem.told("-- Network +1: registered")
        modem.mcu.ask(SOCKET.format(0))
        send = f"AT+NSOST=0,127.0.0.1,{server.port},1,41"
        for number in (1, 2):
            checks.equal(modem.mcu.ask(send), ["0,1", "OK"], f"sent: datagram {number} leaves")
            modem.mcu.ask("AT")
        modem.mcu.send(send)
        checks.equal(modem.end(), 0, "sent: the script met what it waited for")
        checks.equal(len(server.wait_for(3)), 3, "sent: the third one left before the restart")


def network(checks):
    """Without network nothing leaves, and the module tells of its going and coming."""
    with GuideServer() as server, Modem("pty") as modem:
        modem.mcu.wait_for("OK")
        modem.told("-- Network +1: registered")
        modem.mcu.ask("AT+CEREG=1")
        modem.mcu.ask(SOCKET.format(0))
        modem.order("detach")
        modem.mcu.wait_for(r"\+CEREG:[02].*")
        answer = modem.mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},1,41")
        checks.equal(answer, ["+CME ERROR:30"], "detach: no network")
        modem.order("attach")
        modem.mcu.wait_for(r"\+CEREG:1,19E6,94,7")
        answer = modem.mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},1,41")
        checks.equal(answer, ["0,1", "OK"], "attach: it leaves again")


def refused(checks):
    """The next commands are refused, as many as were named, by the number that was."""
    with Modem("pty") as modem:
        modem.mcu.wait_for("OK")
        modem.order("refuse 3 159")
        modem.told("-- Order +refuse 3 159")
        answers = [modem.mcu.ask("AT")[-1] for _ in range(4)]
        checks.equal(answers, ["+CME ERROR:159"] * 3 + ["OK"], "refuse 3 159")


def statuses(checks):
    """What a script's end says."""
    table = [
        # script, exit status, what it is
        (["# nothing"], 0, "an empty script"),
        (["wait restarted 5", "wait registered 5", "say \"done\"", "quit", "nonsense"], 0, "all done, quit"),
        (["wait sent 1 0"], 1, "a wait that is not met"),
        (["wait sent 1 0", "say \"on it goes\""], 1, "a script goes on behind what failed"),
        (["explode", "sleep 1"], 1, "an unknown order"),
        (["wait godot"], 1, "an unknown wait"),
    ]
    for script, status, what in table:
        with Modem("pty", script=script, mcu=False) as modem:
            checks.equal(modem.end(), status, f"status {status}: {what}")
            if script[-1].startswith("say"):
                checks.note(any("on it goes" in event for event in modem.events()), what)
    with Modem("pty", script=["wait sent 1"]) as modem:
        checks.equal(modem.stop(), 1, "status 1: stopped before its script was done")


def typed(checks):
    """Orders on standard input: as in a script, but for the end."""
    for orders, status in [(["say \"one\"", "help", "quit"], 0), (["explode", "quit"], 1)]:
        with Modem("pty") as modem:
            for order in orders:
                modem.order(order)
            checks.equal(modem.end(), status, f"typed: status {status} behind {orders}")
            if status == 1:
                told = [event for event in modem.events() if "Not done" in event]
                checks.equal(told, ["-- Not done    explode: no order is called \"explode\"; `help` lists the orders"],
                             "typed: what was wrong with it")
    with Modem("pty") as modem:
        modem.process.stdin.close()
        modem.mcu.wait_for("OK")
        checks.equal(modem.mcu.ask("AT"), ["OK"], "typed: the end of standard input ends nothing")
        checks.equal(modem.stop(), 0, "typed: a signal does")


GROUPS = [mid_command, counted, network, refused, statuses, typed]
