# SPDX-License-Identifier: Apache-2.0
"""Answers and notifications longer than the send buffer, as aiocoap puts them together (RFC 7959)."""

import asyncio

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from lwm2m_server import GET, LINKS, OPAQUE, TLV, run_groups
from test_aiocoap_block1 import IMAGE

KEPT = "/26243/0/1"
BODY, OTHER = IMAGE[:4000], IMAGE[96:]


async def reads(checks, server, _):
    """A value of 4,000 bytes through a send buffer of 640."""
    checks.equal((await server.upload(KEPT, BODY, 5)).code, codes.CHANGED, "4,000 bytes are written")
    for exponent in (None, 6, 5, 2, 0):
        asked = {} if exponent is None else {"block2": (0, False, exponent)}
        answer = await server.get(KEPT, accept=OPAQUE, **asked)
        checks.equal(answer.payload, BODY, f"4.1 RFC 7959 2.2: and read, size asked for {exponent}")
        checks.equal(answer.opt.content_format, OPAQUE, "in their format")
    answer = await block(server, 0, 6)
    checks.equal(answer.opt.block2, (0, True, 5), "4.1 RFC 7959 2.2: 1,024 bytes become 512")
    checks.equal(answer.opt.size2, 4000, "4.1 RFC 7959 2.9.3: Size2 is the whole")
    checks.equal((await block(server, 7, 5)).opt.etag, answer.opt.etag, "under one ETag")
    checks.equal((await block(server, 8, 5)).code, codes.BAD_REQUEST,
                 "4.1 RFC 7959 2.2: a block behind the end is 4.00")
    checks.equal((await server.upload(KEPT, OTHER, 5)).code, codes.CHANGED, "another value")
    later = await block(server, 1, 5)
    checks.note(later.opt.etag != answer.opt.etag, "4.1 RFC 7959 2.9.3: has another ETag in mid-transfer")
    checks.equal(later.payload, OTHER[512:1024], "and its own bytes")


async def block(server, number, exponent):
    """One block, asked for by itself."""
    return await server.one(
        server.message(GET, KEPT, accept=OPAQUE, block2=(number, False, exponent)))


async def notifications(checks, server, device):
    """A notification has the first block; aiocoap gets the rest by GET."""
    await server.upload(KEPT, BODY, 5)
    observation = server.observe(KEPT, accept=OPAQUE)
    answer = await observation.first()
    checks.equal((answer.code, answer.payload), (codes.CONTENT, BODY),
                 "4.1 RFC 7959 2.6: the answer to Observe is put together")
    for body in (OTHER, BODY, OTHER[:900], b"short"):
        checks.equal((await server.upload(KEPT, body, 5)).code, codes.CHANGED, "a new value")
        notification = await observation.next()
        checks.equal(notification.payload, body,
                     f"4.1 RFC 7959 2.6: the rest of {len(body)} bytes comes by GET")
    checks.equal(device.statistics()["observations"], "1", "it stays one observation")


async def lists(checks, server, _):
    """Discover and Read of an object with over 100 instances, through a send buffer of 512 bytes."""
    answer = await server.get("/3303", accept=LINKS)
    found = [link.href for link in linkformat.parse(answer.payload.decode()).links]
    checks.note({"/3303", "/3303/1", *(f"/3303/{i}/5700" for i in range(100, 200))} <= set(found),
                "LwM2M 1.0 5.4.2: every link arrives", f"{len(found)} links")
    records = tlv.decode((await server.get("/3303", accept=TLV)).payload)
    checks.equal([key for _, key, _ in records], [0, 1, *range(100, 200)],
                 "LwM2M 1.0 5.4.1: every instance is read")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [reads, notifications], "bodies"))
    asyncio.run(run_groups(sum_, [lists], "large"))
    sum_.end()
