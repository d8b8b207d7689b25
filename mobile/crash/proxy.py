"""The network between phone and server at its worst: requests and answers are cut, truncated, delayed, doubled, reordered, failed."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass

LONGEST_S = 20.0
DELAY_S = (0.02, 0.6)
HELD_S = 1.5  # a request that was held goes on after the next one, or after this
FAILED = {
    500: b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    503: b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}
FAULTS = {
    "cut before": 2,  # nothing arrives
    "cut request": 3,  # the server gets a part of it
    "cut answer": 3,  # the phone gets a part of it, or nothing
    "truncate": 2,  # a part that claims to be the whole
    "delay": 2,
    "duplicate": 3,  # the server gets it twice, one after the other or at the same time
    "reorder": 2,  # the phone gives it up; it arrives after the next one
    "500 before": 1,  # the server never saw it
    "500 after": 1,  # the server has done it
    "503 before": 1,
    "503 after": 1,
}


@dataclass(frozen=True)
class Packet:
    """One request or answer of HTTP/1.1."""

    head: bytes
    body: bytes

    def raw(self) -> bytes:
        """As it travels."""
        return self.head + self.body

    def with_header(self, line: bytes) -> Packet:
        """With a header in the place of the one of the same name."""
        name = line.partition(b":")[0].lower() + b":"
        lines = self.head.removesuffix(b"\r\n\r\n").split(b"\r\n")
        kept = [each for each in lines if not each.lower().startswith(name)]
        return Packet(b"\r\n".join([*kept, line]) + b"\r\n\r\n", self.body)


class Proxy:
    """A TCP proxy in a thread of its own.

    ``faulty`` is the share of requests that suffer, ``faults`` what they suffer by weight; both may be set at any time.
    """

    def __init__(self, host: str, port: int, seed: int, faulty: float = 0.0, held_s: float = HELD_S) -> None:
        self.faulty = faulty
        self.faults = FAULTS
        self.done: Counter[str] = Counter()
        self._server = (host, port)
        self._held_s = held_s
        self._rng = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._next = asyncio.Event()
        self._held: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self.url = ""

    def start(self) -> None:
        """Listen on a free port of this machine; ``url`` says where."""
        self._thread.start()
        self.url = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(LONGEST_S)

    def stop(self) -> None:
        """Listen no more; what is still held is dropped."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(LONGEST_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self) -> str:
        self._listener = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24)
        return f"http://127.0.0.1:{self._listener.sockets[0].getsockname()[1]}"

    async def _end(self) -> None:
        self._listener.close()
        await self._listener.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports let go of their sockets

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                request = await _read(reader)
                if request is not None:
                    await self._carry(request.with_header(b"Connection: close"), writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # one of them has gone: so does the connection
        finally:
            writer.close()

    async def _carry(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        over, self._next = self._next, asyncio.Event()
        try:
            await self._carry_or_spoil(request, writer)
        finally:
            over.set()

    async def _carry_or_spoil(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        fault = "none"
        if self._rng.random() < self.faulty:
            fault = self._rng.choices(list(self.faults), list(self.faults.values()))[0]
        self.done[fault] += 1
        if fault in ("none", "delay", "duplicate"):
            await getattr(self, f"_{fault}")(request, writer)
        elif fault == "cut before":
            writer.transport.abort()
        elif fault == "cut request":
            await self._cut_request(request, writer)
        elif fault == "reorder":
            self._keep(self._later(request, self._next))
            writer.transport.abort()
        elif fault in ("cut answer", "truncate"):
            await self._spoil(request, writer, truncate=fault == "truncate")
        else:
            status, _space, when = fault.partition(" ")
            if when == "after":
                await self._ask(request)
            writer.write(FAILED[int(status)])
            await writer.drain()

    async def _none(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        writer.write((await self._ask(request)).raw())
        await writer.drain()

    async def _delay(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        before, after = self._rng.uniform(*DELAY_S), self._rng.uniform(*DELAY_S)
        await asyncio.sleep(before)
        answer = await self._ask(request)
        await asyncio.sleep(after)
        writer.write(answer.raw())
        await writer.drain()

    async def _duplicate(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        at_once = self._rng.random() < 0.5
        if at_once:
            self._keep(self._again(request))
        writer.write((await self._ask(request)).raw())
        await writer.drain()
        if not at_once:
            self._keep(self._again(request))

    async def _cut_request(self, request: Packet, writer: asyncio.StreamWriter) -> None:
        raw = request.raw()
        _reader, server = await asyncio.open_connection(*self._server)
        server.write(raw[: self._rng.randrange(len(raw))])
        await server.drain()
        server.transport.abort()
        writer.transport.abort()

    async def _spoil(self, request: Packet, writer: asyncio.StreamWriter, *, truncate: bool) -> None:
        answer = await self._ask(request)
        if truncate:
            body = answer.body[: self._rng.randrange(len(answer.body))] if answer.body else b""
            answer = Packet(answer.head, body).with_header(b"Content-Length: %d" % len(body))
            writer.write(answer.raw())
            await writer.drain()
        else:
            raw = answer.raw()
            writer.write(raw[: self._rng.randrange(len(raw))])
            await writer.drain()
            writer.transport.abort()

    async def _later(self, request: Packet, next_one: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(self._held_s):
                await next_one.wait()
            await asyncio.sleep(self._rng.uniform(0.0, 0.2))
        except TimeoutError:
            pass
        await self._again(request)

    async def _again(self, request: Packet) -> None:
        try:
            await self._ask(request)
        except (OSError, asyncio.IncompleteReadError):
            pass

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._held.add(task)
        task.add_done_callback(self._held.discard)

    async def _ask(self, request: Packet) -> Packet:
        reader, writer = await asyncio.open_connection(*self._server, limit=1 << 24)
        try:
            writer.write(request.raw())
            await writer.drain()
            answer = await _read(reader)
            if answer is None:
                raise ConnectionResetError
            return answer
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Packet | None:
    """A whole message with a Content-Length; None when there is none."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = 0
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    return Packet(head, await reader.readexactly(length))
