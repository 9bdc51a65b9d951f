"""The worklist on an old machine: first paint with the processor at a quarter and 10 Mbit/s, over 100,000 cases."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median
from typing import Any

from django.conf import settings
from playwright.sync_api import sync_playwright

from infra import browser
from infra.bench import crowded
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.env import ROOT
from infra.testing.database import Databases
from kernel.clock import now, today
from tenants import context
from tenants.profiles import profile_for
from tests.people import actor, client_for

OFFICE = "990123"
SLOWDOWN = 4
BYTES_A_SECOND = 10_000_000 / 8
LATENCY_MS = 20
TIMES = 7
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def measure(databases: Databases) -> list[Figure]:
    clerk = actor(OFFICE, "R3")
    crowded.fill(os.environ["OWNER_DATABASE_URL"], clerk, profile_for(OFFICE, today()).id, now())
    session = client_for(clerk).cookies[settings.SESSION_COOKIE_NAME].value
    host = context.tenant_by_id(clerk.tenant).host
    with tempfile.TemporaryDirectory() as collected, _served({**os.environ, "STATIC_ROOT": collected}) as port:
        cold, warm = _paints(f"http://{host}:{port}/worklist/?scope=office", session)
    aim = Aim("value", MOST, 1500)
    return [
        figure("paint: worklist, nothing in the browser's store", cold, "ms", aims=[aim]),
        figure("paint: worklist, the next time", warm, "ms", aims=[aim]),
    ]


@contextlib.contextmanager
def _served(environment: dict[str, str]) -> Iterator[int]:
    """As an installation serves: what browsers load is collected, named by its content and compressed."""
    manage = [sys.executable, "platform/manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(manage, cwd=ROOT, env=environment, check=True)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        command = ["gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"]
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--threads", "4", "--no-control-socket"],
            cwd=ROOT,
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield listener.getsockname()[1]
        finally:
            process.terminate()
            process.wait(10)


def _paints(url: str, session: str) -> tuple[float, float]:
    """Milliseconds from the request to the first content: with an empty store, and with what the first visit left."""
    cold, warm = [], []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(whole=True), args=browser.FLAGS)
        for turn in range(TIMES + 1):
            there = chromium.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            there.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": url}])
            page = there.new_page()
            _throttle(there.new_cdp_session(page))
            found = [_paint(page, url) for _ in range(2)]
            if turn:  # the first one warms the server
                cold.append(found[0])
                warm.append(found[1])
            there.close()
        chromium.close()
    return median(cold), median(warm)


def _throttle(debugger: Any) -> None:
    debugger.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    debugger.send("Network.enable")
    speed = {"downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
    debugger.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY_MS, **speed})


def _paint(page: Any, url: str) -> float:
    page.goto(url, wait_until="load")
    page.wait_for_selector("table.worklist")
    page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length > 0")
    return float(page.evaluate(PAINT))
