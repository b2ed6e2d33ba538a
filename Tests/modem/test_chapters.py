# SPDX-License-Identifier: Apache-2.0
"""The guide's two chapters over each of the three lines, with real UDP on loopback; then the other dialects."""

from chapters import CHAPTER_1, CHAPTER_2, MCU
from modem import Modem, GuideServer

# The banner comes when somebody hears it, and the network where the guide has it.
SCRIPT = ["wait plugged", "detach", "reboot", "wait line AT+CEREG=1", "wait said OK", "attach",
          "wait line AT+NSOCL=0", "wait said OK", "sleep 200"]
DATA = b"0123456789"


def follow(checks, mcu, chapter, where):
    """Says what the MCU says, and compares the module's lines one by one."""
    for who, text, remark in chapter:
        if who == MCU:
            mcu.send(text)
        else:
            checks.equal(mcu.take(), text, f"{where}: {text} ({remark})")


def chapters(checks):
    """Chapters 1 and 2 over a UNIX socket, a pseudo-terminal, standard input and output, at its speed and slowly."""
    for line, *options in (["unix"], ["pty"], ["stdio"], ["stdio", "--baud", "57600"]):
        with GuideServer() as server, \
                Modem(line, *options, "--route", f"183.230.40.150:36000=127.0.0.1:{server.port}",
                      script=SCRIPT) as modem:
            follow(checks, modem.mcu, CHAPTER_1, f"{line}, chapter 1")
            follow(checks, modem.mcu, CHAPTER_2, f"{line}, chapter 2")
            checks.equal(modem.end(), 0, f"{line}: every order of the script was carried out")
            checks.equal(modem.mcu.rest(), [], f"{line}: not a line more than the guide has")
            checks.equal(server.heard, [(DATA, ("127.0.0.1", 2334))],
                         f"{line}: the ten bytes left from the port that was asked for")


def early(checks):
    """An MCU that does not wait for the banner repeats AT until OK, as the guide says."""
    with Modem("stdio", "--boot", "1000") as modem:
        tries = 1
        modem.mcu.send("AT")
        while modem.mcu.take(0.05) is None:
            tries += 1
            modem.mcu.send("AT")
        checks.note(tries > 1, "what is sent while the module starts is not heard")
        checks.equal(modem.mcu.lines[0], "M5310", "the banner is the first thing that is said")
        checks.equal(modem.mcu.ask("AT")[-1], "OK", "then AT is answered")


def dialects(checks):
    """What differs: the banner, the longest datagram, blanks, the form of an error."""
    table = [
        # dialect, banner, longest datagram, +CEREG?, error
        ("m5310", ["M5310", "OK"], 512, "+CEREG:0,1", "+CME ERROR:50"),
        ("m5310-a", ["REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "M5310-A", "OK"], 1358, "+CEREG:0,1",
         "+CME ERROR:50"),
        ("bc95", ["REBOOT_CAUSE_SECURITY_PMU_POWER_ON_RESET", "Neul", "OK"], 512, "+CEREG: 0,1", "ERROR"),
    ]
    for dialect, banner, longest, registration, error in table:
        with GuideServer() as server, Modem("stdio", "--dialect", dialect) as modem:
            checks.equal([modem.mcu.take() for _ in banner], banner, f"{dialect}: its banner")
            modem.told("-- Network +1: registered")
            checks.equal(modem.mcu.ask("AT+CEREG?"), [registration, "OK"], f"{dialect}: +CEREG?")
            modem.mcu.ask('AT+NSOCR="DGRAM",17,0,0')
            for length, answer in [(longest, [f"0,{longest}", "OK"]), (longest + 1, [error])]:
                payload = ("%02X" % (length & 0xFF)) * length
                found = modem.mcu.ask(f"AT+NSOST=0,127.0.0.1,{server.port},{length},{payload}")
                checks.equal(found, answer, f"{dialect}: {length} bytes")
            checks.equal([data for data, _ in server.wait_for(1)], [bytes([longest & 0xFF]) * longest],
                         f"{dialect}: {longest} bytes arrived as they were")


def echo(checks):
    """With --echo the module sends back what it hears, until ATE0."""
    with Modem("stdio", "--echo") as modem:
        modem.mcu.wait_for("OK")
        found = [modem.mcu.ask(command) for command in ("AT", "ATE0", "AT")]
        checks.equal(found, [["AT", "OK"], ["ATE0", "OK"], ["OK"]], "--echo")


GROUPS = [chapters, early, dialects, echo]
