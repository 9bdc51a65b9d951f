"""The nation's plan of a year: previewed, put in force whole, recomputed in every office; half a plan is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases import jobs
from tenants import calendars
from tenants.calendars import calendar_for
from tenants.models import CalendarYear, Change, Tenant
from tests.operator.asking import client

pytestmark = pytest.mark.django_db
SOURCE = "国办发明电〔2026〕9 号"
PLAN = [
    *(f"2027-{day},否,{name}" for day, name in (("01-01", "元旦"), ("05-01", "劳动节"), ("05-02", "劳动节"))),
    *(f"2027-10-0{day},否,国庆节" for day in range(1, 8)),
    *("2027-02-05,否,春节", "2027-02-08,否,春节", "2027-10-09,是,国庆节"),
]


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """What was rolled back must not stay in this process."""
    calendars.invalidate()
    yield
    calendars.invalidate()


def _file(rows: list[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("2027.csv", "\n".join(["日期,是否上班,名称", *rows]).encode())


def test_a_year_is_looked_at_and_then_put_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(jobs, "send", lambda task, *args: sent.append(args[0]))
    visitor = client()
    page = visitor.post("/calendar/", {"file": _file(PLAN), "source": SOURCE}).content.decode()
    assert "载入 2027 年" in page
    assert "4 个机构在走的期限会在后台重新计算" in page
    assert not CalendarYear.objects.filter(year=2027).exists()
    kept = page.split('name="kept" value="')[1].split('"')[0]
    assert visitor.post("/calendar/", {"kept": kept}).status_code == 302
    plan = CalendarYear.objects.get(year=2027)
    assert plan.source == SOURCE
    assert calendar_for("990123").known(2027)
    assert len(sent) == Tenant.objects.filter(status="ready").count()
    change = Change.objects.get(kind="calendar.published")
    assert (change.tenant_id, change.data["count"]) == (None, len(PLAN))
    assert SOURCE in visitor.get("/calendar/").content.decode()


@pytest.mark.parametrize(
    ("rows", "source", "reason"),
    [
        (PLAN[1:], SOURCE, "2027-01-01（元旦）应当放假"),
        ([*PLAN, "2027-13-01,否,x"], SOURCE, "不是日期"),
        (PLAN, "", "填写依据"),
        ([], SOURCE, "没有日期"),
    ],
)
def test_half_a_plan_is_refused_and_what_was_typed_stays(rows: list[str], source: str, reason: str) -> None:
    answer = client().post("/calendar/", {"file": _file(rows), "source": source})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert reason in page
    assert source in page
    assert client().post("/calendar/", {"kept": "forged"}).status_code == 422
    assert not CalendarYear.objects.filter(year=2027).exists()
