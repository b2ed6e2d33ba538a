# SPDX-License-Identifier: Apache-2.0
"""The OMA test cases for registration, device management and reporting, by their ids. What they ask
is what aiocoap sends; the device is one of this project's, without security."""

import asyncio

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from device_program import Device
from lwm2m_server import (DELETE, LINKS, OPAQUE, POST, PUT, TEXT, TLV, Server, peers, run_alone,
                          run_groups)

LIFETIME = "/1/0/1"
VALUE, OTHER = "/3303/0/5700", "/3303/1/5700"
BLOB = "/26241/0/0"


async def run(device, command):
    return await asyncio.to_thread(device.run, command)


async def event(device, line):
    return await asyncio.to_thread(device.wait_for, line)


def links(response):
    found = linkformat.parse(response.payload.decode()).links
    return {link.href: dict(link.attr_pairs) for link in found}


async def update(checks, server, device, query, sentence):
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd/device1"), sentence)
    checks.equal((list(request.opt.uri_query), request.payload), (query, b""),
                 f"{sentence}: what it says")
    await event(device, "event 11 204 0")


async def registration(checks, server, device):
    """int-101, int-102, int-104, int-105, int-107: Register and Update."""
    query = sorted(server.first.opt.uri_query)
    checks.equal(query, ["b=U", "ep=interop", "lt=300", "lwm2m=1.0"],
                 "int-101: Register has ep, lt, lwm2m and b")
    listed = links(server.first)
    checks.note("/1/0" in listed and "/3/0" in listed, "int-101: objects 1 and 3 are listed")
    checks.note(not any(link.startswith(("/0", "/21")) for link in listed),
                "int-101: objects 0 and 21 never are")
    checks.equal((await server.put(LIFETIME, b"120")).code, codes.CHANGED,
                 "int-102: the lifetime is written")
    await update(checks, server, device, ["lt=120"], "int-102: an Update follows")
    checks.equal((await server.post("/1/0/8")).code, codes.CHANGED, "int-104: Execute of /1/0/8")
    await update(checks, server, device, [], "int-104: a parameterless Update follows")
    checks.equal((await server.put(LIFETIME, b"86400")).code, codes.CHANGED,
                 "int-107: the lifetime is extended")
    await update(checks, server, device, ["lt=86400"], "int-107: an Update follows at once")
    checks.equal((await server.get(LIFETIME)).payload, b"86400", "int-107: and it is read back")
    server.registrations.forget()
    checks.equal((await server.post("/1/0/8")).code, codes.CHANGED, "int-105: an Update is asked")
    await event(device, "event 12 404 0")
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd"),
                 "int-105: the Update that was answered 4.04 is followed by Register")
    await event(device, "event 6 201 0")


async def reads(checks, server, _):
    """int-201, int-202, int-203, int-221, int-222, int-223, int-224, int-237, int-652: Read."""
    for path, wanted in [("/3/0/0", b"nbiot"), ("/3/0/1", b"interop"), ("/3/0/16", b"U")]:
        answer = await server.get(path, accept=TEXT)
        checks.equal((answer.opt.content_format, answer.payload), (TEXT, wanted),
                     f"int-201: {path} in plain text")
    checks.equal((await server.get("/3/0/3", accept=TEXT)).payload, b"1.2.3",
                 "int-652: the firmware version")
    answer = await server.get(BLOB, accept=OPAQUE)
    checks.equal((answer.opt.content_format, answer.payload), (OPAQUE, b"\0\x01\xfe\xff"),
                 "int-202: octets")
    answer = await server.get("/3/0", accept=TLV)
    checks.equal(answer.opt.content_format, TLV, "int-203: an instance in TLV")
    records = {key: (kind, value) for kind, key, value in tlv.decode(answer.payload)}
    checks.equal(records[0], ("resource", b"nbiot"), "int-203: a resource in it")
    checks.equal(records[11][0], "multiple", "int-203: a multiple resource in it")
    for path in ("/0", "/0/0", "/0/0/0"):
        for method, query in ((codes.GET, []), (PUT, []), (PUT, ["pmin=1"])):
            answer = await server.request(method, path, query=query)
            checks.equal(answer.code, codes.UNAUTHORIZED, f"int-221: {method} {path} {query}")
    for path, wanted in [("/3", [0]), ("/3303", [0, 1])]:
        found = tlv.decode((await server.get(path)).payload)
        checks.equal([(kind, key) for kind, key, _ in found],
                     [("instance", key) for key in wanted], f"int-222: Read of the object {path}")
    found = [key for _, key, _ in tlv.decode((await server.get("/3/0")).payload)]
    checks.note({0, 1, 11, 16} <= set(found), "int-223: Read of an instance has its resources",
                f"{found}")
    for path, wanted in [("/1/0/0", b"1"), (LIFETIME, b"300"), ("/1/0/2", b"0"), ("/1/0/3", b"0"),
                         ("/1/0/5", b"86400"), ("/1/0/6", b"1"), ("/1/0/7", b"U"),
                         ("/3/0/16", b"U")]:
        checks.equal((await server.get(path)).payload, wanted, f"int-224: Read of {path}")
    for path, wanted in [("/3/0", TLV), ("/3/0/0", TEXT), ("/26241/0/1", TLV)]:
        checks.equal((await server.get(path)).opt.content_format, wanted,
                     f"int-237: {path} without Accept says what format it is in")


