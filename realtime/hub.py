"""One process's sockets: who holds which group, what goes out to whom, and what is done to all of them by the clock."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter, defaultdict
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings

from kernel import heartbeats
from kernel.alerts import group as group_of
from realtime import reading
from realtime.admission import Visitor
from realtime.apps import PROCESS
from realtime.feeds import Feeds
from realtime.frames import Frame, text
from realtime.subscriptions import Subscriptions
from realtime.transport import WALL
from realtime.work import run

TICK_S = 1.0
LOOK_SOON_S = 2.0  # at the heads, while a subscription is not certain; else REALTIME_LOOK_S
KEEP_S = 30.0  # a group nobody holds: the next page of the same person comes in a moment
MOST_A_USER = 6
REPLAYS = 20  # at a time; the rest of a mass reconnect waits
RECHECKS = 50  # begun in one tick

log = logging.getLogger("huiyin.realtime")


class Listener(Protocol):
    """A socket as the hub sees it; times are the loop's."""

    visitor: Visitor
    figures: bool
    check_at: float

    def take(self, frame: Frame | str) -> None: ...
    def renew(self, stream: str) -> None: ...
    def check(self) -> None: ...
    def tick(self, now: float) -> None: ...


@dataclass(slots=True)
class Wall:
    """Figures of an office changed: told at once, then at most once a second."""

    paths: set[str] = field(default_factory=set)
    rests: bool = False


