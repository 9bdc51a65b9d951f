"""Somebody at a screen: a window of their own, what its console said, and whether a page is as all pages must be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tenants import context
from tenants.actors import Actor
from tests.browsing import DESKTOP, PHONE, Server, listen, look, window

__all__ = ["PHONE", "Person", "sitting"]

CUT = ("ERR_INTERNET_DISCONNECTED", "htmx:sendError", "htmx:afterRequest")


class Person:
    def __init__(self, page: Page, server: Server, host: str) -> None:
        self.page, self.server, self.host = page, server, host
        self._heard = listen(page)
        self._checked: set[str] = set()
        self._cut = False

    def go(self, path: str) -> Page:
        self.page.goto(self.server.url(self.host, path))
        return self.page

    def keys(self, *strokes: str) -> None:
        for stroke in strokes:
            self.page.keyboard.press(stroke)

    def look(self, name: str, *, said: str = "") -> None:
        """As all pages must be. A page of a kind goes through axe once: each has a browser test of its own besides."""
        kind = re.sub(r"[0-9a-f-]{36}", "*", urlsplit(self.page.url).path)
        expected = (*(CUT if self._cut else ()), *([said] if said else ()))
        look(self.page, name, self._heard, said=expected, whole=kind not in self._checked)
        self._checked.add(kind)

    @contextmanager
    def offline(self) -> Iterator[None]:
        self._cut = True
        self.page.context.set_offline(True)
        yield
        self.page.context.set_offline(False)


@contextmanager
def sitting(
    chromium: Browser, server: Server, who: Actor | None, size: tuple[int, int] = DESKTOP, *, host: str = ""
) -> Iterator[Person]:
    """A window of that person; of somebody not signed in yet, `host` says where they sit."""
    page = window(chromium, server, who, size)
    yield Person(page, server, context.tenant_by_id(who.tenant).host if who else host)
    page.context.close()
