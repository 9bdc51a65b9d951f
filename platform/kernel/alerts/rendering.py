"""An alert as its reader is told it: the same from page, poll, socket and API."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Min
from django.utils.translation import gettext as _

from kernel import written
from kernel.alerts.kinds import Level, kind_of
from kernel.alerts.models import Alert, Receipt
from kernel.clock import TZ

NOBODY: dict[str, str | None] = {"delivered": None, "seen": None}

log = logging.getLogger("huiyin.alerts")


def render(alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    """JSON in the active language. `acknowledged` is None or {"by": name, "at", "when"}; `delivered` and `seen`: when
    it first reached anybody's browser and screen. `same`: what was told to several streams is one. Times: ISO 8601,
    Shanghai; `when` is the time as pages write it."""
    rows = list(alerts)
    called = names({row.acknowledged_by for row in rows if row.acknowledged_by})
    reached = _reached(rows)
    return [_told(row, called) | reached.get(row.pk, NOBODY) for row in rows]


def _reached(rows: list[Alert]) -> dict[UUID, dict[str, str | None]]:
    counted = Receipt.objects.filter(alert__in=[row.pk for row in rows]).order_by().values("alert")
    found = counted.annotate(delivered=Min("delivered_at"), seen=Min("seen_at"))
    return {
        row["alert"]: {"delivered": _iso(row["delivered"]), "seen": _iso(row["seen"]) if row["seen"] else None}
        for row in found
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(TZ).isoformat()


def _told(row: Alert, called: dict[UUID, str]) -> dict[str, Any]:
    text, link = _words(row)
    return {
        "id": str(row.pk),
        "stream": row.stream,
        "seq": row.seq,
        "same": row.dedup,
        "kind": row.kind,
        "level": row.level,
        "level_name": str(Level(row.level).label) if row.level in Level.values else row.level,
        "text": text,
        "link": link,
        "case": str(row.case) if row.case else None,
        "at": _iso(row.created_at),
        "when": written.moment(row.created_at),
        "acknowledged": acknowledgement(row, called),
    }


def acknowledgement(row: Alert, called: dict[UUID, str] | None = None) -> dict[str, str] | None:
    """Who took note first, and when."""
    if row.acknowledged_by is None or row.acknowledged_at is None:
        return None
    known = names({row.acknowledged_by}) if called is None else called
    return {
        "by": known.get(row.acknowledged_by, ""),
        "at": _iso(row.acknowledged_at),
        "when": written.moment(row.acknowledged_at),
    }


def _words(row: Alert) -> tuple[str, str | None]:
    """One alert whose words cannot be made must not keep back the others."""
    kind = kind_of(row.kind)
    if kind is not None:
        try:
            return str(kind.text(row)), kind.link(row)
        except Exception as error:
            log.error("no words", extra={"code": type(error).__name__, "kind": row.kind})
    return _("提醒"), None


def names(users: set[UUID]) -> dict[UUID, str]:
    if not users:
        return {}
    model = get_user_model()
    return {user.pk: user.get_short_name() for user in model._default_manager.filter(pk__in=users)}
