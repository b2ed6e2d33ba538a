# SPDX-License-Identifier: Apache-2.0
"""An LwM2M server on aiocoap: one context is the registration server and the client of the device,
so that its requests leave from the port the device registered at."""

import asyncio
import contextlib
import traceback

import aiocoap
from aiocoap import resource
from aiocoap.numbers import codes

from device_program import Device

SECONDS = 10
GET, PUT, POST, DELETE = codes.GET, codes.PUT, codes.POST, codes.DELETE
TEXT, LINKS, OPAQUE, OLD_TLV, TLV = 0, 40, 42, 1542, 11542


class Registrations:
    """/rd, and a resource below it for each registration: any other location is aiocoap's 4.04."""

    def __init__(self):
        self.site = resource.Site()
        self.site.add_resource(["rd"], Register(self))
        self.seen = asyncio.Queue()
        self.remote = None
        self.count = 0
        # What the next requests get: (delay in seconds, code; None = the usual one).
        self.orders = []

    async def order(self, request, location, code):
        request.location = "/" + "/".join(location)
        self.remote = request.remote
        self.seen.put_nowait(request)
        delay, refusal = self.orders.pop(0) if self.orders else (0, None)
        await asyncio.sleep(delay)
        return aiocoap.Message(code=refusal or code)

    def add(self):
        self.count += 1
        location = ("rd", f"device{self.count}")
        self.site.add_resource(location, Registered(self, location))
        return location

    def forget(self):
        self.site.remove_resource(("rd", f"device{self.count}"))


class Register(resource.Resource):
    def __init__(self, registrations):
        super().__init__()
        self.registrations = registrations

    async def render_post(self, request):
        answer = await self.registrations.order(request, ("rd",), codes.CREATED)
        if answer.code == codes.CREATED:
            answer.opt.location_path = self.registrations.add()
        return answer


class Registered(resource.Resource):
    def __init__(self, registrations, location):
        super().__init__()
        self.registrations = registrations
        self.location = location

    async def render_post(self, request):
        return await self.registrations.order(request, self.location, codes.CHANGED)

    async def render_delete(self, request):
        answer = await self.registrations.order(request, self.location, codes.DELETED)
        self.registrations.forget()
        return answer


class Observation:
    def __init__(self, request):
        self.request = request
        self.notifications = asyncio.Queue()
        self.ends = asyncio.Queue()
        request.observation.register_callback(self.notifications.put_nowait)
        request.observation.register_errback(self.ends.put_nowait)

    async def first(self):
        return await asyncio.wait_for(self.request.response, SECONDS)

    async def next(self):
        return await asyncio.wait_for(self.notifications.get(), SECONDS)

    def cancel(self):
        """aiocoap takes one more notification, forgets the token then and resets the one after."""
        self.request.observation.cancel()


