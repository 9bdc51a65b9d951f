"""A past day is what it was: the picture taken at night, what is worked out, and the plain reading of all changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.deadlines import local_day
from kernel.clock import TZ, as_of, now, today
from kernel.errors import HuiyinError
from supervision import figures, rewind
from supervision.measures import Board, Levels, Share
from supervision.models import Day, LedgerChange, LedgerDay
from supervision.rollup import fold
from tests.cases import making
from tests.cases.crowd import Crowd
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.ledger.books import region
from tests.people import actor

pytestmark = pytest.mark.django_db


def plainly(day: date) -> dict[tuple[str, str], Counter[str]]:
    """(path, department) -> levels, by the last change of each matter before the day's end."""
    end = datetime.combine(day + timedelta(days=1), time(), TZ)
    last = {change.case: change.after for change in LedgerChange.objects.filter(at__lt=end).order_by("at", "id")}
    found: dict[tuple[str, str], Counter[str]] = {}
    for was in last.values():
        if was["closed"]:
            continue
        counted = found.setdefault((was["path"], was["dept"]), Counter())
        if was["sealed"]:
            counted["sealed"] += 1
            continue
        counted["open"] += 1
        due = local_day(datetime.fromisoformat(was["due"])) if was["due"] else None
        counted[rewind.level_on(due, day)] += 1
    for counted in found.values():
        counted.pop("", None)
    return found


def pictured(day: date) -> dict[tuple[str, str], Counter[str]]:
    names = ("open", "soon", "overdue", "serious", "grave", "sealed")
    return {
        (row.path, str(row.department)): Counter({n: getattr(row, n) for n in names if getattr(row, n)})
        for row in LedgerDay.objects.filter(day=day)
    }


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
        transaction.set_rollback(True)


def looked_back(day: date) -> tuple[Board, list[Share], dict[UUID, Levels]]:
    whole = region(BUREAU)
    return rewind.board(whole, day), rewind.by(whole, "channel", day), rewind.by_unit(region(COUNTY), day)


def test_a_day_without_a_picture_is_worked_out_the_same() -> None:
    making.at_unit()
    making.register(OTHER, channel="LETTER")
    then = today()
    with as_of(now() + timedelta(days=40)):
        making.register(COUNTY)
        whole = region(BUREAU)
        worked_out = looked_back(then)
        assert worked_out[0].total.open == 2
        assert rewind.fill() == 40
        assert rewind.fill() == 0
        assert looked_back(then) == worked_out
        assert rewind.board(whole, today()) == figures.board(whole)
        assert figures.board(whole).total.late == 2
        assert rewind.board(whole, then).total.late == 0


def test_nobody_looks_back_beside() -> None:
    making.register(OTHER)
    with as_of(now() + timedelta(days=2)):
        assert rewind.board(region(COUNTY), today() - timedelta(days=2)).total.open == 0
        rewind.fill()
        assert rewind.board(region(COUNTY), today() - timedelta(days=2)).total.open == 0
        assert rewind.board(region(BUREAU), today() - timedelta(days=2)).total.open == 1


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
    assert rewind.board(region(COUNTY), day).total.open == 2
    assert rewind.board(region(COUNTY), day - timedelta(days=2)).total.open == 1
