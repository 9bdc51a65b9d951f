"""What subscribers still have to hear, counted: for the operator's page and for monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Min, Q

from kernel.outbox import OutboxRow


@dataclass(frozen=True, slots=True)
class Backlog:
    subscriber: str
    waiting: int
    parked: int
    oldest: datetime


def backlog() -> list[Backlog]:
    """What each subscriber still has to hear, for the status page."""
    counted = OutboxRow.objects.values("subscriber").annotate(
        waiting=Count("pk", filter=Q(parked=False)),
        stopped=Count("pk", filter=Q(parked=True)),
        oldest=Min("created_at"),
    )
    return [Backlog(r["subscriber"], r["waiting"], r["stopped"], r["oldest"]) for r in counted.order_by("subscriber")]


def waiting_since(*subscribers: str) -> datetime | None:
    """Since when the oldest thing these have not heard of waits. What is parked waits for an operator, not for them."""
    rows = OutboxRow.objects.filter(subscriber__in=subscribers, parked=False)
    return rows.order_by("id").values_list("created_at", flat=True).first()


class Waiting(NamedTuple):
    subscriber: str
    schema: str
    since: datetime


def waiting() -> list[Waiting]:
    """As `waiting_since`, of each subscriber and office with anything that waits."""
    rows = OutboxRow.objects.filter(parked=False).values("subscriber", "schema").annotate(since=Min("created_at"))
    return [Waiting(**row) for row in rows.order_by("subscriber", "schema")]
