"""What holds for every date, every length and every calendar."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cases.deadlines import due, extend, local_day, remaining
from kernel.clock import TZ
from tenants.workdays import Calendar, Day
from tests.deadlines.days import CALENDAR

days = st.dates(date(2003, 1, 1), date(2030, 12, 31))
moments = st.builds(lambda day, hour: datetime.combine(day, time(hour), tzinfo=TZ), days, st.integers(0, 23))
lengths = st.integers(0, 120)
units = st.sampled_from(["d", "wd", "months"])
calendars = st.builds(
    lambda rows, years: Calendar("", {day: Day(worked) for day, worked in rows.items()}, years),
    st.dictionaries(days, st.booleans(), max_size=40),
    st.frozensets(st.integers(2003, 2031)),
)


def counted_by_hand(calendar: Calendar, after: date, until: date) -> int:
    count, day = 0, after
    while day < until:
        day += timedelta(days=1)
        count += calendar.is_workday(day)
    return count


@given(moments, lengths, lengths, units, calendars)
def test_longer_limits_never_end_earlier(start: datetime, one: int, other: int, unit: str, calendar: Calendar) -> None:
    short, long = (due(start, n, unit, calendar) for n in sorted((one, other)))
    assert short.raw <= long.raw
    assert short.effective <= long.effective


@given(moments, moments, lengths, units, calendars)
def test_later_starts_never_end_earlier(
    one: datetime, other: datetime, length: int, unit: str, calendar: Calendar
) -> None:
    early, late = (due(start, length, unit, calendar) for start in sorted((one, other)))
    assert early.raw <= late.raw
    assert early.effective <= late.effective


@given(moments, lengths, units, calendars)
def test_rolling_goes_forward_to_a_working_day(start: datetime, length: int, unit: str, calendar: Calendar) -> None:
    found = due(start, length, unit, calendar)
    assert found.effective >= found.raw
    if unit != "wd":
        assert calendar.is_workday(found.effective.date())
        assert counted_by_hand(calendar, found.raw.date(), found.effective.date()) == (found.raw != found.effective)


@given(moments, st.integers(1, 60), calendars)
def test_working_days_are_all_counted_after_the_start(start: datetime, length: int, calendar: Calendar) -> None:
    found = due(start, length, "wd", calendar)
    assert counted_by_hand(calendar, start.date(), found.raw.date()) == length
    assert calendar.is_workday(found.raw.date())


@given(moments, st.integers(1, 60), calendars)
def test_provisional_if_and_only_if_an_unknown_year_was_touched(
    start: datetime, length: int, calendar: Calendar
) -> None:
    counted = due(start, length, "wd", calendar)
    used = range((start + timedelta(days=1)).year, counted.raw.year + 1)
    assert counted.provisional == any(not calendar.known(year) for year in used)
    rolled = due(start, length, "d", calendar)
    used = range(rolled.raw.year, rolled.effective.year + 1)
    assert rolled.provisional == any(not calendar.known(year) for year in used)


@given(moments, lengths, units, calendars)
def test_extending_by_nothing_changes_nothing(start: datetime, length: int, unit: str, calendar: Calendar) -> None:
    found = due(start, length, unit, calendar)
    assert extend(found, 0, calendar) == found


@given(moments, lengths, st.integers(1, 30), st.integers(1, 30))
def test_two_extensions_are_one(start: datetime, length: int, first: int, second: int) -> None:
    found = due(start, length, "d", CALENDAR)
    twice = extend(extend(found, first, CALENDAR), second, CALENDAR)
    once = extend(found, first + second, CALENDAR)
    assert (twice.raw, twice.effective) == (once.raw, once.effective)


@given(moments, st.integers(0, 90))
def test_extending_days_is_the_same_as_a_longer_limit(start: datetime, more: int) -> None:
    assert extend(due(start, 60, "d", CALENDAR), more, CALENDAR).raw == due(start, 60 + more, "d", CALENDAR).raw


@given(days, days, calendars)
def test_working_days_between_are_those_counted_by_hand(one: date, other: date, calendar: Calendar) -> None:
    after, until = sorted((one, other))
    assert calendar.workdays_between(after, until) == counted_by_hand(calendar, after, until)
    assert calendar.workdays_between(until, after) == 0


@given(moments, moments)
def test_late_and_left_exclude_each_other(end_of_it: datetime, now: datetime) -> None:
    found = remaining(end_of_it.replace(hour=23, minute=59, second=59), now, CALENDAR)
    assert (found.level in ("over", "serious", "grave")) == (found.days < 0)
    assert (found.level == "soon") == (0 <= found.days <= 7)
    assert found.workdays <= max(found.days, 0)
    assert found.days == (end_of_it.date() - local_day(now)).days