async def writes(checks, server, device):
    """int-210, int-226, int-227, int-256, int-565, int-566, int-680, int-685: Write, and what
    cannot be written or made."""
    answer = await server.post("/1/0", tlv.encode("resource", 1, b"\x01\x2d"), content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "int-226: a partial update of /1/0")
    await update(checks, server, device, ["lt=301"], "int-226: an Update follows")
    checks.equal((await server.get("/1/0/0")).payload, b"1", "int-226: the rest is as it was")
    answer = await server.put(LIFETIME, tlv.encode("resource", 1, b"\x01\x2e"), content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "int-227: /1/0/1 is replaced")
    await update(checks, server, device, ["lt=302"], "int-227: an Update follows")
    checks.equal((await server.get(LIFETIME)).payload, b"302", "int-227: and it is read back")
    checks.equal((await server.put("/1/0/0", b"7")).code, codes.METHOD_NOT_ALLOWED,
                 "int-256: the short server ID cannot be written")
    checks.equal((await server.get("/1/0/0")).payload, b"1", "int-256: and is unchanged")
    body = tlv.encode("instance", 1, tlv.encode("resource", 0, b"x"))
    for path, create, delete in [("/1", "int-565", "int-566"), ("/3", "int-680", "int-685")]:
        checks.equal((await server.post(path, body, content_format=TLV)).code,
                     codes.METHOD_NOT_ALLOWED, f"{create}: Create of {path}")
        checks.equal((await server.request(DELETE, f"{path}/0")).code, codes.METHOD_NOT_ALLOWED,
                     f"{delete}: Delete of {path}/0")
    octets = bytes(range(0, 256, 8))
    checks.equal((await server.put(BLOB, octets, content_format=OPAQUE)).code, codes.CHANGED,
                 "int-210: octets are written")
    checks.equal((await server.get(BLOB)).payload, octets, "int-210: and read back")


async def settings(checks, server, _):
    """int-205, int-215: the settings of the Server object, as text and as TLV."""
    for path, value in [("/1/0/2", b"101"), ("/1/0/3", b"1010"), ("/1/0/5", b"2000")]:
        checks.equal((await server.put(path, value, content_format=TEXT)).code, codes.CHANGED,
                     f"int-205: Write of {path}")
        checks.equal((await server.get(path, accept=TEXT)).payload, value,
                     f"int-205: {path} is read back")
    sample = {2: b"\x05", 3: b"\x3c", 5: b"\x0e\x10", 6: b"\x00", 7: b"U"}
    partial = tlv.encode("resource", 3, b"\x78")
    replaced = b"".join(tlv.encode("resource", key, value) for key, value in sample.items())
    for method, body, wanted in [(POST, partial, {**sample, 2: b"\x65", 3: b"\x78"}),
                                 (PUT, replaced, sample)]:
        answer = await server.request(method, "/1/0", body, content_format=TLV)
        checks.equal(answer.code, codes.CHANGED, f"int-215: {method} of /1/0")
        found = {key: value for _, key, value in tlv.decode((await server.get("/1/0")).payload)}
        checks.equal(found[3], wanted[3], f"int-215: what {method} wrote is read back")
        checks.equal(found[2], wanted[2], f"int-215: {method} and the other settings")


