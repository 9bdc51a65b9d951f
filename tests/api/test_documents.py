"""Papers to print and sheets to take along, as other systems get them: what the pages give, masked and logged."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from cases.models import Access
from kernel.clock import today
from tenants import context
from tests.api.calling import Caller
from tests.api.client import Api
from tests.cases.making import COUNTY, OTHER, in_days, register, served
from tests.people import actor, client_for

pytestmark = pytest.mark.django_db
UNIT = "住建局"
NAME = "赵晚舟"


def looks(kind: str) -> list[dict[str, Any]]:
    with context.use(context.tenant_by_code(COUNTY)):
        return list(Access.objects.filter(kind=kind).order_by("id").values_list("data", flat=True))


def cells(content: bytes) -> list[list[Any]]:
    return [list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]


def html(caller: Caller, path: str, **query: Any) -> Any:
    return caller.client.get(f"/api/v1/{path}", query, headers={"accept": "text/html"})


def test_every_paper_of_a_case_is_a_document_to_print() -> None:
    case_id = served()
    desk = Caller(actor(COUNTY, "R5", unit=UNIT))
    rows = desk.get(f"cases/{case_id}/papers").json()["items"]
    for path in [f"cases/{case_id}/papers/{row['kind']}/{row['id']}" for row in rows]:
        found = html(desk, path)
        assert (found.status_code, found.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        text = found.content.decode()
        assert desk.get(path).json()["title"] in text
        assert 'class="paper"' in text
        assert "<nav" not in text
        assert NAME not in text
    assert "desk/theme" in text


def test_receipt_registration_and_case_sheet_are_the_pages_papers() -> None:
    case_id = register().case.id
    clerk = Caller(actor(COUNTY, "R3"))
    assert "信访件收件回执" in html(clerk, f"cases/{case_id}/receipt").content.decode()
    assert clerk.get(f"cases/{case_id}/receipt").json()["organ"]
    form = clerk.get(f"cases/{case_id}/registration").content.decode()
    assert "信访登记表" in form
    assert NAME not in form
    assert looks("sheet_printed") == []
    sheet = clerk.get(f"cases/{case_id}/sheet", history="moves").content.decode()
    assert "信访事项案卷单" in sheet
    assert NAME not in sheet
    assert looks("sheet_printed") == [{"history": "moves"}]


def test_a_document_that_is_not_theirs_is_refused_as_a_problem() -> None:
    case_id = register().case.id
    stranger = Caller(actor(OTHER, "R3"))
    for path in ("sheet", "registration", "receipt"):
        found = html(stranger, f"cases/{case_id}/{path}")
        assert (found.status_code, found.headers["Content-Type"]) == (404, "application/problem+json")
        assert found.json()["code"] == "not-found"
    sealed = register(klass="B", purpose="02").case.id
    assert html(Caller(actor(COUNTY, "R18")), f"cases/{sealed}/registration").status_code == 404
    refused = Caller(actor(COUNTY, "R3")).client.get(
        f"/api/v1/cases/{case_id}/sheet", headers={"accept": "application/pdf"}
    )
    assert (refused.status_code, refused.json()["code"]) == (406, "not-acceptable")


def test_the_list_goes_along_as_a_sheet_by_the_filters_of_the_page() -> None:
    number = register(text="路灯不亮。", demands=["修好路灯"]).case.number
    register(text="电梯停用。", demands=["恢复电梯"])
    api = Api(client_for(actor(COUNTY, "R3")))
    headings, *rows = cells(api.export_worklist(text="路灯"))
    assert headings[0] == "编号"
    assert [row[0] for row in rows] == [number]
    (look,) = looks("list_exported")
    assert (look["rows"], look["words"]) == (1, True)
    assert "路灯" not in str(look)
    asked = Caller(actor(COUNTY, "R3"))
    assert asked.get("exports/worklist", tab="nowhere").json()["fields"].keys() == {"tab"}
    assert asked.get("exports/worklist", sealed="true").status_code == 403


def test_the_book_is_read_page_by_page_and_taken_along() -> None:
    numbers = [register().case.number for _n in range(3)]
    api, clerk = Api(client_for(actor(COUNTY, "R2"))), Caller(actor(COUNTY, "R2"))
    entries = list(api.every("book", size=2))
    assert [entry["number"] for entry in entries] == numbers
    assert all(entry["who"] and entry["who"] != NAME for entry in entries)
    _headings, *rows = cells(api.export_book(first=today().isoformat()))
    assert [row[0] for row in rows] == numbers
    assert [look["rows"] for look in looks("register_exported")] == [3]
    for path in ("book", "exports/book"):
        assert clerk.get(path, last=in_days(-400).isoformat()).json()["fields"].keys() == {"last"}
