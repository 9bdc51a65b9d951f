"""日历: the year as counted here; local days, their effect said first; files with a preview; clocks follow later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import jobs
from cases.models import Clock, Event
from cases.queries.calendar import reach
from kernel.clock import today
from tenants import calendar_year, calendars, context
from tenants.calendars import calendar_for
from tenants.models import CalendarYear, Change, OffDay
from tests.cases.making import BUREAU, COUNTY, at_unit, register
from tests.people import actor, client_for, tenant

pytestmark = pytest.mark.django_db
SOURCE = "汐政发〔2026〕8 号"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was rolled back must not stay in this process."""
    calendars.invalidate()
    yield
    calendars.invalidate()


def admin(code: str = COUNTY) -> Client:
    return client_for(actor(code, "R19"))


def workday(after: int) -> date:
    """A Monday to Friday that the nation works, that many days on or later."""
    day = today() + timedelta(days=after)
    while not calendar_for(COUNTY).is_workday(day):
        day += timedelta(days=1)
    return day


def _form(first: date, last: date | None = None, **changes: str) -> dict[str, str]:
    given = {"first": first.isoformat(), "last": last.isoformat() if last else "", "worked": "no"}
    return {**given, "name": "建县纪念日", "source": SOURCE, **changes}


def _objection_window() -> Clock:
    """The running K4 of a case at a unit: five working days from delivery."""
    case = at_unit()
    with context.use(tenant(COUNTY)):
        return Clock.objects.get(case=case, kind="K4", stopped_at=None)


def test_the_year_shows_the_nations_days_with_their_source_read_only() -> None:
    page = admin().get("/calendar/?year=2026").content.decode()
    assert "2026 年日历" in page
    assert "chinesecalendar" in page
    assert 'title="春节"' in page
    assert page.count("<caption>") == 12
    year = calendar_year.year(COUNTY, 2026)
    cells = [cell for month in year.months for week in month.weeks for cell in week if cell]
    made_up = {cell.day for cell in cells if cell.mark == "work"}
    assert made_up >= {date(2026, 1, 4), date(2026, 2, 14), date(2026, 10, 10)}
    assert (len(cells), year.workdays) == (365, sum(cell.worked for cell in cells))


def test_a_year_without_a_plan_is_said_to_be_provisional() -> None:
    page = admin().get("/calendar/?year=2031").content.decode()
    assert "2031 年暂定" in page
    for odd in ("abcd", "0000", "9999", ""):
        assert admin().get(f"/calendar/?year={odd}").status_code == 200


def test_the_effect_is_said_first_and_nothing_is_saved() -> None:
    clock = _objection_window()
    day = workday(1)
    page = admin().post("/calendar/days/", _form(day)).content.decode()
    assert "条在走的期限会重新计算" in page
    assert "加入 1 天" in page
    assert SOURCE in page
    assert not OffDay.objects.filter(scope=COUNTY).exists()
    assert not Change.objects.filter(kind__startswith="calendar").exists()
    assert reach(COUNTY, [day]).clocks >= 1
    assert reach(COUNTY, [clock.started_at.date() - timedelta(days=400)]).clocks == 0


def test_a_day_that_is_saved_moves_the_clocks_in_the_background_with_a_trace(
    django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _objection_window()
    day = workday(1)
    asked = reach(COUNTY, [day]).clocks
    sent: list[Any] = []
    monkeypatch.setattr(jobs, "send", lambda task, *args: sent.append((task, args)))
    answer = admin().post("/calendar/days/", _form(day, step="save"))
    assert answer.status_code == 302
    said = admin().get(answer.headers["Location"]).content.decode()
    assert "已加入 1 天" in said
    assert "建县纪念日" in said
    row = OffDay.objects.get(scope=COUNTY)
    assert (row.date, row.is_workday, row.source) == (day, False, SOURCE)
    change = Change.objects.get(kind="calendar.added")
    assert (change.tenant_id, change.data["count"], change.data["on"]) == (tenant(COUNTY).pk, 1, day.isoformat())
    # The page computed nothing: it sent each office beneath its task.
    assert [args for _task, args in sent] == [(tenant(COUNTY).pk,)]
    with context.use(tenant(COUNTY)):
        assert Clock.objects.get(pk=clock.pk).due_raw == clock.due_raw
    moved = jobs.recompute_clocks(tenant(COUNTY))
    assert moved == asked
    with context.use(tenant(COUNTY)):
        assert Clock.objects.get(pk=clock.pk).due_raw > clock.due_raw
        assert Event.objects.filter(case=clock.case_id, kind="recomputed").exists()


def test_several_days_and_one_that_changes_nothing() -> None:
    saturday = today() + timedelta(days=(5 - today().weekday()) % 7 or 7)
    page = admin().post("/calendar/days/", _form(saturday, saturday + timedelta(days=1))).content.decode()
    assert "加入 2 天" in page
    assert page.count("不变") >= 2
    assert "没有在走的期限受影响" in page


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"first": ""}, "填写起始日期"),
        ({"first": "2026-13-40"}, "日期写成"),
        ({"last": "2020-01-01"}, "早于起始"),
        ({"last": "2099-01-01"}, "一次最多 31 天"),
        ({"source": ""}, "填写依据"),
        ({"name": "字" * 61}, "60"),
        ({"first": "1900-01-01"}, "年份只能是"),
        ({"worked": "maybe"}, "maybe"),
    ],
)
def test_what_cannot_be_is_refused_at_the_field_and_kept(changed: dict[str, str], reason: str) -> None:
    given = {**_form(date(2026, 12, 1)), **changed}
    for step in ("", "save"):
        answer = admin().post("/calendar/days/", {**given, "step": step})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert reason in page
        assert SOURCE in page or not given["source"]
    assert not OffDay.objects.filter(scope=COUNTY).exists()


