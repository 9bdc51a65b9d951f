"""登记簿: what was registered in a period, in its order, masked, within rights; taking it along leaves a trace."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from cases.models import Access
from cases.queries import book
from kernel.clock import as_of, now, today
from tenants import context
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, at_unit, do, in_days, register
from tests.people import actor, client_for, department, tenant

pytestmark = pytest.mark.django_db
URL = "/book/"


def entries(who: Actor, days: int = 0) -> list[book.Entry]:
    with context.use(who.schema):
        return book.read(who, book.Period(today() - timedelta(days=days), today())).entries


def test_registrations_stand_in_their_order_and_masked() -> None:
    first, second = register().case, register(text="路灯不亮。").case
    found = entries(actor(COUNTY, "R2"))
    assert [entry.full_number for entry in found] == [first.number, second.number]
    assert found[0].who.startswith("赵")
    assert found[0].who != "赵晚舟"
    assert "3 号楼" not in found[0].address
    shown = client_for(actor(COUNTY, "R2")).get(URL).content.decode()
    assert "赵晚舟" not in shown
    assert first.title in shown
    assert "待分流" in shown


def test_the_period_bounds_it() -> None:
    with as_of(now() - timedelta(days=40)):
        old = register().case
    register()
    clerk = actor(COUNTY, "R3")
    assert old.number not in {entry.full_number for entry in entries(clerk, 5)}
    assert old.number in {entry.full_number for entry in entries(clerk, 60)}


def test_what_is_sealed_or_anothers_stands_in_no_book() -> None:
    register(klass="B", purpose="02")
    came = register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", came.id, to_department=department(COUNTY).id, feedback_on=in_days(20))
    case = at_unit()
    register()
    numbers = {entry.id for entry in entries(actor(COUNTY, "R2"))}
    assert len(numbers) == 2
    assert came.id not in numbers, "another office registered it"
    assert {entry.id for entry in entries(actor(COUNTY, "R5", unit="住建局"))} == {case}
    assert entries(actor(COUNTY, "R5", unit="城管局")) == []


def test_pages_go_on_by_key() -> None:
    for _ in range(5):
        register()
    who = actor(COUNTY, "R2")
    with context.use(who.schema):
        period = book.Period(today(), today())
        whole = [entry.id for entry in book.all_entries(who, period, 100, step=2)]
        assert len(book.read(who, period, size=2).entries) == 2
    assert len(whole) == len(set(whole)) == 5


def test_the_sheet_and_the_print_leave_a_trace() -> None:
    case = register().case
    client = client_for(actor(COUNTY, "R2"))
    days = {"first": today().isoformat(), "last": today().isoformat()}
    answer = client.post(reverse("desk:book_export", urlconf="config.urls"), days)
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row]
    assert case.number in cells
    assert "赵晚舟" not in cells
    assert client.post(reverse("desk:book_print", urlconf="config.urls"), days).status_code == 200
    with context.use(tenant(COUNTY)):
        assert list(Access.objects.order_by("at").values_list("kind", flat=True)) == [
            "register_exported",
            "register_printed",
        ]
        assert Access.objects.first().data["rows"] == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "asked", [{"first": "上月"}, {"first": "2026-02-02", "last": "2026-02-01"}, {"first": "2020-01-01"}]
)
def test_a_wrong_period_is_said_at_its_field(asked: dict[str, str]) -> None:
    answer = client_for(actor(COUNTY, "R2")).get(URL, asked)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("role", ["R4", "R19", "R20"])
def test_other_posts_are_told_whose_it_is(role: str) -> None:
    answer = client_for(actor(COUNTY, role)).get(URL)
    assert answer.status_code == 403
    assert "登记簿由" in answer.content.decode()
