"""A past day is what it was: the picture taken at night, what is worked out, and the plain reading of all changes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.deadlines import local_day
from kernel.clock import as_of, now, today
from kernel.errors import HuiyinError
from kernel.kept import forget_all
from supervision import figures, past_lists, rewind
from supervision.days import Place, Stood, stood
from supervision.indicators.period import Period, midnight
from supervision.indicators.reading import read
from supervision.measures import Levels
from supervision.models import Day, LedgerChange, LedgerDay, LedgerRow
from supervision.region import Region
from supervision.rollup import fold
from tenants.models import Department
from tests.cases import making
from tests.cases.crowd import Crowd
from tests.cases.making import BUREAU, COUNTY, OTHER, do
from tests.ledger.books import due_in, ledger_row, region
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def plainly(day: date) -> dict[Place, Stood]:
    """By the last change of each matter before the day's end: where it lay, how late, what happened on that day."""
    begin, end, month = midnight(day), midnight(day + timedelta(days=1)), midnight(day.replace(day=1))
    last = {change.case: change.after for change in LedgerChange.objects.filter(at__lt=end).order_by("at", "id")}
    rows = {row.case: row for row in LedgerRow.objects.all()}
    found: dict[Place, Stood] = defaultdict(Stood)

    def at(was: dict[str, Any], name: str) -> datetime | None:
        return datetime.fromisoformat(was[name]) if was[name] else None

    def on_day(moment: datetime | None) -> bool:
        return moment is not None and begin <= moment < end

    def due_so_far(moment: datetime | None) -> bool:
        return moment is not None and month <= moment < end

    for case, was in last.items():
        row, there = rows[case], found[Place(was["path"], UUID(was["unit"]))]
        if was["sealed"]:
            there.sealed += not was["closed"]
            continue
        field = was["content"][:2]
        if not was["closed"]:
            level = level_on(was["due"], day)
            counted = {"open": 1} | ({level: 1} if level else {})
            there.levels += Levels(**counted)
            if level in ("overdue", "serious", "grave"):
                there.take("late", [field, 1, int(level != "overdue")])
                late = [str(case), was["unit"], was["content"], at(was, "due")]
                there.oldest = sorted([*there.oldest, late], key=lambda old: (old[3], old[0]))
            for one in row.passes:
                if datetime.fromisoformat(one["at"]) < end:
                    pair = sorted((one["a"], one["b"]))
                    known = there.pairs.get((pair[0], pair[1]))
                    there.take(
                        "pairs", [*pair, int(known is None), 1, one["days"], [one["reason"]][: bool(one["reason"])]]
                    )
        if on_day(at(was, "registered")):
            found[Place(row.origin_path, row.origin_unit)].came[f"{was['channel']}:{field}"] += 1
        if on_day(at(was, "received")):
            there.received[f"{was['channel']}:{field}"] += 1
        there.closed += on_day(at(was, "closed"))
        for name, done, due, counts in (
            ("told", "notified", "notice_due", was["counted"]),
            ("answered", "served", "reply_due", first(was) and not row.by_unit),
        ):
            ends, did = at(was, due), at(was, done)
            if counts and ends is not None and due_so_far(ends):
                there.take(name, [int(did is not None and did <= ends), 1])
    return {place: there for place, there in found.items() if there != Stood()}


def first(was: dict[str, Any]) -> bool:
    plain = was["counted"] and not was["repeat"] and not was["litigation"]
    return bool(plain and was["channel"] in ("NET", "LETTER", "VISIT"))


def level_on(due: str | None, day: date) -> str:
    if not due:
        return ""
    late = (day - local_day(datetime.fromisoformat(due))).days
    for least, name in ((30, "grave"), (15, "serious"), (1, "overdue")):
        if late >= least:
            return name
    return "soon" if -late <= 7 else ""


def pictured(day: date) -> dict[Place, Stood]:
    found = {Place(row.path, row.unit): Stood.of(row) for row in LedgerDay.objects.filter(day=day, unit__isnull=False)}
    for there in found.values():
        there.oldest = [[*old[:3], datetime.fromisoformat(old[3])] for old in there.oldest]
    return found


