# SPDX-License-Identifier: Apache-2.0
"""Bootstrap with aiocoap as the bootstrap server and as the server a device is sent to: the OMA
test cases without security, the way OneNET does it, and what happens when it fails."""

import asyncio
import contextlib
import tempfile

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from device_program import Device
from lwm2m_server import LINKS, POST, TEXT, TLV, BootstrapServer, Server, peers, run_alone

SHORT_ID = 101
ONENET = "867725030106226;460040000000001"


def number(value):
    return value.to_bytes(1 if value < 0x80 else 2, "big")


def security(uri, short_id=SHORT_ID):
    """The Security instance of a server that is talked to without security."""
    return b"".join(tlv.encode("resource", key, value) for key, value in [
        (0, uri.encode()), (1, b"\x00"), (2, b"\x03"), (10, number(short_id))])


def server_object(short_id=SHORT_ID, lifetime=600):
    return b"".join(tlv.encode("resource", key, value) for key, value in [
        (0, number(short_id)), (1, number(lifetime)), (2, b"\x02"), (3, b"\x3c"), (5, b"\x78"),
        (6, b"\x00"), (7, b"UQ")])


def links(response):
    """The links behind the version, which is no link (LwM2M 1.0 section 5.2.7.3)."""
    text = response.payload.decode().removeprefix('lwm2m="1.0",')
    found = linkformat.parse(text).links
    return {link.href: dict(link.attr_pairs) for link in found}


async def event(device, line):
    return await asyncio.to_thread(device.wait_for, line)


async def asked(checks, bootstrap, sentence, endpoint="interop"):
    """The device asks for a bootstrap."""
    request = await bootstrap.seen()
    checks.equal((request.code, request.mtype.name, list(request.opt.uri_query)),
                 (POST, "CON", [f"ep={endpoint}"]), f"{sentence}: POST /bs?ep=")
    checks.equal(request.payload, b"", f"{sentence}: without payload")
    return request


async def ordered(checks, bootstrap, sentence, *orders):
    """Sends orders one by one and looks at the codes of their answers."""
    answer = None
    for method, path, payload, options, wanted in orders:
        answer = await getattr(bootstrap, method)(path, payload, **options)
        checks.equal(answer.code, wanted, f"{sentence}: {method} {path}")
    return answer


def write_security(server, path="/0/0"):
    return ("put", path, security(server.uri), {"content_format": TLV}, codes.CHANGED)


def write_server(path="/1/0", **values):
    return ("put", path, server_object(**values), {"content_format": TLV}, codes.CHANGED)


def delete(path):
    return ("delete", path, b"", {}, codes.DELETED)


def finish(wanted=codes.CHANGED):
    return ("post", "/bs", b"", {}, wanted)


async def registered(checks, server, device, sentence):
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd"),
                 f"{sentence}: the device registers where it was sent")
    await event(device, "event 6 201 0")
    return request


