"""待签发: each sees only what waits for that person, one paper a screen, and after the act the next."""

from uuid import UUID

import pytest

from cases.models import Opinion, Proposal
from cases.queries import approvals
from kernel.ids import new_id
from tests.cases import making
from tests.cases.making import COUNTY, OTHER, do
from tests.people import actor, client_for, department

UNIT = "住建局"

pytestmark = pytest.mark.django_db


def paper(case_id: UUID) -> Opinion:
    with making.at(actor(COUNTY, "R7", unit=UNIT)):
        return Opinion.objects.get(case_id=case_id)


def role(code: str, unit: str = UNIT) -> object:
    return client_for(actor(COUNTY, code, unit=unit))


def waits(code: str, unit: str = UNIT) -> list[str]:
    who = actor(COUNTY, code, unit=unit)
    with making.at(who):
        return [one.verb for one in approvals.waiting(who)]


def test_an_ordinary_opinion_waits_for_the_check_then_for_the_deputy() -> None:
    case_id = making.submitted(unit=UNIT)
    assert (waits("R7"), waits("R8"), waits("R9")) == (["check"], [], [])
    assert waits("R7", "城管局") == []
    page = role("R7").get("/approvals/").content.decode()
    assert "核稿" in page
    assert f"/approvals/{paper(case_id).id}/" in page
    assert "style=" not in page
    answer = role("R7").post(f"/approvals/{paper(case_id).id}/", {"action": "check"})
    assert answer.url == "/approvals/"
    assert (waits("R7"), waits("R8"), waits("R9")) == ([], ["sign"], [])
    answer = role("R8").post(f"/approvals/{paper(case_id).id}/", {"action": "sign"}, follow=True)
    assert "已签发：住建局〔" in answer.content.decode()
    assert making.row(COUNTY, case_id).state == "S60"


def test_the_case_leads_to_the_paper_whom_it_waits_for_and_nobody_else() -> None:
    case_id = making.submitted(unit=UNIT)

    def led(code: str) -> bool:
        return f'href="/approvals/{case_id}/"' in role(code).get(f"/cases/{case_id}/").content.decode()

    assert (led("R7"), led("R8"), led("R9")) == (True, False, False)
    assert "（送审稿）" in role("R7").get(f"/approvals/{case_id}/").content.decode()
    role("R7").post(f"/approvals/{case_id}/", {"action": "check"})
    assert (led("R7"), led("R8"), led("R9")) == (False, True, False)


def test_an_important_one_waits_for_the_head_alone() -> None:
    case_id = making.submitted(unit=UNIT, important=True)
    assert (waits("R7"), waits("R8"), waits("R9")) == ([], [], ["sign"])
    page = role("R9").get(f"/approvals/{paper(case_id).id}/").content.decode()
    assert "由主要负责人直接签发" in page
    role("R9").post(f"/approvals/{paper(case_id).id}/", {"action": "sign"})
    assert making.row(COUNTY, case_id).state == "S60"


def test_the_paper_is_shown_as_it_will_be_issued_without_the_name() -> None:
    case_id = making.submitted(unit=UNIT)
    page = role("R7").get(f"/approvals/{paper(case_id).id}/").content.decode()
    for part in (
        "澄屿县住房和城乡建设局",
        "（送审稿）",
        "赵**：",
        "一、关于恢复 3 号楼电梯运行。",
        "申请复查",
        "说明办理程序",
    ):
        assert part in page
    assert "赵晚舟" not in page
    assert "第 1 件，共 1 件" in page


def test_sending_back_needs_a_gate_and_a_reason_and_goes_on() -> None:
    first, second = making.submitted(unit=UNIT), making.submitted(unit=UNIT)
    url = f"/approvals/{paper(first).id}/"
    refused = role("R7").post(url, {"action": "send_back", "reason": "事实不清"})
    assert refused.status_code == 422
    assert "至少选一关" in refused.content.decode()
    assert "事实不清" in refused.content.decode()
    answer = role("R7").post(url, {"action": "send_back", "gates": ["facts"], "reason": "查清日期"})
    assert answer.url == f"/approvals/{paper(second).id}/"
    assert making.row(COUNTY, first).state == "S50"
    assert making.row(COUNTY, first).sent_back == 1


