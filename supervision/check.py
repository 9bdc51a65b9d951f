"""The nightly check of the books: where they differ from the offices' rows, an operator is told case and column."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from cases.jobs import each
from kernel import heartbeats
from kernel.clock import recorded_now
from kernel.heartbeats import Heartbeat
from kernel.tasks import daily, register_periodic
from supervision import ledger
from supervision.models import Drift
from tenants.models import Tenant

PULSE = "ledger-check"
SHOWN = 20

log = logging.getLogger("huiyin.ledger")


@dataclass(frozen=True, slots=True)
class Report:
    """`at` None: it never ran. `drifts`: the first of `count` that stand."""

    at: datetime | None
    count: int
    cases: int
    drifts: list[Drift]


def check(office: Tenant) -> int:
    """What differs now stands in place of what the last check of this office found; the number of columns."""
    found = list(ledger.compare(office))
    at = recorded_now()
    Drift.objects.filter(office=office.pk).delete()
    Drift.objects.bulk_create(
        Drift(office=office.pk, case=one.case, number=one.number, column=one.column, found_at=at) for one in found
    )
    for one in found:
        log.warning("drift of %s: %s", one.case, one.column, extra={"tenant": office.code, "code": "ledger-drift"})
    ledger.warn_anew(office)
    return len(found)


def report() -> Report:
    """For the operator's page."""
    ran = Heartbeat.objects.filter(name=PULSE).values_list("at", flat=True).first()
    counted = Drift.objects.aggregate(rows=Count("pk"), cases=Count("case", distinct=True))
    return Report(ran, counted["rows"], counted["cases"], list(Drift.objects.all()[:SHOWN]))


def run() -> None:
    each(check, "check_ledger")
    heartbeats.beat(PULSE)


def register() -> None:
    register_periodic("check_ledger", daily(3, 40), run)
