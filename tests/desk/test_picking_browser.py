"""Picking in Chromium: who gets a copy, an article, a standard sentence; by keys, at both widths, axe clean."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from cases.actions import wordings as acts
from cases.models import Handover, Opinion
from tests.browsing import DESKTOP, PHONE, Server, listen, look
from tests.cases import making
from tests.cases.making import COUNTY, at
from tests.desk.test_opinion_browser import HOST, UNIT, signed_in
from tests.people import actor, department

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def wording(**given: Any) -> None:
    with at(actor(COUNTY, "R19")) as admin:
        acts.write_wording(admin, **given)


def test_a_copy_is_named_by_typing_and_enter(server: Server, chromium: Browser) -> None:
    wording(kind="letter", title="先联系", text="请先电话联系信访人。")
    case = making.register(COUNTY).case
    unit, other = department(COUNTY, UNIT), department(COUNTY, "城管局")
    page = signed_in(chromium, server, "R3", DESKTOP)
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case.id}/transfer/"))
    page.check(f"#units input[value='{unit.id}']")
    expect(page.locator("#after")).to_contain_text("随件移送")
    page.fill("#copy", "csgl")
    expect(page.locator("#copies label")).to_contain_text("抄送 城市管理局")
    page.press("#copy", "Enter")
    expect(page.locator(f"#copies input[value='{other.id}']")).to_be_checked()
    expect(page.locator("#after")).to_contain_text("，抄送 城市管理局")
    page.locator(".wordings summary").click()
    page.locator(".wordings button").click()
    expect(page.locator("textarea[name=note]")).to_have_value("请先电话联系信访人。")
    look(page, "transfer-copy", spoken, also=[PHONE])
    page.wait_for_timeout(900)
    page.reload()
    expect(page.locator(f"#copies input[value='{other.id}']")).to_be_checked()
    expect(page.locator("#after")).to_contain_text("，抄送 城市管理局")
    page.locator("#after button[value=send]").first.click()
    with page.expect_response("**/transfer/after/**"):  # what was chosen just before comes while the question is open
        page.dispatch_event("#transfer", "chosen")
    expect(page.locator("#after.htmx-request")).to_have_count(0)
    page.locator("#confirm-send button[value=send]").click()
    page.wait_for_url("**/cases/**")
    page.wait_for_load_state()
    with at(actor(COUNTY, "R3")):
        assert Handover.objects.get(case=case).copy_to == [other.id]


def test_an_article_and_a_sentence_go_where_one_writes(server: Server, chromium: Browser) -> None:
    wording(kind="facts", title="现场查看", text="某日到现场查看，情况属实。")
    case_id = making.investigated(unit=UNIT)
    page = signed_in(chromium, server, "R6", DESKTOP)
    spoken = listen(page)
    page.goto(server.url(HOST, f"/cases/{case_id}/opinion/"))
    page.locator("#d2 summary").click()
    page.locator("#d2-reasons").click()
    page.locator("a[href='#beside-laws']").click()
    page.fill("[name=law_q]", "处理意见书")
    button = page.locator("[data-cite='《信访工作条例》第三十二条']")
    expect(button).to_contain_text("引用到第 2 项")
    look(page, "opinion-laws", spoken, also=[PHONE])
    button.click()
    expect(page.locator("#d2-law")).to_have_value("《信访工作条例》第三十二条")
    page.locator("a[href='#beside-wordings']").click()
    page.locator("#beside-wordings [data-insert]").click()
    expect(page.locator("#d2-facts")).to_have_value("某日到现场查看，情况属实。")
    expect(page.locator("[data-drafted]")).to_contain_text("已存")
    other = signed_in(chromium, server, "R6", DESKTOP, nth=1)
    other.goto(page.url)
    expect(other.locator("[data-others]")).to_contain_text("也开着这份草稿")
    with at(actor(COUNTY, "R6", unit=UNIT)):
        answers = Opinion.objects.get(case_id=case_id).body["answers"]
        assert [given["law"] for given in answers.values()] == ["", "《信访工作条例》第三十二条"]
