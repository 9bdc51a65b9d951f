"""The main journey by other systems, through a client that knows the schema file alone.

The prefecture's system registers, the county's and the unit's pass it on and answer; what a leader decides, a person
decides: assignment, check, signature and report.
"""

from __future__ import annotations

import pytest
from django.test import Client

from kernel.clock import today
from tenants.actors import Actor
from tests.api.client import Api, Problem
from tests.api.tokens import System, issued
from tests.cases.making import BUREAU, COUNTY, in_days
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db
UNIT = "住建局"


def system(code: str, role: str, *, unit: str = "", name: str = "业务系统") -> Api:
    return Api(System(code, issued(code, role, unit=unit, name=name)[1]).client)


def person(who: Actor) -> Api:
    client: Client = client_for(who)
    return Api(client)


def fresh(api: Api, case: str) -> Api:
    """Others may have acted since: look before the next step."""
    api.case(case_id=case)
    return api


def test_from_registration_to_the_approved_report() -> None:
    hotline = system(BUREAU, "R3", name="12345 热线")
    county = system(COUNTY, "R3")
    desk, section = system(COUNTY, "R5", unit=UNIT), system(COUNTY, "R6", unit="物业管理科")
    leader, bureau = person(actor(COUNTY, "R8", unit=UNIT)), person(actor(BUREAU, "R4"))

    made = hotline.register(
        channel="PHONE",
        text="锦澜小区电梯停用。",
        demands=["恢复电梯"],
        people=[{"name": "赵晚舟", "phone": "13800000016"}],
        klass="C",
        purpose="04",
    )
    case = made["case"]["id"]
    assert len(made["query_code"]) == 12
    hotline.propose(case_id=case, verb="assign", fields={})
    below = next(row for row in hotline.targets(case_id=case)["items"] if row["where"] == "below")
    fresh(bureau, case).assign(case_id=case, to_department=below["id"], feedback_on=in_days(30).isoformat())

    assert [row["case"]["id"] for row in county.inbox()["items"]] == [case]
    county.sign_for(case_id=case)
    unit = next(row for row in county.targets(case_id=case, text=UNIT)["items"] if row["open"])
    assert county.after_transfer(case_id=case, to_department=unit["id"])["luggage"]["demands"] == 1
    county.transfer(case_id=case, to_department=unit["id"])

    desk.sign_for(case_id=case)
    desk.accept(case_id=case)
    desk.notify(case_id=case, way="1")
    place = next(row for row in desk.staff()["items"] if row["name"] == "物业管理科")
    desk.allot(case_id=case, to_department=place["id"], handler=place["people"][0]["id"])

    section.contact(case_id=case, way="phone", text="说明办理程序。")
    demand = section.case(case_id=case)["demands"][0]["id"]
    answers = {demand: {"outcome": "SUPPORT", "facts": "属实。", "reasons": "已修复。", "law": "《物业管理条例》"}}
    assert section.preview_opinion(case_id=case, answers=answers)["draft"] is True
    section.draft(case_id=case, answers=answers)
    assert section.drafting(case_id=case)["missing"] == []
    section.submit(case_id=case)

    checker = person(actor(COUNTY, "R7", unit=UNIT))
    assert [row["verb"] for row in checker.approvals()["items"]] == ["check"]
    checker.check(case_id=case)
    leader.sign(case_id=case)
    assert desk.after_service(case_id=case)["report"] is True
    fresh(desk, case).serve(case_id=case, way="0", received_on=today().isoformat())
    kinds = [row["kind"] for row in desk.papers(case_id=case)["items"]]
    assert {"opinion", "service"} <= set(kinds)

    ready = desk.reporting(case_id=case)
    words = {name: ready["suggestion"][name] or "满意" for name in ("facts", "handling", "attitude")}
    fresh(desk, case).propose(case_id=case, verb="report", fields=words)
    fresh(leader, case).report(case_id=case, **words)
    assert county.tasks()["items"][0]["task"] == "forward"
    fresh(county, case).forward_report(case_id=case)
    assert [row["task"] for row in bureau.tasks()["items"]] == ["report"]
    assert fresh(bureau, case).approve_report(case_id=case)["task"] == ""

    told = [(row["kind"], row["by"]["name"]) for row in hotline.every("events", case_id=case, size=2)]
    assert told[0] == ("registered", "12345 热线（系统）")
    assert len({row["id"] for row in hotline.every("cases", status="all", size=1)}) == 1


def test_the_client_refuses_what_the_schema_does_not_know_and_tells_refusals() -> None:
    hotline = system(BUREAU, "R3")
    with pytest.raises(AttributeError):
        hotline.delete_everything()
    from jsonschema import ValidationError

    with pytest.raises(ValidationError):
        hotline.register(channel="PIGEON")
    case = hotline.register(channel="PHONE", text="路灯不亮。")["case"]["id"]
    with pytest.raises(Problem) as refused:
        hotline.transfer(case_id=case, to_department=department(COUNTY, UNIT).id)
    assert refused.value.status in {409, 422}
    with pytest.raises(Problem) as refused:
        hotline.sign(case_id=case)
    assert (refused.value.status, refused.value.code) == (403, "token-scope")
