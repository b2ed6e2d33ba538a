# SPDX-License-Identifier: Apache-2.0
"""Each fault comes at its rate, is told in the transcript, and comes again with the same seed."""

from concurrent.futures import ThreadPoolExecutor

from modem import Modem

COMMANDS = 25
# What is asked last, often enough that one answer comes through.
LAST, ANSWER = "AT+CGSN\r" * 5, "867725030106226"
# What a module says that nothing is wrong with; the banner looks like one more answer.
RIGHT = ["M5310", "OK"] * (COMMANDS + 1) + [ANSWER]


def dialogue(fault, rate, seed):
    """What the MCU got and what the transcript says. All commands come in one piece, so that nothing depends on time."""
    with Modem("stdio", "--longest-delay", "20", "--fault", f"{fault}={rate}", "--seed", str(seed)) as modem:
        modem.told("-- Network +1: registered")
        modem.mcu.write(("AT+CGMM\r" * COMMANDS + LAST).encode())
        modem.mcu.wait_for(ANSWER)
        modem.told(f"module > {ANSWER}")
        events = [line[8:].strip() for line in modem.transcript.lines[:modem.transcript.next_line]]
        return modem.mcu.lines[:modem.mcu.next_line], events[events.index("module > OK"):]


def faults(checks):
    """Each fault by itself."""
    table = [
        # fault, rate, how the transcript names it, what holds for the lines that the MCU gets, and how it holds
        ("loss-in", 0.02, "from the MCU is lost", "not all are right", lambda lines: lines != RIGHT),
        ("loss-out", 0.02, "to the MCU is lost", "not all are right", lambda lines: lines != RIGHT),
        ("delay", 0.5, "ms late", "they are right", lambda lines: lines == RIGHT),
        ("urc", 0.5, "comes in between", "but for URCs they are right",
         lambda lines: [line for line in lines if line[0] != "+"] == RIGHT),
        ("refusal", 0.5, "instead of doing it", "each command has its result",
         lambda lines: sum(line == "OK" or line.startswith("+CME ERROR:") for line in lines) > COMMANDS),
    ]
    with ThreadPoolExecutor() as pool:
        for fault, rate, name, rule, holds in table:
            (lines, events), again, (_, other) = pool.map(lambda seed: dialogue(fault, rate, seed), (7, 7, 8))
            checks.note(any(name in event for event in events), f"{fault}: the transcript names it", events)
            others = [event for event in events if "-- Fault" in event and name not in event]
            checks.equal(others, [], f"{fault}: nothing else goes wrong")
            checks.note(holds(lines), f"{fault}: {rule}", lines)
            checks.equal(again, (lines, events), f"{fault}: the same seed, the same faults")
            checks.note(other != events, f"{fault}: another seed, other faults")


def reboots(checks):
    """A module that restarts by itself says so like a real one: by its banner, and by having no sockets."""
    with Modem("stdio", "--fault", "reboot=0.2", "--seed", "3") as modem:
        modem.mcu.wait_for("OK")
        restarts = 0
        for _ in range(COMMANDS):
            modem.mcu.send("AT")
            if modem.mcu.take() == "M5310":
                restarts += 1
                checks.equal(modem.mcu.take(), "OK", "reboot: the banner is whole")
        checks.note(0 < restarts < COMMANDS, "reboot: some commands end in a banner", restarts)
        modem.mcu.close()
        modem.end()
        checks.equal(sum("Restart     by itself" in event for event in modem.events()), restarts,
                     "reboot: the transcript names each")


def all_at_once(checks):
    """With everything going wrong the program itself stands."""
    with Modem("unix", "--fault", "all=0.2", "--longest-delay", "20", "--seed", "5") as modem:
        for _ in range(COMMANDS):
            modem.mcu.ask('AT+NSOCR="DGRAM",17,0,1', 0.05)
            modem.mcu.ask("AT+NSOST=0,127.0.0.1,9,2,4142", 0.05)
        checks.equal(modem.stop(), 0, "all: it runs until it is stopped")


def switched(checks):
    """An order changes the rate while the module runs."""
    with Modem("pty") as modem:
        modem.mcu.wait_for("OK")
        checks.equal(modem.mcu.ask("AT")[-1], "OK", "no fault yet")
        modem.order("fault refusal 1")
        modem.told("-- Order +fault refusal 1")
        checks.note(modem.mcu.ask("AT")[-1].startswith("+CME ERROR:"), "fault refusal 1: each is refused")
        modem.order("fault refusal 0")
        modem.told("-- Order +fault refusal 0")
        checks.equal(modem.mcu.ask("AT")[-1], "OK", "fault refusal 0: none is")


GROUPS = [faults, reboots, all_at_once, switched]
