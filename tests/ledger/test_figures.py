"""Figures of a region: whose, how late, what a number's list is made of, and what nobody may work out from them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kernel.clock import now, today
from kernel.errors import Refused
from supervision import figures
from supervision.figures import Levels
from supervision.region import region_of
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.ledger.books import ledger_row, named, region
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("due", "level"),
    [
        (8, ""),
        (7, "soon"),
        (0, "soon"),
        (-1, "overdue"),
        (-14, "overdue"),
        (-15, "serious"),
        (-30, "grave"),
        (None, ""),
    ],
)
def test_levels_go_by_calendar_days(due: int | None, level: str) -> None:
    row = ledger_row(due=due)
    total = figures.board(region(COUNTY)).total
    assert total == Levels(open=1, **({level: 1} if level else {}))
    for name in ("soon", "overdue", "serious", "grave"):
        listed = figures.rows(region(COUNTY)).filter(figures.at_level(name))
        assert list(listed) == ([row] if name == level else [])


def test_a_region_is_its_subtree_and_nothing_beside_it() -> None:
    ledger_row(COUNTY, due=-2)
    ledger_row(OTHER, "城管局")
    ledger_row(BUREAU, "")
    ledger_row(COUNTY, closed_at=now(), state="S90", closing_kind="advised")
    above = figures.board(region(BUREAU))
    assert above.total == Levels(3, overdue=1)
    assert above.own == Levels(1)
    assert above.children == {tenant(COUNTY).path: Levels(1, overdue=1), tenant(OTHER).path: Levels(1)}
    assert figures.board(region(COUNTY)).total == Levels(1, overdue=1)
    unit = region(COUNTY, "R5", "城管局")
    assert figures.board(unit).total == Levels()
    assert named(figures.by_unit(region(COUNTY)), COUNTY, "住建局") == [Levels(1, overdue=1)]


def test_drilling_goes_down_only() -> None:
    assert region(BUREAU).within(tenant(COUNTY)).path == tenant(COUNTY).path
    with pytest.raises(Refused):
        region(COUNTY).within(tenant(OTHER))
    with pytest.raises(Refused):
        region(COUNTY).within(tenant(BUREAU))


@pytest.mark.parametrize("role", ["R6", "R19", "R20", "R17"])
def test_who_reads_no_whole_body_has_no_region(role: str) -> None:
    who = replace(actor(COUNTY, "R3"), roles=frozenset({role}))
    with pytest.raises(Refused):
        region_of(who)


def test_sealed_ones_are_in_no_figure_and_no_list_but_the_desk_s() -> None:
    for _ in range(4):
        ledger_row(sealed=True, due=-40)
    seen = figures.board(region(COUNTY))
    assert (seen.total, seen.sealed) == (Levels(), None)
    assert not figures.rows(region(COUNTY)).exists()
    ledger_row(sealed=True)
    assert figures.board(region(COUNTY)).sealed == 5
    desk = region(COUNTY, "R18")
    assert figures.board(desk).sealed == 5
    assert figures.rows(desk).count() == 5
    assert figures.oldest(desk) == []


def test_shares_are_ranked_by_lateness_not_by_volume() -> None:
    ledger_row(channel="LETTER", due=-3)
    for _ in range(3):
        ledger_row(channel="NET")
    assert [share.key for share in figures.by(region(COUNTY), "channel")] == ["LETTER", "NET"]
    assert [share.key for share in figures.by(region(COUNTY), "field")] == ["08"]
    cells = figures.by_office_and_field(region(BUREAU))
    assert cells == {(tenant(COUNTY).path, "08"): Levels(4, overdue=1)}


def test_flow_counts_days_in_shanghai() -> None:
    ledger_row(registered_at=now())
    ledger_row(registered_at=now() - timedelta(days=1), channel="VISIT", closed_at=now(), closing_kind="advised")
    ledger_row(registered_at=now() - timedelta(days=99))
    days = figures.flow(region(COUNTY), 3)
    assert [day.day for day in days] == [today() - timedelta(days=n) for n in (2, 1, 0)]
    assert [dict(day.came) for day in days] == [{}, {"VISIT": 1}, {"NET": 1}]
    assert [day.closed for day in days] == [0, 0, 1]


def test_pairs_name_both_and_the_days_lost() -> None:
    a, b = (department(COUNTY, name).pk for name in ("住建局", "城管局"))
    there = {"a": str(a), "b": str(b), "days": 4.0, "reason": "duty"}
    back = {"a": str(b), "b": str(a), "days": 2.0, "reason": ""}
    ledger_row(hand_backs=2, passes=[there, back])
    ledger_row(hand_backs=1, passes=[there])
    ledger_row(hand_backs=1, passes=[there], sealed=True)
    (found,) = figures.pairs(region(BUREAU))
    assert {found.a, found.b} == {a, b}
    assert (found.cases, found.times, found.days, found.reason) == (2, 3, 3.3, "duty")


def test_the_oldest_come_first_and_only_late_ones() -> None:
    younger, older = ledger_row(due=-20), ledger_row(due=-61)
    ledger_row(due=3)
    found = figures.oldest(region(BUREAU))
    assert [(one.case, one.days) for one in found] == [(older.case, 61), (younger.case, 20)]


def test_a_statistician_hears_figures_and_no_names() -> None:
    ledger_row(due=-20)
    whole = region(COUNTY)
    told = type(whole)(whole.path, whole.tenant, whole.level, lists=False)
    assert figures.board(told).total.late == 1
    with pytest.raises(Refused):
        figures.oldest(told)


def test_the_calendar_counts_by_due_day() -> None:
    ledger_row(due=0)
    ledger_row(due=3)
    ledger_row(due=3)
    day = today()
    assert figures.calendar(region(COUNTY), day, day + timedelta(days=6)) == {day: 1, day + timedelta(days=3): 2}