def lived(luck: Random) -> Iterator[Any]:
    """Some weeks of two counties and their prefecture."""
    crowd = Crowd()
    cases = [making.register(BUREAU).case.id, making.at_unit(), making.at_unit(OTHER, "城管局")]
    for _ in range(30):
        crowd.late += timedelta(days=luck.choice([0, 0, 1, 2, 9]), minutes=1)
        case_id = luck.choice(cases)
        if luck.random() < 0.15:
            clerk = actor(luck.choice([BUREAU, COUNTY]), "R2")
            with as_of(now() + crowd.late):
                cases.append(making.register(who=clerk, klass=luck.choice("AABC"), purpose="").case.id)
        elif choice := crowd.open_choice(luck, case_id):
            try:
                with transaction.atomic():
                    crowd.call(luck, choice[0], choice[1], case_id, propose=choice[2])
            except HuiyinError:
                pass
        yield crowd.late


@given(seed=st.integers(0, 2**32))
@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_the_picture_is_what_all_changes_say(seed: int) -> None:
    with transaction.atomic():
        *_steps, late = lived(Random(seed))
        for days in range(late.days + 1):
            day = today() + timedelta(days=days)
            rewind.take(day)
            assert pictured(day) == plainly(day)
            of = region(COUNTY)  # a region alone is read another way
            alone, whole = stood(day, of.path, of.until), stood(day)
            assert units_of(alone, of) == units_of(whole, of)
        transaction.set_rollback(True)


def units_of(found: dict[Place, Stood], of: Region) -> dict[Place, Stood]:
    return {place: there for place, there in found.items() if place.unit and place.path == of.path}


def listed(of: Region, day: date) -> None:
    """Each number of the day has as many lines."""

    def lines(what: Any, **more: Any) -> int:
        return len(past_lists.matters(of, past_lists.Asked(day, what, **more))[0])

    past, (flow, fields) = rewind.past(of, day), rewind.flow(of, 1, day)
    levels = past.whole.levels
    counted = {"open": levels.open, "soon": levels.soon, "overdue": levels.overdue, "grave": levels.grave}
    counted |= {"serious": levels.serious + levels.grave, "late": levels.late}
    assert {level: lines("level", level=level) for level in counted} == counted
    assert {channel: lines("came", channel=channel) for channel in flow[0].came} == flow[0].came
    assert {field: lines("came", field=field or "-") for field in fields} == fields
    assert lines("closed") == flow[0].closed
    assert (lines("notice"), lines("reply")) == (past.whole.told[1], past.whole.answered[1])
    for pair in past.pairs:
        assert lines("pair", pair=(pair.a, pair.b)) == pair.cases


def test_what_a_ceased_unit_had_closed_counts_with_its_successor() -> None:
    gone, heir = department(COUNTY, "住建局"), department(COUNTY, "城管局")
    ledger_row(COUNTY, "住建局", state="S90", closed_at=now(), due=None, served_at=now(), reply_due=due_in(-1))
    ledger_row(COUNTY, "城管局")
    rewind.take(today())
    Department.objects.filter(pk=gone.pk).update(valid_to=today(), successor=heir)
    forget_all()
    unit, office = region(COUNTY, unit="城管局", role="R8"), region(COUNTY)
    assert (figures.board(unit).total.open, figures.flow(unit)[-1].closed) == (1, 1)
    assert (rewind.past(unit, today()).whole.closed, rewind.flow(unit, 1, today())[0][0].closed) == (1, 1)
    month = Period.this_month()
    whole, shares = read(office, month, "whole", ("I3",))[""]["I3"], read(office, month, "unit", ("I3",))
    assert whole.ratio.denominator == 1
    assert {key: found["I3"].parts for key, found in shares.items()} == {str(heir.pk): whole.parts}
    assert read(unit, month, "whole", ("I3",))[""]["I3"].parts == whole.parts
    listed(unit, today())


def test_a_day_without_a_picture_is_worked_out_the_same() -> None:
    making.at_unit()
    making.register(OTHER, channel="LETTER")
    then = today()
    with as_of(now() + timedelta(days=40)):
        making.register(COUNTY)
        whole = region(BUREAU)
        worked_out = [(rewind.past(of, then), rewind.flow(of, 14, then)) for of in (whole, region(COUNTY))]
        assert worked_out[0][0].board.total.open == 2
        assert worked_out[0][1][0][-1].came == {"LETTER": 1, "VISIT": 1}
        assert rewind.fill() == 40
        assert rewind.fill() == 0
        assert [(rewind.past(of, then), rewind.flow(of, 14, then)) for of in (whole, region(COUNTY))] == worked_out
        assert figures.board(whole).total.late == 2
        assert rewind.past(whole, then).board.total.late == 0