class Peer:
    """A context that serves the resources of `answering` and asks the device it has heard of last."""

    def __init__(self, answering):
        self.answering = answering

    async def start(self, host="127.0.0.1"):
        self.context = await aiocoap.Context.create_server_context(
            self.answering.site, bind=(host, 0), transports=["udp6"])
        transport = self.context.request_interfaces[0].token_interface.message_interface.transport
        port = transport.get_extra_info("socket").getsockname()[1]
        self.uri = f"coap://[{host}]:{port}" if ":" in host else f"coap://{host}:{port}"
        return self

    async def stop(self):
        await self.context.shutdown()

    async def seen(self, seconds=SECONDS):
        """The next request of the device."""
        return await asyncio.wait_for(self.answering.seen.get(), seconds)

    def message(self, method, path, payload=b"", query=(), reliable=True, **options):
        tuning = aiocoap.Reliable if reliable else aiocoap.Unreliable
        message = aiocoap.Message(code=method, payload=payload, transport_tuning=tuning, **options)
        message.opt.uri_path = tuple(segment for segment in path.split("/") if segment)
        message.opt.uri_query = tuple(query)
        message.remote = self.answering.remote
        return message

    async def request(self, method, path, payload=b"", **options):
        message = self.message(method, path, payload, **options)
        return await asyncio.wait_for(self.context.request(message).response, SECONDS)

    async def get(self, path, **options):
        return await self.request(GET, path, **options)

    async def put(self, path, payload=b"", **options):
        return await self.request(PUT, path, payload, **options)

    async def one(self, message):
        """The answer to one message, which aiocoap neither cuts into blocks nor puts together."""
        asked = self.context.request(message, handle_blockwise=False).response
        return await asyncio.wait_for(asked, SECONDS)

    async def upload(self, path, body, exponent):
        """PUTs the body in blocks of that size, each answered before the next."""
        size = 16 << exponent
        for number, offset in enumerate(range(0, len(body), size)):
            more = offset + size < len(body)
            answer = await self.one(self.message(
                PUT, path, body[offset:offset + size], content_format=OPAQUE,
                block1=(number, more, exponent)))
            if answer.code != codes.CONTINUE or answer.opt.block1 != (number, True, exponent):
                break
        return answer

    async def post(self, path, payload=b"", **options):
        return await self.request(POST, path, payload, **options)

    async def delete(self, path, payload=b"", **options):
        return await self.request(DELETE, path, payload, **options)

    @contextlib.contextmanager
    def token(self, token):
        """The next requests bear this token; aiocoap has no means of its own to cancel by GET."""
        manager = self.context.request_interfaces[0]
        manager.next_token = lambda: token
        try:
            yield
        finally:
            del manager.next_token

    def observe(self, path, **options):
        return Observation(self.context.request(self.message(GET, path, observe=0, **options)))


class Server(Peer):
    def __init__(self):
        self.registrations = Registrations()
        super().__init__(self.registrations)

    async def registration(self):
        """The next Register, Update or De-register."""
        return await self.seen()


class BootstrapRequests(resource.Resource):
    """/bs: hands each request over once the answer to it has left."""

    def __init__(self):
        super().__init__()
        self.site = resource.Site()
        self.site.add_resource(["bs"], self)
        self.seen = asyncio.Queue()
        self.remote = None
        # What the next requests get: (delay in seconds, code).
        self.orders = []

    async def render_post(self, request):
        self.remote = request.remote
        delay, code = self.orders.pop(0) if self.orders else (0, codes.CHANGED)
        await asyncio.sleep(delay)
        asyncio.get_running_loop().call_later(0.02, self.seen.put_nowait, request)
        return aiocoap.Message(code=code)


class BootstrapServer(Peer):
    def __init__(self):
        super().__init__(BootstrapRequests())


@contextlib.asynccontextmanager
async def peers(*classes):
    """Started peers, one of each class."""
    started = []
    try:
        for peer in classes:
            started.append(await peer().start())
        yield started
    finally:
        for peer in started:
            await peer.stop()


@contextlib.asynccontextmanager
async def session(mode=(), host="127.0.0.1"):
    """A server and a device that has registered with it."""
    server = await Server().start(host)
    try:
        with Device(server.uri, "interop", *mode) as device:
            device.send("connect")
            server.first = await server.registration()
            await asyncio.to_thread(device.wait_for, "event 6 201 0")
            yield server, device
    finally:
        await server.stop()


async def run_groups(checks, groups, *mode):
    """Each group gets a session of its own; one that ends in an exception is a failed check."""
    for group in groups:
        try:
            async with session(mode) as (server, device):
                await asyncio.wait_for(group(checks, server, device), 60)
        except Exception as exception:
            checks.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)


async def run_alone(checks, groups):
    """Each group makes its own peers and devices."""
    for group in groups:
        try:
            await asyncio.wait_for(group(checks), 30)
        except Exception as exception:
            checks.note(False, group.__doc__, f"{type(exception).__name__} {exception}")
            traceback.print_exc(limit=-3)
