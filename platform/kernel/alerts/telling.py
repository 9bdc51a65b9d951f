"""Telling: the rows, in the transaction of what they report; the relay starts after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel.alerts.kinds import kind_of
from kernel.alerts.models import Alert
from kernel.clock import recorded_now


def tell(
    kind: str,
    streams: Iterable[str],
    *,
    dedup: str,
    case: UUID | None = None,
    tenant: UUID | None = None,
    level: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """One alert for each stream; a stream that heard `dedup` before hears nothing. Only inside a transaction.

    `data` is JSON: ids, codes, numbers, dates; no personal data, nothing typed. `level` None: the kind's own.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("tell() belongs into the transaction of what it reports.")
    known = kind_of(kind)
    if known is None:
        raise ValueError(f"No kind of alert is called {kind}.")
    moment = recorded_now()
    rows = [
        Alert(
            stream=stream,
            kind=kind,
            level=str(level or known.level),
            case=case,
            tenant=tenant,
            data=dict(data or {}),
            dedup=dedup,
            created_at=moment,
        )
        for stream in sorted(set(streams))  # in one order, so that two who tell the same do not wait for each other
    ]
    if rows:
        Alert.objects.bulk_create(rows, ignore_conflicts=True)
        _nudge_once()


def _nudge_once() -> None:
    """One nudge a transaction, as the outbox does it."""
    if not any(entry[1] is _nudge for entry in transaction.get_connection().run_on_commit):
        transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    from kernel.tasks import nudge_alerts  # noqa: PLC0415  tasks know the alerts, not the other way round

    nudge_alerts()
