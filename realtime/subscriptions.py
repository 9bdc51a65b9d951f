"""The groups this process listens to: one subscription each, however many sockets want it, kept up while Valkey comes
and goes. What is said while it is away is lost here; whoever needs it looks at the heads."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import uuid4

from realtime.transport import TYPE, layer

Heard = Callable[[str, Mapping[str, Any]], None]
PATIENCE_S = 0.5  # a socket does not wait longer for its subscription
TRY_S = 2.0
REST_S = 1.0

log = logging.getLogger("huiyin.realtime")


class Subscriptions:
    """All sockets share one channel of the layer: its queue is emptied at once, so it never grows."""

    def __init__(self, heard: Heard) -> None:
        self._layer = layer()
        self._channel = f"hub.{uuid4().hex}"
        self._heard = heard
        self._wanted: set[str] = set()
        self._held: set[str] = set()
        self._changed = asyncio.Event()
        self._settled = asyncio.Event()

    @property
    def complete(self) -> bool:
        return self._wanted <= self._held

    async def want(self, groups: Iterable[str]) -> None:
        """Returns once they are subscribed, or soon if that cannot be done now: it is tried again until it is."""
        asked = set(groups)
        self._wanted |= asked
        if asked <= self._held:
            return
        self._changed.set()
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not asked <= self._held:
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            log.warning("subscription late")

    def drop(self, groups: Iterable[str]) -> None:
        self._wanted.difference_update(groups)
        self._changed.set()

    async def listen(self) -> None:
        """Runs as long as the process."""
        while True:
            try:
                message = await self._layer.receive(self._channel)
                if message.get("type") == TYPE:
                    self._heard(message["group"], message["body"])
            except Exception as error:  # a word that cannot be read, or no subscription of the channel itself yet
                log.warning("not heard", extra={"code": type(error).__name__})
                await asyncio.sleep(REST_S)

    async def follow(self) -> None:
        """Runs as long as the process: makes what is held into what is wanted."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                async with asyncio.timeout(TRY_S):
                    await self._settle()
            except Exception as error:  # redis, socket and time-outs each have their own
                log.warning("subscription failed", extra={"code": type(error).__name__})
                await asyncio.sleep(REST_S)
                self._changed.set()

    async def _settle(self) -> None:
        for group in self._wanted - self._held:
            await self._layer.group_add(group, self._channel)
            self._held.add(group)
        self._settled.set()
        for group in self._held - self._wanted:
            await self._layer.group_discard(group, self._channel)
            self._held.discard(group)
