"""In Chromium at both widths: a local day is added after its effect was seen, then taken back; the rules are read."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browsing import PHONE, Server, clean, window
from tests.cases.making import COUNTY
from tests.people import actor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HOST = "chengyu.localhost"


def test_a_local_day_comes_and_goes(server: Server, chromium: Browser) -> None:
    page = window(chromium, server, actor(COUNTY, "R19"))
    page.goto(server.url(HOST, "/calendar/?year=2026"))
    expect(page.locator(".topnav [aria-current]")).to_have_text("日历")
    clean(page, PHONE)
    page.click(".month:nth-child(12) >> text=/^8$/")
    expect(page.locator("[name=first]")).to_have_value("2026-12-08")
    page.fill("[name=name]", "建县纪念日")
    page.fill("#id_source", "汐政发〔2026〕8 号")
    page.click("text=看会影响什么")
    expect(page.locator(".plan")).to_contain_text("2026-12-08 周二")
    clean(page, PHONE)
    page.click("text=加入 1 天")
    expect(page.locator("[role=status]")).to_contain_text("已加入 1 天")
    expect(page.locator(".local-days")).to_contain_text("建县纪念日")
    expect(page.locator("[name=name]")).to_have_value("")
    clean(page, PHONE)
    page.click(".local-days >> text=撤回")
    page.click("text=撤回这一天")
    expect(page.locator("[role=status]")).to_contain_text("已撤回")
    page.goto(server.url(HOST, "/rules/"))
    expect(page.locator(".pinned")).to_contain_text("国家 2022 年版")
    clean(page, PHONE)
