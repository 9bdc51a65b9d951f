"""Rows of the books without cases behind them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from cases.clocks import end_of
from kernel.clock import now, today
from supervision.models import LedgerRow
from supervision.region import Region, region_of
from tests.people import actor, department, tenant

_numbers = count(1)


def ledger_row(code: str = "990123", unit: str = "住建局", **changes: Any) -> LedgerRow:
    """One open matter at a unit, due in 30 days."""
    office, place = tenant(code), department(code, unit) if unit else department(code)
    at = now() - timedelta(days=20)
    due = changes.pop("due", 30)
    base: dict[str, Any] = {
        "case": uuid4(),
        "number": f"{code}2026{next(_numbers):08}",
        "version": 1,
        "updated_at": at,
        "origin": office.pk,
        "origin_path": office.path,
        "origin_unit": place.unit_id,
        "holder": office.pk,
        "path": office.path,
        "unit": place.unit_id,
        "department": place.pk,
        "held_since": at,
        "channel": "NET",
        "klass": "C",
        "content_class": "080400",
        "state": "S30",
        "seat": "unit",
        "due_kind": "K3" if due is not None else "",
        "due_raw": due_in(due) if due is not None else None,
        "received_at": at,
        "registered_at": at,
    }
    return LedgerRow.objects.create(**{**base, **changes})


def due_in(days: int) -> datetime:
    return end_of(today() + timedelta(days=days))


def region(code: str, role: str = "R13", unit: str = "") -> Region:
    return region_of(actor(code, role, unit=unit))


def named(found: Mapping[UUID, Any], code: str, *units: str) -> list[Any]:
    return [found[department(code, unit).pk] for unit in units]
