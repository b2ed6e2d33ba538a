# SPDX-License-Identifier: Apache-2.0
"""Writes of 4 KB as aiocoap sends them, in blocks (RFC 7959), through a receive buffer of 256 bytes."""

import asyncio

from aiocoap.numbers import codes

from checks import Checks
from lwm2m_server import OPAQUE, run_groups

PACKAGE = "/5/0/0"
KEPT = "/26243/0/0"
IMAGE = bytes((i * 7 + (i >> 8)) & 0xFF for i in range(4096))


async def streams(checks, server, device):
    """A value longer than any buffer goes to the application piece by piece."""
    answer = await server.upload(PACKAGE, IMAGE, 6)
    checks.equal((answer.code, answer.opt.block1.size_exponent), (codes.REQUEST_ENTITY_TOO_LARGE, 3),
                 "4.1 RFC 7959 2.9.3: a block of 1,024 bytes is 4.13, with the size that fits")
    for exponent in (3, 2, 0):
        answer = await server.upload(PACKAGE, IMAGE, exponent)
        checks.equal(answer.code, codes.CHANGED, f"4.1 RFC 7959 2.2: 4,096 bytes in blocks of {16 << exponent}")
        await asyncio.to_thread(device.wait_for, f"streamed {PACKAGE} 4096 {sum(IMAGE)}")
    answer = await server.put(PACKAGE, b"short", content_format=OPAQUE)
    checks.equal(answer.code, codes.CHANGED, "a short one in one datagram")
    await asyncio.to_thread(device.wait_for, f"streamed {PACKAGE} 5 {sum(b'short')}")


async def puts_together(checks, server, _):
    """What is stored is put together first."""
    body = IMAGE[:200]
    checks.equal((await server.upload(KEPT, body, 2)).code, codes.CHANGED, "200 bytes in blocks of 64")
    checks.equal((await server.get(KEPT)).payload, body, "and read")
    answer = await server.upload(KEPT, IMAGE, 3)
    checks.equal((answer.code, answer.opt.size1), (codes.REQUEST_ENTITY_TOO_LARGE, 2048),
                 "4.1 RFC 7959 2.9.3: 4,096 bytes are too many; Size1 says how many are not")
    checks.equal((await server.get(KEPT)).payload, body, "and change nothing")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [streams, puts_together], "blocks"))
    sum_.end()
