# SPDX-License-Identifier: Apache-2.0
"""Read, Discover, Write and Execute as aiocoap asks for them."""

import asyncio

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from lwm2m_server import LINKS, OPAQUE, TEXT, TLV, run_groups

OLD_TLV, JSON = 1542, 50
LIGHT = "/3311/0"


def links(response):
    found = linkformat.parse(response.payload.decode()).links
    return {link.href: dict(link.attr_pairs) for link in found}


async def single_reads(checks, server, _):
    """A single resource is read as text, as opaque or as TLV."""
    for path, accept, wanted_format, wanted in [
        ("/3303/0/5700", None, TEXT, b"20.5"),
        ("/3303/1/5700", TEXT, TEXT, b"-7.25"),
        ("/3303/0/5701", None, TEXT, b"Cel"),
        (f"{LIGHT}/5850", None, TEXT, b"0"),
        (f"{LIGHT}/5851", None, TEXT, b"50"),
        ("/26241/0/0", None, OPAQUE, b"\x00\x01\xfe\xff"),
        ("/26241/0/0", OPAQUE, OPAQUE, b"\x00\x01\xfe\xff"),
        ("/26241/0/0", TEXT, TEXT, b"AAH+/w=="),
        ("/26241/0/2", None, TEXT, b"123"),
        ("/3/0/0", None, TEXT, b"nbiot"),
        ("/1/0/1", None, TEXT, b"300"),
        (f"{LIGHT}/5851", TLV, TLV, tlv.encode("resource", 5851, b"\x32")),
        (f"{LIGHT}/5851", OLD_TLV, OLD_TLV, tlv.encode("resource", 5851, b"\x32")),
    ]:
        answer = await server.get(path, accept=accept)
        checks.equal(answer.code, codes.CONTENT, f"GET {path} with Accept {accept} is 2.05")
        checks.equal(answer.opt.content_format, wanted_format,
                     f"GET {path}, Accept {accept}: its format")
        checks.equal(answer.payload, wanted, f"GET {path}, Accept {accept}: its value")
    answer = await server.get("/3303/0/5700", reliable=False)
    checks.equal(answer.payload, b"20.5",
                 "4.1 RFC 7252 5.2.2, C Zephyr 1, C Anjay Lite 2: a non-confirmable GET is answered")


async def wide_reads(checks, server, _):
    """An instance and an object are TLV, and nothing unreadable is among it."""
    answer = await server.get("/3303/0")
    checks.equal(answer.opt.content_format, TLV, "an instance is TLV without Accept")
    records = tlv.decode(answer.payload)
    checks.equal([record[:2] for record in records],
                 [("resource", 5700), ("resource", 5701), ("resource", 5750)],
                 "an instance has its readable resources")
    checks.equal(tlv.floating(records[0][2]), 20.5, "a float in TLV")
    checks.equal(records[1][2], b"Cel", "a string in TLV")

    instances = tlv.decode((await server.get("/3303", accept=TLV)).payload)
    checks.equal([record[:2] for record in instances], [("instance", 0), ("instance", 1)],
                 "an object has its instances")
    checks.equal([tlv.floating(records[2][0][2]) for records in instances], [20.5, -7.25],
                 "each instance has its own value")

    own = {record[1]: record[2] for record in tlv.decode((await server.get("/26241/0")).payload)}
    checks.equal(sorted(own), [0, 1, 2, 3], "a write-only resource is not among those read")
    checks.equal(own[0], b"\x00\x01\xfe\xff", "an opaque value in TLV")
    checks.equal(own[3], b"x" * 400, "a value longer than 255 bytes in TLV")
    for records in (own[1], tlv.decode((await server.get("/26241/0/1")).payload)[0][2]):
        checks.equal([(kind, key, tlv.integer(value)) for kind, key, value in records],
                     [("resource instance", 0, 10), ("resource instance", 1, -300),
                      ("resource instance", 7, 70000)], "a multiple resource has its instances")