def test_a_day_is_taken_back_after_its_effect_was_seen() -> None:
    day = workday(3)
    calendars.set_day(COUNTY, day, is_workday=False, name="纪念日", source=SOURCE)
    assert "撤回前看一看" in admin().get(f"/calendar/days/{day}/remove/").content.decode()
    assert OffDay.objects.filter(scope=COUNTY).count() == 1
    answer = admin().post(f"/calendar/days/{day}/remove/")
    assert "已撤回" in admin().get(answer.headers["Location"]).content.decode()
    assert not OffDay.objects.filter(scope=COUNTY).exists()
    assert Change.objects.filter(kind="calendar.removed", tenant=tenant(COUNTY)).count() == 1
    for odd in (str(day), "nonsense", "2026-99-99"):
        assert admin().post(f"/calendar/days/{odd}/remove/").status_code == 404


def test_the_nations_days_and_those_of_places_above_are_not_ours_to_take_back() -> None:
    day = workday(3)
    calendars.set_day(BUREAU, day, is_workday=False, name="市民节", source=SOURCE)
    page = admin().get(f"/calendar/?year={day.year}").content.decode()
    assert "市民节" in page
    assert f"/calendar/days/{day}/remove/" not in page
    assert f"/calendar/days/{day}/remove/" in admin(BUREAU).get(f"/calendar/?year={day.year}").content.decode()
    for taken in (day, date(2026, 10, 1)):
        assert admin().get(f"/calendar/days/{taken}/remove/").status_code == 404
        assert admin().post(f"/calendar/days/{taken}/remove/").status_code == 404


def test_the_place_above_reaches_the_clocks_beneath() -> None:
    _objection_window()
    register(BUREAU)
    day = workday(1)
    above, here = reach(BUREAU, [day]), reach(COUNTY, [day])
    assert (above.offices, here.offices) == (3, 1)
    assert above.clocks >= here.clocks >= 1
    with CaptureQueriesContext(connection) as asked:
        reach("", [day])
    counts = [query["sql"] for query in asked if "cases_clock" in query["sql"]]
    assert len(counts) == 1, "one question for all offices"
    assert "本局和下级共 3 个机构" in admin(BUREAU).post("/calendar/days/", _form(day)).content.decode()


def _file(text: str, name: str = "days.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


def test_a_file_is_previewed_and_then_put_in_force() -> None:
    first, second = workday(1), workday(30)
    file = _file(f"日期,是否上班,名称\n{first},否,纪念日\n{second},否,开渔节\n")
    page = admin().post("/calendar/import/", {"file": file, "source": SOURCE}).content.decode()
    assert "开渔节" in page
    assert not OffDay.objects.filter(scope=COUNTY).exists()
    kept = page.split('name="kept" value="')[1].split('"')[0]
    answer = admin().post("/calendar/import/", {"step": "save", "kept": kept})
    assert "done=added&count=2" in answer.headers["Location"]
    assert OffDay.objects.filter(scope=COUNTY, source=SOURCE).count() == 2
    assert Change.objects.get(kind="calendar.imported").data["count"] == 2
    forged = admin().post("/calendar/import/", {"step": "save", "kept": kept[:-2] + "xx"})
    assert forged.status_code == 422


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "选一个文件"),
        (_file("x,y\nz,w\n"), "第 2 行"),
        (_file("2026-12-01,也许,x\n"), "看不出是否上班"),
        (_file(""), "文件是空的"),
        (_file("日期,是否上班\n"), "没有日期"),
        (_file("PK", "days.xlsx"), "打不开这个表格"),
    ],
)
def test_a_bad_file_is_refused_row_by_row(file: SimpleUploadedFile | None, reason: str) -> None:
    answer = admin().post("/calendar/import/", {"source": SOURCE, **({"file": file} if file else {})})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert reason in page
    assert SOURCE in page


def test_from_november_the_missing_next_year_is_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.office.calendar.today", lambda: date(2026, 11, 23))
    CalendarYear.objects.filter(year__gt=2026).delete()
    calendars.invalidate()
    assert "2027 年的放假安排还没有导入" in admin().get("/calendar/").content.decode()
