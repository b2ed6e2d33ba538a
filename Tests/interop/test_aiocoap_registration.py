# SPDX-License-Identifier: Apache-2.0
"""Register, Update and De-register with aiocoap as the server, also one that refuses, takes
its time or forgets."""

import asyncio

import aiocoap
from aiocoap.numbers import codes
from aiocoap.util import linkformat

from checks import Checks
from device_program import Device
from lwm2m_server import DELETE, LINKS, POST, Server, run_alone, run_groups, session

# NBIOT_DROP_SOURCE
DROP_SOURCE = 6
OBJECTS = ["/1/0", "/3/0", "/3300/0", "/3303/0", "/3303/1", "/3311/0", "/26241/0"]


async def event(device, line):
    return await asyncio.to_thread(device.wait_for, line)


def objects(payload):
    return [link.href for link in linkformat.parse(payload.decode()).links if link.href != "/"]


async def registers(checks, server, device):
    """Register says who the device is and what it has."""
    request = server.first
    checks.equal((request.code, request.mtype.name), (POST, "CON"),
                 "Register is a confirmable POST")
    checks.equal(sorted(request.opt.uri_query), ["b=U", "ep=interop", "lt=300", "lwm2m=1.0"],
                 "with endpoint, lifetime, version and binding")
    checks.equal(request.opt.content_format, LINKS, "in the link format")
    found = linkformat.parse(request.payload.decode()).links
    links = {link.href: dict(link.attr_pairs) for link in found}
    checks.equal(links.pop("/", None), {"rt": "oma.lwm2m"}, "4.1 RFC 6690: the root is an LwM2M one")
    checks.equal(list(links), OBJECTS, "every object instance is listed")
    port = await asyncio.to_thread(device.run, "port")
    checks.equal(request.remote.sockaddr[1], port, "it comes from the device's socket")


async def updates(checks, server, device):
    """Update goes to the location aiocoap gave, with what has changed."""
    async def update(sentence, query=(), payload=None):
        request = await server.registration()
        checks.equal((request.code, request.location), (POST, "/rd/device1"), sentence)
        checks.equal(list(request.opt.uri_query), list(query), f"{sentence}: its query")
        listed = objects(request.payload) if request.payload else None
        checks.equal(listed, payload, f"{sentence}: its objects")
        await event(device, "event 11 204 0")

    checks.equal(await asyncio.to_thread(device.run, "update"), 0, "an Update is asked for")
    await update("an Update without news")
    await asyncio.to_thread(device.run, "update 600")
    await update("an Update of the lifetime", ["lt=600"])
    checks.equal((await server.get("/1/0/1")).payload, b"600", "the lifetime can be read back")
    checks.equal((await server.put("/1/0/1", b"900")).code, codes.CHANGED,
                 "the server writes the lifetime")
    await update("an Update after the server wrote the lifetime", ["lt=900"])
    checks.equal((await server.post("/1/0/8")).code, codes.CHANGED, "the server triggers an Update")
    await update("an Update after the trigger")
    await asyncio.to_thread(device.run, "add 5")
    await update("an Update after an instance was added",
                 payload=[*OBJECTS[:5], "/3303/5", *OBJECTS[5:]])
    checks.equal((await server.get("/3303/5/5700")).payload, b"1", "the new instance can be read")
    await asyncio.to_thread(device.run, "remove 5")
    await update("an Update after an instance was removed", payload=OBJECTS)
    checks.equal((await server.get("/3303/5/5700")).code, codes.NOT_FOUND, "the instance is gone")


async def deregisters(checks, server, device):
    """De-register is a DELETE of the location; after it the device may register again."""
    checks.equal(await asyncio.to_thread(device.run, "close"), 0, "2.02 came")
    request = await server.registration()
    checks.equal((request.code, request.location), (DELETE, "/rd/device1"),
                 "DELETE of the location")
    device.next_line = 0
    await event(device, "event 15 202 0")
    device.send("connect")
    await server.registration()
    await event(device, "event 6 201 0")
    checks.equal((await server.get("/3303/0/5700")).payload, b"20.5", "it serves again")
    checks.equal(await asyncio.to_thread(device.run, "quit"), 0, "it de-registers and ends")
    checks.equal((await server.registration()).location, "/rd/device2", "from its second location")
    checks.equal(await asyncio.to_thread(device.process.wait, 10), 0, "with success")