async def refused_reads(checks, server, _):
    """What cannot be read is refused with the code LwM2M 1.0 section 8.2 names."""
    for path, accept, wanted in [
        ("/3303/0", TEXT, codes.NOT_ACCEPTABLE),
        ("/3303/0/5700", OPAQUE, codes.NOT_ACCEPTABLE),
        ("/3303/0/5700", JSON, codes.NOT_ACCEPTABLE),
        ("/26241/0/1", TEXT, codes.NOT_ACCEPTABLE),
        ("/3303/0/9999", None, codes.NOT_FOUND),
        ("/3303/2", None, codes.NOT_FOUND),
        ("/9999", None, codes.NOT_FOUND),
        ("/temperature", None, codes.NOT_FOUND),
        ("/3303/0/5605", None, codes.METHOD_NOT_ALLOWED),
        ("/26241/0/4", None, codes.METHOD_NOT_ALLOWED),
        ("/0/0/1", None, codes.UNAUTHORIZED),
        ("/0", None, codes.UNAUTHORIZED),
    ]:
        answer = await server.get(path, accept=accept)
        row = "4.1 RFC 7252 5.10, C Anjay Lite 3: " if wanted == codes.NOT_ACCEPTABLE else ""
        checks.equal(answer.code, wanted, f"{row}GET {path}, Accept {accept}")
        checks.equal(answer.payload, b"", f"GET {path}, Accept {accept}: no payload")


async def options(checks, server, _):
    """Critical options nobody here knows are refused, elective ones passed over."""
    answer = await server.get("/3303/0/5700", if_none_match=True)
    checks.equal(answer.code, codes.BAD_OPTION, "4.1 RFC 7252 5.4.1: If-None-Match, which is critical, is 4.02")
    answer = await server.get("/3303/0/5700", uri_host="device.example", etags=[b"x"],
                              no_response=0)
    checks.equal(answer.payload, b"20.5", "4.1 RFC 7252 5.4.1: Uri-Host, ETag and No-Response do not matter")


async def discovers(checks, server, _):
    """Discover lists objects, instances and resources."""
    answer = await server.get("/3303", accept=LINKS)
    checks.equal(answer.opt.content_format, LINKS, "Discover answers in the link format")
    resources = [f"/3303/0/{key}" for key in (5605, 5700, 5701, 5750)]
    resources += [f"/3303/1/{key}" for key in (5700, 5701)]
    checks.equal(sorted(links(answer)), sorted(["/3303", "/3303/0", "/3303/1", *resources]),
                 "4.1 RFC 6690: Discover of an object")
    found = links(await server.get("/26241/0", accept=LINKS))
    checks.equal(found["/26241/0/1"], {"dim": "3"}, "a multiple resource has its dimension")
    checks.equal(list(links(await server.get("/3303/1/5700", accept=LINKS))), ["/3303/1/5700"],
                 "Discover of a resource")
    checks.equal((await server.get("/3304", accept=LINKS)).code, codes.NOT_FOUND,
                 "Discover of nothing")


