"""A clerk's page in Chromium, the real process behind it: numbers change in place, nothing is lost or shown twice."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tenants.streams import department_stream, user_stream
from tests.browsing import axe, fits
from tests.cases.making import COUNTY
from tests.people import actor, client_for
from tests.realtime.ground import Live, Valkey, tell, until
from tests.serving import Server

pytestmark = pytest.mark.browser
HOST = "chengyu.localhost"
KEEP = """() => {
  window.told = [];
  window.words = [];
  const shown = document.querySelector('[data-live-text]');
  const keep = () => window.words.push(shown.textContent);
  new MutationObserver(keep).observe(shown, { childList: true, characterData: true, subtree: true });
  document.addEventListener('huiyin:alert', (event) => window.told.push(event.detail.seq));
}"""
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def context(chromium: Browser, site: tuple[Server, Live]) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="zh-CN", viewport={"width": 1366, "height": 820})
    cookie = client_for(actor(COUNTY, "R3")).cookies[settings.SESSION_COOKIE_NAME].value
    made.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "domain": HOST, "path": "/"}])
    yield made
    made.close()


def opened(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.clock.install()  # it runs as any clock does; a lid that is shut moves it on
    page.goto(server.url(HOST, "/help/"))
    expect(page.locator(".live")).to_have_attribute("data-live", "on", timeout=90_000)
    page.evaluate(KEEP)
    return page


def shot(page: Page, name: str) -> None:
    """SHOTS names a folder for pictures."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")
        page.set_viewport_size({"width": 390, "height": 844})
        assert fits(page)
        page.screenshot(path=Path(SHOTS) / f"{name}-phone.png")
        page.set_viewport_size({"width": 1366, "height": 820})


def count(page: Page) -> Any:
    return expect(page.locator("[data-waiting]"))


def test_alerts_come_in_place_through_an_hour_offline_a_killed_process_and_a_killed_valkey(
    site: tuple[Server, Live], context: BrowserContext, valkey: Valkey
) -> None:
    server, live = site
    stream = department_stream(actor(COUNTY, "R3").department)
    page = opened(context, server)
    assert "实时" in page.locator(".live").inner_text()
    tell([stream], 3)
    count(page).to_have_text("3", timeout=90_000)
    assert page.evaluate("window.told") == [1, 2, 3]
    assert axe(page) == []
    shot(page, "live")

    context.set_offline(True)
    expect(page.locator("[data-live-text]")).to_have_text("已断开，改为每 30 秒查一次", timeout=90_000)
    assert fits(page)
    shot(page, "cut")
    tell([stream], 120)
    page.clock.fast_forward(60 * 60 * 1000)
    context.set_offline(False)
    count(page).to_have_text("123", timeout=90_000)
    expect(page.locator(".live")).to_have_attribute("data-live", "on", timeout=90_000)

    live.kill()
    tell([stream], 2)
    expect(page.locator(".live")).to_have_attribute("data-live", "off", timeout=90_000)
    count(page).to_have_text("125", timeout=90_000)  # asked by HTTP at once
    live.start()
    page.evaluate("window.dispatchEvent(new Event('online'))")  # at once, not after the jitter of its tries
    expect(page.locator(".live")).to_have_attribute("data-live", "on", timeout=120_000)
    tell([stream])
    count(page).to_have_text("126", timeout=90_000)
    assert any(re.fullmatch(r"补收中 \d+ 条", words) for words in page.evaluate("window.words"))

    valkey.kill()
    tell([stream], 2)
    valkey.start()
    count(page).to_have_text("128", timeout=90_000)
    tell([stream])
    count(page).to_have_text("129", timeout=90_000)
    expect(page.locator(".live")).to_have_attribute("data-live", "on", timeout=90_000)
    assert page.evaluate("window.told") == list(range(1, 130))

    context.set_offline(True)
    expect(page.locator(".live")).to_have_attribute("data-live", "off", timeout=90_000)
    tell([stream], 510)  # more than are told one by one: the list is to be read anew
    page.clock.fast_forward(60 * 60 * 1000)
    context.set_offline(False)
    count(page).to_have_text("639", timeout=90_000)
    expect(page.locator(".live")).to_have_attribute("data-live", "on", timeout=90_000)
    tell([stream])
    count(page).to_have_text("640", timeout=90_000)
    assert page.evaluate("window.told") == [*range(1, 130), 640]


def test_tabs_share_one_socket_and_the_next_one_leads_when_the_first_goes(
    site: tuple[Server, Live], context: BrowserContext
) -> None:
    server, _live = site
    who = actor(COUNTY, "R3")
    sockets: list[str] = []
    context.on("page", lambda page: page.on("websocket", lambda socket: sockets.append(socket.url)))
    first = opened(context, server)
    second = opened(context, server)
    assert len(sockets) == 1
    tell([user_stream(who.user)], 2)
    for page in (first, second):
        until(lambda page=page: page.evaluate("window.told.length") == 2, "both tabs are told")
    first.close()
    until(lambda: bool(second.evaluate("window.told")) and len(sockets) == 2, "the second leads")
    tell([user_stream(who.user)])
    until(lambda: second.evaluate("window.told.length") == 3, "the second is told")
    assert second.evaluate("window.told") == [1, 2, 3]

    assert second.evaluate("localStorage.length") == 0
    third = opened(context, server)
    second.locator("details.menu > summary").click()
    second.get_by_role("button", name="退出").click()
    expect(third.locator(".live")).to_have_attribute("data-live", "out", timeout=90_000)
    tell([user_stream(who.user)])
    expect(third.locator("[data-live-text]")).to_have_text("已退出登录")
    assert third.evaluate("window.told") == []
