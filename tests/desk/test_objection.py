"""Objecting by page: the window shown, two pairs of eyes, the sender decides and sees both ends first."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.models import Handover, Proposal
from cases.states import State, Task
from kernel.clock import as_of, now
from tenants.models import Duty
from tests.cases.making import at, at_unit, do, register, row
from tests.people import actor, client_for, department

CITY, COUNTY, OTHER = "990100", "990123", "990124"

pytestmark = pytest.mark.django_db


def words(case_id: UUID, action: str, code: str = COUNTY, **changes: Any) -> dict[str, Any]:
    return {
        "action": action,
        "version": row(code, case_id).version,
        "reason": "duty",
        "text": "小区电梯监管不属本单位职责。",
        "law": "权责清单第 12 项",
        "proposed_unit": str(department(COUNTY, "城管局").id),
        **changes,
    }


def objected() -> UUID:
    case_id = at_unit(COUNTY)
    page = f"/cases/{case_id}/object/"
    client_for(actor(COUNTY, "R5", unit="住建局")).post(page, words(case_id, "propose"))
    client_for(actor(COUNTY, "R8", unit="住建局")).post(page, words(case_id, "object"))
    return case_id


def test_the_page_shows_the_window_and_who_decides_by_when() -> None:
    case_id = at_unit(COUNTY)
    page = client_for(actor(COUNTY, "R5", unit="住建局")).get(f"/cases/{case_id}/object/").content.decode()
    assert "可提异议" in page
    assert "澄屿县信访局 · 决定" in page
    assert "城市管理局" in page
    assert 'value="propose"' in page
    assert 'value="object"' not in page
    assert "style=" not in page


def test_the_clerk_proposes_and_the_one_in_charge_objects() -> None:
    case_id = at_unit(COUNTY)
    page = f"/cases/{case_id}/object/"
    clerk, head = client_for(actor(COUNTY, "R5", unit="住建局")), client_for(actor(COUNTY, "R8", unit="住建局"))
    assert clerk.post(page, words(case_id, "propose")).status_code == 302
    assert row(COUNTY, case_id).state == State.S20
    shown = head.get(page).content.decode()
    assert "小区电梯监管不属本单位职责。" in shown
    assert 'value="object"' in shown
    assert head.post(page, words(case_id, "object")).status_code == 302
    after = row(COUNTY, case_id)
    assert (after.state, after.task) == (State.S24, Task.OBJECTION)
    with at(actor(COUNTY, "R4")):
        assert Handover.objects.get(case=after).objection_reason == "duty"


def test_objecting_without_a_proposal_is_refused_and_nothing_is_lost() -> None:
    case_id = at_unit(COUNTY)
    head = client_for(actor(COUNTY, "R8", unit="住建局"))
    answer = head.post(f"/cases/{case_id}/object/", words(case_id, "object"))
    assert answer.status_code == 409
    assert "小区电梯监管不属本单位职责。" in answer.content.decode()
    assert row(COUNTY, case_id).state == State.S20


def test_reasons_and_law_are_asked_for_at_their_fields() -> None:
    case_id = at_unit(COUNTY)
    clerk = client_for(actor(COUNTY, "R5", unit="住建局"))
    answer = clerk.post(f"/cases/{case_id}/object/", words(case_id, "propose", reason="", law=" "))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "选一个异议理由" in page
    assert "写明依据" in page
    assert "小区电梯监管不属本单位职责。" in page


def test_after_the_window_the_page_says_what_remains_possible() -> None:
    with as_of(now() - timedelta(days=20)):
        case_id = at_unit(COUNTY)
    clerk = client_for(actor(COUNTY, "R5", unit="住建局"))
    page = clerk.get(f"/cases/{case_id}/object/").content.decode()
    assert "已届满" in page
    assert "理由和依据" not in page  # nobody writes what cannot be sent
    assert "报请共同上级指定" in page
    assert clerk.post(f"/cases/{case_id}/object/", words(case_id, "propose")).status_code == 409
    with at(actor(COUNTY, "R4")):
        assert not Proposal.objects.exists()


def test_the_head_turns_down_with_a_reason() -> None:
    case_id = at_unit(COUNTY)
    page = f"/cases/{case_id}/object/"
    client_for(actor(COUNTY, "R5", unit="住建局")).post(page, words(case_id, "propose"))
    head = client_for(actor(COUNTY, "R8", unit="住建局"))
    version = row(COUNTY, case_id).version
    empty = head.post(page, {"action": "turn_down", "version": version, "turn_down_reason": ""})
    assert empty.status_code == 422
    full = head.post(page, {"action": "turn_down", "version": version, "turn_down_reason": "属本单位职责。"})
    assert full.status_code == 302
    with at(actor(COUNTY, "R4")):
        assert Proposal.objects.get().status == "declined"


def test_the_sender_consents_and_goes_on_to_the_unit_that_was_named() -> None:
    case_id = objected()
    leader = client_for(actor(COUNTY, "R4"))
    page = leader.get(f"/cases/{case_id}/objection/").content.decode()
    assert "小区电梯监管不属本单位职责。" in page
    assert "本局 · 再分流" in page
    assert "城市管理局" in page
    assert "style=" not in page
    body = {"action": "consent", "version": row(COUNTY, case_id).version, "text": ""}
    answer = leader.post(f"/cases/{case_id}/objection/", body)
    assert answer.url == f"/cases/{case_id}/transfer/?to={department(COUNTY, '城管局').id}"
    after = row(COUNTY, case_id)
    assert (after.state, after.due_kind) == (State.S10, "K1p")
    assert "checked" in leader.get(answer.url).content.decode()


def test_the_sender_refuses_with_reasons_only() -> None:
    case_id = objected()
    leader, page = client_for(actor(COUNTY, "R4")), f"/cases/{case_id}/objection/"
    version = row(COUNTY, case_id).version
    empty = leader.post(page, {"action": "refuse", "version": version, "text": " "})
    assert empty.status_code == 422
    assert "写明驳回的理由" in empty.content.decode()
    assert leader.post(page, {"action": "refuse", "version": version, "text": "属你单位。"}).status_code == 302
    assert row(COUNTY, case_id).state == State.S20
    assert leader.get(page).status_code == 409


def test_only_the_leader_of_the_sender_decides() -> None:
    case_id = objected()
    page = f"/cases/{case_id}/objection/"
    read_only = client_for(actor(COUNTY, "R3")).get(page)
    assert read_only.status_code == 200
    assert 'value="consent"' not in read_only.content.decode()
    body = {"action": "consent", "version": row(COUNTY, case_id).version}
    assert client_for(actor(COUNTY, "R3")).post(page, body).status_code == 403
    assert client_for(actor(COUNTY, "R8", unit="住建局")).get(page).status_code == 409
    assert client_for(actor(OTHER, "R4")).get(page).status_code == 404
    assert client_for(actor(CITY, "R4")).get(page).status_code == 404
    assert row(COUNTY, case_id).state == State.S24


def test_a_bureau_below_objects_and_the_upper_office_takes_it_back() -> None:
    case = register(CITY).case
    do(actor(CITY, "R3"), "transfer", case.id, to_department=department(COUNTY).id)
    page, version = f"/cases/{case.id}/object/", row(COUNTY, case.id).version
    clerk, head = client_for(actor(COUNTY, "R3")), client_for(actor(COUNTY, "R4"))
    assert "临澜市信访局 · 决定" in clerk.get(page).content.decode()
    body = words(case.id, "propose", proposed_unit="", version=version)
    assert clerk.post(page, body).status_code == 302
    body = words(case.id, "object", proposed_unit=str(department(OTHER).id))
    assert head.post(page, body).status_code == 302
    leader = client_for(actor(CITY, "R4"))
    shown = leader.get(f"/cases/{case.id}/objection/").content.decode()
    assert "汀岚县信访局" in shown
    assert "小区电梯监管不属本单位职责。" in shown
    body = {"action": "consent", "version": row(CITY, case.id).version, "text": "同意。"}
    assert leader.post(f"/cases/{case.id}/objection/", body).status_code == 302
    assert row(CITY, case.id).state == State.S10
    assert row(COUNTY, case.id).state == State.S99


def test_the_sender_sees_what_the_lists_of_duties_say() -> None:
    unit = department(COUNTY, "住建局")
    case_id = at_unit(COUNTY, content_class="080400")
    do(actor(COUNTY, "R5", unit="住建局"), "propose", case_id, verb="object", fields={})
    do(
        actor(COUNTY, "R8", unit="住建局"),
        "object",
        case_id,
        reason="duty",
        text="不属于本局。",
        law="机构改革方案",
        proposed_unit=department(COUNTY, "城管局").id,
    )
    leader = client_for(actor(COUNTY, "R4"))
    assert "权责清单" not in leader.get(f"/cases/{case_id}/objection/").content.decode()
    Duty.objects.create(tenant=unit.tenant, department=unit, number=7, text="物业管理", contents=["080400"])
    page = leader.get(f"/cases/{case_id}/objection/").content.decode()
    assert "第 7 项：物业管理" in page
    assert "清单里没有这类事项" in page
