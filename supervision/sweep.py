"""The clock sweep: reads the books only, tells each rung once, to the department first, then upwards (design §6).

A row names the moment of its next untold rung; it is found by that moment, told, and given the next. A write between
that moment and the sweep keeps what was not told (`ledger`), so none is missed; whoever comes twice is quiet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.clock_kinds import Kind as Clock
from cases.deadlines import local_day, short_day_text
from kernel import alerts
from kernel.alerts import Alert, Kind, Level
from kernel.clock import now, today
from kernel.tasks import every, register_periodic
from supervision import ledger, rungs
from supervision.alert_kinds import body_name, case_link, number_of
from supervision.models import LedgerRow
from supervision.rungs import Rung, Running
from tenants import context
from tenants.actors import root_of
from tenants.models import Tenant
from tenants.streams import confidential_desk, department_stream

RUNG = "clock.rung"
EVERY_S = 30
BATCH = 200


def sweep() -> int:
    """Tells what has come due; the number of rungs told. Rows somebody is writing are left to the next time."""
    told = 0
    while True:
        with transaction.atomic():
            due = LedgerRow.objects.select_for_update(skip_locked=True).filter(next_rung_at__lte=now())
            rows = list(due.order_by("next_rung_at")[:BATCH])
            for row in rows:
                told += _tell(row)
            LedgerRow.objects.bulk_update(rows, ["told", "next_rung_at"])
        if len(rows) < BATCH:
            return told


def _tell(row: LedgerRow) -> int:
    """Of each of the row's clocks the newest rung that has passed untold."""
    steps_of = ledger.steps_of(context.tenant_by_id(row.holder))
    clocks: list[Running] = [*row.clocks, *row.debts]
    told, at = dict(row.told), now()
    count = 0
    for clock in clocks:
        passed = [one for one in rungs.untold(clock, steps_of(clock), told) if one.at <= at]
        if passed:
            count += _alert(row, clock, passed[-1].rung)
            told[rungs.key(clock)] = passed[-1].rung.offset
    row.told, row.next_rung_at = told, rungs.next_at(clocks, steps_of, told)
    return count


def _alert(row: LedgerRow, clock: Running, rung: Rung) -> int:
    """`days`: as it is at this moment, which may be later than the rung. Of what is over nobody is reminded."""
    office = context.tenant_by_id(UUID(clock["office"]) if "office" in clock else row.holder)
    due = local_day(datetime.fromisoformat(clock["due"]))
    days = (today() - due).days
    if rung.offset < 0 < days:
        return 0
    department, unit = clock.get("department", str(row.department)), clock.get("unit", str(row.unit))
    data = {"clock": clock["kind"], "due": due.isoformat(), "offset": rung.offset, "days": days}
    if not row.sealed:
        data |= {"number": row.number, "unit": unit}
    alerts.tell(
        RUNG,
        _sealed(office, rung) if row.sealed else _streams(office, department, unit, rung),
        dedup=f"{RUNG}:{row.case}:{rungs.key(clock)}:{rung.offset}",
        case=row.case,
        tenant=office.pk,
        level=rung.level,
        data=data,
    )
    return 1


def _streams(office: Tenant, department: str, unit: str, rung: Rung) -> list[str]:
    """The department; when late also its unit and the office's own bureau; further up as it gets worse."""
    streams = [department_stream(UUID(department))]
    if rung.offset > 0:
        streams += [department_stream(UUID(unit)), department_stream(root_of(office.pk))]
    return streams + [department_stream(root_of(upper.pk)) for upper in _above(office, rung)]


def _sealed(office: Tenant, rung: Rung) -> list[str]:
    """The confidential desks alone."""
    return [confidential_desk(place) for place in (office, *_above(office, rung))]


def _above(office: Tenant, rung: Rung) -> Iterable[Tenant]:
    """Serious: the next upper office; grave: also the one above it."""
    levels = {Level.SERIOUS: 1, Level.GRAVE: 2}.get(rung.level, 0)
    while levels and office.parent_id:
        office = context.tenant_by_id(office.parent_id)
        levels -= 1
        yield office


def _text(alert: Alert) -> str:
    data = alert.data
    label = str(Clock(data["clock"]).label) if data["clock"] in Clock.values else str(data["clock"])
    n = abs(data["days"])
    told = {"clock": label, "n": n, "due": _due(str(data["due"]))}
    if data["days"] > 0:
        words = ngettext("%(clock)s超期 %(n)d 日（%(due)s 到期）", "%(clock)s超期 %(n)d 日（%(due)s 到期）", n) % told
    elif data["days"]:
        words = ngettext("%(clock)s还有 %(n)d 日到期（%(due)s）", "%(clock)s还有 %(n)d 日到期（%(due)s）", n) % told
    else:
        words = _("%(clock)s今天到期") % told
    if "number" not in data:
        return _("封存件：%(words)s") % {"words": words}
    return _("%(number)s %(unit)s：%(words)s") % {
        "number": number_of(alert),
        "unit": body_name(alert, "unit"),
        "words": words,
    }


def _due(day: str) -> str:
    return short_day_text(datetime.fromisoformat(day).date(), today())


def run() -> None:
    sweep()


def register() -> None:
    alerts.register(Kind(RUNG, _text, case_link, Level.REMINDER, gettext_lazy("期限")))
    register_periodic("sweep_clocks", every(EVERY_S), run)