async def full(checks):
    """int-0, int-1: without a key; everything is written, discovered, finished and used."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        with Device(bootstrap.uri + "?bs") as device:
            device.send("connect")
            request = await asked(checks, bootstrap, "int-0")
            await event(device, "event 1 0 0")
            port = await asyncio.to_thread(device.run, "port")
            checks.equal(request.remote.sockaddr[1], port,
                         "int-0: it comes from the device's socket")
            await ordered(checks, bootstrap, "int-0", delete("/0"), delete("/1"),
                          write_security(server), write_server())
            answer = await bootstrap.get("/", accept=LINKS)
            checks.equal((answer.code, answer.opt.content_format), (codes.CONTENT, LINKS),
                         "int-0: Discover of the root")
            checks.equal(answer.payload[:12], b'lwm2m="1.0",', "int-0: it says its version")
            found = links(answer)
            checks.equal(found["/0/0"], {"ssid": str(SHORT_ID)},
                         "int-0: the Security instance has its server's ID")
            checks.equal(found["/1/0"].get("ssid"), str(SHORT_ID),
                         "int-0: the Server instance too")
            checks.note("/3/0" in found, "int-0: and there are the other objects")
            await ordered(checks, bootstrap, "int-0", finish())
            await event(device, "event 2 0 0")
            request = await registered(checks, server, device, "int-1")
            checks.note({"lt=600", "b=UQ"} <= set(request.opt.uri_query),
                        "int-1: with the lifetime and the binding that were written",
                        f"{request.opt.uri_query}")
            for path, wanted in [("/1/0/0", str(SHORT_ID).encode()), ("/1/0/1", b"600"),
                                 ("/1/0/2", b"2"), ("/1/0/3", b"60"), ("/1/0/5", b"120"),
                                 ("/1/0/6", b"0"), ("/1/0/7", b"UQ"), ("/3/0/16", b"UQ")]:
                checks.equal((await server.get(path)).payload, wanted,
                             f"int-1: {path} is as it was written")
            checks.equal((await server.get("/3303/0/5700")).payload, b"20.5",
                         "int-1: the device serves")


async def onenet(checks):
    """OneNET writes the URI as text and finishes."""
    for path, payload, content_format in [("/0/0/0", None, TEXT), ("/0/0", "TLV", TLV)]:
        async with peers(BootstrapServer, Server) as (bootstrap, server):
            if payload:
                payload = tlv.encode("resource", 0, server.uri.encode())
            else:
                payload = server.uri.encode()
            with Device(bootstrap.uri + "?bs", ONENET) as device:
                device.send("connect")
                await asked(checks, bootstrap, f"OneNET, {path}", ONENET)
                await ordered(checks, bootstrap, f"OneNET, {path}",
                              ("put", path, payload, {"content_format": content_format},
                               codes.CHANGED), finish())
                await registered(checks, server, device, f"OneNET, {path}")


async def deletes(checks):
    """int-4: Delete takes servers away, but never the bootstrap server's own account."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        with Device(bootstrap.uri + "?bs") as device:
            device.send("connect")
            await asked(checks, bootstrap, "int-4")
            await ordered(checks, bootstrap, "int-4", write_security(server), write_server())
            found = links(await bootstrap.get("/", accept=LINKS))
            checks.note({"/0/0", "/0/1", "/1/0"} <= set(found), "int-4: all is there before",
                        f"{found}")
            await ordered(checks, bootstrap, "int-4", delete("/1"))
            found = set(links(await bootstrap.get("/", accept=LINKS)))
            checks.note("/1/0" not in found and "/0/0" in found,
                        "int-4: DELETE /1 takes the Server instance", f"{found}")
            await ordered(checks, bootstrap, "int-4", delete("/0"))
            found = set(links(await bootstrap.get("/0", accept=LINKS)))
            checks.note("/0/0" not in found and "/0/1" in found,
                        "int-4: DELETE /0 leaves the bootstrap account alone", f"{found}")
            await ordered(checks, bootstrap, "int-4", write_security(server), write_server(),
                          delete("/"))
            found = set(links(await bootstrap.get("/", accept=LINKS)))
            checks.note(not found & {"/0/0", "/1/0"} and {"/0/1", "/3/0"} <= found,
                        "int-4: DELETE / leaves it and the Device object alone", f"{found}")
            await ordered(checks, bootstrap, "int-4", write_security(server), write_server(),
                          finish())
            await registered(checks, server, device, "int-4")


async def consistency(checks):
    """int-9: Finish is 4.06 until there is an account the device can use."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        with Device(bootstrap.uri + "?bs") as device:
            device.send("connect")
            await asked(checks, bootstrap, "int-9")
            refused = finish(codes.NOT_ACCEPTABLE)
            await ordered(checks, bootstrap, "int-9, nothing written", refused)
            await ordered(checks, bootstrap, "int-9, no Server instance",
                          write_security(server), refused)
            await ordered(checks, bootstrap, "int-9, Server instance of another",
                          write_server(short_id=7), refused)
            await ordered(checks, bootstrap, "int-9, mended", write_server(), finish())
            await event(device, "event 2 0 0")
            await registered(checks, server, device, "int-9")


async def wrong_orders(checks):
    """What is no order is refused, and the bootstrap goes on."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        with Device(bootstrap.uri + "?bs") as device:
            device.send("connect")
            await asked(checks, bootstrap, "wrong orders")
            whole = security(server.uri)
            await ordered(
                checks, bootstrap, "wrong orders",
                ("put", "/0/0", whole[:-1], {"content_format": TLV}, codes.BAD_REQUEST),
                ("put", "/0/0", b"x", {"content_format": 50}, codes.UNSUPPORTED_CONTENT_FORMAT),
                write_security(server), write_server(), finish())
            await registered(checks, server, device, "wrong orders")
            # The device has gone to the other server: whatever the bootstrap server says now is lost.
            late = asyncio.ensure_future(bootstrap.put("/0/0", whole, content_format=TLV))
            checks.equal((await server.get("/3303/0/5700")).payload, b"20.5",
                         "the access server is answered")
            late.cancel()
            result, = await asyncio.gather(late, return_exceptions=True)
            checks.note(isinstance(result, BaseException),
                        "the bootstrap server is not, after Finish", f"{result}")


