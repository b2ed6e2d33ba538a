# SPDX-License-Identifier: Apache-2.0
"""Each fault comes at its rate, is told in the transcript, and comes again with the same seed."""

from modem import Modem

COMMANDS = 25


def talk(modem):
    """An MCU that waits for each answer, and not for ever. Returns how each command ended."""
    results = []
    modem.mcu.wait_for("OK")
    modem.told("-- Network +1: registered")
    for _ in range(COMMANDS):
        answer = modem.mcu.ask("AT+CGMM", 0.15)
        results.append(answer[-1] if answer else None)
    modem.mcu.close()
    return results


def dialogue(*options):
    with Modem("stdio", "--answer", "0", *options) as modem:
        results = talk(modem)
        modem.end()
        return results, modem.events()


def run(fault, rate, seed):
    return dialogue("--longest-delay", "20", "--fault", f"{fault}={rate}", "--seed", str(seed))


def faults(checks):
    """Each fault by itself."""
    table = [
        # fault, rate, how the transcript names it, what the MCU gets then
        ("loss-in", 0.02, "from the MCU is lost", {"OK", "+CME ERROR:4", None}),
        ("loss-out", 0.02, "to the MCU is lost", None),
        ("delay", 0.5, "ms late", {"OK"}),
        ("urc", 0.5, "comes in between", {"OK"}),
        ("refusal", 0.5, "instead of doing it", None),
    ]
    for fault, rate, name, allowed in table:
        results, events = run(fault, rate, 7)
        told = [event for event in events if name in event]
        checks.note(told, f"{fault}: the transcript names it", events)
        others = [event for event in events if "-- Fault" in event and name not in event]
        checks.equal(others, [], f"{fault}: nothing else goes wrong")
        if allowed:
            checks.note(set(results) <= allowed, f"{fault}: what the MCU gets", results)
        again, events_again = run(fault, rate, 7)
        checks.equal((again, events_again), (results, events), f"{fault}: the same seed, the same faults")
        _, other = run(fault, rate, 8)
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