def test_a_past_day_is_counted_where_matters_lay_then() -> None:
    """With one unit for two days, then with another, which is late: each has its days, and the pair the second part."""
    case_id = making.at_unit()
    first = today()
    with as_of(now() + timedelta(days=2)):
        desk, head = actor(COUNTY, "R5", unit="住建局"), actor(COUNTY, "R8", unit="住建局")
        do(desk, "propose", case_id, verb="object", fields={})
        do(head, "object", case_id, reason="duty", text="不属于本单位。", law="三定方案")
        do(actor(COUNTY, "R4"), "consent", case_id)
        do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, "城管局").id)
    with as_of(now() + timedelta(days=60)):
        rewind.fill(70)
        one, other = (region(COUNTY, unit=name, role="R8") for name in ("住建局", "城管局"))
        whole, county, late_on = region(BUREAU), tenant(COUNTY).path, first + timedelta(days=20)
        assert [rewind.past(of, first).board.total.open for of in (one, other, whole)] == [1, 0, 1]
        assert [rewind.past(of, late_on).board.total.late for of in (one, other, whole)] == [0, 1, 1]
        assert [rewind.flow(of, 3, first)[0][-1].came for of in (one, other, whole)] == [{"VISIT": 1}, {}, {"VISIT": 1}]
        assert rewind.past(whole, first).pairs == []
        for of in (one, other, whole):
            for day in (first, late_on):
                listed(of, day)
        (line,) = past_lists.matters(one, past_lists.Asked(first, "level"))[0]
        assert (line.case, line.unit, line.state) == (case_id, department(COUNTY, "住建局").id, "S20")
        (pair,) = rewind.past(whole, late_on).pairs
        assert {pair.a, pair.b} == {department(COUNTY, "住建局").pk, department(COUNTY, "城管局").pk}
        assert [path for path, _field in rewind.past(whole, late_on).by_office_and_field] == [county]
        (old,) = rewind.oldest(rewind.past(whole, late_on), late_on)
        assert (old.case, old.unit, old.days) == (case_id, department(COUNTY, "城管局").pk, 3)
        due = old.due_raw.date()
        told = [rewind.past(of, due.replace(day=28)).whole.rates["I2'"] for of in (one, other)]
        assert [(int(ratio.numerator), ratio.denominator) for ratio in told] == [(0, 0), (0, int(due.day <= 28))]


def test_nobody_looks_back_beside() -> None:
    making.register(OTHER)
    with as_of(now() + timedelta(days=2)):
        then = today() - timedelta(days=2)
        assert rewind.past(region(COUNTY), then).board.total.open == 0
        rewind.fill()
        assert rewind.past(region(COUNTY), then).board.total.open == 0
        assert rewind.past(region(BUREAU), then).board.total.open == 1


def test_what_is_written_down_later_takes_the_pictures_away() -> None:
    with as_of(now() - timedelta(days=30)):
        making.register(COUNTY)
    fold()
    assert rewind.fill() == 30
    with as_of(now() - timedelta(days=10)):
        making.register(COUNTY)
    fold()
    assert Day.objects.count() == 20
    rewind.fill()
    day = today() - timedelta(days=9)
    assert rewind.past(region(COUNTY), day).board.total.open == 2
    assert rewind.past(region(COUNTY), day - timedelta(days=2)).board.total.open == 1


def test_what_has_left_a_region_is_on_its_list_of_that_day() -> None:
    """It came in above, lay here and lies elsewhere now: neither its row nor its origin is of this office."""
    case_id = making.register(BUREAU).case.id
    do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(COUNTY).id)
    then, (here, there) = today(), (region(COUNTY), region(OTHER))
    with as_of(now() + timedelta(days=2)):
        do(actor(COUNTY, "R3"), "propose", case_id, verb="object", fields={})
        do(actor(COUNTY, "R4"), "object", case_id, reason="duty", text="不属于本县。", law="三定方案")
        do(actor(BUREAU, "R4"), "consent", case_id)
        do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(OTHER).id)
    assert LedgerRow.objects.get(case=case_id).path == tenant(OTHER).path
    (line,) = past_lists.matters(here, past_lists.Asked(then, "level"))[0]
    assert (line.case, line.holder, line.present) == (case_id, tenant(COUNTY).pk, tenant(OTHER).pk)
    assert past_lists.matters(there, past_lists.Asked(then, "level"))[0] == []
