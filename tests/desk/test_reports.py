"""结报: the unit proposes, the deputy reports, each bureau passes on or returns, the assigner decides."""

from uuid import UUID

import pytest
from django.test import Client

from cases.models import Case
from kernel.clock import today
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, do, in_days
from tests.people import actor, client_for, department

UNIT = "住建局"
WORDS = {"facts": "属实", "handling": "已办", "attitude": "满意", "execution": ""}

pytestmark = pytest.mark.django_db


def browser(code: str, role: str) -> Client:
    return client_for(actor(code, role, unit=UNIT if role in ("R5", "R6", "R8") else ""))


def row(code: str, case_id: UUID) -> Case:
    return making.row(code, case_id)


def assigned_and_served(given: dict[str, str] | None = None) -> UUID:
    """Assigned by the county's own bureau to its unit, answered and served."""
    case_id = making.register(COUNTY).case.id
    unit = department(COUNTY, UNIT)
    do(actor(COUNTY, "R4"), "assign", case_id, to_department=unit.id, feedback_on=in_days(30))
    desk, handler = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R6", unit=UNIT)
    for verb, fields in (("sign_for", {}), ("accept", {}), ("notify", {"way": "1"})):
        do(desk, verb, case_id, **fields)
    do(desk, "allot", case_id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case_id, way="phone", text="说明")
    do(handler, "draft", case_id, answers=making.answers(COUNTY, case_id, **(given or {})))
    do(handler, "submit", case_id)
    do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    do(desk, "serve", case_id, way="0", received_on=today(), view="0")
    return case_id


def test_the_form_is_filled_from_the_opinion_and_its_service() -> None:
    case_id = assigned_and_served()
    page = browser(COUNTY, "R5").get(f"/cases/{case_id}/report/").content.decode()
    assert "经查属实。" in page
    assert "同意" in page
    assert "提请结报" in page
    assert "澄屿县信访局" in page
    assert "复查期届满" in page
    assert "style=" not in page


def test_the_desk_proposes_and_the_deputy_reports() -> None:
    case_id = assigned_and_served()
    url = f"/cases/{case_id}/report/"
    refused = browser(COUNTY, "R5").post(url, {**WORDS, "facts": "", "action": "propose"})
    assert refused.status_code == 422
    assert "写明查明的事实" in refused.content.decode()
    unasked = browser(COUNTY, "R8").get(url).content.decode()
    assert "先提请" in unasked
    assert 'value="report"' not in unasked
    assert browser(COUNTY, "R5").post(url, {**WORDS, "action": "propose"}).status_code == 302
    assert "等候审批" in browser(COUNTY, "R5").get(url).content.decode()
    page = browser(COUNTY, "R8").get(url).content.decode()
    assert "属实" in page
    assert 'value="report"' in page
    assert browser(COUNTY, "R8").post(url, {**WORDS, "action": "report"}).status_code == 302
    assert row(COUNTY, case_id).state == "S88"
    assert "待审核" in browser(COUNTY, "R8").get(url).content.decode()


def test_the_deputy_may_turn_it_down() -> None:
    case_id = assigned_and_served()
    url = f"/cases/{case_id}/report/"
    browser(COUNTY, "R5").post(url, {**WORDS, "action": "propose"})
    assert browser(COUNTY, "R8").post(url, {"action": "turn_down", "reason": ""}).status_code == 422
    assert browser(COUNTY, "R8").post(url, {"action": "turn_down", "reason": "态度没有写清"}).status_code == 302
    assert row(COUNTY, case_id).flags == []


def test_the_assigner_reads_the_answers_and_approves() -> None:
    case_id = making.reported(UNIT)
    url = f"/cases/{case_id}/report/"
    page = browser(BUREAU, "R4").get(url).content.decode()
    for part in ("信访事项办结报告", "恢复 3 号楼电梯运行", "将于期限内办妥", "予以支持", "审核通过", "退回重办"):
        assert part in page
    assert "赵晚舟" not in page
    assert browser(BUREAU, "R4").post(url, {"action": "approve_report"}).status_code == 302
    assert row(COUNTY, case_id).state == "S61"
    assert "审核通过" in browser(BUREAU, "R4").get(url).content.decode()


def test_a_bureau_between_passes_it_on_or_returns_it() -> None:
    case_id = making.reported(UNIT)
    url = f"/cases/{case_id}/report/"
    page = browser(COUNTY, "R3").get(url).content.decode()
    assert 'value="forward_report"' not in page
    assert "信访事项办结报告" in page


def test_returning_needs_a_gate_and_a_reason() -> None:
    case_id = making.reported(UNIT)
    url = f"/cases/{case_id}/report/"
    refused = browser(BUREAU, "R4").post(url, {"action": "return_report", "reason": "数字对不上"})
    assert refused.status_code == 422
    assert "数字对不上" in refused.content.decode()
    given = {"action": "return_report", "gate": "facts", "reason": "数字对不上", "redo": "on"}
    assert browser(BUREAU, "R4").post(url, given).status_code == 302
    assert row(COUNTY, case_id).state == "S50"
    page = client_for(actor(COUNTY, "R6", unit=UNIT)).get(f"/cases/{case_id}/opinion/").content.decode()
    assert "数字对不上" in page


def test_each_promise_is_proved() -> None:
    case_id = assigned_and_served({"item": "更换曳引机", "execute_by": "2027-03-15"})
    assert row(COUNTY, case_id).state == "S65"
    url = f"/cases/{case_id}/report/"
    page = browser(COUNTY, "R5").get(url).content.decode()
    assert "更换曳引机" in page
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        from cases.models import Answer

        ids = [str(pk) for pk in Answer.objects.filter(opinion__case_id=case_id).values_list("id", flat=True)]
    for answer in ids:
        given = {"action": "prove_execution", "answer": answer, "executed_on": today().isoformat(), "proof": "验收单"}
        assert browser(COUNTY, "R5").post(url, given).status_code == 302
    assert row(COUNTY, case_id).state == "S61"


def test_an_office_without_the_case_finds_nothing_and_a_case_without_a_report_says_so() -> None:
    case_id = making.reported(UNIT)
    assert browser(OTHER, "R4").get(f"/cases/{case_id}/report/").status_code == 404
    other = making.at_unit(unit=UNIT)
    assert browser(COUNTY, "R5").get(f"/cases/{other}/report/").status_code == 409