async def forgotten(checks, server, device):
    """A server that has lost the registration answers 4.04 to an Update and gets a Register."""
    observation = server.observe("/3303/0/5700")
    await observation.first()
    server.registrations.forget()
    await asyncio.to_thread(device.run, "update")
    await event(device, "event 12 404 0")
    request = await server.registration()
    checks.equal(request.location, "/rd", "int-105: a Register follows the 4.04")
    checks.equal(objects(request.payload), OBJECTS, "with all objects")
    await event(device, "event 6 201 0")
    checks.equal(device.statistics()["observations"], "0",
                 "4.3-5: observations ended with the old registration")


async def strangers(checks, server, device):
    """A request from another port than the server's is not answered."""
    port = await asyncio.to_thread(device.run, "port")
    stranger = await aiocoap.Context.create_client_context(transports=["udp6"])
    message = aiocoap.Message(code=codes.GET, uri=f"coap://127.0.0.1:{port}/3303/0/5700")
    asked = stranger.request(message, handle_blockwise=False).response
    try:
        # The device has seen it once it has dropped it.
        while device.statistics()["dropped"].split(",")[DROP_SOURCE] == "0":
            await asyncio.sleep(0.01)
        checks.equal((await server.get("/3303/0/5700")).payload, b"20.5", "the server is answered")
        checks.note(not asked.done(), "4.1 RFC 7252 5.3.2, C Leshan 2: the stranger is not")
    finally:
        await stranger.shutdown()
        await asyncio.gather(asked, return_exceptions=True)


async def refused(checks):
    """A refusal is told, and connect tries again at once."""
    server = await Server().start()
    server.registrations.orders = [(0, codes.FORBIDDEN), (0, codes.BAD_REQUEST)]
    try:
        with Device(server.uri) as device:
            for code in (403, 400):
                device.send("connect")
                await server.registration()
                await event(device, f"event 7 {code} 0")
            device.send("connect")
            await server.registration()
            await event(device, "event 6 201 0")
            checks.equal((await server.get("/3303/0/5700")).payload, b"20.5",
                         "the third attempt succeeds")
    finally:
        await server.stop()


async def separate(checks):
    """Separate responses count: to Register, Update and De-register."""
    server = await Server().start()
    server.registrations.orders = [(0.4, None), (0.4, None), (0.4, None)]
    try:
        with Device(server.uri) as device:
            device.send("connect")
            await event(device, "event 6 201 0")
            device.send("update")
            await event(device, "event 11 204 0")
            checks.equal(await asyncio.to_thread(device.run, "close"), 0, "De-register is answered")
            counted = await asyncio.to_thread(device.statistics)
            checks.equal(counted["retransmissions"], "0", "4.1 RFC 7252 5.2.2: nothing was sent twice")
            checks.equal(set(counted["dropped"].split(",")), {"0"}, "nothing was dropped")
    finally:
        await server.stop()


async def in_blocks(checks):
    """A list of over 100 instances and a device with 512 bytes: aiocoap puts it together (RFC 7959)."""
    many = [*OBJECTS[:5], *(f"/3303/{instance}" for instance in range(100, 200)), *OBJECTS[5:]]
    server = await Server().start()
    try:
        with Device(server.uri, "interop", "large") as device:
            device.send("connect")
            request = await server.registration()
            await event(device, "event 6 201 0")
            checks.equal(sorted(request.opt.uri_query),
                         ["b=U", "ep=interop", "lt=300", "lwm2m=1.0"], "Register in blocks")
            checks.equal(objects(request.payload), many, "4.1 RFC 7959 2.2: with every instance")
            checks.equal(request.opt.block1.more, False, "the last block completes it")
            checks.note(request.opt.block1.block_number > 2, "which is not the first")
            checks.equal((await server.get("/3303/199/5700")).payload, b"1", "it serves")
            await asyncio.to_thread(device.run, "add 5")
            request = await server.registration()
            await event(device, "event 11 204 0")
            checks.equal((request.code, request.location), (POST, "/rd/device1"),
                         "an Update in blocks, to the location")
            checks.equal(objects(request.payload), [*many[:5], "/3303/5", *many[5:]],
                         "with the instance that was added")
            checks.equal((await server.get("/3303/5/5700")).payload, b"1", "which can be read")
            checks.equal(await asyncio.to_thread(device.run, "quit"), 0, "De-register")
    finally:
        await server.stop()


async def over_ipv6(checks):
    """The same over IPv6."""
    async with session(host="::1") as (server, device):
        checks.equal((await server.get("/3303/0/5700")).payload, b"20.5", "a read over IPv6")
        checks.equal(await asyncio.to_thread(device.run, "quit"), 0, "De-register over IPv6")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [registers, updates, deregisters, forgotten, strangers]))
    asyncio.run(run_alone(sum_, [refused, separate, in_blocks, over_ipv6]))
    sum_.end()
