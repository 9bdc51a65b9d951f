"""In Chromium: what is told while the page is open comes in its place, and never under what somebody has picked."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from kernel import alerts
from kernel.alerts import Alert
from supervision import alert_kinds
from tenants.streams import department_stream
from tests.browsing import DESKTOP, PHONE, Server, clean, window
from tests.people import actor

pytestmark = [pytest.mark.django_db(transaction=True)]
COUNTY, HOST = "990123", "chengyu.localhost"


def tell(count: int) -> None:
    clerk = actor(COUNTY, "R3")
    with transaction.atomic():
        alerts.tell(
            alert_kinds.GATHERING,
            [department_stream(clerk.root)],
            dedup=str(count),
            tenant=clerk.tenant,
            data={"place": COUNTY, "content": "080400", "count": count, "days": 30},
        )
    alerts.relay()


def hear(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new CustomEvent('huiyin:alert', {detail: {}}))")


def looks(page: Page) -> None:
    """As it stands, on both sizes of screen."""
    for width, height in (PHONE, DESKTOP):
        page.set_viewport_size({"width": width, "height": height})
        clean(page)


def test_the_list_is_kept_current_and_note_is_taken(server: Server, chromium: Browser) -> None:
    page = window(chromium, server, actor(COUNTY, "R3"), DESKTOP)
    page.goto(server.url(HOST, "/alerts/"))
    expect(page.locator("#list")).to_contain_text("还没有提醒")
    clean(page)
    tell(5)
    hear(page)
    expect(page.locator(".alerts li")).to_have_count(1)
    page.check(".alerts input >> nth=0")
    tell(10)
    hear(page)
    expect(page.locator("#alerts-new")).to_be_visible()
    expect(page.locator(".alerts input >> nth=0")).to_be_checked()
    looks(page)
    page.click("#alerts-new a")
    expect(page.locator(".alerts li")).to_have_count(2)
    page.check(".alerts input >> nth=0")
    page.check(".alerts input >> nth=1")
    page.click("[data-picked-bar] button[type=submit]")
    expect(page.locator("#list")).to_contain_text("2 条已确认。")
    expect(page.locator("#alerts-waiting")).to_be_hidden()
    looks(page)
    assert Alert.objects.filter(acknowledged=True).count() == 2
