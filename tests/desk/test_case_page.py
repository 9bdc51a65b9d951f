"""The case page: what is seen first, what may be done now, and what goes wrong without losing a word."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Event, Note, Proposal
from cases.states import State
from kernel.clock import TZ, today
from tenants import context
from tenants.actors import Actor
from tests.cases.making import BUREAU, COUNTY, accepted, at_unit, do, in_days, investigated, register, row, served
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db

HTMX = {"headers": {"hx-request": "true"}}


def desk(unit: str = "住建局") -> Actor:
    return actor(COUNTY, "R5", unit=unit)


def see(who: Actor, case_id: UUID, query: str = "") -> str:
    answer = client_for(who).get(f"/cases/{case_id}/{query}")
    assert answer.status_code == 200, answer.content.decode()[:2000]
    page: str = answer.content.decode()
    assert "style=" not in page
    assert "onclick" not in page
    return page


def form_of(browser: Client, case_id: UUID, verb: str) -> dict[str, str]:
    """The hidden fields of the form as it was served."""
    page = browser.get(f"/cases/{case_id}/{verb}/").content.decode()
    fields = re.findall(r'<input type="hidden" name="(version|token|propose|proposal)" value="([^"]*)"', page)
    return dict(fields)


def buttons(page: str) -> tuple[list[str], list[str]]:
    """The primary ones, and all acts."""
    found = re.search(r'<div class="btn-row actions"[^>]*>(.*?)</div>\s*\n', page, re.S)
    part = found.group(1) if found else ""
    texts = re.findall(r'<a class="(btn[^"]*)"[^>]*>([^<]+)', part) + [
        ("", text) for text in re.findall(r'<a href="[^"]*"[^>]*>([^<]+)', part)
    ]
    return [t.strip() for css, t in texts if "primary" in css], [t.strip() for _css, t in texts]


def test_the_sockets_of_its_office_are_open_to_it_too(settings: Any) -> None:
    settings.REALTIME_PORT = 8001
    case_id = register().case.id
    browser = client_for(actor(COUNTY, "R3"))
    for path in ("/worklist/", f"/cases/{case_id}/"):
        assert re.search(r"connect-src 'self' ws://[^ :]+:8001;", browser.get(path).headers["Content-Security-Policy"])


def test_the_page_says_who_holds_it_since_when_which_clock_runs_and_what_is_next() -> None:
    case_id = investigated()
    page = see(actor(COUNTY, "R6", unit="住建局"), case_id)
    for words in ("现由", "办理期限", "下一步", "个工作日", "恢复 3 号楼电梯运行", "还没有结论", "物业管理科"):
        assert words in page, words
    assert "信访工作条例" in page


def test_every_state_of_the_main_path_shows_its_page() -> None:
    for made in (at_unit(), accepted(), investigated(), served()):
        for who in (desk(), actor(COUNTY, "R3"), actor(COUNTY, "R4")):
            see(who, made)


def test_there_is_one_primary_act_the_next_lawful_step() -> None:
    case_id = at_unit()
    first, every = buttons(see(desk(), case_id))
    assert first == ["签收"]
    assert "受理" not in every
    do(desk(), "sign_for", case_id)
    first, every = buttons(see(desk(), case_id))
    assert first == ["受理"]
    assert "提请不予受理" in every
    first, every = buttons(see(actor(COUNTY, "R3"), case_id))
    assert first == []
    assert every == []


def test_signing_for_in_place_leads_back_to_the_page_that_says_so() -> None:
    case_id = at_unit()
    browser = client_for(desk())
    assert "期限照原样走" in browser.get(f"/cases/{case_id}/sign_for/", **HTMX).content.decode()
    given = form_of(browser, case_id, "sign_for")
    answer = browser.post(f"/cases/{case_id}/sign_for/", given, **HTMX)
    assert answer.headers["HX-Redirect"] == f"/cases/{case_id}/?done=sign_for"
    assert row(COUNTY, case_id).state == State.S30
    assert "已签收" in browser.get(answer.headers["HX-Redirect"]).content.decode()


def test_a_double_click_acts_once_and_shows_the_result_twice() -> None:
    case_id = at_unit()
    do(desk(), "sign_for", case_id)
    browser = client_for(desk())
    given = form_of(browser, case_id, "note") | {"text": "催要台账。"}
    first = browser.post(f"/cases/{case_id}/note/", given)
    second = browser.post(f"/cases/{case_id}/note/", given)
    assert first.status_code == second.status_code == 302
    with context.use(context.tenant_by_code(COUNTY)):
        assert Note.objects.filter(case_id=case_id, kind="remark").count() == 1


def test_who_came_second_reads_so_and_keeps_what_was_typed() -> None:
    case_id = at_unit()
    browser = client_for(desk())
    given = form_of(browser, case_id, "sign_for") | {"promised_on": in_days(5).isoformat()}
    do(desk(), "note", case_id, text="先看一眼。")
    answer = browser.post(f"/cases/{case_id}/sign_for/", given)
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "有人先改了" in page
    assert in_days(5).isoformat() in page
    assert row(COUNTY, case_id).state == State.S20
    again = dict(re.findall(r'<input type="hidden" name="(version|token)" value="([^"]*)"', page))
    assert browser.post(f"/cases/{case_id}/sign_for/", given | again).status_code == 302
    assert row(COUNTY, case_id).state == State.S30


def test_errors_stand_at_the_field_and_in_the_summary() -> None:
    case_id = at_unit()
    do(desk(), "sign_for", case_id)
    browser = client_for(desk())
    answer = browser.post(f"/cases/{case_id}/route/", form_of(browser, case_id, "route"), **HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "选一种法定途径。" in page
    assert "error-summary" in page
    assert row(COUNTY, case_id).state == State.S30


def test_accepting_shows_the_last_day_before_and_extending_the_new_one() -> None:
    case_id = at_unit()
    do(desk(), "sign_for", case_id)
    page = client_for(desk()).get(f"/cases/{case_id}/accept/", **HTMX).content.decode()
    assert (today() + timedelta(days=60)).isoformat() in page
    case_id = investigated()
    browser = client_for(actor(COUNTY, "R6", unit="住建局"))
    answer = browser.post(f"/cases/{case_id}/extend/?effect=1", {"days": "15", "propose": "1"}, **HTMX)
    assert (today() + timedelta(days=75)).isoformat() in answer.content.decode()
    assert row(COUNTY, case_id).extended_days == 0


def test_a_route_from_the_list_fills_procedure_body_law_and_term() -> None:
    case_id = at_unit()
    do(desk(), "sign_for", case_id)
    browser = client_for(desk())
    given = form_of(browser, case_id, "route") | {"chosen": "openness"}
    assert browser.post(f"/cases/{case_id}/route/", given).status_code == 302
    made = row(COUNTY, case_id)
    assert made.state == State.S41
    assert made.outside["procedure"] == "政府信息公开"
    assert made.due_kind in ("K3", "K6x")


def test_the_handler_proposes_an_extension_and_the_head_approves_the_same_form() -> None:
    case_id = investigated()
    handler, head = actor(COUNTY, "R6", unit="住建局"), actor(COUNTY, "R9", unit="住建局")
    browser = client_for(handler)
    assert "申请延期" in buttons(see(handler, case_id))[1]
    given = form_of(browser, case_id, "extend")
    assert given["propose"] == "1"
    answer = browser.post(f"/cases/{case_id}/extend/", given | {"days": "10", "reason": "等原厂供货。"})
    assert answer.status_code == 302
    page = see(head, case_id)
    assert "待审批：延期" in page
    assert "等原厂供货。" in page
    assert buttons(page)[0] == ["延期"]
    other = client_for(head)
    shown = other.get(f"/cases/{case_id}/extend/", **HTMX).content.decode()
    assert 'value="10"' in shown
    assert "等原厂供货。" in shown
    given = form_of(other, case_id, "extend") | {"days": "8", "reason": "等原厂供货。"}
    assert "propose" not in given
    assert other.post(f"/cases/{case_id}/extend/", given).status_code == 302
    assert row(COUNTY, case_id).extended_days == 8


def test_turning_down_a_proposal_asks_for_the_reason() -> None:
    case_id = investigated()
    handler, head = actor(COUNTY, "R6", unit="住建局"), actor(COUNTY, "R9", unit="住建局")
    do(handler, "propose", case_id, verb="extend", fields={"days": 10, "reason": "等供货。"})
    page = see(head, case_id)
    url = re.search(r'href="(/cases/[^"]*/turn_down/\?proposal=[^"]*)"', page)
    assert url is not None
    browser = client_for(head)
    shown = browser.get(url.group(1)).content.decode()
    given = dict(re.findall(r'<input type="hidden" name="(version|token|proposal)" value="([^"]*)"', shown))
    assert browser.post(f"/cases/{case_id}/turn_down/", given).status_code == 422
    assert browser.post(f"/cases/{case_id}/turn_down/", given | {"reason": "还能办完。"}).status_code == 302
    with context.use(context.tenant_by_code(COUNTY)):
        assert Proposal.objects.get(case_id=case_id).status == "declined"


def test_people_are_masked_until_a_reason_is_given_and_every_look_leaves_a_trace() -> None:
    case_id = investigated()
    who = actor(COUNTY, "R6", unit="住建局")
    page = see(who, case_id)
    assert "赵晚舟" not in page
    assert "13800000016" not in page
    browser = client_for(who)
    assert browser.post(f"/cases/{case_id}/people/", {"reason": ""}, **HTMX).status_code == 422
    answer = browser.post(f"/cases/{case_id}/people/", {"reason": "contact"}, **HTMX)
    assert "赵晚舟" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "no-store"
    with context.use(context.tenant_by_code(COUNTY)):
        assert Event.objects.filter(case_id=case_id, kind="read").count() == 1
    assert "赵晚舟" not in see(who, case_id)


def test_files_are_attached_several_at_once_listed_and_given_back_as_they_were() -> None:
    case_id = at_unit()
    do(desk(), "sign_for", case_id)
    browser = client_for(desk())
    png = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + b"\x00" * 64
    two = [SimpleUploadedFile("台账.png", png), SimpleUploadedFile("公示.png", png + b"1")]
    given = form_of(browser, case_id, "attach") | {"origin": "office", "files": two}
    answer = browser.post(f"/cases/{case_id}/attach/", given)
    assert answer.status_code == 302, answer.content.decode()[-6000:]
    page = see(desk(), case_id)
    assert "台账.png" in page
    url = re.search(r'href="(/cases/[^"]*/files/[^"/]*/)"', page)
    assert url is not None
    answer = browser.get(url.group(1))
    assert b"".join(answer.streaming_content) in (png, png + b"1")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert client_for(actor(BUREAU, "R3")).get(url.group(1)).status_code == 404


def test_a_case_of_another_body_or_office_does_not_exist() -> None:
    case_id = at_unit()
    assert client_for(desk("城管局")).get(f"/cases/{case_id}/").status_code == 404
    assert client_for(actor(BUREAU, "R4")).get(f"/cases/{case_id}/").status_code == 404
    assert client_for(desk("城管局")).post(f"/cases/{case_id}/sign_for/").status_code == 404


def test_a_refusal_says_why_and_the_form_is_not_there() -> None:
    case_id = at_unit()
    answer = client_for(desk()).get(f"/cases/{case_id}/accept/", **HTMX)
    assert answer.status_code == 422
    assert "状态下不能办这一步" in answer.content.decode()
    assert client_for(desk()).get(f"/cases/{case_id}/accept/").status_code == 409


def test_an_accusation_shows_its_words_to_the_confidential_desk_alone_and_only_when_asked() -> None:
    case = register(klass="B", purpose="02", text="某单位负责人收受礼金。", demands=["查处"]).case
    confidential = actor(COUNTY, "R18")
    page = see(confidential, case.id)
    assert "收受礼金" not in page
    answer = client_for(confidential).post(f"/cases/{case.id}/sealed-words/", **HTMX)
    assert "收受礼金" in answer.content.decode()
    for role in ("R3", "R4", "R2"):
        assert client_for(actor(COUNTY, role)).get(f"/cases/{case.id}/").status_code == 404
    listed = client_for(confidential).get("/sealed/").content.decode()
    assert "检举控告（封存）" in listed
    assert client_for(actor(COUNTY, "R3")).get("/sealed/").status_code == 403


def test_the_history_reads_as_lines_and_filters() -> None:
    case_id = served()
    page = see(actor(COUNTY, "R4"), case_id)
    for words in ("登记（来访）", "转送", "签收", "《受理告知书》", "已送达信访人", "联系信访人（电话"):
        assert words in page, words
    moves = see(actor(COUNTY, "R4"), case_id, "?history=moves")
    assert "联系信访人（电话" not in moves
    notes = client_for(desk()).get(f"/cases/{case_id}/?part=history&history=notes", **HTMX).content.decode()
    assert "没有这类记录" in notes


def test_the_upper_office_sees_where_its_case_is_and_nothing_of_the_inside() -> None:
    case = register(BUREAU).case
    county = department(COUNTY).id
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=county, feedback_on=in_days(30))
    page = see(actor(BUREAU, "R4"), case.id)
    assert "澄屿县信访局" in page
    assert "本局已转出" in page
    assert "赵晚舟" not in page
    below = see(actor(COUNTY, "R3"), case.id)
    assert "收到 临澜市信访局 移送的件" in below
    assert "反馈期限" in below


def test_a_reissued_code_is_shown_once_and_never_again() -> None:
    case = register().case
    browser = client_for(actor(COUNTY, "R3"))
    given = form_of(browser, case.id, "reissue_code") | {"identity_checked": "on"}
    first = browser.post(f"/cases/{case.id}/reissue_code/", given)
    code = re.search(r"<dd>([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2})</dd>", first.content.decode())
    assert code is not None
    second = browser.post(f"/cases/{case.id}/reissue_code/", given)
    assert second.status_code == 302
    assert code.group(1) not in see(actor(COUNTY, "R3"), case.id)


def test_correcting_the_receipt_takes_two_people() -> None:
    case = register().case
    first, second = actor(COUNTY, "R3"), actor(COUNTY, "R3", nth=1)
    earlier = (row(COUNTY, case.id).filing.received_at - timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    browser = client_for(first)
    given = form_of(browser, case.id, "correct")
    answer = browser.post(f"/cases/{case.id}/correct/", given | {"received_at": earlier, "reason": "邮戳如此。"})
    assert answer.status_code == 409
    assert "两个人" in answer.content.decode()
    given = form_of(browser, case.id, "correct") | {"received_at": earlier, "reason": "邮戳如此。", "propose": "1"}
    assert browser.post(f"/cases/{case.id}/correct/", given).status_code == 302
    other = client_for(second)
    shown = other.get(f"/cases/{case.id}/correct/").content.decode()
    assert earlier in shown
    given = form_of(other, case.id, "correct") | {"received_at": earlier, "reason": "邮戳如此。"}
    assert other.post(f"/cases/{case.id}/correct/", given).status_code == 302
    assert row(COUNTY, case.id).filing.received_at.astimezone(TZ).strftime("%d") == earlier[8:10]
