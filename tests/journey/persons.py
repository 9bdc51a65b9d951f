"""Somebody at a screen: a window of their own, what its console said, and whether a page is as all pages must be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from playwright.sync_api import Browser, Page

from tenants import context
from tenants.actors import Actor
from tests.browsing import Server, axe
from tests.people import client_for

DESKTOP, PHONE = (1366, 820), (390, 844)
SHOTS = os.environ.get("SHOTS", "")
# What the content policy refuses is asked of the page: its console also tells what axe and a picture bring along.
WATCH = """window.refusals = [];
window.addEventListener('securitypolicyviolation', (event) => window.refusals.push(event.violatedDirective));"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
CUT = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")
OF_AXE = ("Content Security Policy", "preload assets")


class Person:
    def __init__(self, page: Page, server: Server, host: str) -> None:
        self.page, self.server, self.host = page, server, host
        self._heard: list[str] = []
        self._checked: set[str] = set()
        self._cut = False
        page.on("console", lambda message: self._heard.append(message.text))
        page.on("pageerror", lambda error: self._heard.append(str(error)))

    def go(self, path: str) -> Page:
        self.page.goto(self.server.url(self.host, path))
        return self.page

    def keys(self, *strokes: str) -> None:
        for stroke in strokes:
            self.page.keyboard.press(stroke)

    def look(self, name: str, *, said: str = "") -> None:
        """Nothing refused by the content policy, nothing wider than the screen, axe finds nothing, and the console was
        silent, but for `said`, which Chromium itself says of an answer that was meant to be an error."""
        page = self.page
        assert page.evaluate("window.refusals") == [], name
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
        if (kind := re.sub(r"[0-9a-f-]{36}", "*", urlsplit(page.url).path)) not in self._checked:
            self._checked.add(kind)  # a page of a kind once: each has a browser test of its own besides
            faults = axe(page)
            assert faults == [], f"{name}: {faults}"
        page.evaluate(SETTLED)
        page.evaluate("window.refusals.length = 0")
        expected = [*OF_AXE, *(CUT if self._cut else ()), *([said] if said else ())]
        heard = [line for line in self._heard if not any(part in line for part in expected)]
        assert heard == [], f"{name}: {heard}"
        self._heard.clear()

    @contextmanager
    def offline(self) -> Iterator[None]:
        self._cut = True
        self.page.context.set_offline(True)
        yield
        self.page.context.set_offline(False)


@contextmanager
def window(chromium: Browser, server: Server, host: str, size: tuple[int, int] = DESKTOP) -> Iterator[Person]:
    """Somebody who is not signed in yet."""
    opened = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    opened.set_default_timeout(15_000)
    opened.add_init_script(WATCH)
    yield Person(opened.new_page(), server, host)
    opened.close()


@contextmanager
def sitting(chromium: Browser, server: Server, who: Actor, size: tuple[int, int] = DESKTOP) -> Iterator[Person]:
    """Signed in by the tests' client: the password's hash is none that the server knows."""
    host = context.tenant_by_id(who.tenant).host
    session = client_for(who).cookies[settings.SESSION_COOKIE_NAME].value
    with window(chromium, server, host, size) as person:
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url(host)}
        person.page.context.add_cookies([cookie])  # type: ignore[list-item]
        yield person
