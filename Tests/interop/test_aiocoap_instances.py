# SPDX-License-Identifier: Apache-2.0
"""Create and Delete of object instances as aiocoap asks for them."""

import asyncio

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from lwm2m_server import OLD_TLV, POST, TEXT, TLV, run_groups

OBJECT = "/26242"


def values(name=b"door", size=7):
    return tlv.encode("resource", 0, name) + tlv.encode("resource", 1, bytes([size]))


def instance(key, *arguments, **options):
    return tlv.encode("instance", key, values(*arguments, **options))


async def event(device, line):
    return await asyncio.to_thread(device.wait_for, line)


async def announced(checks, server, device, sentence):
    """The Update that tells of a change; returns what it lists of the object."""
    request = await server.registration()
    checks.equal((request.code, request.location), (POST, "/rd/device1"), sentence)
    await event(device, "event 11 204 0")
    listed = [link.href for link in linkformat.parse(request.payload.decode()).links]
    return [link for link in listed if link.startswith(OBJECT)]


async def creates(checks, server, device):
    """int-1630: Create, with the ID the server chooses or the device's."""
    answer = await server.post(OBJECT, instance(5), content_format=TLV)
    checks.equal(answer.code, codes.CREATED, "int-1630: Create of a named instance is 2.01")
    await event(device, f"create {OBJECT}/5")
    await event(device, f"write {OBJECT}/5/0 door")
    checks.equal(await announced(checks, server, device, "int-1630: an Update follows"),
                 [f"{OBJECT}/5"], "int-1630: and lists it")
    for resource, wanted in [(0, b"door"), (1, b"7"), (2, b"4711")]:
        checks.equal((await server.get(f"{OBJECT}/5/{resource}")).payload, wanted,
                     f"int-1630: resource {resource} of what was created")
    answer = await server.post(OBJECT, values(b"gate"), content_format=OLD_TLV)
    checks.equal((answer.code, answer.opt.location_path), (codes.CREATED, ("26242", "0")),
                 "int-1630: without an ID the device takes the lowest that is free and says it")
    checks.equal(await announced(checks, server, device, "int-1630: another Update follows"),
                 [f"{OBJECT}/0", f"{OBJECT}/5"], "int-1630: and lists both")
    checks.equal((await server.put(f"{OBJECT}/0/0", b"hatch")).code, codes.CHANGED,
                 "int-1630: what was created can be written")
    checks.equal((await server.get(f"{OBJECT}/0/0")).payload, b"hatch", "int-1630: and read")


async def refuses(checks, server, device):
    """What cannot be created leaves nothing behind."""
    answer = await server.post(OBJECT, instance(5), content_format=TLV)
    checks.equal(answer.code, codes.CREATED, "an instance to begin with")
    await announced(checks, server, device, "its Update")
    for path, payload, content_format, wanted in [
        (OBJECT, instance(5), TLV, codes.BAD_REQUEST),
        (OBJECT, instance(9), TLV, codes.FORBIDDEN),
        (OBJECT, tlv.encode("instance", 6, tlv.encode("resource", 1, b"\x07")), TLV,
         codes.BAD_REQUEST),
        (OBJECT, instance(6)[:-1], TLV, codes.BAD_REQUEST),
        (OBJECT, instance(6, b"x" * 17), TLV, codes.REQUEST_ENTITY_TOO_LARGE),
        (OBJECT, b"door", TEXT, codes.UNSUPPORTED_CONTENT_FORMAT),
        ("/26243", instance(0), TLV, codes.METHOD_NOT_ALLOWED),
        ("/3", instance(1), TLV, codes.METHOD_NOT_ALLOWED),
        ("/0", instance(1), TLV, codes.UNAUTHORIZED),
    ]:
        answer = await server.post(path, payload, content_format=content_format)
        checks.equal(answer.code, wanted, f"POST {path} {payload!r}, {content_format}")
    found = tlv.decode((await server.get(OBJECT)).payload)
    checks.equal([key for _, key, _ in found], [5], "only the first instance is there")
    checks.note(server.registrations.seen.empty(), "and no Update told of another")


async def deletes(checks, server, device):
    """int-1635: Delete."""
    for key in (0, 1):
        await server.post(OBJECT, instance(key), content_format=TLV)
        await announced(checks, server, device, f"int-1635: instance {key} is there")
    checks.equal((await server.delete(f"{OBJECT}/0")).code, codes.DELETED, "int-1635: Delete is 2.02")
    await event(device, f"remove {OBJECT}/0")
    checks.equal(await announced(checks, server, device, "int-1635: an Update follows"),
                 [f"{OBJECT}/1"], "int-1635: and lists what is left")
    checks.equal((await server.get(f"{OBJECT}/0/0")).code, codes.NOT_FOUND,
                 "int-1635: nothing of it is there")
    for path, wanted in [(f"{OBJECT}/0", codes.NOT_FOUND), ("/3303/0", codes.METHOD_NOT_ALLOWED),
                         ("/3/0", codes.METHOD_NOT_ALLOWED), ("/1/0", codes.METHOD_NOT_ALLOWED),
                         ("/0/0", codes.UNAUTHORIZED), (OBJECT, codes.METHOD_NOT_ALLOWED),
                         (f"{OBJECT}/1/0", codes.METHOD_NOT_ALLOWED)]:
        checks.equal((await server.delete(path)).code, wanted, f"DELETE {path}")
    checks.equal((await server.get(f"{OBJECT}/1/0")).payload, b"door", "int-1635: the rest stays")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [creates, refuses, deletes]))
    sum_.end()
