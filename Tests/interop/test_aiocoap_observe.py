# SPDX-License-Identifier: Apache-2.0
"""Observe, notifications and Write-Attributes with aiocoap as the observer."""

import asyncio

from aiocoap.numbers import codes
from aiocoap.util import linkformat

import tlv
from checks import Checks
from lwm2m_server import LINKS, TLV, run_groups

VALUE = "/3303/0/5700"


async def run(device, command):
    return await asyncio.to_thread(device.run, command)


async def event(device, line):
    return await asyncio.to_thread(device.wait_for, line)


async def settle(server):
    """What the device sends before it answers the second read has arrived when this returns."""
    for _ in range(2):
        await server.get("/3/0/0")


async def observed(checks, server, path, **options):
    observation = server.observe(path, **options)
    answer = await observation.first()
    checks.equal(answer.code, codes.CONTENT, f"Observe {path} is 2.05")
    checks.note(answer.opt.observe is not None, f"Observe {path} is confirmed by the option")
    return observation, answer


async def notifications(checks, server, device):
    """A changed value is notified non-confirmably, a report with an ack id confirmably."""
    observation, answer = await observed(checks, server, VALUE)
    checks.equal(answer.payload, b"20.5", "the first answer has the value")
    last = answer.opt.observe
    for value in ("21.5", "22.5", "-3.25"):
        checks.equal(await run(device, f"set 3303 0 5700 {value}"), 0, "a value is set")
        notification = await observation.next()
        checks.equal(notification.payload, value.encode(), "the notification has the new value")
        checks.equal(notification.mtype.name, "NON", "it is non-confirmable")
        checks.note(notification.opt.observe > last, "4.1 RFC 7641 4.4: its sequence number is greater")
        last = notification.opt.observe
    checks.equal(await run(device, "notify 3303 0 5700 77"), 0, "a report is asked for")
    notification = await observation.next()
    checks.equal(notification.mtype.name, "CON", "a report with an ack id is confirmable")
    checks.note(notification.opt.observe > last, "4.1 RFC 7641 4.4: and goes on counting")
    await event(device, "event 26 0 77")
    checks.equal(await run(device, "set 3303 1 5700 1"), 0, "a value nobody observes is set")
    await settle(server)
    checks.note(observation.notifications.empty(), "and notified to nobody")
    checks.equal(await run(device, "notify 3303 1 5700 78"), -4,
                 "a report nobody wants is NOT_FOUND")


async def wide(checks, server, device):
    """An observed instance and an observed object are notified as TLV, each with its own token."""
    instance, _ = await observed(checks, server, "/3303/1")
    whole, _ = await observed(checks, server, "/3303", accept=TLV)
    alone, _ = await observed(checks, server, "/3303/1/5700", accept=TLV)
    await run(device, "set 3303 1 5700 -1")
    found = tlv.decode((await instance.next()).payload)
    checks.equal(tlv.floating(found[0][2]), -1.0, "the instance is notified")
    found = tlv.decode((await whole.next()).payload)
    checks.equal([(kind, key) for kind, key, _ in found], [("instance", 0), ("instance", 1)],
                 "the object is notified with all its instances")
    notification = await alone.next()
    found = tlv.decode(notification.payload)
    checks.equal((notification.opt.content_format, tlv.floating(found[0][2])), (TLV, -1.0),
                 "4.1 RFC 7641 4.3: the resource is notified in the format it was observed in")
    await run(device, "set 3303 0 5700 5")
    await whole.next()
    await settle(server)
    checks.note(instance.notifications.empty(),
                "a change in one instance is not notified to the other's observer")
    await run(device, "notify 3303 1 5700 9")
    for observation in (alone, instance, whole):
        checks.equal((await observation.next()).mtype.name, "CON",
                     "a report goes to every observer, confirmable")
    await event(device, "event 26 0 9")


async def writes(checks, server, device):
    """What the server itself writes is notified too."""
    observation, _ = await observed(checks, server, "/3311/0/5851")
    checks.equal((await server.put("/3311/0/5851", b"33")).code, codes.CHANGED, "a write")
    checks.equal((await observation.next()).payload, b"33", "is notified to the observer")
    slow, _ = await observed(checks, server, "/3300/0/5700")
    await run(device, "set 3300 0 5700 8")
    checks.equal((await slow.next()).payload, b"8",
                 "a resource whose reads are deferred is notified at once")


async def cancelled(checks, server, device):
    """aiocoap swallows one notification of an observation it has forgotten and resets the next."""
    observation, _ = await observed(checks, server, VALUE)
    other, _ = await observed(checks, server, "/3303/1/5700")
    observation.cancel()
    await run(device, "notify 3303 0 5700 4")
    await event(device, "event 26 0 4")
    await run(device, "notify 3303 0 5700 5")
    await event(device, "event 25 0 5")
    checks.equal(device.statistics()["observations"], "1",
                 "4.1 RFC 7641 4.3, 4.3-5: after a Reset only the other observation is left")
    await run(device, "set 3303 1 5700 2")
    checks.equal((await other.next()).payload, b"2", "which is notified as before")
    again, answer = await observed(checks, server, VALUE)
    checks.equal(answer.payload, b"20.5", "it can be observed again")
    await run(device, "set 3303 0 5700 4")
    checks.equal((await again.next()).payload, b"4", "and is notified again")