async def disabled(checks, server, device, seconds, row, location="/rd/device1"):
    checks.equal((await server.put("/1/0/5", b"%d" % seconds)).code, codes.CHANGED,
                 f"{row}: for {seconds} seconds")
    checks.equal((await server.post("/1/0/4")).code, codes.CHANGED, f"{row}: Disable is answered")
    request = await server.registration()
    checks.equal((request.code, request.location), (DELETE, location),
                 f"{row}: De-register follows")
    await event(device, "event 15 202 0")


async def enabled(checks, server, device, sentence):
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd"), sentence)
    await event(device, "event 6 201 0")


async def disables(checks, server, device):
    """int-103, int-555: Disable."""
    await disabled(checks, server, device, 1, "int-103")
    await enabled(checks, server, device, "int-103: after the second it registers again")
    await disabled(checks, server, device, 0, "int-555", "/rd/device2")
    await enabled(checks, server, device, "int-555: without a time it registers again at once")


async def stores(checks, server, device):
    """int-560: what is reported while the server is disabled is told when it observes again."""
    await disabled(checks, server, device, 2, "int-560")
    for number in (1, 2, 3):
        await run(device, f"set 3303 0 5700 {30 + number}")
        checks.equal(await run(device, f"notify 3303 0 5700 {number}"), 0,
                     f"int-560: report {number} is stored")
    await enabled(checks, server, device, "int-560: the device registers again")
    observation = server.observe(VALUE)
    checks.equal((await observation.first()).payload, b"33", "int-560: it is observed again")
    for number in (1, 2, 3):
        checks.equal((await observation.next()).payload, b"%d" % (30 + number),
                     f"int-560: report {number} arrives, in order")
        await event(device, f"event 26 0 {number}")
    checks.note(True, "int-560: and each is told once")


async def queues(checks, server, device):
    """int-108: queue mode is turned on and off."""
    for binding in (b"UQ", b"U"):
        checks.equal((await server.put("/1/0/7", binding)).code, codes.CHANGED,
                     f"int-108: binding {binding!r} is written")
        await update(checks, server, device, [f"b={binding.decode()}"],
                     f"int-108: an Update to {binding!r} follows")
        for path in ("/1/0/7", "/3/0/16"):
            checks.equal((await server.get(path)).payload, binding,
                         f"int-108: {path} after {binding!r}")


async def sleeps(checks):
    """int-108, int-109: a device in queue mode from the start."""
    async with peers(Server) as (server,):
        with Device(server.uri, "interop", "queue") as device:
            device.send("connect")
            request = await server.registration()
            checks.note("b=UQ" in request.opt.uri_query, "int-108: Register has b=UQ",
                        f"{request.opt.uri_query}")
            await event(device, "event 6 201 0")
            await event(device, "event 100 0 0")
            checks.note(True, "int-109: a second, its awake time, after the last message it may sleep")
            await run(device, "update")
            await server.registration()
            await event(device, "event 11 204 0")
            checks.equal((await server.get(VALUE)).payload, b"20.5",
                         "int-109: what was kept for it is served after its next Update")
            await event(device, "event 100 0 0")


async def errors(checks, server, device):
    """int-657, LwM2M 1.0 E.4: error codes are observed and reset."""
    def codes_in(answer):
        (_, _, instances), = tlv.decode(answer.payload)
        return [tlv.integer(value) for _, _, value in instances]

    observation = server.observe("/3/0/11")
    checks.equal(codes_in(await observation.first()), [0], "int-657: there is no error")
    for code, wanted in [(1, [1]), (4, [1, 4])]:
        checks.equal(await run(device, f"error {code}"), 0, f"int-657: error {code} is reported")
        checks.equal(codes_in(await observation.next()), wanted, f"int-657: error {code} is notified")
    checks.equal((await server.post("/3/0/12")).code, codes.CHANGED, "int-657: Reset Error Code")
    checks.equal(codes_in(await observation.next()), [0], "int-657: there is no error any more")


