"""What the API tells of the desk beside the cases themselves: who may ask, and what the answers hold."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from kernel.clock import today
from tests.api.calling import Caller
from tests.asking import statements
from tests.cases.making import COUNTY, OTHER, accepted, at_unit, investigated, register, served, signed, submitted
from tests.people import actor, department

pytestmark = pytest.mark.django_db
UNIT = "住建局"


def items(caller: Caller, path: str, **query: Any) -> list[dict[str, Any]]:
    found = caller.get(path, **query)
    assert found.status_code == 200, found.content.decode()
    rows: list[dict[str, Any]] = found.json()["items"]
    return rows


def test_arrivals_say_who_sent_them_and_what_runs() -> None:
    case_id = at_unit()
    desk = Caller(actor(COUNTY, "R5", unit=UNIT))
    (row,) = items(desk, "inbox")
    assert row["case"]["id"] == str(case_id)
    assert row["sender"] == "澄屿县信访局"
    assert row["may_object"] is True
    assert row["dates"]
    assert items(Caller(actor(COUNTY, "R5", unit="城管局")), "inbox") == []


def test_what_waits_for_approval_is_asked_of_the_right_person() -> None:
    case_id = submitted()
    checker, leader = (Caller(actor(COUNTY, role, unit=UNIT)) for role in ("R7", "R8"))
    (row,) = items(checker, "approvals")
    assert (row["verb"], row["case"]["id"], row["proposal"]) == ("check", str(case_id), None)
    assert items(leader, "approvals") == []
    assert checker.get("counts").json()["approvals"] == 1


def test_the_list_costs_the_same_for_many_and_knows_the_filters_of_the_page() -> None:
    for _n in range(6):
        register(text="路灯不亮。", demands=["修好路灯"])
    clerk = Caller(actor(COUNTY, "R3"))
    assert len(items(clerk, "cases", size=5)) == 5
    few, more = (statements(partial(items, clerk, "cases", size=size)) for size in (2, 5))
    assert few == more
    assert len(items(clerk, "cases", tab="triage", clock="ok")) == 6
    assert items(clerk, "cases", tab="serve") == []
    assert len(items(clerk, "cases", text="路灯")) == 6
    assert items(clerk, "cases", text="电梯") == []
    seen, cursor = [], ""
    while True:
        page = clerk.get("cases", size=4, **({"cursor": cursor} if cursor else {})).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 6
    assert clerk.get("cases", cursor="x").json()["code"] == "cursor"


def test_receivers_come_with_their_load_and_what_cannot_be_chosen_says_what_it_is() -> None:
    case_id = register().case.id
    at_unit()
    clerk = Caller(actor(COUNTY, "R3"))
    (unit,) = [row for row in items(clerk, f"cases/{case_id}/targets", text=UNIT) if row["open"]]
    assert (unit["where"], unit["load"]["open"]) == ("unit", 1)
    upper = items(clerk, f"cases/{case_id}/targets", text="临澜市")
    assert [(row["where"], row["open"], row["load"]) for row in upper] == [("upper", False, None)]
    wrong = clerk.get(f"cases/{case_id}/after_transfer", to_department=department(OTHER).id)
    assert wrong.json()["fields"].keys() == {"to_department"}
    assert Caller(actor(COUNTY, "R2")).get(f"cases/{case_id}/targets").status_code == 403
    assert Caller(actor(COUNTY, "R5", unit=UNIT)).get(f"cases/{case_id}/targets").status_code == 404


def test_an_opinion_in_the_making_is_the_holders_alone() -> None:
    case_id = investigated()
    handler = Caller(actor(COUNTY, "R6", unit=UNIT))
    told = handler.get(f"cases/{case_id}/drafting").json()
    assert told["opinion"] is None
    assert {row["field"] for row in told["missing"]} >= {"outcome"}
    assert Caller(actor(COUNTY, "R3")).get(f"cases/{case_id}/drafting").status_code == 403
    demand = handler.case(case_id)["demands"][0]["id"]
    sheet = handler.post(f"cases/{case_id}/preview_opinion", {"answers": {demand: {"outcome": "SUPPORT"}}})
    assert sheet.json()["draft"] is True
    assert handler.get(f"cases/{case_id}/drafting").json()["opinion"] is None
    stranger = Caller(actor(COUNTY, "R6", unit="城管局"))
    assert stranger.post(f"cases/{case_id}/preview_opinion", {"answers": {}}).status_code == 404


def test_papers_are_read_masked_and_only_by_who_may_read_people() -> None:
    case_id = served()
    desk = Caller(actor(COUNTY, "R5", unit=UNIT))
    rows = items(desk, f"cases/{case_id}/papers")
    assert {"notice", "opinion", "service", "letter"} <= {row["kind"] for row in rows}
    for row in rows:
        sheet = desk.get(f"cases/{case_id}/papers/{row['kind']}/{row['id']}").json()
        assert sheet["masked"] is True
        assert "赵晚舟" not in str(sheet)
    supervisor = Caller(actor(COUNTY, "R13"))
    assert items(supervisor, f"cases/{case_id}/papers") == []
    assert supervisor.get(f"cases/{case_id}/papers/opinion/{rows[0]['id']}").status_code == 404
    assert desk.get(f"cases/{case_id}/papers/secrets/{rows[0]['id']}").status_code == 404


def test_what_service_brings_is_told_while_it_can_be_served() -> None:
    case_id = signed()
    desk = Caller(actor(COUNTY, "R5", unit=UNIT))
    told = desk.get(f"cases/{case_id}/after_service", received_on=today().isoformat()).json()
    assert told["window_until"] is not None
    assert told["stops"]
    assert desk.get(f"cases/{accepted()}/after_service").status_code == 409


def test_a_receipt_is_given_where_the_case_was_registered() -> None:
    case_id = register().case.id
    told = Caller(actor(COUNTY, "R2")).get(f"cases/{case_id}/receipt").json()
    assert (told["channel"], told["organ"]) == ("VISIT", "澄屿县信访局")
    assert told["due"] is not None
    assert Caller(actor(OTHER, "R2")).get(f"cases/{case_id}/receipt").status_code == 404
