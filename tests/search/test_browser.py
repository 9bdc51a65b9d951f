"""Search by keyboard alone: from any page into the box, down into the hits, into the case; back is where one was."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser, Page, expect

from kernel import outbox
from tests.browsing import DESKTOP, PHONE, Server, clean, listen, look, settled, window
from tests.cases.making import COUNTY, at_unit, register
from tests.people import actor, tenant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def test_from_any_page_to_the_case_and_back(chromium: Browser, server: Server) -> None:
    case, who = at_unit(), actor(COUNTY, "R3")
    register(channel="NET")
    outbox.drain()
    page = window(chromium, server, who, DESKTOP)
    spoken = listen(page)
    base = server.url(tenant(COUNTY).host, "")
    page.goto(f"{base}/worklist/")
    settled(page)
    page.keyboard.press("/")
    box = page.locator("#topfind")
    expect(box).to_be_focused()
    page.keyboard.type("3 号楼")
    expect(page.locator("#topfind-list [role=option]")).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "topfind-list-suggested-1")
    clean(page)
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Enter")
    expect(page.locator(".hits > li")).to_have_count(2)
    look(page, "search-hits", spoken)

    page.check("#facet-state-S20")
    expect(page.locator(".hits > li")).to_have_count(1)
    assert unquote(page.url).endswith("/search/?q=3 号楼&state=S20".replace(" ", "+"))
    expect(page.locator("#tokens")).to_contain_text("状态 已转送待签收")
    expect(page.locator("#said")).to_have_text("1 件")
    page.go_back()
    expect(page.locator(".hits > li")).to_have_count(2)
    page.go_forward()
    expect(page.locator(".hits > li")).to_have_count(1)
    expect(page.locator("#facet-state-S20")).to_be_checked()

    page.click("summary:has-text('存为常用查询')")
    page.fill("#saved input[name=name]", "电梯")
    page.keyboard.press("Enter")
    expect(page.locator("#saved .rows a")).to_have_text("电梯")
    settled(page)
    page.locator("#find").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case}/")
    page.click(".crumbs a:has-text('查询')")
    expect(page.locator("#facet-state-S20")).to_be_checked()

    _by_a_number_and_on_a_phone(chromium, server, page, spoken)


def _by_a_number_and_on_a_phone(chromium: Browser, server: Server, page: Page, spoken: list[str]) -> None:
    base, who = server.url(tenant(COUNTY).host, ""), actor(COUNTY, "R3")
    page.fill("#find", "138 0000 0016")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/people/")  # a phone number stands in no address
    look(page, "search-people", spoken)
    small = window(chromium, server, who, PHONE)
    spoken = listen(small)
    for path, name in (("/search/", "begin"), ("/search/?q=电梯", "hits"), ("/search/?q=火星文", "nothing")):
        small.goto(f"{base}{path}")
        look(small, f"search-{name}", spoken)
