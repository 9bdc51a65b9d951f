"""One socket: hello, replay, live, acknowledged up to where. Every word of the browser is checked; none names a stream
that the person does not hold."""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.http.cookie import parse_cookie

from realtime import reading
from realtime.admission import NO_RIGHT, NOT_SIGNED_IN, Refused, Visitor, admit
from realtime.frames import Frame, text
from realtime.hub import Hub, recheck_at
from realtime.server import ABORT
from realtime.work import run

BAD_WORD, TOO_SLOW, TOO_MANY, COME_AGAIN, LATER = 4400, 4408, 4429, 1012, 1013
QUEUE = 200  # frames waiting for a reader
HELD = 1000  # frames held back while it is read up, or asked again who listens
UNACKED = 2000  # alerts sent and not said to have arrived
HELLO_S = 10.0
STUCK_S = 20.0  # one frame; then nobody reads any more
BEAT_S = (20.0, 29.0)
AGE_S = 8 * 3600.0
WORDS, WORDS_S = 100, 10.0  # of the browser
DOUBT_S = 60.0  # that the database may be away before nobody is believed any more

log = logging.getLogger("huiyin.realtime")


class Socket(AsyncConsumer):  # type: ignore[misc]  # Channels has no types
    channel_layer_alias = None  # the hub listens for all sockets

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.figures = False
        self.check_at = 0.0
        self.visitor: Visitor
        self._asked: tuple[str, str, Mapping[str, str]]
        self._language = settings.LANGUAGE_CODE
        self._places: dict[str, reading.Place] = {}
        self._unacked: deque[tuple[str, int, UUID]] = deque()
        self._queue: asyncio.Queue[str] = asyncio.Queue(QUEUE)
        self._holding = 0
        self._held: list[Frame | str] = []
        self._said_hello = self._shut = self._checking = self._stale = False
        self._opened = self._beat_at = self._sending = 0.0
        self._doubt = 0.0
        self._words = deque[float](maxlen=WORDS)
        self._tasks: set[asyncio.Task[None]] = set()

    # --- what comes in ------------------------------------------------------------------------------------------------
    async def dispatch(self, message: dict[str, Any]) -> None:
        """Without the base class's hop to a thread for each message (search-realtime.md §5.2)."""
        match message["type"]:
            case "websocket.connect":
                await self._open()
            case "websocket.receive":
                await self._hear(message.get("text"))
            case _:
                self._gone()
                raise StopConsumer

    async def _open(self) -> None:
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.scope["headers"]]
        given = dict(headers)
        once = all(sum(1 for name, _value in headers if name == wanted) <= 1 for wanted in ("host", "origin"))
        self._asked = (given.get("host", ""), given.get("origin", ""), parse_cookie(given.get("cookie", "")))
        language = self._asked[2].get(settings.LANGUAGE_COOKIE_NAME)
        if language in dict(settings.LANGUAGES):
            self._language = str(language)
        try:
            if not once:
                raise Refused(None)
            self.visitor = await run(admit, *self._asked)
        except Refused as refused:
            await self._refuse(refused.code)
        except Exception as error:  # no database, no socket
            log.warning("not admitted", extra={"code": type(error).__name__})
            await self._refuse(LATER)
        else:
            if self.hub.full_for(self.visitor.user):
                await self._refuse(TOO_MANY)
                return
            now = asyncio.get_running_loop().time()
            self._opened, self.check_at = now, recheck_at(now)
            self.hub.enter(self)
            await self.base_send({"type": "websocket.accept"})
            self._go(self._write())

    async def _refuse(self, code: int | None) -> None:
        """The browser reads a code only of a socket that was open."""
        self._shut = True
        if code is not None:
            await self.base_send({"type": "websocket.accept"})
        await self.base_send({"type": "websocket.close", "code": code or 1000})

    async def _hear(self, word: str | None) -> None:
        if self._shut:
            return
        now = asyncio.get_running_loop().time()
        if len(self._words) == WORDS and now - self._words[0] < WORDS_S:
            self.shut(TOO_MANY)
            return
        self._words.append(now)
        try:
            told = json.loads(word or "")
            kind = told["type"]
            if kind == "hello" and not self._said_hello:
                self._said_hello = True
                self.figures = told.get("figures") is True
                await self._hello(_places(told.get("streams", {}), "last"))
            elif kind == "ack":
                self._acked(_places(told["streams"], "seq"))
            elif kind == "seen":
                await run(reading.seen, self.visitor.user, self.visitor.streams, [UUID(i) for i in told["ids"][:200]])
            elif kind == "figures":
                self.figures = told["on"] is True
            else:
                self.shut(BAD_WORD)
        except (ValueError, TypeError, KeyError, AttributeError):
            self.shut(BAD_WORD)

    # --- replay -------------------------------------------------------------------------------------------------------
    async def _hello(self, places: dict[str, reading.Place]) -> None:
        """Listen first, then read what was missed: what comes in between is held back, and told after it."""
        self._holding += 1
        mine = {stream: place for stream, place in places.items() if stream in self.visitor.streams}
        await self.hub.listen(self)
        await self._read_up(mine)
        self._beat_at = asyncio.get_running_loop().time() + random.uniform(*BEAT_S)  # noqa: S311  spreads load

    async def _read_up(self, places: Mapping[str, reading.Place]) -> None:
        """Begun with `_holding` raised; lowers it."""
        try:
            async with self.hub.replays:
                missed = await run(reading.missed, self.visitor.streams, places, self._language)
        except Exception as error:
            log.warning("not read up", extra={"code": type(error).__name__})
            self.shut(LATER)
            return
        told = {}
        if self._shut:
            return
        for stream, replay in missed.replays.items():
            self._places[stream] = (replay.epoch, replay.head)
            self.hub.feeds.begin(stream, replay.epoch, replay.head)
            reset = replay.reset and stream in places
            told[stream] = {
                "epoch": replay.epoch,
                "head": replay.head,
                "missed": len(replay.alerts),
                "reset": reset,
            }
        self.hub.counted["replayed"] += sum(len(replay.alerts) for replay in missed.replays.values())
        self._put(text("start", streams=told, waiting=missed.waiting))
        for frame in missed.frames:
            self._sent(frame, 0)
            self._put(frame.text(self._language, 0))
        self._put(text("live"))
        self._release()

    def _release(self) -> None:
        self._holding -= 1
        if not self._holding:
            held, self._held = self._held, []
            for frame in held:
                self.take(frame)
            if self._stale:
                self.renew("")

    def renew(self, stream: str) -> None:
        """The stream began anew, or this socket alone lost its place in it: read up from where it stood."""
        self._stale = bool(self._holding)
        if self._stale or self._shut or not self._said_hello:
            return
        self._holding += 1
        self._go(self._read_up(dict(self._places)))

    # --- what goes out ------------------------------------------------------------------------------------------------
    def take(self, frame: Frame | str) -> None:
        """Never waits. A reader that does not keep up is let go, and comes back for what it missed."""
        if self._shut:
            return
        if self._holding:
            self._held.append(frame)
            if len(self._held) > HELD:
                self.shut(TOO_SLOW)
            return
        if isinstance(frame, str):
            self._put(frame)
            return
        epoch, last = self._places.get(frame.stream, ("", 0))
        if epoch != frame.epoch or frame.first > last + 1:
            self.renew(frame.stream)
        elif frame.last > last:
            self._places[frame.stream] = (epoch, frame.last)
            self._sent(frame, last)
            self._put(frame.text(self._language, last))

    def _sent(self, frame: Frame, after: int) -> None:
        self._unacked.extend((frame.stream, seq, alert) for seq, alert in frame.ids(after))
        if len(self._unacked) > UNACKED:
            self.shut(TOO_SLOW)

    def _put(self, told: str) -> None:
        try:
            self._queue.put_nowait(told)
        except asyncio.QueueFull:
            self.hub.counted["slow"] += 1
            self.shut(TOO_SLOW)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                told = await self._queue.get()
                self._sending = loop.time()
                await self.base_send({"type": "websocket.send", "text": told})
                self._sending = 0.0
        except Exception as error:  # the server's own name for a reader that is gone
            log.debug("reader gone", extra={"code": type(error).__name__})

    def _acked(self, places: dict[str, reading.Place]) -> None:
        """Up to there, in each stream, the alerts have arrived."""
        kept: deque[tuple[str, int, UUID]] = deque()
        ids = []
        for stream, seq, alert in self._unacked:
            epoch, upto = places.get(stream, ("", 0))
            if seq <= upto and epoch == self._places[stream][0]:
                ids.append(alert)
            else:
                kept.append((stream, seq, alert))
        self._unacked = kept
        if ids:
            self.hub.delivered(self.visitor, ids)

    # --- by the clock -------------------------------------------------------------------------------------------------
    def tick(self, now: float) -> None:
        if self._sending and now - self._sending > STUCK_S:
            self.shut(TOO_SLOW)
        elif not self._said_hello:
            if now - self._opened > HELLO_S:
                self.shut(BAD_WORD)
        elif self._beat_at and now >= self._beat_at and not self._holding:
            self._beat_at = now + random.uniform(*BEAT_S)  # noqa: S311  spreads load
            found = ((stream, self.hub.feeds.place(stream)) for stream in self.visitor.streams)
            heads = {stream: {"epoch": place[0], "head": place[1]} for stream, place in found if place}
            self._put(text("heads", streams=heads))
        if now - self._opened > AGE_S * random.uniform(0.9, 1.1):  # noqa: S311  spreads load
            self.shut(COME_AGAIN)

    def check(self) -> None:
        """Is it still the same person, in the same post, signed in? Until that is known nothing goes out."""
        self.check_at = recheck_at(asyncio.get_running_loop().time())
        if not self._checking and not self._shut:
            self._checking = True
            self._holding += 1
            self._go(self._check())

    async def _check(self) -> None:
        now = asyncio.get_running_loop().time()
        try:
            visitor = await run(admit, *self._asked)
        except Refused as refused:
            self.shut(refused.code or NO_RIGHT)
        except Exception as error:  # the database is away: nothing new can come from it either
            log.warning("not checked", extra={"code": type(error).__name__})
            self._doubt = self._doubt or now
            self.check_at = now + 5
            if now - self._doubt > DOUBT_S:
                self.shut(LATER)
        else:
            self._doubt = 0.0
            if visitor != self.visitor:
                self.shut(NOT_SIGNED_IN)
        finally:
            self._checking = False
            self._release()

    # --- the end ------------------------------------------------------------------------------------------------------
    def shut(self, code: int) -> None:
        """Nothing more goes out, from this moment; the reader hears why, if it still reads."""
        if self._shut:
            return
        self._shut = True
        self.hub.counted[f"shut {code}"] += 1
        self.hub.leave(self)
        for task in self._tasks:
            task.cancel()
        self._held.clear()
        self.hub.see_off(self._close(code))

    async def _close(self, code: int) -> None:
        abort = self.scope.get("extensions", {}).get(ABORT, {}).get("call")
        try:
            async with asyncio.timeout(settings.REALTIME_GOODBYE_S):
                await self.base_send({"type": "websocket.close", "code": code})
            await asyncio.sleep(settings.REALTIME_GOODBYE_S)
        except Exception as error:  # it does not read, or it is gone
            log.debug("no goodbye", extra={"code": type(error).__name__})
        if abort:
            abort()

    def _gone(self) -> None:
        if not self._shut and self._opened:
            self._shut = True
            self.hub.leave(self)
        for task in self._tasks:
            task.cancel()

    def _go(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _places(told: Mapping[str, Mapping[str, Any]], name: str) -> dict[str, reading.Place]:
    """{stream: {"epoch", name: seq}}. Raises ValueError and its like."""
    if len(told) > 50:
        raise ValueError("too many streams")
    return {str(stream): (str(place["epoch"])[:40], int(place[name])) for stream, place in told.items()}