async def watches(checks, server, device):
    """int-661: the Device object is observed, as an instance and as a whole."""
    watched = {path: server.observe(path) for path in ("/3/0", "/3")}
    for path, observation in watched.items():
        checks.equal((await observation.first()).opt.content_format, TLV,
                     f"int-661: the observation of {path} begins")
    checks.equal(await run(device, "error 4"), 0, "int-661: an error is reported")
    for path, observation in watched.items():
        notified = (await observation.next()).payload
        checks.equal(notified, (await server.get(path)).payload,
                     f"int-661: the notification of {path} has what a Read has")


async def reboots(checks, server, device):
    """int-241: Reboot."""
    answer = await server.post("/3/0/4")
    checks.equal(answer.code, codes.CHANGED, "int-241: Reboot is answered before it happens")
    await event(device, "reboot")
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd"), "int-241: then it registers")
    await event(device, "event 6 201 0")


async def discovers(checks, server, _):
    """int-260: Discover on object, instance and resource."""
    answer = await server.get("/3", accept=LINKS)
    checks.equal(answer.opt.content_format, LINKS, "int-260: the link format")
    found = links(answer)
    # What firmware need not have; the others are always there.
    resources = {link for link in found if link.count("/") == 3}
    checks.note({"/3", "/3/0", "/3/0/0", "/3/0/1", "/3/0/11", "/3/0/16"} <= set(found),
                "int-260: Discover of /3 lists instances and resources", f"{sorted(found)}")
    checks.note("dim" in found["/3/0/11"], "int-260: a multiple resource has dim=")
    checks.equal((await server.put("/3/0", query=["pmin=10", "pmax=60"])).code, codes.CHANGED,
                 "int-260: attributes of the instance")
    found = links(await server.get("/3/0", accept=LINKS))
    checks.equal(found["/3/0"], {"pmin": "10", "pmax": "60"}, "int-260: the instance has them")
    checks.equal(set(found) - {"/3/0"}, resources, "int-260: and the same resources")
    found = links(await server.get("/3/0/16", accept=LINKS))
    checks.equal(found, {"/3/0/16": {"pmin": "10", "pmax": "60"}},
                 "int-260: a resource shows the inherited ones")


async def observes(checks, server, device):
    """int-301, int-302, int-303: Observe and both ways to cancel."""
    quick, slow = server.observe(VALUE), server.observe(OTHER)
    for observation in (quick, slow):
        answer = await observation.first()
        token = answer.token
        checks.note(answer.opt.observe is not None, "int-301: an observation begins")
    checks.equal((await server.put(VALUE, query=["pmin=0", "pmax=1"])).code, codes.CHANGED,
                 "int-301: one has a short pmax")
    checks.equal((await server.put(OTHER, query=["pmin=300", "pmax=600"])).code, codes.CHANGED,
                 "int-301: the other a long pmin")
    await run(device, "set 3303 1 5700 1")
    for _ in range(2):
        checks.equal((await quick.next()).payload, b"20.5", "int-301: pmax notifies")
    checks.note(slow.notifications.empty(), "int-301: pmin holds back")
    checks.equal((await server.put(OTHER, query=["pmin"])).code, codes.CHANGED,
                 "int-301: pmin is taken back")
    checks.equal((await slow.next()).payload, b"1", "int-301: what was held back arrives")

    checks.equal((await server.put(VALUE, query=["pmax=600"])).code, codes.CHANGED,
                 "int-302: nothing is notified by itself")
    quick.cancel()
    # aiocoap takes one more notification before it resets.
    for line in ("event 26 0 4", "event 25 0 5"):
        await run(device, f"notify 3303 0 5700 {line[-1]}")
        await event(device, line)
    checks.equal(device.statistics()["observations"], "1", "int-302: a Reset ends one observation")
    await run(device, "set 3303 1 5700 2")
    checks.equal((await slow.next()).payload, b"2", "int-302: and that one only")

    with server.token(token):
        answer = await server.get(OTHER, observe=1)
    checks.equal((answer.code, answer.opt.observe), (codes.CONTENT, None),
                 "int-303: GET with Observe 1 is answered without the option")
    checks.equal(device.statistics()["observations"], "0", "int-303: and ends the observation")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [registration, reads, writes, settings, disables, queues, errors,
                                  watches, reboots, discovers, observes]))
    asyncio.run(run_groups(sum_, [stores], "bodies"))
    asyncio.run(run_alone(sum_, [sleeps]))
    sum_.end()
