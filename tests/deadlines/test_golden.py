"""The golden dates of domain §5 and §14.2, one by one."""

from datetime import UTC, date, datetime

import pytest

from cases.deadlines import Due, due, due_on, extend
from tests.deadlines.days import CALENDAR, at, end


@pytest.mark.parametrize(
    ("start", "last", "provisional"),
    [
        ("2026-02-12", "2026-02-26", False),
        ("2026-02-13", "2026-02-27", False),
        ("2026-04-30", "2026-05-11", False),
        ("2026-09-18", "2026-09-24", False),
        ("2026-09-30", "2026-10-13", False),
        ("2026-10-01", "2026-10-13", False),
        ("2026-11-21", "2026-11-27", False),
        ("2026-12-24", "2026-12-31", False),
        ("2026-12-25", "2027-01-04", True),
    ],
)
def test_objection_ends_after_five_working_days(start: str, last: str, provisional: bool) -> None:
    assert due(at(start), 5, "wd", CALENDAR) == Due(end(last), end(last), provisional)


@pytest.mark.parametrize(
    ("start", "days", "raw", "effective", "provisional"),
    [
        ("2026-01-31", 15, "2026-02-15", "2026-02-24", False),
        ("2026-08-05", 60, "2026-10-04", "2026-10-08", False),
        ("2026-12-31", 60, "2027-03-01", "2027-03-01", True),
    ],
)
def test_calendar_days_are_strict_and_roll_for_the_petitioner(
    start: str, days: int, raw: str, effective: str, provisional: bool
) -> None:
    assert due(at(start), days, "d", CALENDAR) == Due(end(raw), end(effective), provisional)


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_made_up_days_of_2026_are_worked(day: str) -> None:
    assert CALENDAR.is_workday(date.fromisoformat(day))
    assert CALENDAR.is_made_up(date.fromisoformat(day))


def test_short_form_mockup_of_the_transfer_page() -> None:
    """transfer.html: sent on 2026-11-23, objection until 11-30, notice until 12-08."""
    assert due(at("2026-11-23"), 5, "wd", CALENDAR).raw == end("2026-11-30")
    assert due(at("2026-11-23"), 15, "d", CALENDAR).raw == end("2026-12-08")


def test_extension_of_the_case_page() -> None:
    """case.html: accepted 09-14, 60 days until 11-13, extended by 15 to Saturday 11-28, in law 11-30."""
    handling = due(at("2026-09-14"), 60, "d", CALENDAR)
    assert handling.raw == end("2026-11-13")
    assert extend(handling, 15, CALENDAR) == Due(end("2026-11-28"), end("2026-11-30"))


def test_months_end_on_the_same_day_or_the_last_of_the_month() -> None:
    assert due(at("2025-12-31"), 2, "months", CALENDAR).raw == end("2026-02-28")
    assert due(at("2026-01-15"), 2, "months", CALENDAR).raw == end("2026-03-15")
    assert due(at("2025-11-30"), 14, "months", CALENDAR).raw == end("2027-01-30")


def test_named_day_rolls_only_for_the_petitioner() -> None:
    assert due_on(date(2026, 11, 28), CALENDAR) == Due(end("2026-11-28"), end("2026-11-30"))


def test_the_day_is_the_one_in_shanghai() -> None:
    late_evening_utc = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # 11-23 01:00 in Shanghai
    assert due(late_evening_utc, 1, "d", CALENDAR).raw == end("2026-11-24")


def test_hours_run_through_the_night() -> None:
    assert due(at("2026-11-21", 23), 2, "h", CALENDAR).raw == at("2026-11-22", 1)


def test_unknown_unit_and_naive_time_are_refused() -> None:
    with pytest.raises(ValueError, match="weeks"):
        due(at("2026-11-23"), 1, "weeks", CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 11, 23), 1, "d", CALENDAR)


@pytest.mark.parametrize("unit", ["d", "wd", "months", "h"])
@pytest.mark.parametrize("start", [datetime(1, 1, 2, tzinfo=UTC), datetime(1899, 5, 1, tzinfo=UTC), datetime.max])
def test_no_year_crashes(unit: str, start: datetime) -> None:
    for length in (0, 1, 60, 5000):
        found = due(start.replace(tzinfo=UTC), length, unit, CALENDAR)
        assert found.effective >= found.raw
        assert extend(found, 30, CALENDAR).raw >= found.raw
