"""Browser tests: the web process serving this test's database, Chromium, windows, and the verdict on a page."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

from infra import browser
from infra.env import ROOT
from tenants import context
from tenants.actors import Actor
from tests.people import client_for
from tests.serving import Server, Servers

__all__ = [
    "DESKTOP",
    "PHONE",
    "SHOTS",
    "Server",
    "axe",
    "clean",
    "fits",
    "listen",
    "look",
    "settled",
    "window",
]

DESKTOP, PHONE = (1366, 820), (390, 844)
PATIENCE_MS = 30_000  # of a window and of what is expected in it: other tests are at work too
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What counts: the levels of WCAG that the pages promise. Style sheets are not fetched again: the policy refuses it.
AXE_RUN = """() => axe.run({
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'], preload: false})"""
# A page stands when it is loaded, htmx has no request under way and nothing fades or moves; what never ends may go on.
# Says what does not stand after a while, else how many pixels the page is wider than the screen.
STANDS = """async () => {
  const moves = (one) => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity;
  const restless = () => document.readyState !== 'complete' ? 'loading'
    : document.fonts.status !== 'loaded' ? 'fonts'
    : document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added') ? 'htmx'
    : document.getAnimations().some(moves) ? 'animation' : '';
  const frame = () => new Promise((done) => { requestAnimationFrame(done); setTimeout(done, 50); });
  const end = Date.now() + 20000;
  while (restless() && Date.now() < end) await frame();
  return restless() || document.documentElement.scrollWidth - document.documentElement.clientWidth;
}"""
# What the content policy refuses is asked of the page: its console also tells what axe and a picture bring along.
WATCH = """window.refusals = [];
window.addEventListener('securitypolicyviolation', (event) => window.refusals.push(event.violatedDirective));"""
OF_AXE = ("Content Security Policy", "preload assets")
SHOTS = os.environ.get("SHOTS", "")
GONE = re.compile("context was destroyed|navigat", re.IGNORECASE)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    made = Servers({"MEDIA_ROOT": str(settings.MEDIA_ROOT)})
    yield made
    made.close()


@pytest.fixture
def server(transactional_db: None, database_env: dict[str, str], servers: Servers, tmp_path: Path) -> Iterator[Server]:
    """gunicorn as in the demo, in this test's clone: what the test committed is there, and the other way round."""
    yield servers.start(database_env["DATABASE_URL"], tmp_path / "web.log")
    servers.stop()


@pytest.fixture(scope="module")
def browsing() -> Iterator[None]:
    """Playwright's calls are synchronous, but it keeps an event loop in this thread, at which Django would balk.

    Both end with the module: other tests of this worker run loops of their own.
    """
    forget_connection()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield
    forget_connection()


def forget_connection() -> None:
    """A thread has one connection while a loop runs and another while none does; the one we leave names a clone that
    is replaced meanwhile, so it must not be met again."""
    connections["default"].close()
    del connections["default"]


@pytest.fixture(scope="module")
def launched(browsing: None) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        yield made
        made.close()
        forget_connection()


@pytest.fixture
def chromium(launched: Browser) -> Iterator[Browser]:
    """The windows a test opened are closed behind it."""
    yield launched
    for opened in launched.contexts:
        opened.close()


def window(chromium: Browser, server: Server, who: Actor | None = None, size: tuple[int, int] = DESKTOP) -> Page:
    """A window of their own; `who` is signed in by the tests' client: the password's hash is none the server knows.

    Nothing fades or slides there: where a page stands is the same at any speed."""
    opened = chromium.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", reduced_motion="reduce"
    )
    opened.set_default_timeout(PATIENCE_MS)
    opened.add_init_script(WATCH)
    if who:
        session = client_for(who).cookies[settings.SESSION_COOKIE_NAME].value
        url = server.url(context.tenant_by_id(who.tenant).host)
        opened.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
    return opened.new_page()


def settled(page: Page) -> int:
    """Waits until the page stands; says how many pixels it is wider than the screen."""
    for _ in range(5):
        page.wait_for_load_state()
        try:
            stands = page.evaluate(STANDS)
        except Error as error:  # it went elsewhere while it was asked: ask there
            if not GONE.search(error.message):
                raise
            continue
        assert isinstance(stands, int), f"{page.url} does not come to rest: {stands}"
        return stands
    raise AssertionError(f"{page.url} goes from one address to the next")


def fits(page: Page) -> bool:
    """Nothing is wider than the screen."""
    return settled(page) <= 0


def axe(page: Page) -> list[str]:
    """One line per violation on the page once it stands; an empty list is clean."""
    settled(page)
    # Through the debugger, not as a script of the page, which its content policy would refuse.
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(AXE_RUN)
    return [
        f"{violation['id']} ({violation['impact']}): {', '.join(str(node['target'][0]) for node in violation['nodes'])}"
        for violation in found["violations"]
    ]


Size = tuple[int, int]


def clean(page: Page, *also: Size) -> None:
    """As every page must be at every width; `also`: other widths at which it is looked at where it stands."""
    assert fits(page), page.url
    assert axe(page) == [], page.url
    for size in _through(page, also):
        assert fits(page), (page.url, size)
        assert axe(page) == [], (page.url, size)


def _through(page: Page, sizes: Sequence[Size]) -> Iterator[Size]:
    """The page at each size in turn, and again as it was."""
    before = page.viewport_size
    for width, height in sizes:
        page.set_viewport_size({"width": width, "height": height})
        yield width, height
    if sizes and before:
        page.set_viewport_size(before)


def listen(page: Page) -> list[str]:
    """What its console says from now on."""
    spoken: list[str] = []
    page.on("console", lambda message: spoken.append(message.text))
    page.on("pageerror", lambda error: spoken.append(str(error)))
    return spoken


def look(
    page: Page,
    name: str,
    spoken: list[str],
    *,
    said: tuple[str, ...] = (),
    whole: bool = True,
    also: Sequence[Size] = (),
) -> None:
    """At this width and those of `also`: clean, nothing refused by the content policy, and the console was silent, but
    for `said`, which Chromium itself says of an answer that was meant to be an error. Not `whole`: without axe. SHOTS
    names a folder for pictures."""
    assert fits(page), name
    assert page.evaluate("window.refusals") == [], name
    if SHOTS:
        wide = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(SHOTS) / f"{name}-{wide}.png", full_page=True)
    faults = axe(page) if whole else []
    assert faults == [], f"{name}: {faults}"
    settled(page)
    page.evaluate("window.refusals.length = 0")
    heard = [line for line in spoken if not any(part in line for part in (*OF_AXE, *said))]
    assert heard == [], f"{name}: {heard}"
    spoken.clear()
    for _size in _through(page, also):
        look(page, name, spoken, said=said, whole=whole)