async def separate(checks):
    """The answer to the request may come separately, and after the first orders."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        bootstrap.answering.orders = [(0.4, codes.CHANGED)]
        with Device(bootstrap.uri + "?bs") as device:
            device.send("connect")
            await asked(checks, bootstrap, "a separate 2.04")
            await ordered(checks, bootstrap, "a separate 2.04", write_security(server),
                          write_server(), finish())
            await registered(checks, server, device, "a separate 2.04")


async def refused(checks):
    """A refused request is told; connect asks again at once."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        bootstrap.answering.orders = [(0, codes.BAD_REQUEST), (0, codes.FORBIDDEN)]
        with Device(bootstrap.uri + "?bs") as device:
            for code in (400, 403):
                device.send("connect")
                await asked(checks, bootstrap, f"refused by {code}")
                await event(device, f"event 3 {code} 0")
            device.send("connect")
            await asked(checks, bootstrap, "the third time")
            await ordered(checks, bootstrap, "the third time", write_security(server),
                          write_server(), finish())
            await registered(checks, server, device, "the third time")


@contextlib.contextmanager
def store():
    with tempfile.TemporaryDirectory() as directory:
        yield {"NBIOT_STORE": directory}


async def bootstrapped(checks, bootstrap, server, device, sentence):
    device.send("connect")
    await asked(checks, bootstrap, sentence)
    await ordered(checks, bootstrap, sentence, write_security(server), write_server(), finish())
    await registered(checks, server, device, sentence)


async def restarts(checks):
    """int-6: a device that has an account registers first and asks nobody for another."""
    async with peers(BootstrapServer, Server) as (bootstrap, server):
        with store() as environment:
            with Device(bootstrap.uri + "?bs", environment=environment) as device:
                await bootstrapped(checks, bootstrap, server, device, "int-6, first start")
            with Device(bootstrap.uri + "?bs", environment=environment) as device:
                device.send("connect")
                request = await registered(checks, server, device, "int-6, second start")
                checks.note("lt=600" in request.opt.uri_query, "int-6: with the lifetime written")
                checks.note(bootstrap.answering.seen.empty(),
                            "int-6: the bootstrap server is not asked")


async def triggered(checks):
    """int-5: the server has the device bootstrap again."""
    async with peers(BootstrapServer, Server, Server) as (bootstrap, old, new):
        with Device(bootstrap.uri + "?bs") as device:
            await bootstrapped(checks, bootstrap, old, device, "int-5, first time")
            checks.equal((await old.post("/1/0/9")).code, codes.CHANGED,
                         "int-5: the trigger is answered")
            await asked(checks, bootstrap, "int-5")
            await ordered(checks, bootstrap, "int-5", write_security(new), finish())
            await registered(checks, new, device, "int-5")


async def falls_back(checks):
    """int-7: when the server it was sent to refuses, the device asks for another account."""
    async with peers(BootstrapServer, Server, Server) as (bootstrap, old, new):
        with store() as environment:
            with Device(bootstrap.uri + "?bs", environment=environment) as device:
                await bootstrapped(checks, bootstrap, old, device, "int-7, first start")
            old.registrations.orders = [(0, codes.FORBIDDEN)]
            with Device(bootstrap.uri + "?bs", environment=environment) as device:
                device.send("connect")
                checks.equal((await old.registration()).location, "/rd",
                             "int-7: the stored account is tried first")
                await event(device, "event 7 403 0")
                await asked(checks, bootstrap, "int-7, after 4.03")
                await ordered(checks, bootstrap, "int-7, after 4.03", write_security(new), finish())
                await registered(checks, new, device, "int-7")
            with Device(bootstrap.uri + "?bs", environment=environment) as device:
                device.send("connect")
                await registered(checks, new, device, "int-7, with the new account")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_alone(sum_, [full, onenet, deletes, consistency, wrong_orders, separate,
                                 refused, restarts, triggered, falls_back]))
    sum_.end()
