"""A handler's case from the first call to the signature, sent back once; the network goes while the opinion is
written."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from cases.integrity import faults
from cases.models import Answer, Clock
from cases.states import State
from tests.browsing import Server
from tests.cases.making import COUNTY, accepted, at, do, row
from tests.journey.persons import PHONE, Person, sitting
from tests.people import actor

UNIT = "住建局"
FACTS = "经现场查看，曳引机损坏，维修资金不足。"
REASONS = "维修方案已公示，待业主表决后动用维修资金。"
MORE = "表决定在 12 月 20 日，由物业公司组织。"
SAVED = re.compile(r"^\d\d:\d\d:\d\d 已存$")  # not only in this browser
LAW = "《住宅专项维修资金管理办法》第二十二条"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_from_the_first_call_to_the_signature(server: Server, chromium: Browser) -> None:
    case_id = accepted(demands=["恢复 3 号楼电梯运行"])
    handler = actor(COUNTY, "R6", unit=UNIT)
    do(actor(COUNTY, "R5", unit=UNIT), "allot", case_id, to_department=handler.department, handler=handler.user)
    with (
        sitting(chromium, server, handler) as writer,
        sitting(chromium, server, actor(COUNTY, "R9", unit=UNIT), PHONE) as chief,
        sitting(chromium, server, actor(COUNTY, "R7", unit=UNIT)) as head,
        sitting(chromium, server, actor(COUNTY, "R8", unit=UNIT), PHONE) as leader,
    ):
        called(writer)
        extended(writer, chief, case_id)
        drafted(writer, case_id)
        sent_back(head)
        submitted_again(writer, case_id)
        for person, word, said in ((head, "核稿", "已核稿"), (leader, "签发", "已签发")):
            page = person.go("/approvals/")
            page.locator(".waiting a").click()
            expect(page.locator(".approve-bar")).to_be_visible()
            person.look(f"handler-{said}")
            page.locator(".approve-bar button", has_text=word).click()
            expect(page.locator(".notice-box")).to_contain_text(said)
        page = writer.go(f"/cases/{case_id}/")
        expect(page.locator("#history")).to_contain_text("退回重办")
        writer.look("handler-signed")
    case = row(COUNTY, case_id)
    assert (case.state, case.sent_back) == (State.S60, 1)
    with at(handler):
        assert Answer.objects.get(opinion__case_id=case_id).reasons == REASONS + MORE
    assert list(faults()) == []


def called(writer: Person) -> None:
    """From the worklist into the case, the one verb that is due opens in place."""
    page = writer.go("/worklist/")
    writer.look("handler-worklist")
    writer.keys("j", "Enter")
    page.wait_for_url("**/cases/**")
    writer.look("handler-case")
    page.locator(".actions a", has_text="联系").first.click()
    page.locator("#act [name=way][value=phone]").check(force=True)
    page.fill("#act [name=text]", "已说明办理程序，约定周五现场查看。")
    writer.look("handler-contact")
    writer.keys("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("联系")
    expect(page.locator("#history")).to_contain_text("约定周五现场查看")


def extended(writer: Person, chief: Person, case_id: UUID) -> None:
    """The handler asks, the head of the organ agrees on a phone: the date moves."""
    before = due(case_id)
    page = writer.page
    page.locator(".actions a", has_text="延期").click()
    with writer.offline(), page.expect_event("requestfailed"):
        page.fill("#act [name=days]", "15")
    page.fill("#act [name=reason]", "曳引机需原厂供货，到货要两周。")
    expect(page.locator("#act .effects")).to_contain_text("延期后到")
    expect(page.locator("#notices")).to_be_empty()  # a look-up that failed is no reason to send the form
    writer.look("handler-extend")
    writer.keys("Control+Enter")
    expect(page.locator(".notice-box")).to_contain_text("提请")
    writer.look("handler-proposed")
    phone = chief.go("/approvals/")
    phone.locator(".waiting a").click()
    expect(phone.locator(".approve-bar")).to_be_visible()
    chief.look("handler-agree")
    phone.locator(".approve-bar button", has_text="批准").click()
    expect(phone.locator(".notice-box")).to_contain_text("已批准")
    assert (due(case_id) - before).days == 15


def due(case_id: UUID) -> datetime:
    with at(actor(COUNTY, "R6", unit=UNIT)):
        return Clock.objects.get(case_id=case_id, kind="K6", stopped_at=None).due_raw


def drafted(writer: Person, case_id: UUID) -> None:
    page = writer.go(f"/cases/{case_id}/")
    page.locator(".actions a", has_text="起草").first.click()
    page.wait_for_url("**/opinion/")
    writer.look("handler-draft")
    page.locator("#d1 label", has_text="解释说明").click()
    page.fill("#d1-facts", FACTS)
    expect(page.locator("[data-drafted]")).to_have_text(SAVED)
    with writer.offline():
        page.fill("#d1-reasons", REASONS)
        expect(page.locator("[data-drafted]")).to_contain_text("还没存上，内容在本机")
        page.fill("#d1-law", LAW)
        writer.keys("Control+Enter")
        expect(page.locator("#notices")).to_contain_text("网络断了")
        expect(page.locator("#d1-reasons")).to_have_value(REASONS)
        writer.look("handler-offline")
    page.wait_for_url("**/cases/*/?done=submit")
    writer.look("handler-submitted")
    assert row(COUNTY, case_id).state == State.S58


def sent_back(head: Person) -> None:
    page = head.go("/approvals/")
    page.locator(".waiting a").click()
    expect(page.locator("article.paper").first).to_contain_text(REASONS)
    page.locator(".approve-bar a", has_text="退回重办").click()
    page.check("#send-back [name=gates][value=handling]")
    page.fill("#send-back [name=reason]", "写明哪天表决、谁来组织。")
    head.look("handler-send-back")
    head.keys("Control+Enter")  # from within the reason: sends back, never signs
    expect(page.locator(".notice-box")).to_contain_text("已退回重办")


def submitted_again(writer: Person, case_id: UUID) -> None:
    """What was marked stands above the form; the opinion is as it was left."""
    page = writer.go(f"/cases/{case_id}/opinion/")
    expect(page.locator(".notice-box").first).to_contain_text("第 1 次退回重办")
    expect(page.locator(".notice-box").first).to_contain_text("写明哪天表决、谁来组织。")
    expect(page.locator("#d1-reasons")).to_have_value(REASONS)
    writer.look("handler-returned")
    page.locator("#d1-reasons").press("End")
    page.locator("#d1-reasons").type(MORE)
    expect(page.locator("[data-drafted]")).to_have_text(SAVED)
    writer.keys("Control+Enter")
    page.wait_for_url("**/cases/*/?done=submit")
