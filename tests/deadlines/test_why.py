"""为什么是这一天？ as case.html answers it."""

from cases.deadlines import WhyRow, due, due_on, extend, why, why_question
from tests.deadlines.days import CALENDAR, at, end

R34 = "《信访工作条例》第三十四条：自受理之日起 60 日内办结；情况复杂的，经负责人批准可以延长"
PLACE = "国家 2022 年版"


def test_an_extended_handling_limit() -> None:
    start = at("2026-09-14")
    rows = why(
        basis=R34,
        started_at=start,
        start_event="受理",
        length=60,
        unit="d",
        due=extend(due(start, 60, "d", CALENDAR), 15, CALENDAR),
        profile_name=PLACE,
        calendar=CALENDAR,
        extension_days=15,
        extension_max=30,
        extension_note="11-10 秦望舒批准",
    )
    assert rows == [
        WhyRow("依据", "《信访工作条例》第三十四条", "自受理之日起 60 日内办结；情况复杂的，经负责人批准可以延长"),
        WhyRow("起算", "2026-09-14 周一 受理，当日不计"),
        WhyRow("计数", "09-15 至 11-13，60 个自然日", "节假日照算，含中秋 3 日、国庆节 7 日"),
        WhyRow("延期", "+15 日，至 2026-11-28 周六", "11-10 秦望舒批准；还可延 15 日"),
        WhyRow("顺延", "末日为休息日，法律上顺延至 11-30 周一", "本单位按 11-28 考核，不等顺延"),
        WhyRow("规则", "国家 2022 年版，登记时锁定"),
    ]
    assert why_question(end("2026-11-28")) == "为什么是 2026-11-28 周六？"


def test_an_objection_over_a_made_up_sunday() -> None:
    start = at("2026-09-18")
    rows = why(
        basis="《信访工作条例》第二十三条",
        started_at=start,
        start_event="送达",
        length=5,
        unit="wd",
        due=due(start, 5, "wd", CALENDAR),
        profile_name=PLACE,
        calendar=CALENDAR,
    )
    assert [row.label for row in rows] == ["依据", "起算", "计数", "规则"]
    assert rows[2] == WhyRow("计数", "09-19 至 09-24，5 个工作日", "双休日不计，调休上班的 09-20 计入")


def test_a_limit_in_an_unknown_year_says_so() -> None:
    start = at("2026-12-25")
    rows = why(
        basis="",
        started_at=start,
        start_event="送达",
        length=5,
        unit="wd",
        due=due(start, 5, "wd", CALENDAR),
        profile_name=PLACE,
        calendar=CALENDAR,
    )
    assert rows[3].sub == "2027 年放假安排尚未公布，暂定；公布后自动重算"
    assert rows[2].text == "12-26 至 2027-01-04，5 个工作日"


def test_a_petitioners_window_is_nobodys_measure() -> None:
    start = at("2026-09-02")
    rows = why(
        basis="",
        started_at=start,
        start_event="收到答复",
        length=30,
        unit="d",
        due=due(start, 30, "d", CALENDAR),
        profile_name=PLACE,
        calendar=CALENDAR,
        measured=False,
    )
    assert rows[3] == WhyRow("顺延", "末日为休息日，顺延至 10-08 周四")


def test_a_day_named_in_a_letter_is_not_counted() -> None:
    rows = why(
        basis="",
        started_at=at("2026-11-02"),
        start_event="发函",
        length=18,
        unit="date",
        due=due_on(end("2026-11-20").date(), CALENDAR),
        profile_name=PLACE,
        calendar=CALENDAR,
    )
    assert rows[2].text == "到 2026-11-20 周五，由来函确定"
