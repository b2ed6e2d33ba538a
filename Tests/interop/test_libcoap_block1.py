# SPDX-License-Identifier: Apache-2.0
"""Writes of 4 KB as coap-client sends them, in blocks (RFC 7959), through a receive buffer of 256 bytes."""

import tempfile

from checks import Checks
from device_program import Device
from test_libcoap import HOST, Client, await_answer, free_port, running

PACKAGE = "/5/0/0"
IMAGE = bytes((i * 7 + (i >> 8)) & 0xFF for i in range(4096))


def streams(checks):
    """coap-client sends a file in blocks of the size it is told, or smaller ones when the device says so."""
    server_port = free_port()
    with Device(f"coap://{HOST}:{server_port}", "interop", "blocks") as device, \
            tempfile.NamedTemporaryFile() as image:
        image.write(IMAGE)
        image.flush()
        with running("coap-rd", "-A", HOST, "-p", str(server_port)):
            await_answer(server_port)
            device.send("connect")
            device.wait_for("event 6 201 0")
        client = Client(server_port, device.run("port"))
        error = client.run("put", PACKAGE, "-t", "42", "-b", "1024", "-f", image.name)[1]
        checks.equal(error, "4.13", "4.1 RFC 7959 2.9.3: a block of 1,024 bytes; coap-client does not go on")
        for size in ("128", "64", "16"):
            error = client.run("put", PACKAGE, "-t", "42", "-b", size, "-f", image.name)[1]
            checks.equal(error, "", f"4.1 RFC 7959 2.2: 4,096 bytes in blocks of {size}")
            device.wait_for(f"streamed {PACKAGE} 4096 {sum(IMAGE)}")


if __name__ == "__main__":
    sum_ = Checks()
    streams(sum_)
    sum_.end()
