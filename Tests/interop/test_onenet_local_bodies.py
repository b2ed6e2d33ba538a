# SPDX-License-Identifier: Apache-2.0
"""A device and onenet-local: bodies longer than a datagram in both directions, blocks that go wrong, and
notifications that outlive a platform that is away for a while, or was started anew."""

import traceback
import zlib

from checks import Checks
from device_program import Device
from onenet_local import OnenetLocal

ENDPOINT = "867725030106226;460040000000001"


def quiet(*options):
    """A platform that asks nothing by itself."""
    return OnenetLocal("--no-auto-observe", "--no-auto-discover", *options)


def connected(platform, device):
    device.send("connect")
    platform.wait_for("ready", failed=0)


def write(platform, path, size):
    """Writes that much; returns the bytes and the answer's code."""
    platform.send(f"write-large * {path} size={size}")
    body = bytes.fromhex(platform.wait_for("request", operation="Write")["payload"])
    return body, platform.wait_for("response", operation="Write")["code"]


def value(event):
    """The bytes of the only value in an event, told by their number and CRC-32."""
    return [digest(bytes.fromhex(value["value"])) for value in event["values"]]


def digest(body):
    return f"{len(body)} bytes, {zlib.crc32(body):08x}"


def writes(checks):
    """Bodies that are written piece by piece, or put together, in blocks of several sizes."""
    for size in (16, 256, 512, 1024):
        with quiet("--block-size", str(size)) as platform, \
                Device(platform.access_uri, ENDPOINT, "bodies") as device:
            connected(platform, device)
            body, code = write(platform, "/26243/0/0", 4096)
            checks.equal(code, 204, f"blocks of {size}: 4096 bytes are taken piece by piece")
            device.wait_for(f"body 4096 {zlib.crc32(body):08x} .*")
            body, code = write(platform, "/26243/0/1", 4000)
            checks.equal(code, 204, f"blocks of {size}: 4000 bytes are put together")
            platform.send("read * /26243/0/1 opaque")
            found = platform.wait_for("response", operation="Read", automatic=False)
            checks.equal(value(found), [digest(body)], f"blocks of {size}: and read in blocks")


def goes_wrong(checks):
    """Blocks that go wrong on purpose, in the middle of a Write."""
    with quiet("--block-size", "256") as platform, \
            Device(platform.access_uri, ENDPOINT, "bodies") as device:
        connected(platform, device)
        for path in ("/26243/0/0", "/26243/0/1"):
            for mistake, code in [("gap", 204), ("repeat", 204), ("smaller", 204),
                                  ("other-format", 204), ("short", 400), ("reserved", 400)]:
                platform.send(f"block-mistake {mistake} 1")
                checks.equal(write(platform, path, 2000)[1], code, f"{mistake} {path}")
            platform.send("block-mistake abandon 1")
            platform.send(f"write-large * {path} size=2000")
            platform.wait_for("failed", operation="Write")
            _, code = write(platform, path, 3000)
            checks.equal(code, 204, f"{path}: what was abandoned is in nobody's way")


def reads(checks):
    """Answers and notifications that are longer than a datagram."""
    for options in [(), ("--ask-block-size", "64")]:
        with quiet(*options) as platform, \
                Device(platform.access_uri, ENDPOINT, "bodies") as device:
            connected(platform, device)
            body, _ = write(platform, "/26243/0/1", 4096)
            platform.send("observe * /26243/0/1")
            found = platform.wait_for("response", operation="Observe")
            checks.equal(value(found), [digest(body)], f"{options}: the answer to an Observe is whole")
            for seed in (2, 3):
                body, _ = write(platform, "/26243/0/1", f"3000,{seed}")
                found = platform.wait_for("notification", path="/26243/0/1")
                checks.equal(value(found), [digest(body)], f"{options}: notification {seed} is whole")
        with quiet(*options) as platform, \
                Device(platform.access_uri, ENDPOINT, "large") as device:
            connected(platform, device)
            platform.send("discover * /3303")
            found = platform.wait_for("response", operation="Discover")
            checks.note(b"</3303/199/5700>" in bytes.fromhex(found["payload"]),
                        f"{options}: the last of many links is there")


def notified(platform, number):
    """Waits for this temperature."""
    while True:
        event = platform.wait_for("notification", path="/3303/0")
        if any(value["value"] == number for value in event["values"]):
            return


def outlives(checks):
    """What is measured while the platform is away arrives when it is back."""
    for memory in ("kept", "lost"):
        with OnenetLocal() as platform, Device(platform.access_uri, ENDPOINT, "bodies") as device:
            connected(platform, device)
            platform.send(f"outage 3 {memory}")
            platform.wait_for("silent")
            for number in (1, 2, 3):
                device.run(f"set 3303 0 5700 {30 + number}")
                checks.equal(device.run(f"notify 3303 0 5700 {number}"), 0,
                             f"{memory}: measurement {number} is stored")
            platform.wait_for("heard")
            for number in (1, 2, 3):
                notified(platform, 30 + number)
                device.wait_for(f"event 26 0 {number}")
            checks.note(True, f"{memory}: all three arrive, in order, and each is told once")


def forgotten(checks):
    """A platform that was started anew answers with a Reset, and gets what is stored all the same."""
    for command, done in (("restart", "restarted"), ("forget *", "forgotten")):
        with OnenetLocal() as platform, Device(platform.access_uri, ENDPOINT, "bodies") as device:
            connected(platform, device)
            platform.send(command)
            platform.wait_for(done)
            # In one piece: a notification without ack id that left before them would meet the Reset in their place, with
            # nothing stored, and an Update half a minute later would find out.
            device.send(*(line for number in (1, 2) for line in
                          (f"set 3303 0 5700 {40 + number}", f"notify 3303 0 5700 {number}")))
            for number in (1, 2):
                notified(platform, 40 + number)
                device.wait_for(f"event 26 0 {number}")
            checks.note(True, f"int-560, D 12: {command}: both arrive, in order, and each is told once")


if __name__ == "__main__":
    sum_ = Checks()
    for group in (writes, goes_wrong, reads, outlives, forgotten):
        try:
            group(sum_)
        except Exception as exception:
            sum_.note(False, group.__doc__, f"{type(exception).__name__} {str(exception)[:2000]}")
            traceback.print_exc(limit=-3)
    sum_.end()
