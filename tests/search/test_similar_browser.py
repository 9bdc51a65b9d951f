"""While a clerk writes, what is like it comes up beside the form, and later beside the case; nothing typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from kernel import outbox
from tests.browsing import DESKTOP, PHONE, Server, clean, settled, window
from tests.cases.making import COUNTY, register
from tests.people import actor, tenant

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

LIFT = "锦澜小区二期的电梯停了三个月，维修资金用到哪里去了没有人说，老人下不了楼。"
LIFT_TOO = "我母亲住锦澜小区二期，电梯停用以后天天爬楼，物业说维修资金批不下来。"


def test_what_is_like_it_comes_up_beside_the_form_and_the_case(chromium: Browser, server: Server) -> None:
    one = register(text=LIFT, demands=[LIFT[:20]], place=COUNTY).case
    register(text=LIFT_TOO, demands=[LIFT_TOO[:20]], place=COUNTY)
    outbox.drain()
    page = window(chromium, server, actor(COUNTY, "R2"), DESKTOP)
    base = server.url(tenant(COUNTY).host, "")
    page.goto(f"{base}/register/")
    settled(page)
    page.fill("#text", "锦澜小区二期电梯停用，维修资金批不下来，老人没法下楼。")
    expect(page.locator("#like .like")).to_have_count(2)
    expect(page.locator("#like")).to_contain_text("锦澜小区二期")
    assert page.locator("#like .like a").first.get_attribute("target") == "_blank"
    clean(page, PHONE)
    page.check("#accusation")
    expect(page.locator("#like .like")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("锦澜小区二期电梯停用，维修资金批不下来，老人没法下楼。")

    page.goto(f"{base}/cases/{one.id}/")
    expect(page.locator("#similar .like")).to_have_count(1)
    expect(page.locator("#similar")).to_contain_text("可能是同一件事")
    settled(page)
    clean(page, PHONE)