async def text_writes(checks, server, device):
    """Text and opaque values are checked, put to the application and stored."""
    for path, options_, payload, wanted, line in [
        (f"{LIGHT}/5851", {"content_format": TEXT}, b"42", codes.CHANGED, "write /3311/0/5851 42"),
        (f"{LIGHT}/5850", {}, b"1", codes.CHANGED, "write /3311/0/5850 1"),
        ("/3303/0/5750", {}, "Küche".encode(), codes.CHANGED, "write /3303/0/5750 Küche"),
        ("/26241/0/0", {"content_format": OPAQUE}, bytes(range(32)), codes.CHANGED,
         f"write /26241/0/0 {bytes(range(32)).hex()}"),
        ("/26241/0/0", {"content_format": TEXT}, b"3q2+7w==", codes.CHANGED,
         "write /26241/0/0 deadbeef"),
        ("/26241/0/2", {}, b"ok", codes.CHANGED, "write /26241/0/2 .*"),
        (f"{LIGHT}/5851", {}, b"101", codes.BAD_REQUEST, "write /3311/0/5851 101"),
        (f"{LIGHT}/5851", {}, b"fifty", codes.BAD_REQUEST, None),
        (f"{LIGHT}/5851", {"content_format": JSON}, b"50", codes.UNSUPPORTED_CONTENT_FORMAT, None),
        ("/3303/0/5750", {}, b"\xff\xfe", codes.BAD_REQUEST, None),
        ("/3303/0/5750", {}, b"x" * 33, codes.REQUEST_ENTITY_TOO_LARGE, None),
        ("/3303/0/5700", {}, b"1.0", codes.METHOD_NOT_ALLOWED, None),
        ("/3303/0/5605", {}, b"1", codes.METHOD_NOT_ALLOWED, None),
        ("/3303/0/9999", {}, b"1", codes.NOT_FOUND, None),
        ("/3303", {}, b"1", codes.METHOD_NOT_ALLOWED, None),
        ("/0/0/1", {}, b"1", codes.UNAUTHORIZED, None),
    ]:
        answer = await server.put(path, payload, **options_)
        checks.equal(answer.code, wanted, f"PUT {path} {payload!r}, {options_}")
        if line:
            await asyncio.to_thread(device.wait_for, line)
    for path, wanted in [(f"{LIGHT}/5851", b"42"), (f"{LIGHT}/5850", b"1"),
                         ("/26241/0/0", b"\xde\xad\xbe\xef"),
                         ("/26241/0/2", b"ok"), ("/3303/0/5750", "Küche".encode())]:
        checks.equal((await server.get(path)).payload, wanted, f"GET {path} after the writes")


async def tlv_writes(checks, server, _):
    """TLV writes several resources at once, or none."""
    def light(on, dim):
        return (tlv.encode("resource", 5850, bytes([on]))
                + tlv.encode("resource", 5851, bytes([dim])))

    async def state():
        records = tlv.decode((await server.get(LIGHT)).payload)
        return [tlv.integer(value) for _, _, value in records]

    answer = await server.put(LIGHT, light(1, 60), content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "PUT of an instance in TLV is 2.04")
    checks.equal(await state(), [1, 60], "PUT stored both")
    answer = await server.post(LIGHT, tlv.encode("resource", 5851, b"\x07"), content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "POST, a partial write, is 2.04")
    checks.equal(await state(), [1, 7], "4.3-10: a partial write leaves the rest alone")
    answer = await server.post(LIGHT, light(0, 101), content_format=TLV)
    checks.equal(answer.code, codes.BAD_REQUEST,
                 "4.3-10: a write of which one half is refused, is refused")
    checks.equal(await state(), [1, 7], "4.3-10: and nothing of it is stored")
    answer = await server.post(LIGHT, light(0, 5)[:-1], content_format=TLV)
    checks.equal(answer.code, codes.BAD_REQUEST, "a TLV that is cut off is 4.00")
    answer = await server.put(f"{LIGHT}/5851", tlv.encode("resource", 5851, b"\x08"),
                              content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "PUT of a resource in TLV is 2.04")
    answer = await server.put(f"{LIGHT}/5851", tlv.encode("resource", 5851, b"\x09"),
                              content_format=OLD_TLV)
    checks.equal(answer.code, codes.CHANGED, "PUT with the old number of TLV is 2.04")
    checks.equal(await state(), [1, 9], "they stored it")
    inner = (tlv.encode("resource instance", 1, b"\x7f")
             + tlv.encode("resource instance", 7, b"\x01\x00"))
    answer = await server.put("/26241/0/1", tlv.encode("multiple", 1, inner), content_format=TLV)
    checks.equal(answer.code, codes.CHANGED, "PUT of instances of a multiple resource is 2.04")
    records = tlv.decode((await server.get("/26241/0/1")).payload)[0][2]
    checks.equal([tlv.integer(value) for _, _, value in records], [10, 127, 256], "and stores them")


