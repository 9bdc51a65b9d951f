"""In Chromium: a number changes in place, an alert is acknowledged in the feed, pause holds, and axe finds nothing."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from kernel import alerts
from tenants.streams import department_stream
from tests.browsing import Server, axe, fits
from tests.cases.making import BUREAU, register
from tests.people import actor, client_for

pytestmark = [pytest.mark.django_db(transaction=True)]

HOST = "linlan.localhost"
WIDTHS = ((1366, 768), (390, 844))


def enter(chromium: Browser, server: Server, width: tuple[int, int] = WIDTHS[0]) -> Page:
    session = client_for(actor(BUREAU, "R13")).cookies[settings.SESSION_COOKIE_NAME].value
    context = chromium.new_context(viewport={"width": width[0], "height": width[1]}, locale="zh-CN")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url(HOST)}])
    return context.new_page()


def told() -> None:
    officer = actor(BUREAU, "R13")
    with transaction.atomic():
        alerts.tell(sorted(alerts.kinds())[0], [department_stream(officer.department)], dedup="wall", level="serious")
    alerts.relay()


def test_numbers_change_in_place_and_an_alert_is_acknowledged(server: Server, chromium: Browser) -> None:
    register()
    page = enter(chromium, server)
    page.goto(server.url(HOST, "/wall/"))
    number = page.locator('[data-n="n.open"]')
    expect(number).to_have_text("1")
    assert fits(page)
    assert axe(page) == []
    register()
    told()
    page.evaluate("document.dispatchEvent(new CustomEvent('huiyin:figures'))")
    expect(number).to_have_text("2")
    expect(number).to_have_class(re.compile("changed"))
    page.click("#feed .feed button")
    expect(page.locator("#feed .ack")).to_contain_text("确认")
    expect(page.locator("#feed .feed button")).to_have_count(0)
    page.keyboard.press("Space")
    register()
    page.evaluate("document.dispatchEvent(new CustomEvent('huiyin:figures'))")
    page.keyboard.press("Space")
    expect(number).to_have_text("3")


def test_the_screen_and_its_pages_fit(server: Server, chromium: Browser) -> None:
    register()
    page = enter(chromium, server)
    for path in ("/wall/screen/", "/wall/", "/wall/due/", "/statistics/", "/wall/list/?level=open"):
        page.goto(server.url(HOST, path))
        for width, height in ((1920, 1080), WIDTHS[1]):
            page.set_viewport_size({"width": width, "height": height})
            assert fits(page), (path, width)
            assert axe(page) == [], (path, width)