async def renewed(checks, server, device):
    """A second Observe of a path takes the place of the first."""
    old, _ = await observed(checks, server, VALUE)
    new, _ = await observed(checks, server, VALUE)
    await run(device, "set 3303 0 5700 19")
    checks.equal((await new.next()).payload, b"19", "the new token is notified")
    await settle(server)
    checks.note(old.notifications.empty(), "the old one is not")
    checks.equal(device.statistics()["observations"], "1", "there is one observation")


async def refused(checks, server, device):
    """What cannot be read cannot be observed."""
    for path, options, wanted in [("/3303/0/9999", {}, codes.NOT_FOUND),
                                  ("/3303/0/5605", {}, codes.METHOD_NOT_ALLOWED),
                                  (VALUE, {"accept": 50}, codes.NOT_ACCEPTABLE)]:
        answer = await server.observe(path, **options).first()
        checks.equal((answer.code, answer.opt.observe), (wanted, None),
                     f"4.1 RFC 7641 4.1, C Zephyr 3: Observe {path} {options}")
    checks.equal(device.statistics()["observations"], "0", "no observation is left of it")


async def periods(checks, server, device):
    """pmin holds a notification back, pmax sends one without a change."""
    observation, _ = await observed(checks, server, VALUE)
    checks.equal((await server.put(VALUE, query=["pmin=600"])).code, codes.CHANGED, "pmin is 2.04")
    await run(device, "set 3303 0 5700 30")
    await settle(server)
    checks.note(observation.notifications.empty(), "nothing is notified within pmin")
    checks.equal((await server.put(VALUE, query=["pmin"])).code, codes.CHANGED,
                 "unsetting pmin is 2.04")
    checks.equal((await observation.next()).payload, b"30",
                 "without pmin what was held back is notified")
    checks.equal((await server.put(VALUE, query=["pmax=1"])).code, codes.CHANGED, "pmax is 2.04")
    first, second = await observation.next(), await observation.next()
    checks.equal((first.payload, second.payload), (b"30", b"30"),
                 "pmax notifies again and again, unchanged")


async def thresholds(checks, server, device):
    """gt, lt and st let a change pass or not."""
    observation, _ = await observed(checks, server, VALUE)
    checks.equal((await server.put(VALUE, query=["st=5"])).code, codes.CHANGED, "st is 2.04")
    await run(device, "set 3303 0 5700 24")
    await settle(server)
    checks.note(observation.notifications.empty(), "a change smaller than st is not notified")
    await run(device, "set 3303 0 5700 26")
    checks.equal((await observation.next()).payload, b"26", "one of st or more is")
    answer = await server.put(VALUE, query=["st", "gt=40", "lt=-10"])
    checks.equal(answer.code, codes.CHANGED, "gt and lt together are 2.04")
    await run(device, "set 3303 0 5700 39.5")
    await settle(server)
    checks.note(observation.notifications.empty(), "a change between lt and gt is not notified")
    for value in ("41", "39", "-11"):
        await run(device, f"set 3303 0 5700 {value}")
        checks.equal((await observation.next()).payload, value.encode(), "crossing gt or lt is")
    answer = await server.put(VALUE, query=["lt", "gt=40", "pmin=1"])
    checks.equal(answer.code, codes.CHANGED, "gt and pmin together are 2.04")
    for value in ("41", "12"):
        await run(device, f"set 3303 0 5700 {value}")
    checks.equal((await observation.next()).payload, b"12",
                 "gt crossed within pmin is notified when it is over, though the value came back")
    answer = await server.put(VALUE, query=["pmax=1"])
    checks.equal(answer.code, codes.CHANGED, "a pmax equal to pmin is 2.04")
    checks.equal([(await observation.next()).payload for _ in range(2)], [b"12", b"12"],
                 "and notifies what crosses nothing")


async def attributes(checks, server, _):
    """Discover shows what Write-Attributes wrote; what cannot be is refused whole."""
    checks.equal((await server.put("/3303", query=["pmin=10"])).code, codes.CHANGED,
                 "attributes of an object")
    checks.equal((await server.put(VALUE, query=["pmax=60", "gt=25.5"])).code, codes.CHANGED,
                 "of a resource")
    for path, query in [(VALUE, ["pmin=-1"]), (VALUE, ["pmax=soon"]), (VALUE, ["colour=red"]),
                        (VALUE, ["lt=30", "gt=20"]), (VALUE, ["pmax=70", "colour=red"]),
                        ("/3303/0/5701", ["st=1"])]:
        checks.equal((await server.put(path, query=query)).code, codes.BAD_REQUEST,
                     f"4.3-8: {path} {query} is 4.00")
    checks.equal((await server.put("/3303/0/9999", query=["pmin=1"])).code, codes.NOT_FOUND,
                 "of nothing")
    text = (await server.get("/3303", accept=LINKS)).payload.decode()
    found = {link.href: dict(link.attr_pairs) for link in linkformat.parse(text).links}
    checks.equal((found["/3303"], found[VALUE]), ({"pmin": "10"}, {"pmax": "60", "gt": "25.5"}),
                 "4.3-8: each level has its own attributes")
    text = (await server.get(VALUE, accept=LINKS)).payload.decode()
    found = dict(linkformat.parse(text).links[0].attr_pairs)
    checks.equal(found, {"pmin": "10", "pmax": "60", "gt": "25.5"},
                 "4.3-8: a resource has the inherited ones too")


if __name__ == "__main__":
    sum_ = Checks()
    asyncio.run(run_groups(sum_, [notifications, wide, writes, cancelled, renewed, refused, periods,
                                  thresholds, attributes]))
    sum_.end()
