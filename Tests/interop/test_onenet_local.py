# SPDX-License-Identifier: Apache-2.0
"""A device and onenet-local: each way to be bootstrapped, each mistake, and a platform that forgets."""

import traceback

from checks import Checks
from device_program import Device
from onenet_local import OnenetLocal

ONENET, STANDARD = "867725030106226;460040000000001", "interop"


def registers(checks, platform, device, sentence):
    platform.wait_for("bootstrapped")
    platform.wait_for("registered")
    device.wait_for("event 2 0 0")
    device.wait_for("event 6 201 0")
    checks.note(True, f"{sentence}: bootstrapped, then registered")


def lists(checks):
    """Each list of orders ends in a registration."""
    for orders, endpoint in [("onenet", ONENET), ("onenet-tlv", ONENET), ("lwm2m", ONENET),
                             ("lwm2m", STANDARD)]:
        with OnenetLocal("--orders", orders) as platform, \
                Device(platform.bootstrap_uri, endpoint) as device:
            device.send("connect")
            registers(checks, platform, device, f"{orders}, {endpoint}")


def harmless(checks):
    """What a bad network does to the orders does not matter."""
    for mistake in ("lost-ack", "duplicates"):
        with OnenetLocal("--orders", "lwm2m", "--mistake", mistake) as platform, \
                Device(platform.bootstrap_uri) as device:
            device.send("connect")
            registers(checks, platform, device, mistake)
            refusals = [event for event in platform.events
                        if event["event"] == "response" and event["code"] >= 400
                        and event["operation"].startswith("Bootstrap")]
            checks.equal(refusals, [], f"{mistake}: every order was obeyed")


def mended(checks):
    """A device that refuses an order stays, and takes the right ones."""
    for mistake, orders, code in [("empty-finish", "onenet", 406), ("wrong-uri", "onenet", 400),
                                  ("wrong-uri", "onenet-tlv", 400),
                                  ("malformed-tlv", "onenet-tlv", 400)]:
        with OnenetLocal("--orders", orders, "--mistake", f"{mistake}=1") as platform, \
                Device(platform.bootstrap_uri, ONENET) as device:
            device.send("connect")
            platform.wait_for("mistake", mistake=mistake)
            response = platform.wait_for("response")
            checks.equal(response["code"], code, f"{mistake}, {orders}: the order is refused")
            platform.wait_for("bootstrap-stopped")
            platform.send(f"bootstrap * write /0/0/0 {platform.access_uri}")
            platform.send("bootstrap * finish")
            registers(checks, platform, device, f"{mistake}, {orders}, mended")


def unfinished(checks):
    """A bootstrap that stopped half-way goes on."""
    with OnenetLocal("--orders", "lwm2m", "--mistake", "half=1") as platform, \
            Device(platform.bootstrap_uri) as device:
        device.send("connect")
        platform.wait_for("response", operation="Bootstrap-Write", path="/0/0", code=204)
        platform.send("bootstrap * write /1/0 0=101,1=300")
        platform.send("bootstrap * finish")
        registers(checks, platform, device, "half")


def refused(checks):
    """A refused request is told; connect asks again."""
    for mistake, code in [("reset", 0), ("refuse-400", 400), ("refuse-415", 415)]:
        with OnenetLocal("--mistake", f"{mistake}=1") as platform, \
                Device(platform.bootstrap_uri, ONENET) as device:
            device.send("connect")
            device.wait_for(f"event 3 {code} 0")
            device.send("connect")
            registers(checks, platform, device, f"after {mistake}")


def forgets(checks):
    """A platform that has lost its registrations gets them back."""
    for command in ("forget *", "restart"):
        with OnenetLocal() as platform, Device(platform.bootstrap_uri, ONENET) as device:
            device.send("connect")
            registers(checks, platform, device, f"before {command}")
            platform.wait_for("ready", failed=0)
            platform.send(command)
            platform.wait_for("command", line=command)
            device.run("update")
            device.wait_for("event 12 404 0")
            platform.wait_for("registered")
            device.wait_for("event 6 201 0")
            checks.note(True, f"{command}: the device registers again at the same server")


if __name__ == "__main__":
    sum_ = Checks()
    for group in (lists, harmless, mended, unfinished, refused, forgets):
        try:
            group(sum_)
        except Exception as exception:
            sum_.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
    sum_.end()