def test_a_second_click_or_a_stale_page_says_so() -> None:
    case_id = making.submitted(unit=UNIT)
    url = f"/approvals/{paper(case_id).id}/"
    version = making.row(COUNTY, case_id).version
    do(actor(COUNTY, "R6", unit=UNIT), "note", case_id, text="补一句")
    stale = role("R7").post(url, {"action": "check", "version": str(version)})
    assert stale.status_code == 412
    role("R7").post(url, {"action": "check"})
    again = role("R7").post(url, {"action": "check"}, follow=True)
    assert "已经有结果了" in again.content.decode()


def test_an_extension_is_approved_as_proposed() -> None:
    case_id = making.investigated(unit=UNIT)
    do(actor(COUNTY, "R6", unit=UNIT), "propose", case_id, verb="extend", fields={"days": 15, "reason": "原厂供货"})
    assert (waits("R9"), waits("R8")) == (["extend"], [])
    with making.at(actor(COUNTY, "R9", unit=UNIT)):
        item = Proposal.objects.get(case_id=case_id).id
    page = role("R9").get(f"/approvals/{item}/").content.decode()
    assert "15 日" in page
    assert "原厂供货" in page
    assert "延期后到" in page
    role("R9").post(f"/approvals/{item}/", {"action": "approve"})
    assert making.row(COUNTY, case_id).extended_days == 15


def test_a_proposal_is_turned_down_with_a_reason() -> None:
    case_id = making.investigated(unit=UNIT)
    do(actor(COUNTY, "R6", unit=UNIT), "propose", case_id, verb="extend", fields={"days": 15, "reason": "原厂供货"})
    with making.at(actor(COUNTY, "R9", unit=UNIT)):
        item = Proposal.objects.get(case_id=case_id).id
    refused = role("R9").post(f"/approvals/{item}/", {"action": "turn_down"})
    assert refused.status_code == 422
    assert "写明不批准的理由" in refused.content.decode()
    assert (
        role("R9").post(f"/approvals/{item}/", {"action": "turn_down", "turn_down-reason": "抓紧办"}).status_code == 302
    )
    assert making.row(COUNTY, case_id).extended_days == 0


def test_the_bureaus_approver_sees_what_the_desk_proposed_and_nobody_elses() -> None:
    case_id = making.register(COUNTY).case.id
    unit = department(COUNTY, UNIT)
    do(actor(COUNTY, "R3"), "propose", case_id, verb="transfer", fields={"to_department": str(unit.id)})
    who = actor(COUNTY, "R4")
    with making.at(who):
        (one,) = approvals.waiting(who)
    page = client_for(who).get(f"/approvals/{one.id}/").content.decode()
    assert "住房和城乡建设局" in page
    client_for(who).post(f"/approvals/{one.id}/", {"action": "approve"})
    assert making.row(COUNTY, case_id).state == "S20"
    other = actor(OTHER, "R4")
    with making.at(other):
        assert approvals.waiting(other) == []


def test_a_proposal_without_its_fields_leads_to_the_form() -> None:
    case_id = making.at_unit(unit=UNIT)
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="object", fields={})
    with making.at(actor(COUNTY, "R8", unit=UNIT)):
        item = Proposal.objects.get(case_id=case_id).id
    page = role("R8").get(f"/approvals/{item}/").content.decode()
    assert 'value="approve"' not in page
    assert f"/cases/{case_id}/object/" in page


def test_the_empty_list_says_what_comes_next_and_others_find_nothing() -> None:
    assert "没有等您签发的件" in role("R8").get("/approvals/").content.decode()
    case_id = making.submitted(unit=UNIT)
    assert role("R5").get(f"/approvals/{paper(case_id).id}/").url == "/approvals/"
    assert client_for(actor(OTHER, "R8", unit=UNIT)).get(f"/approvals/{paper(case_id).id}/").url == "/approvals/"
    assert role("R8").get(f"/approvals/{new_id()}/").url == "/approvals/"


def test_the_top_bar_counts_what_waits() -> None:
    making.submitted(unit=UNIT)
    page = role("R7").get("/approvals/").content.decode()
    assert "待签发 <b>1</b>" in page
