# SPDX-License-Identifier: Apache-2.0
"""libcoap's example programs as peers: coap-rd takes the registration, coap-server refuses it, and
coap-client asks from the port the device registered at. (coap-rd 4.3.1 dies of a DELETE, so nothing
de-registers here.)"""

import contextlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import traceback

from checks import Checks
from device_program import Device

HOST = "127.0.0.1"
SECONDS = 10
BLOB = "/26241/0/0"
VALUE = "/3303/0/5700"


def program(name):
    """Debian names the programs after the TLS library they were built with."""
    names = (name + end for end in ("-notls", "-gnutls", "-openssl", ""))
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise FileNotFoundError(f"no {name}: install libcoap3-bin")
    return found


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as chosen:
        chosen.bind((HOST, 0))
        return chosen.getsockname()[1]


def await_answer(port):
    """Returns when whoever is at `port` answers a CoAP ping with a Reset."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((HOST, port))
        asking.settimeout(0.05)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                asking.send(b"\x40\x00\x12\x34")
                if asking.recv(16) == b"\x70\x00\x12\x34":
                    return
            time.sleep(0.02)
    raise TimeoutError(f"nobody answers at port {port}")


@contextlib.contextmanager
def running(name, *arguments):
    with subprocess.Popen([program(name), *arguments], stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


class Client:
    """coap-client, bound to the server's port. Each run gets a token of its own: its message IDs
    start at random, and two requests with one ID and one token would be one to the device."""

    def __init__(self, port, device_port):
        self.port, self.device_port = port, device_port
        self.count = 0

    def command(self, method, path, *options):
        self.count += 1
        return [program("coap-client"), "-a", HOST, "-p", str(self.port), "-B", str(SECONDS),
                "-m", method, "-T", f"token{self.count}", *options,
                f"coap://{HOST}:{self.device_port}{path}"]

    def run(self, method, path, *options):
        """(payload, error text such as 4.04)"""
        done = subprocess.run(self.command(method, path, *options), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=2 * SECONDS, check=False)
        return done.stdout.removesuffix(b"\n"), done.stderr.decode().strip()

    def start(self, method, path, *options):
        return subprocess.Popen(self.command(method, path, *options), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def registration(checks, device, server_port):
    """coap-rd takes the Register; it knows no Update, so one Register follows it."""
    with running("coap-rd", "-A", HOST, "-p", str(server_port)):
        await_answer(server_port)
        device.send("connect")
        device.wait_for("event 6 201 0")
        checks.equal(device.run("update"), 0, "an Update is asked for")
        device.wait_for("event 12 405 0")
        device.wait_for("event 6 201 0")
        checks.note(True, "after 4.05 to the Update the device has registered again")


THERMOMETER = b"\xe4\x16\x44\xc0\xe8\x00\x00\xe3\x16\x45Cel"
THERMOMETERS = (b"\x08\x00\x13\xe4\x16\x44\x41\xa4\x00\x00\xe3\x16\x45Cel\xe3\x16\x76lab"
                b"\x08\x01\x0d" + THERMOMETER)


def sentence(rows, *words):
    """What is asked, behind the rows it shows."""
    return (f"{rows}: " if rows else "") + " ".join(words)


def reads(checks, client):
    """int-201, int-202, int-203, int-221, int-222, int-223, int-260, int-652: Read and Discover."""
    for rows, path, options, wanted in [
        ("", VALUE, (), (b"20.5", "")),
        ("C Zephyr 1, C Anjay Lite 2", VALUE, ("-N",), (b"20.5", "")),
        ("int-201", VALUE, ("-A", "0"), (b"20.5", "")),
        ("int-201", "/3/0/0", ("-A", "0"), (b"nbiot", "")),
        ("int-652", "/3/0/3", ("-A", "0"), (b"1.2.3", "")),
        ("", VALUE, ("-U",), (b"20.5", "")),
        ("int-202", BLOB, ("-o", "-"), (b"\x00\x01\xfe\xff", "")),
        ("", "/3303/1/5700", ("-A", "11542", "-o", "-"), (b"\xe4\x16\x44\xc0\xe8\x00\x00", "")),
        ("int-203, int-223", "/3303/1", ("-A", "11542", "-o", "-"), (THERMOMETER, "")),
        ("int-222", "/3303", ("-A", "11542", "-o", "-"), (THERMOMETERS, "")),
        ("int-260", "/3303/1", ("-A", "40"), (b"</3303/1>,</3303/1/5700>,</3303/1/5701>", "")),
        ("int-260", "/26241/0/1", ("-A", "40"), (b"</26241/0/1>;dim=3", "")),
        ("", "/3300/0/5700", (), (b"2.5", "")),
        ("C Anjay 1", "/3303/0/9", (), (b"", "4.04")),
        ("C Anjay 1", "/nowhere", (), (b"", "4.04")),
        ("int-221", "/0/0/0", (), (b"", "4.01")),
        ("", "/3303/0/5605", (), (b"", "4.05")),
        ("4.1 RFC 7252 5.10, C Anjay Lite 3", VALUE, ("-A", "50"), (b"", "4.06")),
        ("4.1 RFC 7252 5.4.1", VALUE, ("-O", "2049,x"), (b"", "4.02")),
        ("4.1 RFC 7252 5.4.1", VALUE, ("-O", "2050,x"), (b"20.5", "")),
        ("4.1 RFC 7959 2.2", "/26241/0/3", ("-b", "64"), (b"x" * 400, "")),
        ("4.1 RFC 7959 2.2", "/26241/0/3", ("-b", "6,64"), (b"x" * 16, "")),
        ("4.1 RFC 7959 2.2", "/26241/0/3", ("-b", "7,64"), (b"", "4.00")),
        ("4.1 RFC 7959 2.2", "/3303/1", ("-A", "40", "-b", "16"),
         (b"</3303/1>,</3303/1/5700>,</3303/1/5701>", "")),
    ]:
        checks.equal(client.run("get", path, *options), wanted,
                     sentence(rows, "GET", path, *options))


def settings(checks, client):
    """int-205, int-221, int-224, int-256: the Server object, and what is not to be written."""
    for path, wanted in [("/1/0/0", b"1"), ("/1/0/1", b"300"), ("/1/0/2", b"0"), ("/1/0/3", b"0"),
                         ("/1/0/5", b"86400"), ("/1/0/6", b"1"), ("/1/0/7", b"U"),
                         ("/3/0/16", b"U")]:
        checks.equal(client.run("get", path), (wanted, ""), f"int-224: GET {path}")
    for path, value in [("/1/0/2", "101"), ("/1/0/3", "1010"), ("/1/0/5", "2000")]:
        before = client.run("get", path)[0].decode()
        for text in (value, before):
            checks.equal(client.run("put", path, "-t", "0", "-e", text)[1], "",
                         f"int-205: PUT {path} {text}")
            checks.equal(client.run("get", path)[0], text.encode(), f"int-205: GET {path}")
    for path in ("/0/0/0", "/0/0?pmin=1"):
        checks.equal(client.run("put", path, "-e", "x")[1], "4.01", f"int-221: PUT {path}")
    checks.equal(client.run("put", "/1/0/0", "-e", "7")[1], "4.05", "int-256: PUT /1/0/0 7")
    checks.equal(client.run("get", "/1/0/0")[0], b"1", "int-256: GET /1/0/0")


def writes(checks, client, device):
    """int-210, int-565, int-566, int-680, int-685: Write, Write-Attributes, Execute, and neither
    Create nor Delete."""
    for rows, method, path, options, error, line in [
        ("", "put", "/3311/0/5851", ("-e", "42"), "", "write /3311/0/5851 42"),
        ("", "put", "/3311/0/5851", ("-e", "101"), "4.00", "write /3311/0/5851 101"),
        ("", "put", "/3311/0/5851", ("-e", "many"), "4.00", None),
        ("", "put", VALUE, ("-e", "1"), "4.05", None),
        ("int-210", "put", BLOB, ("-t", "42", "-e", "%de%ad"), "", "write /26241/0/0 dead"),
        ("4.1 RFC 7252 5.10, C Wakaama 3", "put", BLOB, ("-t", "50", "-e", "x"), "4.15", None),
        ("", "put", BLOB, ("-t", "42", "-e", "x" * 33), "4.13", None),
        ("", "put", BLOB, ("-t", "42", "-b", "16", "-e", "x" * 30), "4.13", None),
        ("", "put", BLOB, ("-t", "42", "-b", "64", "-e", "one block"), "",
         f"write /26241/0/0 {b'one block'.hex()}"),
        ("", "post", "/3303/0/5605", ("-e", "0='x'"), "", "execute /3303/0/5605 0='x'"),
        ("C Zephyr 1, C Anjay Lite 2", "post", "/3303/0/5605", ("-N",), "", "execute /3303/0/5605 "),
        ("", "post", "/3303/0/5605", ("-e", "now"), "4.00", None),
        ("", "post", "/3300/0/5605", (), "", "execute /3300/0/5605 "),
        ("", "delete", "/3303/1", (), "4.05", None),
        ("int-565", "post", "/1", ("-t", "11542", "-e", "%08%01%00"), "4.05", None),
        ("int-566", "delete", "/1/0", (), "4.05", None),
        ("int-680", "post", "/3", ("-t", "11542", "-e", "%08%01%00"), "4.05", None),
        ("int-685", "delete", "/3/0", (), "4.05", None),
        ("4.1 RFC 8132, C Wakaama 2", "fetch", VALUE, (), "4.05", None),
        ("", "put", "/3303/1/5700?pmin=1&pmax=60", (), "", None),
        ("", "put", "/3303/1/5700?pmin=soon", (), "4.00", None),
    ]:
        checks.equal(client.run(method, path, *options)[1], error,
                     sentence(rows, method.upper(), path, *options))
        if line is not None:
            device.wait_for(line)
    checks.equal(client.run("get", "/3311/0/5851")[0], b"42", "what was written can be read")
    checks.equal(client.run("get", BLOB, "-o", "-")[0], b"one block",
                 "so can what was written last")
    found = client.run("get", "/3303/1/5700", "-A", "40")[0]
    checks.equal(found, b"</3303/1/5700>;pmin=1;pmax=60", "int-260: Discover shows the attributes")


def observes(checks, client, device):
    """coap-client observes for two seconds, and cancels with the token it observed with."""
    with client.start("get", VALUE, "-s", "2", "-w") as process:
        device.wait_for(f"read {VALUE}")
        checks.equal(device.run("set 3303 0 5700 33.5"), 0, "a value is set")
        device.wait_for(f"read {VALUE}")
        checks.equal(device.run("notify 3303 0 5700 7"), 0, "a report is asked for")
        device.wait_for("event 26 0 7")
        checks.equal(device.statistics()["observations"], "1", "it is observed")
        output = process.communicate(timeout=2 * SECONDS)[0]
    checks.equal(output.split(), ["20.5", "33.5", "33.5"],
                 "the answer, a notification and a report arrive")
    # coap-client does not wait for the answer to its cancellation.
    device.wait_for(f"read {VALUE}")
    checks.equal(device.statistics()["observations"], "0", "int-303: the cancellation ends the observation")


def pings(checks, client):
    """The device answers a ping with a Reset (coap-client sends one after a second of silence)."""
    with client.start("get", VALUE, "-s", "2", "-K", "1", "-v", "7") as process:
        output = process.communicate(timeout=2 * SECONDS)[0]
    checks.note("t:CON c:0.00" in output, "coap-client sent a ping", output)
    checks.note("t:RST c:0.00" in output, "4.1 RFC 7252 4.2: the device reset it", output)


def serves(checks):
    """Everything coap-client asks for."""
    server_port = free_port()
    with Device(f"coap://{HOST}:{server_port}") as device:
        registration(checks, device, server_port)
        client = Client(server_port, device.run("port"))
        reads(checks, client)
        settings(checks, client)
        writes(checks, client, device)
        observes(checks, client, device)
        pings(checks, client)
        counted = device.statistics()
        checks.equal(counted["dropped"], ",".join("0" * 11), "nothing libcoap sent was dropped")


def refused(checks):
    """coap-server has no /rd: its refusal is told."""
    server_port = free_port()
    with running("coap-server", "-A", HOST, "-p", str(server_port)), \
            Device(f"coap://{HOST}:{server_port}") as device:
        await_answer(server_port)
        device.send("connect")
        device.wait_for("event 7 404 0")
        checks.note(True, "a registration refused with 4.04")


if __name__ == "__main__":
    # So that a test that takes too long takes its peers with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sum_ = Checks()
    for group in (serves, refused):
        try:
            group(sum_)
        except Exception as exception:
            sum_.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
    sum_.end()