class Hub:
    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.replays = asyncio.Semaphore(REPLAYS)
        self.subscriptions = Subscriptions(self._heard)
        self.feeds = Feeds(self._out, self._renew, self.counted)
        self._sockets: set[Listener] = set()
        self._held: defaultdict[str, set[Listener]] = defaultdict(set)
        self._empty: dict[str, float] = {}
        self._streams: dict[str, str] = {}  # by group
        self._walls: defaultdict[str, Wall] = defaultdict(Wall)
        self._delivered: dict[tuple[UUID, tuple[str, ...]], set[UUID]] = {}
        self._look = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._goodbyes: set[asyncio.Task[None]] = set()

    # --- the process --------------------------------------------------------------------------------------------------
    def start(self) -> None:
        work = (self.subscriptions.listen, self.subscriptions.follow, self._look_often, self._tick_often, self._live)
        self._tasks = [asyncio.create_task(each()) for each in work]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._write_delivered()

    # --- sockets ------------------------------------------------------------------------------------------------------
    def full_for(self, user: UUID) -> bool:
        return len(self._held.get(f"auth.{user}", ())) >= MOST_A_USER

    def enter(self, socket: Listener) -> None:
        self._sockets.add(socket)
        self._held[f"auth.{socket.visitor.user}"].add(socket)

    async def listen(self, socket: Listener) -> None:
        """Returns when what is said to the socket's groups is heard here."""
        groups = self._groups(socket.visitor)
        for group in groups:
            self._empty.pop(group, None)
            self._held[group].add(socket)
        self._streams |= {group_of(stream): stream for stream in socket.visitor.streams}
        await self.subscriptions.want(groups)
        if not self.subscriptions.complete:
            self._look.set()

    def leave(self, socket: Listener) -> None:
        self._sockets.discard(socket)
        soon = asyncio.get_running_loop().time() + KEEP_S
        for group in self._groups(socket.visitor):
            self._held[group].discard(socket)
            if not self._held[group]:
                self._empty[group] = soon

    def see_off(self, goodbye: Coroutine[Any, Any, None]) -> None:
        """The end of a socket that the hub no longer knows."""
        task = asyncio.create_task(goodbye)
        self._goodbyes.add(task)
        task.add_done_callback(self._goodbyes.discard)

    @staticmethod
    def _groups(visitor: Visitor) -> list[str]:
        return [f"auth.{visitor.user}", *visitor.walls, *map(group_of, visitor.streams)]

    def delivered(self, visitor: Visitor, ids: Iterable[UUID]) -> None:
        """Written with the next tick, for all sockets together."""
        self._delivered.setdefault((visitor.user, visitor.streams), set()).update(ids)

    # --- what is heard ------------------------------------------------------------------------------------------------
    def _heard(self, group: str, body: Mapping[str, Any]) -> None:
        if group.startswith("al."):
            if body["type"] == "alert":
                self.feeds.heard(body)
            else:
                self._say(group, text(body["type"], **{name: told for name, told in body.items() if name != "type"}))
        elif group.startswith("auth."):
            for socket in self._in(group):
                socket.check()
        elif group.startswith(WALL):
            self._changed(group, body)

    def _in(self, group: str) -> list[Listener]:
        return list(self._held.get(group, ()))

    def _say(self, group: str, told: str) -> None:
        for socket in self._in(group):
            socket.take(told)

    def _out(self, frame: Frame) -> None:
        self.counted["alerts"] += frame.last - frame.first + 1
        for socket in self._in(group_of(frame.stream)):
            socket.take(frame)

    def _renew(self, stream: str) -> None:
        for socket in self._in(group_of(stream)):
            socket.renew(stream)

    def _changed(self, group: str, body: Mapping[str, Any]) -> None:
        wall = self._walls[group]
        wall.paths.add(str(body.get("path", "")))
        if not wall.rests:
            wall.rests = True
            self._tell_figures(group, wall)

    def _tell_figures(self, group: str, wall: Wall) -> None:
        """Comes again a second later, for what changed meanwhile."""
        if not wall.paths:
            wall.rests = False
            return
        told = text("figures", paths=sorted(wall.paths))
        wall.paths.clear()
        for socket in self._in(group):
            if socket.figures:
                socket.take(told)
        asyncio.get_running_loop().call_later(1.0, self._tell_figures, group, wall)

    # --- the clock ----------------------------------------------------------------------------------------------------
    async def _look_often(self) -> None:
        while True:
            wait = settings.REALTIME_LOOK_S if self.subscriptions.complete else LOOK_SOON_S
            try:
                async with asyncio.timeout(wait * random.uniform(0.8, 1)):  # noqa: S311  spreads load, hides nothing
                    await self._look.wait()
            except TimeoutError:
                pass
            else:
                self._look.clear()
                await asyncio.sleep(LOOK_SOON_S)
            await self._carefully("heads", self.feeds.look())

    async def _tick_often(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(TICK_S)
            now = loop.time()
            begun = 0
            for socket in list(self._sockets):
                socket.tick(now)
                if socket.check_at <= now and begun < RECHECKS:
                    begun += 1
                    socket.check()
            self._forget(now)
            await self._carefully("receipts", self._write_delivered())

    def _forget(self, now: float) -> None:
        gone = [group for group, until in self._empty.items() if until <= now]
        for group in gone:
            del self._empty[group]
            self._held.pop(group, None)
            self._walls.pop(group, None)
            if stream := self._streams.pop(group, None):
                self.feeds.end(stream)
        if gone:
            self.subscriptions.drop(gone)

    async def _write_delivered(self) -> None:
        """What cannot be written now is kept for the next time."""
        while self._delivered:
            (user, streams), ids = self._delivered.popitem()
            try:
                await run(reading.deliver, user, streams, ids)
            except Exception:
                self._delivered.setdefault((user, streams), set()).update(ids)
                raise

    async def _live(self) -> None:
        while True:
            await self._carefully("heartbeat", run(heartbeats.beat, PROCESS))
            counted = {name: str(number) for name, number in sorted(self.counted.items())}
            log.debug("lives", extra={"sockets": len(self._sockets), **counted})
            await asyncio.sleep(heartbeats.EVERY_S)

    @staticmethod
    async def _carefully(what: str, work: Any) -> None:
        """The database may be away; the process goes on."""
        try:
            await work
        except Exception as error:
            log.warning("not done", extra={"what": what, "code": type(error).__name__})


def recheck_at(now: float) -> float:
    """Within a minute, not all at once."""
    return now + settings.REALTIME_RECHECK_S * random.uniform(0.7, 1)  # noqa: S311  as above
