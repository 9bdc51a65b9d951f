"""What the process asks of the database, on its threads."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.utils import translation

from kernel import alerts
from kernel.alerts.replay import Replay
from kernel.errors import NotFound
from realtime.frames import Frame, Item, cut

Place = tuple[str, int]  # epoch, last seq
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Missed:
    """How each stream stands, what came after the reader's places, and how many alerts wait for somebody."""

    replays: dict[str, Replay]
    frames: list[Frame]
    waiting: str


def missed(streams: Collection[str], places: Mapping[str, Place], language: str) -> Missed:
    replays = alerts.since(streams, places)
    frames: list[Frame] = []
    with translation.override(language):
        for stream, replay in replays.items():
            if replay.alerts:
                frames += cut(stream, replay.epoch, {language: alerts.render(replay.alerts)})
    return Missed(replays, frames, str(alerts.waiting(streams)))


def gap(stream: str, place: Place) -> tuple[Replay, list[Frame]]:
    """What a whole process missed, in every language."""
    replay = alerts.since([stream], {stream: place})[stream]
    if not replay.alerts:
        return replay, []
    told: dict[str, list[Item]] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = alerts.render(replay.alerts)
    return replay, list(cut(stream, replay.epoch, told))


def heads(streams: Collection[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    names = iter(streams)
    while part := list(islice(names, CHUNK)):
        found |= alerts.heads(part)
    return found


def deliver(user: UUID, streams: Collection[str], ids: Collection[UUID]) -> None:
    """Alerts of a stream that is no longer the person's are not theirs to receive."""
    with contextlib.suppress(NotFound):
        alerts.deliver(user, streams, ids)


def seen(user: UUID, streams: Collection[str], ids: Collection[UUID]) -> None:
    with contextlib.suppress(NotFound):
        alerts.seen(user, streams, ids)
