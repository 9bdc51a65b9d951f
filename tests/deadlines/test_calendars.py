"""The calendar tables: seeding, local days, the yearly plan, and who hears of it (domain §14.2)."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kernel.errors import Invalid
from tenants import calendars, reference
from tenants.models import CalendarYear, OffDay
from tenants.workdays import Day
from tests.deadlines.days import Offices

pytestmark = pytest.mark.django_db

PLAN_2027 = {
    date(2027, 1, 1): Day(False, "元旦"),
    date(2027, 5, 1): Day(False, "劳动节"),
    date(2027, 5, 2): Day(False, "劳动节"),
    date(2027, 10, 1): Day(False, "国庆节"),
    date(2027, 10, 2): Day(False, "国庆节"),
    date(2027, 10, 3): Day(False, "国庆节"),
    date(2027, 10, 9): Day(True, "国庆节"),
}


@pytest.fixture(autouse=True)
def seeded() -> Iterator[None]:
    calendars.seed()
    calendars.invalidate()
    yield
    calendars.invalidate()


@pytest.fixture
def heard() -> Iterator[list[calendars.Change]]:
    changes: list[calendars.Change] = []
    calendars.on_change.append(changes.append)
    yield changes
    calendars.on_change.remove(changes.append)


def test_tables_count_as_the_library_does() -> None:
    stored, library = calendars.calendar_for(""), calendars.library_calendar()
    assert dict(stored.days) == dict(library.days)
    assert stored.years == library.years == frozenset(range(2004, 2027))


def test_seeding_twice_writes_nothing_and_keeps_what_was_changed(heard: list[calendars.Change]) -> None:
    calendars.set_day("", date(2026, 11, 25), is_workday=False, name="临时放假")
    heard.clear()
    assert calendars.seed() == 0
    assert heard == []
    assert not calendars.calendar_for("").is_workday(date(2026, 11, 25))


def test_local_day_counts_in_the_place_and_beneath_it_only(office: Offices) -> None:
    region = office("880000")
    office("880100", region)
    office("870000")
    calendars.set_day("880000", date(2026, 11, 25), is_workday=False, name="地方节日")
    assert not calendars.calendar_for("880000").is_workday(date(2026, 11, 25))
    assert not calendars.calendar_for("880100").is_workday(date(2026, 11, 25))
    assert calendars.calendar_for("870000").is_workday(date(2026, 11, 25))
    assert calendars.calendar_for("").is_workday(date(2026, 11, 25))


def test_nearest_place_wins_and_unset_gives_the_day_back(office: Offices) -> None:
    region = office("880000")
    office("880100", region)
    calendars.set_day("880000", date(2026, 11, 25), is_workday=False)
    calendars.set_day("880100", date(2026, 11, 25), is_workday=True)
    assert calendars.calendar_for("880100").is_workday(date(2026, 11, 25))
    assert calendars.unset_day("880100", date(2026, 11, 25))
    assert not calendars.calendar_for("880100").is_workday(date(2026, 11, 25))
    assert not calendars.unset_day("880100", date(2026, 11, 25))


def test_unpublished_rows_are_read_by_no_clock() -> None:
    OffDay.objects.create(scope="", date=date(2026, 11, 25), is_workday=False, published=False)
    calendars.invalidate()
    assert calendars.calendar_for("").is_workday(date(2026, 11, 25))


def test_published_year_is_known_and_tells_whom_it_concerns(heard: list[calendars.Change], office: Offices) -> None:
    above = office("880000")
    below = office("880100", above)
    assert not calendars.calendar_for("880100").known(2027)
    calendars.publish_year(2027, PLAN_2027, "notice")
    calendar = calendars.calendar_for("880100")
    assert calendar.known(2027)
    assert calendar.is_workday(date(2027, 10, 9))
    assert heard == [calendars.Change("", date(2027, 1, 1), date(2027, 12, 31))]
    assert {above, below} <= set(calendars.affected(""))
    assert list(calendars.affected("880000")) == [above, below]
    assert list(calendars.affected("880100")) == [below]


def test_an_office_not_yet_opened_is_not_affected(office: Offices) -> None:
    office("880000", status="pending")
    assert list(calendars.affected("880000")) == []


def test_a_neighbour_whose_code_begins_alike_is_not_affected(office: Offices) -> None:
    office("88")
    office("880000")
    assert [tenant.code for tenant in calendars.affected("88")] == ["88"]


def test_plan_without_a_fixed_festival_is_refused_and_nothing_changes(heard: list[calendars.Change]) -> None:
    plan = {day: row for day, row in PLAN_2027.items() if day != date(2027, 10, 1)}
    with pytest.raises(Invalid) as refused:
        calendars.publish_year(2027, plan, "notice")
    assert refused.value.fields == {"year": ["2027-10-01（国庆节）应当放假，表中没有。"]}
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert heard == []


@pytest.mark.parametrize("day", [date(1948, 12, 31), date(2101, 1, 1), date(9999, 12, 31)])
def test_days_outside_the_years_that_may_be_typed_are_refused(day: date) -> None:
    with pytest.raises(Invalid):
        calendars.set_day("", day, is_workday=False)
    assert calendars.calendar_for("").is_workday(day) in (True, False)


def test_unknown_place_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        calendars.set_day("123456", date(2026, 11, 25), is_workday=False)
    assert list(refused.value.fields) == ["scope"]


def test_alarm_from_november_until_the_plan_arrives() -> None:
    assert calendars.missing_year_warning(date(2026, 10, 31)) is None
    warning = calendars.missing_year_warning(date(2026, 11, 1))
    assert warning is not None
    assert warning.startswith("2027 年")
    assert calendars.missing_year_warning(date(2027, 3, 1)) is not None
    calendars.publish_year(2027, PLAN_2027, "notice")
    assert calendars.missing_year_warning(date(2026, 12, 31)) is None


def test_a_held_calendar_costs_no_query_and_a_check_costs_one(monkeypatch: pytest.MonkeyPatch) -> None:
    calendars.calendar_for("")
    with CaptureQueriesContext(connection) as none:
        calendars.calendar_for("")
    assert len(none) == 0
    monkeypatch.setattr(reference, "CHECK_EVERY_S", 0.0)
    with CaptureQueriesContext(connection) as one:
        calendars.calendar_for("")
    assert len(one) == 1


def test_another_process_sees_the_change_at_its_next_check(monkeypatch: pytest.MonkeyPatch) -> None:
    other = reference.Cached("calendar", calendars._read)
    assert 2027 not in other.get().years
    calendars.publish_year(2027, PLAN_2027, "notice")
    assert 2027 not in other.get().years
    monkeypatch.setattr(reference, "CHECK_EVERY_S", 0.0)
    assert 2027 in other.get().years
