"""What runs by itself: closing, sealing, recomputing; and the commands that prove the promise and the history."""

from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from cases import history, integrity, jobs
from cases.models import Case, Clock, Event, Seal
from cases.states import State
from kernel import clock
from kernel.clock import TZ, as_of, now
from kernel.tasks import beat_schedule
from tenants import calendars, context
from tenants.workdays import Day
from tests.cases.making import COUNTY, OTHER, at_unit, do, register, row, served
from tests.people import actor

pytestmark = pytest.mark.django_db


def county() -> Any:
    return context.tenant_by_code(COUNTY)


def test_a_case_is_closed_once_its_window_is_over() -> None:
    with as_of(now() - timedelta(days=60)):
        old = served(given={"outcome": "EXPLAIN"})
    young = served()
    assert jobs.close_due(county()) == 1
    closed = row(COUNTY, old)
    assert (closed.state, closed.closing_kind) == (State.S90, "explained")
    assert row(COUNTY, young).state == State.S61
    with context.use(county()):
        last = Event.objects.filter(case=old).latest("seq")
        assert (last.kind, last.actor.int) == ("closed", 0)
        assert not Clock.objects.filter(case=old, stopped_at=None).exists()
    assert not list(integrity.faults())
    assert jobs.close_due(county()) == 0


def test_a_promise_that_was_not_kept_keeps_the_case_open() -> None:
    long_ago = now() - timedelta(days=60)
    with as_of(long_ago):
        item = {"item": "更换电梯曳引机", "execute_by": (long_ago + timedelta(days=10)).date().isoformat()}
        case = served(given=item)
    assert jobs.close_due(county()) == 0
    assert row(COUNTY, case).state == State.S65


def test_one_case_that_cannot_close_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with as_of(now() - timedelta(days=60)):
        first, second = served(), served()
    monkeypatch.setattr(jobs, "due_to_close", lambda at: [register().case.id, first, second])
    assert jobs.close_due(county()) == 2


def test_the_last_day_still_belongs_to_the_petitioner() -> None:
    case = served()
    with context.use(county()):
        due = Clock.objects.get(case=case, kind="K9").due_effective
    with as_of(due):
        assert jobs.close_due(county()) == 0
    with as_of(due + timedelta(seconds=1)):
        assert jobs.close_due(county()) == 1


def test_every_office_seals_what_moved() -> None:
    register()
    register(OTHER)
    jobs.seal_all()
    jobs.seal_all()
    for code in (COUNTY, OTHER):
        with context.use(context.tenant_by_code(code)):
            assert Seal.objects.count() == 1
            assert not list(history.verify())


def test_clocks_follow_a_calendar_that_changed() -> None:
    with as_of(clock.now()):
        case = at_unit()
    with context.use(county()):
        before = Clock.objects.get(case=case, kind="K4").due_raw
    day = before.date()
    with context.nobody():
        calendars.set_day(COUNTY, day, is_workday=False, name="本地活动")
    jobs.recompute_all()
    with context.use(county()):
        after = Clock.objects.get(case=case, kind="K4")
        assert after.due_raw > before
        shown = Case.objects.get(id=case)
        assert shown.due_kind != "K4" or shown.due_raw == after.due_raw


def test_a_provisional_date_is_settled_when_its_year_arrives() -> None:
    with as_of(datetime(2026, 12, 25, 10, tzinfo=TZ)):
        case = at_unit()
    with context.use(county()):
        before = Clock.objects.get(case=case, kind="K4")
        assert (before.due_raw.astimezone(TZ).date(), before.provisional) == (date(2027, 1, 4), True)
        assert Case.objects.get(id=case).due_provisional
    festivals = {"元旦": [(1, 1), (1, 4)], "劳动节": [(5, 1), (5, 2)], "国庆节": [(10, 1), (10, 2), (10, 3)]}
    plan = {date(2027, *day): Day(False, name) for name, days in festivals.items() for day in days}
    with context.nobody():
        calendars.publish_year(2027, plan, "国办发明电")
    jobs.recompute_all()
    with context.use(county()):
        after = Clock.objects.get(case=case, kind="K4")
        assert (after.due_raw.astimezone(TZ).date(), after.provisional) == (date(2027, 1, 5), False)
        told = Event.objects.get(case_id=case, kind="recomputed").data["clocks"]
        moved = {clock["kind"]: (clock["old"], clock["new"]) for clock in told}
        assert [datetime.fromisoformat(at) for at in moved["K4"]] == [before.due_raw, after.due_raw]
        assert not Case.objects.get(id=case).due_provisional
        assert not list(history.verify())


def test_a_calendar_change_is_heard_by_the_offices_beneath(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(jobs, "send", lambda task, tenant: sent.append(tenant))
    calendars.set_day("990100", date(2026, 12, 30), is_workday=False)
    told = {context.tenant_by_id(pk).code for pk in sent}
    assert "990100" in told
    assert "990000" not in told


def test_beat_knows_the_jobs() -> None:
    assert {"close_due", "seal_history", "recompute_clocks"} <= beat_schedule().keys()


def command(name: str, *arguments: str) -> tuple[str, str, int]:
    out, err = StringIO(), StringIO()
    try:
        call_command(name, *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(end.code or 0)
    return out.getvalue(), err.getvalue(), 0


def test_the_commands_work_on_one_office_or_all() -> None:
    with as_of(now() - timedelta(days=60)):
        served()
    assert "办结 0 件" in command("close_due", "--tenant", OTHER)[0]
    assert "办结 1 件" in command("close_due")[0]
    assert "新增封存 1 份" in command("seal_history", "--tenant", COUNTY)[0]
    assert command("verify_history")[2] == 0
    assert command("check_promise")[2] == 0


@pytest.mark.django_db(transaction=True)
def test_a_changed_event_is_named_by_case_and_seq(owner: "psycopg.Connection[Any]") -> None:
    case = register().case
    do(actor(COUNTY, "R3"), "note", case.id, text="备注。")
    schema = county().schema_name
    owner.execute(f"UPDATE {schema}.cases_event SET kind = 'signed' WHERE case_id = %s AND seq = 1", [case.id])
    _out, err, code = command("verify_history")
    assert code == 1
    assert case.number in err
    assert "第 1 条" in err


@pytest.mark.django_db(transaction=True)
def test_a_broken_promise_is_listed(owner: "psycopg.Connection[Any]") -> None:
    case = register().case
    owner.execute(f"UPDATE {county().schema_name}.cases_clock SET stopped_at = now() WHERE case_id = %s", [case.id])
    _out, err, code = command("check_promise")
    assert code == 1
    assert f"{case.id}  no clock, no reason" in err
