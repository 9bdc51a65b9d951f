"""How far this process has handed out each stream. A push that does not follow the last one, or a head further on,
means that something was not heard: it is read from the database once, for all sockets of the process."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from realtime import reading
from realtime.frames import Frame
from realtime.work import run

log = logging.getLogger("huiyin.realtime")


@dataclass(slots=True)
class Feed:
    """`known` is the furthest seq anybody spoke of while `reading` goes on."""

    epoch: str
    last: int
    known: int = 0
    reading: bool = False


class Feeds:
    """`out` gets what follows, in order; `renew` a stream whose sockets must ask anew."""

    def __init__(self, out: Callable[[Frame], None], renew: Callable[[str], None], counted: Counter[str]) -> None:
        self._feeds: dict[str, Feed] = {}
        self._out, self._renew, self._counted = out, renew, counted
        self._tasks: set[asyncio.Task[None]] = set()

    def place(self, stream: str) -> reading.Place | None:
        feed = self._feeds.get(stream)
        return (feed.epoch, feed.last) if feed else None

    def begin(self, stream: str, epoch: str, head: int) -> None:
        """A socket has read up to there."""
        feed = self._feeds.setdefault(stream, Feed(epoch, head))
        self._further(stream, feed, epoch, head)

    def end(self, stream: str) -> None:
        self._feeds.pop(stream, None)

    def heard(self, body: Mapping[str, Any]) -> None:
        """A push of the relay."""
        stream, epoch, seq = body["stream"], body["epoch"], body["seq"]
        feed = self._feeds.get(stream)
        if feed is None:
            feed = self._feeds[stream] = Feed(epoch, seq - 1)
        if feed.epoch == epoch and seq == feed.last + 1 and not feed.reading:
            feed.last = seq
            self._out(Frame(stream, epoch, {language: [item] for language, item in body["in"].items()}))
        else:
            self._further(stream, feed, epoch, seq)

    async def look(self) -> None:
        """Even the last message of a stream may be lost: ask the database where they all stand. Raises Error."""
        for stream, (epoch, head) in (await run(reading.heads, list(self._feeds))).items():
            if feed := self._feeds.get(stream):
                self._further(stream, feed, epoch, head)

    def _further(self, stream: str, feed: Feed, epoch: str, seq: int) -> None:
        if epoch != feed.epoch:
            self._anew(stream)
        elif feed.reading:
            feed.known = max(feed.known, seq)
        elif seq > feed.last:
            feed.reading, feed.known = True, seq
            task = asyncio.create_task(self._read(stream, feed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _read(self, stream: str, feed: Feed) -> None:
        try:
            while feed.last < feed.known and self._feeds.get(stream) is feed:
                self._counted["gaps"] += 1
                replay, frames = await run(reading.gap, stream, (feed.epoch, feed.last))
                if replay.reset:
                    self._anew(stream)
                    return
                for frame in frames:
                    self._out(frame)
                feed.last = max(feed.last, replay.head)
                feed.known = min(feed.known, feed.last)
        except Exception as error:  # the next look tries again
            log.warning("gap not read", extra={"code": type(error).__name__})
        finally:
            feed.reading = False

    def _anew(self, stream: str) -> None:
        self.end(stream)
        self._renew(stream)
