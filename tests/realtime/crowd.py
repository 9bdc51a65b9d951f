"""Many sockets in one thread of the test, each keeping the order in which alerts came."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from websockets.asyncio.client import connect

from tests.realtime.ground import WAIT_S, Live

ALIVE_S = 4 * WAIT_S


class Crowd:
    """`people` give host and cookie, `each` sockets a person; `seqs` holds one list a socket."""

    def __init__(self, live: Live, people: Sequence[dict[str, Any]], each: int, expected: int) -> None:
        self._live, self._people, self._each, self._expected = live, people, each, expected
        self.seqs: list[list[int]] = [[] for _socket in range(len(people) * each)]
        self.ready = threading.Event()
        self._open = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self.ready.wait(ALIVE_S), f"{self._open} sockets are open"

    def wait(self) -> list[list[int]]:
        """Once each has what it expected, or ALIVE_S are over."""
        self._thread.join(ALIVE_S)
        return self.seqs

    def _run(self) -> None:
        asyncio.run(self._all())

    async def _all(self) -> None:
        gate = asyncio.Semaphore(20)
        whose = [person for person in self._people for _number in range(self._each)]
        await asyncio.gather(*(self._one(number, person, gate) for number, person in enumerate(whose)))

    async def _one(self, number: int, person: dict[str, Any], gate: asyncio.Semaphore) -> None:
        async with gate:
            raw = socket.create_connection(("127.0.0.1", self._live.port))
            opening = connect(
                f"ws://{person['host']}/ws/",
                sock=raw,
                origin=f"http://{person['host']}",  # type: ignore[arg-type]
                additional_headers={"Cookie": person["cookie"]},
                compression=None,
                proxy=None,
                open_timeout=ALIVE_S,
                ping_interval=None,
            )
            reader = await opening.__aenter__()
            await reader.send('{"type": "hello"}')
            while json.loads(await reader.recv())["type"] != "live":
                pass
        self._open += 1
        if self._open == len(self.seqs):
            self.ready.set()
        while len(self.seqs[number]) < self._expected:
            word = json.loads(await reader.recv())
            if word["type"] == "alerts":
                self.seqs[number] += [item["seq"] for item in word["items"]]
        await reader.close()


@contextmanager
def crowded(live: Live, people: Sequence[dict[str, Any]], *, each: int, expected: int) -> Iterator[list[list[int]]]:
    """All are open inside; all have read when it ends."""
    crowd = Crowd(live, people, each, expected)
    yield crowd.seqs
    crowd.wait()
