# SPDX-License-Identifier: Apache-2.0
"""What the device sends in blocks (RFC 7959), as libcoap takes it: an object list at coap-rd, a long value that coap-client
observes."""

import tempfile

from checks import Checks
from device_program import Device
from test_libcoap import HOST, SECONDS, Client, await_answer, free_port, running

KEPT = "/26243/0/1"
VALUE = b"abcdefgh" * 250


def half_a_list(checks):
    """coap-rd 4.3.1 does not look at Block1: it answers 2.01 to the first block, and half a list is none."""
    server_port = free_port()
    with Device(f"coap://{HOST}:{server_port}", "interop", "large") as device, \
            running("coap-rd", "-A", HOST, "-p", str(server_port)):
        await_answer(server_port)
        device.send("connect")
        device.wait_for("event 7 413 0")
        checks.note(True, "RFC 7959 2.3: a server that took a piece for the whole has no registration")


def put(client, body):
    with tempfile.NamedTemporaryFile() as value:
        value.write(body)
        value.flush()
        return client.run("put", KEPT, "-t", "42", "-b", "256", "-f", value.name)[1]


def observes(checks):
    """coap-client gets the rest of the answer to Observe, and of each notification, by GET."""
    server_port = free_port()
    with Device(f"coap://{HOST}:{server_port}", "interop", "bodies") as device:
        with running("coap-rd", "-A", HOST, "-p", str(server_port)):
            await_answer(server_port)
            device.send("connect")
            device.wait_for("event 6 201 0")
        client = Client(server_port, device.run("port"))
        checks.equal(put(client, VALUE), "", "2,000 bytes are written")
        checks.equal(client.run("put", f"{KEPT}?pmax=1")[1], "", "pmax is written")
        with client.start("get", KEPT, "-s", "4", "-A", "42", "-w") as process:
            output = process.communicate(timeout=2 * SECONDS)[0].split()
        checks.note(len(output) > 1, "4.1 RFC 7959 2.6: an answer and a notification arrive", str(len(output)))
        checks.equal(set(output), {VALUE.decode()}, "4.1 RFC 7959 2.6: each with its rest")


if __name__ == "__main__":
    sum_ = Checks()
    half_a_list(sum_)
    observes(sum_)
    sum_.end()
