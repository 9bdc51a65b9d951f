"""In Chromium: rows picked by keys and signed for, a form in place with its effect, two widths, axe clean, print."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import DESKTOP, PHONE, Server, clean, window
from tests.cases.making import COUNTY, at_unit, do, investigated
from tests.people import actor

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST = "chengyu.localhost"
ZOOMED = (683, 384)  # 1366 px at 200 %


def test_rows_are_picked_by_keys_and_signed_for_together(server: Server, chromium: Browser) -> None:
    at_unit(), at_unit()
    page = window(chromium, server, actor(COUNTY, "R5", unit="住建局"))
    page.goto(server.url(HOST, "/worklist/"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-picked-bar]")).to_contain_text("已选 2 件")
    clean(page)
    page.keyboard.press("s")
    expect(page.locator("#list .notice-box")).to_contain_text("已签收 2 件")
    expect(page.locator("[data-picked-bar]")).to_be_hidden()


def test_a_verb_opens_in_place_and_shows_its_effect(server: Server, chromium: Browser) -> None:
    case_id = at_unit()
    do(actor(COUNTY, "R5", unit="住建局"), "sign_for", case_id)
    page = window(chromium, server, actor(COUNTY, "R5", unit="住建局"), DESKTOP)
    page.goto(server.url(HOST, f"/cases/{case_id}/"))
    clean(page, PHONE)
    page.click(".actions .btn-primary")
    expect(page.locator("#act h2")).to_have_text("受理")
    expect(page.locator("#act .effects")).to_contain_text("办理期限到")
    clean(page, PHONE)
    page.click("#act button.btn-primary")
    expect(page.locator(".notice-box")).to_contain_text("已受理")
    expect(page.locator(".actions .btn-primary")).to_have_text(re.compile("告知"))


def test_a_version_conflict_in_place_keeps_the_words_and_shows_what_changed(server: Server, chromium: Browser) -> None:
    case_id = investigated()
    page = window(chromium, server, actor(COUNTY, "R6", unit="住建局"), DESKTOP)
    page.goto(server.url(HOST, f"/cases/{case_id}/?back=/worklist/"))
    clean(page, PHONE, ZOOMED)
    page.click(".more-acts > summary")
    page.click(".more-acts >> text=备注")
    page.fill("#act textarea", "催要停梯台账。")
    do(actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="已约明天现场。")
    page.click("#act button.btn-primary")
    expect(page.locator("#act .notice-box")).to_contain_text("已约明天现场。")
    expect(page.locator("#history")).not_to_contain_text("已约明天现场。")
    assert page.input_value("#act textarea") == "催要停梯台账。"
    clean(page, PHONE, ZOOMED)
    page.click("text=看现在的样子")
    expect(page.locator("#history")).to_contain_text("已约明天现场。")
    assert page.input_value("#act textarea") == "催要停梯台账。"
    page.click("#act button.btn-primary")
    expect(page.locator("#history")).to_contain_text("催要停梯台账。")
    assert "back=" in page.url


def test_brackets_go_along_the_list(server: Server, chromium: Browser) -> None:
    cases = [at_unit(), at_unit()]
    page = window(chromium, server, actor(COUNTY, "R5", unit="住建局"))
    page.goto(server.url(HOST, "/worklist/"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/cases/" in url and "back=" in url)
    first = page.url
    page.keyboard.press("]")
    page.wait_for_url(lambda url: "/cases/" in url and url != first)
    expect(page.locator(".beside")).to_contain_text("列表最后一件")
    page.keyboard.press("[")
    page.wait_for_url(first)
    assert {str(case) in first for case in cases} == {True, False}


def test_people_show_for_a_reason_and_go_again(server: Server, chromium: Browser) -> None:
    case_id = investigated()
    page = window(chromium, server, actor(COUNTY, "R6", unit="住建局"))
    page.goto(server.url(HOST, f"/cases/{case_id}/"))
    expect(page.locator("#people")).to_contain_text("赵**")
    page.click("#people summary")
    page.select_option("#reveal-reason", "contact")
    page.click("#people .reveal button")
    expect(page.locator("#people")).to_contain_text("赵晚舟")
    clean(page)
    page.click("text=现在遮上")
    expect(page.locator("#people")).not_to_contain_text("赵晚舟")
    page.emulate_media(media="print")
    expect(page.locator(".actions")).to_be_hidden()
    expect(page.locator(".custody")).to_be_visible()
