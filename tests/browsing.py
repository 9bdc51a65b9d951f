"""Browser tests: the web process serving this test's database, Chromium, and axe's verdict on a page."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright

from infra import browser
from infra.env import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What counts: the levels of WCAG that the pages promise.
AXE_RUN = "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})"


@dataclass(frozen=True)
class Server:
    """A web process of its own; any *.localhost leads to it, in Chromium. Python must name the host in a header."""

    port: int
    log: Path

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"


@pytest.fixture
def server(transactional_db: None, database_env: dict[str, str], tmp_path: Path) -> Iterator[Server]:
    """gunicorn as in the demo, in this test's clone: what the test committed is there, and the other way round."""
    with socket.create_server(("127.0.0.1", 0)) as listener, contextlib.ExitStack() as stack:
        listener.set_inheritable(True)
        made = Server(listener.getsockname()[1], tmp_path / "web.log")
        command = ["gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--threads", "8", "--graceful-timeout", "1", "--no-control-socket"],
            cwd=ROOT,
            env=os.environ | database_env | {"MEDIA_ROOT": str(settings.MEDIA_ROOT)},
            pass_fds=[listener.fileno()],
            stdout=stack.enter_context(made.log.open("ab")),
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_answer(made, process)
            yield made
        finally:
            process.terminate()
            process.wait(10)


def _wait_answer(server: Server, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(_ask(server)):
            return
    raise AssertionError(f"the web process does not answer:\n{server.log.read_text()}")


def _ask(server: Server) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/healthz")
    connection.getresponse()
    return connection


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
def chromium(browsing: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=browser.find(), args=browser.FLAGS)
        yield launched
        launched.close()
        forget_connection()


def axe(page: Page) -> list[str]:
    """One line per violation on the page as it stands; an empty list is clean."""
    # Through the debugger, not as a script of the page, which its content policy would refuse.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(AXE_RUN)
    return [
        f"{violation['id']} ({violation['impact']}): {', '.join(str(node['target'][0]) for node in violation['nodes'])}"
        for violation in found["violations"]
    ]
