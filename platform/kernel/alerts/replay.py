"""Reading: what a reader missed, where the streams stand, what still waits for somebody to take note."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from kernel import paging
from kernel.alerts.models import Alert, Stream
from kernel.alerts.relaying import ensured

MOST = 500
ORDER = ("acknowledged", "-id")


@dataclass(frozen=True, slots=True)
class Replay:
    """`reset`: the reader's place is of another epoch, unknown or too far back; it reads its list again and goes on
    from `head`."""

    epoch: str
    head: int
    reset: bool
    alerts: list[Alert] = field(default_factory=list)


def heads(streams: Collection[str]) -> dict[str, tuple[str, int]]:
    """Stream -> (epoch, last seq)."""
    return {name: (str(stream.epoch), stream.head) for name, stream in ensured(set(streams)).items()}


def since(streams: Collection[str], places: Mapping[str, tuple[str, int]], limit: int = MOST) -> dict[str, Replay]:
    """What came in `streams` after the reader's places (epoch, last seq). Places in other streams count for nothing."""
    found = heads(streams)
    told: dict[str, Replay] = {}
    gaps = Q(pk__in=[])
    for name, (epoch, head) in found.items():
        known, last = places.get(name, ("", 0))
        reset = known != epoch or not head - limit <= last <= head or last < 0
        told[name] = Replay(epoch, head, reset)
        if not reset and last < head:
            gaps |= Q(stream=name, seq__gt=last, seq__lte=head)
    if gaps != Q(pk__in=[]):
        for alert in Alert.objects.filter(gaps).order_by("stream", "seq"):
            told[alert.stream].alerts.append(alert)
    return told


def waiting(streams: Collection[str]) -> paging.Counted:
    """How many alerts nobody took note of; what was told to several of the streams is one."""
    return paging.capped_counts([to_note(streams)])[0]


def to_note(streams: Collection[str]) -> paging.Question:
    """`waiting`, to be asked beside other questions."""
    heard = tuple(streams)
    rows = Alert.objects.filter(stream__in=heard, seq__isnull=False, acknowledged=False)
    return paging.Question(("alerts", heard), lambda: rows.values("dedup").distinct())


def waiting_by_level(streams: Collection[str]) -> dict[str, int]:
    """Level -> alerts nobody took note of; levels without any are left out."""
    rows = _told(streams).filter(acknowledged=False).order_by().values("level").annotate(count=Count("pk"))
    return dict(rows.values_list("level", "count"))


def listed(
    streams: Collection[str],
    *,
    kinds: Collection[str] = (),
    level: str = "",
    waiting: bool | None = None,
    cursor: str | None = None,
    size: int = paging.PAGE,
) -> paging.Page[Alert]:
    """Newest first, those nobody took note of before all others; `waiting`: those alone, or the others alone. Raises
    Invalid for a foreign cursor."""
    rows = _told(streams)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if level:
        rows = rows.filter(level=level)
    if waiting is not None:
        rows = rows.filter(acknowledged=not waiting)
    return paging.page(rows, ORDER, cursor, size)


def _told(streams: Collection[str]) -> QuerySet[Alert]:
    """What was told to several of these streams is one: that which still waits, else the first."""
    heard = Alert.objects.filter(stream__in=list(streams), seq__isnull=False)
    before = Q(acknowledged__lt=OuterRef("acknowledged")) | Q(
        acknowledged=OuterRef("acknowledged"), pk__lt=OuterRef("pk")
    )
    return heard.filter(~Exists(heard.filter(before, dedup=OuterRef("dedup"))))


def renew_epochs() -> int:
    """After a restore seqs would be given again to other alerts: every reader is told to read its list anew."""
    with transaction.atomic():
        streams = list(Stream.objects.select_for_update())
        for stream in streams:
            stream.epoch = uuid.uuid4()
        Stream.objects.bulk_update(streams, ["epoch"], batch_size=1000)
    return len(streams)
