# SPDX-License-Identifier: Apache-2.0
"""onenet-local and a device on aiocoap: long bodies in both directions (RFC 7959), between two programs
neither of which knows the other."""

import asyncio
import traceback

import aiocoap
from aiocoap import resource
from aiocoap.numbers import codes

from checks import Checks
from onenet_local import OnenetLocal

ENDPOINT = "1;2"
OPAQUE = 42


class Value(resource.ObservableResource):
    """Bytes that can be read, written and observed."""

    def __init__(self, content):
        super().__init__()
        self.content = content

    async def render_get(self, _):
        answer = aiocoap.Message(code=codes.CONTENT, payload=self.content)
        answer.opt.content_format = OPAQUE
        return answer

    async def render_put(self, request):
        self.content = request.payload
        return aiocoap.Message(code=codes.CHANGED)


class Device:
    def __init__(self, platform):
        self.platform = platform
        self.value = Value(bytes(range(256)) * 12)

    async def __aenter__(self):
        site = resource.Site()
        site.add_resource(["3303", "0"], self.value)
        site.add_resource(["5", "0", "0"], self.value)
        site.add_resource(["3", "0"], Value(b""))
        self.context = await aiocoap.Context.create_server_context(
            site, bind=("127.0.0.1", 0), transports=["udp6"])
        return self

    async def __aexit__(self, *_):
        await self.context.shutdown()

    async def post(self, path, links):
        message = aiocoap.Message(
            code=codes.POST, uri=self.platform.access_uri + path, payload=links)
        message.opt.content_format = 40
        return await asyncio.wait_for(self.context.request(message).response, 10)

    async def register(self, links):
        return await self.post(f"/rd?ep={ENDPOINT}&lt=300&b=U", links)

    async def event(self, name, **wanted):
        return await asyncio.to_thread(self.platform.wait_for, name, **wanted)

    async def asked(self, command, operation):
        """Sends a command and returns the response it brings."""
        self.platform.send(command)
        return await self.event("response", operation=operation, automatic=False)


def links(count):
    return b",".join(b"</26241/%d>" % number for number in range(count)) + b",</3303/0>"


async def registers(checks):
    """Register and Update with more links than a message holds; the server asks for smaller blocks."""
    for options, size in [((), 1024), (("--take-block-size", "64"), 64)]:
        with OnenetLocal("--no-auto-observe", "--no-auto-discover", *options) as platform:
            async with Device(platform) as device:
                answer = await device.register(links(150))
                checks.equal(answer.code, codes.CREATED, f"Register in blocks of {size}: 2.01")
                event = await device.event("registered")
                checks.equal(len(event["objects"]), 151, f"blocks of {size}: every link is there")
                location = "/" + "/".join(answer.opt.location_path)
                answer = await device.post(location, links(200))
                checks.equal(answer.code, codes.CHANGED, f"Update in blocks of {size}: 2.04")
                event = await device.event("updated")
                checks.equal(len(event["added"]), 50, f"blocks of {size}: the Update adds the new")


async def refuses(checks):
    """A Register that is over the limit."""
    with OnenetLocal("--body-limit", "1500") as platform:
        async with Device(platform) as device:
            answer = await device.register(links(200))
            checks.equal(answer.code, codes.REQUEST_ENTITY_TOO_LARGE, "over the limit: 4.13")
            checks.equal(answer.opt.size1, 1500, "over the limit: Size1 says it")


async def reads(checks):
    """The platform has what the device holds, in blocks it asks for."""
    for size in (16, 256, 1024):
        with OnenetLocal("--no-auto-observe", "--no-auto-discover", "--ask-block-size",
                         str(size)) as platform:
            async with Device(platform) as device:
                await device.register(b"</3303/0>")
                device.value.content = bytes(range(256)) * 16
                response = await device.asked("read * /3303/0", "Read")
                checks.equal(bytes.fromhex(response["payload"]), device.value.content,
                             f"{size}: 4096 bytes are read")


async def writes(checks):
    """The device has what the platform wrote."""
    for size in (16, 256, 1024):
        with OnenetLocal("--no-auto-observe", "--no-auto-discover", "--block-size",
                         str(size)) as platform:
            async with Device(platform) as device:
                await device.register(b"</5/0>")
                response = await device.asked("write-large * /5/0/1 size=4096", "Write")
                checks.equal(response["code"], 404, f"{size}: what is not there is 4.04")
                platform.send("write-large * /5/0/0 size=4096,7")
                request = await device.event("request", operation="Write")
                response = await device.event("response", operation="Write")
                checks.equal(response["code"], 204, f"{size}: the Write is answered 2.04")
                checks.equal(device.value.content.hex(), request["payload"],
                             f"{size}: 4096 bytes are written")
                checks.equal(len(device.value.content), 4096, f"{size}: and no more")


async def observes(checks):
    """The answer to an Observe and notifications that are longer than a message."""
    with OnenetLocal("--no-auto-discover") as platform:
        async with Device(platform) as device:
            await device.register(b"</3303/0>")
            response = await device.event("response", operation="Observe")
            checks.equal(bytes.fromhex(response["payload"]), device.value.content,
                         "the answer to an Observe is whole")
            checks.note(response["observing"], "the device observes")
            await device.event("ready")
            for number in range(3):
                device.value.content = bytes([number]) * 2500
                device.value.updated_state()
                event = await device.event("notification", path="/3303/0")
                checks.equal(bytes.fromhex(event["payload"]), device.value.content,
                             f"notification {number} is whole")


async def main():
    checks = Checks()
    for group in (registers, refuses, reads, writes, observes):
        try:
            await group(checks)
        except Exception as exception:
            checks.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
    checks.end()


if __name__ == "__main__":
    asyncio.run(main())
