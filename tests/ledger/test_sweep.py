"""Rungs over the life of a case: each told once, to whom it concerns, in time, whatever else happens."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from django.utils import translation

from cases.clocks import end_of
from cases.numbers import brief
from kernel.alerts import Alert
from kernel.clock import TZ, as_of, now, today
from supervision import ledger, sweep
from supervision.models import LedgerRow
from tenants.models import RuleValue
from tenants.profiles import invalidate
from tenants.streams import confidential_desk
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, do
from tests.ledger.books import ledger_row
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def told(case: UUID) -> list[tuple[str, int, set[str]]]:
    """(clock, offset, streams), in the order in which they were told."""
    found: dict[tuple[str, int], set[str]] = {}
    for alert in Alert.objects.filter(kind=sweep.RUNG, case=case).order_by("created_at", "id"):
        found.setdefault((alert.data["clock"], alert.data["offset"]), set()).add(alert.stream)
    return [(clock, offset, streams) for (clock, offset), streams in found.items()]


def heard(case: UUID) -> list[int]:
    return [offset for _clock, offset, _streams in told(case)]


def on_day(days: int, hour: int = 9) -> datetime:
    return datetime.combine(today() + timedelta(days=days), time(hour), TZ)


def stream(code: str, unit: str = "") -> str:
    return f"d:{department(code, unit).pk}"


def test_a_whole_case_from_reminder_to_grave() -> None:
    """K3 of a unit: 15 days; nobody does anything. Swept every six hours for two months."""
    case_id = making.at_unit()
    due = (LedgerRow.objects.get(case=case_id).due_raw or now()).astimezone(TZ).date()
    seen: dict[int, datetime] = {}
    for hours in range(0, 24 * 50, 6):
        with as_of(now() + timedelta(hours=hours)):
            sweep.sweep()
            for offset in heard(case_id):
                seen.setdefault(offset, now())
    assert list(seen) == [-7, -3, -1, 1, 15, 30]
    for offset, at in seen.items():
        assert at.astimezone(TZ).date() == due + timedelta(days=offset)
    unit, desk, upper, top = stream(COUNTY, "住建局"), stream(COUNTY), stream(BUREAU), stream("990000")
    streams = [who for _clock, _offset, who in told(case_id)]
    assert streams == [{unit}] * 3 + [{unit, desk}, {unit, desk, upper}, {unit, desk, upper, top}]
    assert [a.level for a in Alert.objects.filter(case=case_id, stream=unit).order_by("id")] == (
        ["reminder"] * 3 + ["overdue", "serious", "grave"]
    )


def test_a_beat_that_was_down_tells_the_newest_only() -> None:
    case_id = making.at_unit()
    with as_of(on_day(15 + 16)):
        assert sweep.sweep() == 1
        assert sweep.sweep() == 0
    assert heard(case_id) == [15]


def test_a_write_between_the_moment_and_the_sweep_loses_nothing() -> None:
    case_id = making.at_unit()
    with as_of(on_day(15 - 7)):
        do(actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="已联系。")
        do(actor(COUNTY, "R5", unit="住建局"), "sign_for", case_id)
        sweep.sweep()
        do(actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="再联系。")
        sweep.sweep()
    assert heard(case_id) == [-7]


def test_what_is_done_is_told_of_no_more() -> None:
    case_id = making.accepted()
    with as_of(on_day(16)):
        sweep.sweep()
    assert "K3" not in {clock for clock, _offset, _streams in told(case_id)}


def test_an_extension_begins_its_rungs_anew_and_a_recomputed_calendar_does_not() -> None:
    case_id = making.investigated()
    with as_of(on_day(60 - 3)):
        sweep.sweep()
    desk, head = actor(COUNTY, "R6", unit="住建局"), actor(COUNTY, "R9", unit="住建局")
    with as_of(on_day(60 - 2)):
        do(desk, "propose", case_id, verb="extend", fields={"days": 30, "reason": "等鉴定"})
        do(head, "extend", case_id, days=30, reason="等鉴定")
    with as_of(on_day(90 - 7)):
        sweep.sweep()
    assert heard(case_id) == [-3, -7]
    row = LedgerRow.objects.get(case=case_id)
    clocks = [{**clock, "due": end_of(today() + timedelta(days=91)).isoformat()} for clock in row.clocks]
    LedgerRow.objects.filter(case=case_id).update(clocks=clocks, next_rung_at=now())
    with as_of(on_day(91 - 7)):
        sweep.sweep()
    assert heard(case_id) == [-3, -7]


def test_told_twice_is_quiet_even_where_the_books_were_made_anew() -> None:
    case_id = making.at_unit()
    with as_of(on_day(15 + 2)):
        sweep.sweep()
        LedgerRow.objects.filter(case=case_id).delete()
        list(ledger.rebuild(tenant(COUNTY)))
        sweep.sweep()
    assert heard(case_id) == [1]
    assert Alert.objects.filter(case=case_id, stream=stream(COUNTY)).count() == 1


def test_a_sealed_case_is_told_to_confidential_desks_alone() -> None:
    case_id = making.register(klass="B").case.id
    with as_of(on_day(15 + 31)):
        sweep.sweep()
    ((_clock, offset, streams),) = told(case_id)
    assert offset == 30
    assert streams == {confidential_desk(tenant(code)) for code in (COUNTY, BUREAU, "990000")}
    assert all(name.startswith("s:") for name in streams)
    for alert in Alert.objects.filter(case=case_id):
        assert "number" not in alert.data
        assert "unit" not in alert.data


def test_what_a_former_holder_owes_is_told_to_it() -> None:
    case_id = making.reported()
    with as_of(on_day(14)):
        sweep.sweep()
    owed = [(offset, who) for clock, offset, who in told(case_id) if clock == "K5s"]
    assert [offset for offset, _who in owed] == [1]
    assert stream(BUREAU) in owed[0][1]
    assert stream(COUNTY) not in owed[0][1]


def test_a_place_may_have_rungs_of_its_own() -> None:
    case_id = making.at_unit()
    rule = RuleValue.objects.filter(param="K3").order_by("-profile__effective_from").first()
    assert rule is not None
    for param, days in (("rung_remind_1", 5), ("rung_remind_2", 0), ("rung_remind_3", 0), ("rung_overdue", 2)):
        RuleValue.objects.create(profile=rule.profile, param=param, value=days, unit="d")
    invalidate()
    list(ledger.rebuild(tenant(COUNTY)))
    try:
        for days in range(20):
            with as_of(on_day(days)):
                sweep.sweep()
    finally:
        invalidate()
    assert heard(case_id) == [-5, 2]


def test_a_window_and_a_term_that_only_warns_make_nobody_late() -> None:
    case_id = making.served()
    with as_of(on_day(29)):
        sweep.sweep()
    assert told(case_id) == []
    row = ledger_row(clocks=[_clock("K6f")], due=None, next_rung_at=now())
    with as_of(on_day(3)):
        sweep.sweep()
    with as_of(on_day(50)):
        sweep.sweep()
    assert heard(row.case) == [-7]


def _clock(kind: str) -> dict[str, object]:
    return {
        "kind": kind,
        "start": now().isoformat(),
        "length": 10,
        "extension": 0,
        "due": end_of(today() + timedelta(days=10)).isoformat(),
    }


def test_an_alert_says_what_and_until_when() -> None:
    case_id = making.at_unit()
    with as_of(on_day(15 + 1)):
        sweep.sweep()
        alert = Alert.objects.filter(case=case_id).first()
        assert alert is not None
        text = sweep._text(alert)
    number = LedgerRow.objects.get(case=case_id).number
    assert text.startswith(brief(number, COUNTY))
    assert "告知超期 1 日" in text
    assert "住房和城乡建设局" in text or "住建局" in text


def test_one_day_is_one_day_in_english_and_another_offices_number_names_its_region() -> None:
    case_id = making.at_unit()
    with as_of(on_day(15 + 15)):
        sweep.sweep()
    number = LedgerRow.objects.get(case=case_id).number
    (above,) = Alert.objects.filter(case=case_id, stream=stream(BUREAU))
    assert sweep._text(above).startswith(brief(number, BUREAU))
    with translation.override("en"):
        assert "overdue by 15 days" in sweep._text(above)
        above.data["days"] = 1
        assert "overdue by 1 day (" in sweep._text(above)