async def executes(checks, server, device):
    """Execute hands its arguments over; what cannot be executed is refused."""
    for path, payload, wanted, line in [
        ("/3303/0/5605", b"", codes.CHANGED, "execute /3303/0/5605 "),
        ("/3303/0/5605", b"0='a b'", codes.BAD_REQUEST, None),
        ("/3303/0/5605", b"0,1='ab',7", codes.CHANGED, "execute /3303/0/5605 0,1='ab',7"),
        ("/3303/0/5605", b"reset", codes.BAD_REQUEST, None),
        ("/3303/0/5700", b"", codes.METHOD_NOT_ALLOWED, None),
        ("/3303/0/9999", b"", codes.NOT_FOUND, None),
        ("/3303", b"", codes.METHOD_NOT_ALLOWED, None),
    ]:
        answer = await server.post(path, payload)
        checks.equal(answer.code, wanted, f"POST {path} {payload!r}")
        if line:
            await asyncio.to_thread(device.wait_for, line)
    for method, path in [(codes.FETCH, "/3303/0/5700"), (codes.iPATCH, "/3311/0")]:
        answer = await server.request(method, path)
        checks.equal(answer.code, codes.METHOD_NOT_ALLOWED,
                     f"4.1 RFC 8132, C Wakaama 2: {method} is 4.05")
    checks.equal((await server.delete("/3303/1")).code, codes.METHOD_NOT_ALLOWED, "DELETE is 4.05")


async def blocks(checks, server, _):
    """Without a body buffer a body in one block is taken, one in several is refused."""
    answer = await server.put("/26241/0/0", b"x" * 2000, content_format=OPAQUE)
    checks.equal(answer.code, codes.REQUEST_ENTITY_TOO_LARGE,
                 "4.1 RFC 7959 2.9.3: the first block of 2000 bytes is 4.13")
    checks.equal((await server.get("/26241/0/0")).payload, b"\x00\x01\xfe\xff",
                 "and nothing of it is stored")
    answer = await server.get("/26241/0/3", block2=(0, False, 6))
    checks.equal(answer.payload, b"x" * 400,
                 "a GET that hints at blocks of 1024 gets its 400 bytes")
    message = server.message(codes.PUT, "/26241/0/0", b"one", content_format=OPAQUE,
                             block1=(0, False, 2))
    answer = await server.one(message)
    checks.equal(answer.code, codes.CHANGED, "4.1 RFC 7959 2.2: a Block1 that is the whole body is taken")
    checks.equal((await server.get("/26241/0/0")).payload, b"one", "and stored")


async def deferred(checks, server, device):
    """An answer that takes its time comes as a separate response and is acknowledged."""
    values = []
    for reliable in (True, False):
        answer = await server.get("/3300/0/5700", reliable=reliable)
        checks.equal(answer.code, codes.CONTENT,
                     f"4.1 RFC 7252 5.2.2: a deferred read is answered, confirmable: {reliable}")
        checks.equal(answer.mtype.name, "CON" if reliable else "NON",
                     "4.1 RFC 7252 5.2.2: in a message of its own")
        values.append(answer.payload)
        await asyncio.to_thread(device.wait_for, r"event 21 0 \d+")
    checks.equal(values, [b"2.5", b"3.5"], "with the value it was answered with")
    answer = await server.post("/3300/0/5605")
    checks.equal((answer.code, answer.mtype.name), (codes.CHANGED, "CON"),
                 "4.1 RFC 7252 5.2.2: a deferred Execute is answered")
    await asyncio.to_thread(device.wait_for, r"event 21 0 \d+")
    both = await asyncio.gather(server.get("/3300/0/5700"), server.get("/3303/0/5700"))
    checks.equal([answer.payload for answer in both], [b"5.5", b"20.5"],
                 "another read does not wait for a deferred one")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [single_reads, wide_reads, refused_reads, options, discovers,
                                  text_writes, tlv_writes, executes, blocks, deferred]))
    sum_.end()
