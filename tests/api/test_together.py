"""One step for several cases: a result for each, one letter, and a key that goes on where it stopped."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from cases.models import Case, Handover, Proposal
from cases.states import State
from tenants import context
from tests.api.calling import Caller
from tests.api.client import Api
from tests.api.tokens import System, issued
from tests.cases.making import COUNTY, OTHER, at_unit, do, in_days, register, row
from tests.people import actor, department

pytestmark = pytest.mark.django_db
UNIT = "住建局"
KEY = {"Idempotency-Key": "one-morning-0001"}


def picked(cases: list[UUID]) -> list[dict[str, Any]]:
    return [{"id": str(case), "version": row(COUNTY, case).version} for case in cases]


def to_unit(cases: list[UUID], **more: Any) -> dict[str, Any]:
    return {"cases": picked(cases), "to_department": str(department(COUNTY, UNIT).id), **more}


def filed(count: int) -> list[UUID]:
    return [register(path="C6").case.id for _n in range(count)]


def letters(cases: list[UUID]) -> set[str]:
    with context.use(context.tenant_by_code(COUNTY)):
        return set(Handover.objects.filter(case__in=cases).values_list("letter_number", flat=True))


def test_one_letter_names_them_all_and_what_failed_says_why_while_the_rest_goes() -> None:
    cases, elsewhere = filed(3), register(OTHER).case.id
    do(actor(COUNTY, "R3"), "transfer", cases[1], to_department=department(COUNTY, "城管局").id)
    body = to_unit(cases)
    body["cases"].append({"id": str(elsewhere), "version": 1})
    told = Caller(actor(COUNTY, "R3")).post("together/transfer", body)
    assert told.status_code == 200, told.content.decode()
    items = told.json()["items"]
    assert [item["case"] for item in items] == [str(case) for case in [*cases, elsewhere]]
    assert [item["fate"] for item in items] == ["done", "failed", "done", "failed"]
    assert [item["problem"]["status"] for item in items if item["problem"]] == [403, 404]
    assert told.json()["failed"] == 2
    sent = [cases[0], cases[2]]
    assert [row(COUNTY, case).state for case in sent] == [State.S20, State.S20]
    assert len(letters(sent)) == 1


def test_the_same_key_does_nothing_twice_and_takes_up_what_had_failed() -> None:
    cases = filed(2)
    body, clerk = to_unit(cases), Caller(actor(COUNTY, "R3"))
    with context.use(context.tenant_by_code(COUNTY)):
        Case.objects.filter(id=cases[1]).update(klass="", path="")
    first = clerk.post("together/transfer", body, **KEY).json()
    assert [item["fate"] for item in first["items"]] == ["done", "failed"]
    assert first["items"][1]["problem"]["code"] == "no-class"
    with context.use(context.tenant_by_code(COUNTY)):
        Case.objects.filter(id=cases[1]).update(klass="C", path="C6")
    second = clerk.post("together/transfer", body, **KEY).json()
    assert second["items"][0] == first["items"][0]
    assert second["failed"] == 0
    assert len(letters(cases)) == 1
    with context.use(context.tenant_by_code(COUNTY)):
        assert Handover.objects.filter(case__in=cases, kind="transfer").count() == 2
    other = clerk.post("together/transfer", {**body, "letter_text": "请办理。"}, **KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_body_is_refused_as_a_whole_before_anything_happens() -> None:
    cases = filed(1)
    body = to_unit(cases)
    body["cases"] *= 2
    clerk = Caller(actor(COUNTY, "R3"))
    assert clerk.post("together/transfer", body).json()["fields"].keys() == {"cases.1.id"}
    assert clerk.post("together/transfer", to_unit([])).json()["fields"].keys() == {"cases.non_field_errors"}
    assert clerk.post("together/assign", to_unit(cases)).json()["fields"].keys() == {"feedback_on"}
    assert row(COUNTY, cases[0]).state == State.S10


def test_what_a_leader_decides_is_proposed_and_a_system_needs_the_verb_or_its_proposal() -> None:
    cases = filed(2)
    api = Api(System(COUNTY, issued(COUNTY, "R3", "read", "propose:assign", "sign_for")[1]).client)
    told = api.assign_together(**to_unit(cases, feedback_on=in_days(30).isoformat()))
    assert [item["fate"] for item in told["items"]] == ["proposed", "proposed"]
    with context.use(context.tenant_by_code(COUNTY)):
        assert Proposal.objects.filter(case__in=cases, verb="assign", status="open").count() == 2
    refused = System(COUNTY, issued(COUNTY, "R3", "read")[1]).client.post(
        "/api/v1/together/sign_for", {"cases": picked(cases)}, content_type="application/json"
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "token-scope")


def test_several_are_signed_for_and_allotted() -> None:
    cases = [at_unit(), at_unit()]
    desk = Caller(actor(COUNTY, "R5", unit=UNIT))
    assert desk.post("together/sign_for", {"cases": picked(cases)}).json()["failed"] == 0
    for case in cases:
        do(actor(COUNTY, "R5", unit=UNIT), "accept", case)
    place = department(COUNTY, "物业管理科").id
    told = desk.post("together/allot", {"cases": picked(cases), "to_department": str(place)}).json()
    assert {row(COUNTY, case).department for case in cases} == {place}, told
