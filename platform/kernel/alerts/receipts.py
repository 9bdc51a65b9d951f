"""Who knew what when. Each function takes the person and the streams the person holds now; an alert of any other stream
does not exist, and a refused call changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from kernel import push
from kernel.alerts.models import Alert, Position, Receipt
from kernel.alerts.relaying import group
from kernel.alerts.rendering import acknowledgement, names
from kernel.clock import recorded_now
from kernel.errors import NotFound


@transaction.atomic
def deliver(user: UUID, streams: Collection[str], ids: Collection[UUID]) -> None:
    """They reached a browser of the person, whose place in their streams moves on. Raises NotFound."""
    rows = _held(streams, ids)
    _receipts(user, rows, recorded_now())
    furthest: dict[str, int] = {}
    for row in rows:
        furthest[row.stream] = max(furthest.get(row.stream, 0), row.seq or 0)
    with connection.cursor() as cursor:
        for stream, seq in sorted(furthest.items()):
            cursor.execute(
                'INSERT INTO kernel_alertposition ("user", stream, acked) VALUES (%s, %s, %s)'
                ' ON CONFLICT ("user", stream) DO UPDATE'
                " SET acked = GREATEST(kernel_alertposition.acked, excluded.acked)",
                [user, stream, seq],
            )


@transaction.atomic
def seen(user: UUID, streams: Collection[str], ids: Collection[UUID]) -> None:
    """They were on the person's screen. Raises NotFound."""
    rows = _held(streams, ids)
    moment = recorded_now()
    mine = _receipts(user, rows, moment)
    mine.filter(seen_at__isnull=True).update(seen_at=moment)


@transaction.atomic
def acknowledge(user: UUID, streams: Collection[str], ids: Collection[UUID]) -> list[Alert]:
    """The person takes note of them for all of these streams that were told the same; the alerts as they stand. The
    first who did stays named, later ones keep their receipts. Raises NotFound."""
    asked = {row.pk: row.dedup for row in _held(streams, ids)}
    alike = Alert.objects.filter(stream__in=list(streams), dedup__in=set(asked.values()), seq__isnull=False)
    rows = list(alike.order_by("id").select_for_update())
    moment = recorded_now()
    mine = _receipts(user, rows, moment)
    mine.filter(seen_at__isnull=True).update(seen_at=moment)
    mine.filter(acknowledged_at__isnull=True).update(acknowledged_at=moment)
    first = [row for row in rows if not row.acknowledged]
    for row in first:
        row.acknowledged, row.acknowledged_by, row.acknowledged_at = True, user, moment
    Alert.objects.filter(pk__in=[row.pk for row in first]).update(
        acknowledged=True, acknowledged_by=user, acknowledged_at=moment
    )
    if first:
        transaction.on_commit(partial(_tell_others, first), robust=True)
    return [row for row in rows if row.pk in asked]


def positions(user: UUID, streams: Collection[str]) -> dict[str, int]:
    """Stream -> the furthest seq that reached a browser of the person."""
    found = Position.objects.filter(user=user, stream__in=list(streams))
    return dict(found.values_list("stream", "acked"))


class Known(NamedTuple):
    """What one person knew of an alert, and when."""

    name: str
    delivered_at: datetime
    seen_at: datetime | None
    acknowledged_at: datetime | None


def known(ids: Collection[UUID]) -> dict[UUID, list[Known]]:
    """Alert -> who knew of it, in the order in which it reached them. The caller has listed these for the reader."""
    rows = list(Receipt.objects.filter(alert__in=list(ids)).order_by("delivered_at", "pk"))
    called = names({row.user for row in rows})
    found: dict[UUID, list[Known]] = {}
    for row in rows:
        one = Known(called.get(row.user, ""), row.delivered_at, row.seen_at, row.acknowledged_at)
        found.setdefault(row.alert_id, []).append(one)
    return found


def _held(streams: Collection[str], ids: Collection[UUID]) -> list[Alert]:
    asked = set(ids)
    found = list(Alert.objects.filter(pk__in=asked, stream__in=list(streams), seq__isnull=False).order_by("id"))
    if len(found) != len(asked):
        raise NotFound
    return found


def _receipts(user: UUID, rows: list[Alert], moment: datetime) -> QuerySet[Receipt]:
    made = [Receipt(alert=row, user=user, delivered_at=moment) for row in rows]
    Receipt.objects.bulk_create(made, ignore_conflicts=True)
    return Receipt.objects.filter(user=user, alert__in=[row.pk for row in rows])


def _tell_others(rows: list[Alert]) -> None:
    """{"type": "acknowledged", "stream", "ids", "same", "by", "at"} to each stream; `same` as `render` tells it."""
    if not push.carried():
        return
    by_stream: dict[str, list[Alert]] = {}
    for row in rows:
        by_stream.setdefault(row.stream, []).append(row)
    who: dict[str, Any] = dict(acknowledgement(rows[0]) or {})
    for stream, told in by_stream.items():
        ids, same = [str(row.pk) for row in told], [row.dedup for row in told]
        push.push(group(stream), {"type": "acknowledged", "stream": stream, "ids": ids, "same": same, **who})
