"""What is left of a clock, in the words of pages.md §6 and of the worklist mockup."""

from datetime import timedelta

import pytest

from cases.deadlines import Level, Rung, citizen_text, remaining, short_day_text
from tests.deadlines.days import CALENDAR, TODAY, at, end


@pytest.mark.parametrize(
    ("day", "chip", "text", "level", "rung"),
    [
        ("2026-10-20", "特别严重 34 日", "特别严重 34 日", Level.GRAVE, Rung.GRAVE),
        ("2026-10-24", "特别严重 30 日", "特别严重 30 日", Level.GRAVE, Rung.GRAVE),
        ("2026-10-25", "严重超期 29 日", "严重超期 29 日", Level.SERIOUS, Rung.SERIOUS),
        ("2026-11-06", "严重超期 17 日", "严重超期 17 日", Level.SERIOUS, Rung.SERIOUS),
        ("2026-11-08", "严重超期 15 日", "严重超期 15 日", Level.SERIOUS, Rung.SERIOUS),
        ("2026-11-09", "超期 14 日", "超期 14 日", Level.OVER, Rung.OVER),
        ("2026-11-17", "超期 6 日", "超期 6 日", Level.OVER, Rung.OVER),
        ("2026-11-22", "超期 1 日", "超期 1 日", Level.OVER, Rung.OVER),
        ("2026-11-23", "临期 今天", "今天 23:59 前", Level.SOON, Rung.DAYS_1),
        ("2026-11-24", "临期 1 个工作日", "还剩 1 个工作日", Level.SOON, Rung.DAYS_1),
        ("2026-11-26", "临期 3 个工作日", "还剩 3 个工作日", Level.SOON, Rung.DAYS_3),
        ("2026-11-28", "临期 4 个工作日", "还剩 4 个工作日", Level.SOON, Rung.DAYS_7),
        ("2026-11-30", "临期 5 个工作日", "还剩 5 个工作日", Level.SOON, Rung.DAYS_7),
        ("2026-12-01", "正常 6 个工作日", "还剩 6 个工作日", Level.OK, Rung.NONE),
        ("2026-12-05", "正常 9 个工作日", "还剩 9 个工作日", Level.OK, Rung.NONE),
        ("2026-12-08", "正常 11 个工作日", "还剩 11 个工作日", Level.OK, Rung.NONE),
        ("2027-01-09", "正常 约 33 个工作日", "约 33 个工作日，暂定", Level.OK, Rung.NONE),
    ],
)
def test_words_of_the_worklist(day: str, chip: str, text: str, level: Level, rung: Rung) -> None:
    found = remaining(end(day), TODAY, CALENDAR)
    assert (found.chip, found.text, found.level, found.rung) == (chip, text, level, rung)


def test_only_days_off_left_are_told_in_days() -> None:
    assert remaining(end("2026-11-22"), at("2026-11-21"), CALENDAR).text == "还剩 1 日"


def test_the_last_second_is_in_time_and_the_next_is_late() -> None:
    last = end("2026-11-23")
    assert remaining(last, last, CALENDAR).level == Level.SOON
    assert remaining(last, last + timedelta(seconds=1), CALENDAR).text == "超期 1 日"


def test_hours_that_ran_out_today_are_late_by_less_than_a_day() -> None:
    found = remaining(at("2026-11-23", 8), TODAY, CALENDAR)
    assert (found.level, found.text) == (Level.OVER, "超期 不足 1 日")


def test_words_for_citizens() -> None:
    assert citizen_text(end("2026-12-14"), TODAY) == "最晚 2026-12-14 周一，还有 21 天"
    assert citizen_text(end("2026-11-23"), TODAY) == "最晚今天 23:59 前"
    assert citizen_text(end("2026-11-20"), TODAY) == "2026-11-20 周五 已届满"


def test_short_dates_name_the_year_only_when_it_differs() -> None:
    today = TODAY.date()
    assert short_day_text(end("2026-11-06").date(), today) == "11-06 周五"
    assert short_day_text(end("2027-01-11").date(), today) == "27-01-11 周一"
