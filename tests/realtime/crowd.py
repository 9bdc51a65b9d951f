"""Many sockets in one thread of the test, each keeping the order in which alerts came."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.realtime.ground import WAIT_S, Live

ALIVE_S = 2 * WAIT_S


class Crowd:
    """`people` give host and cookie, `each` sockets a person. One list a socket: `seqs`, and `when` each came. With
    `acks` each says how far it has come."""

    def __init__(
        self,
        port: int,
        people: Sequence[dict[str, Any]],
        each: int,
        expected: int,
        *,
        acks: bool = False,
        patience_s: float = ALIVE_S,
    ) -> None:
        self._port, self._people, self._each, self._expected, self._acks = port, people, each, expected, acks
        self.seqs: list[list[int]] = [[] for _socket in range(len(people) * each)]
        self.when: list[list[float]] = [[] for _socket in self.seqs]
        self.received = 0
        self.ready = threading.Event()
        self._open = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self.ready.wait(patience_s), f"{self._open} sockets are open"

    def wait(self) -> list[list[int]]:
        """Once each has what it expected, or ALIVE_S are over."""
        self._thread.join(ALIVE_S)
        return self.seqs

    def close(self) -> None:
        """Whatever they still expect."""
        self._loop.call_soon_threadsafe(self._whole.cancel)
        self._thread.join(ALIVE_S)

    def _run(self) -> None:
        with suppress(asyncio.CancelledError):
            asyncio.run(self._all())

    async def _all(self) -> None:
        self._loop, self._whole = asyncio.get_running_loop(), asyncio.current_task()
        gate = asyncio.Semaphore(20)
        whose = [person for person in self._people for _number in range(self._each)]
        await asyncio.gather(*(self._one(number, person, gate) for number, person in enumerate(whose)))

    async def _one(self, number: int, person: dict[str, Any], gate: asyncio.Semaphore) -> None:
        async with AsyncExitStack() as stack:
            async with gate:
                opening = connect(
                    f"ws://{person['host']}/ws/",
                    sock=socket.create_connection(("127.0.0.1", self._port)),
                    origin=f"http://{person['host']}",  # type: ignore[arg-type]
                    additional_headers={"Cookie": person["cookie"]},
                    compression=None,
                    proxy=None,
                    open_timeout=ALIVE_S,
                    ping_interval=None,
                )
                reader = await stack.enter_async_context(opening)
                await reader.send('{"type": "hello"}')
                while json.loads(await reader.recv())["type"] != "live":
                    pass
            self._open += 1
            if self._open == len(self.seqs):
                self.ready.set()
            while len(self.seqs[number]) < self._expected:
                await self._next(number, reader)

    async def _next(self, number: int, reader: ClientConnection) -> None:
        word = json.loads(await reader.recv())
        if word["type"] != "alerts":
            return
        now = time.perf_counter()
        self.seqs[number] += [item["seq"] for item in word["items"]]
        self.when[number] += [now] * len(word["items"])
        self.received += len(word["items"])
        if self._acks:
            place = {"epoch": word["epoch"], "seq": self.seqs[number][-1]}
            await reader.send(json.dumps({"type": "ack", "streams": {word["stream"]: place}}))


@contextmanager
def crowded(live: Live, people: Sequence[dict[str, Any]], *, each: int, expected: int) -> Iterator[list[list[int]]]:
    """All are open inside; all have read when it ends."""
    crowd = Crowd(live.port, people, each, expected)
    yield crowd.seqs
    crowd.wait()
