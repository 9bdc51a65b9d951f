"""Every page of the desk as its right person reads it: 100,000 cases in the office, 3,000,000 in the database."""

from __future__ import annotations

import gzip
import os
import re
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from django.contrib.staticfiles import finders
from django.db import connection
from django.urls import reverse

from infra.bench import crowded
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.web import Browser
from infra.testing.database import Databases
from kernel.clock import now, today
from tenants.profiles import profile_for
from tests.api.world import World, made_world
from tests.cases.making import OTHER
from tests.doors.desk_rows import DESK
from tests.doors.rows import Door
from tests.people import actor

OFFICE = "990123"
ELSEWHERE = 2_900_000
WARM, TIMES = 4, 30
NO_PAGES = {"desk:worklist_export", "desk:file", "desk:file_preview", "desk:order_file", "desk:home", "desk:posts"}


def measured_doors() -> list[Door]:
    """What a person reads: no download, no redirection; one role a page."""
    found: dict[str, Door] = {}
    for door in DESK:
        reads = door.method == "GET" and door.route.startswith("desk:") and not (door.open or door.postless)
        if reads and door.route not in NO_PAGES:
            found.setdefault(door.id, door)
    return list(found.values())


def measure(databases: Databases) -> list[Figure]:
    owner = os.environ["OWNER_DATABASE_URL"]
    for code, count in ((OTHER, ELSEWHERE), (OFFICE, crowded.CASES)):
        crowded.fill(owner, actor(code, "R3"), profile_for(code, today()).id, now(), count)
    found: list[Figure] = []
    scripts: dict[str, float] = {}
    with made_world() as world:
        for door in measured_doors():
            figures, body = _page(door, world)
            found += figures
            scripts[door.id] = weight(body)
    heaviest = max(scripts, key=lambda name: scripts[name])
    name = f"page: scripts of the heaviest ({heaviest}), compressed"
    return [*found, figure(name, scripts[heaviest], "kB", aims=[Aim("value", MOST, 120)])]


def weight(body: bytes) -> float:
    """Kilobytes of all scripts a page loads, each compressed as it is sent."""
    total = 0
    for source in re.findall(rb'<script[^>]*src="/static/([^"?]+)', body):
        name = re.sub(r"\.[0-9a-f]{12}\.", ".", source.decode())  # the stored name carries a hash
        path = finders.find(name)
        if path is None:
            raise RuntimeError(f"The page loads {name}, which nobody serves.")
        total += len(gzip.compress(Path(path).read_bytes(), 6))
    return total / 1000


def _page(door: Door, world: World) -> tuple[list[Figure], bytes]:
    path = reverse(door.route, urlconf="config.urls", kwargs=door.address(world))
    browser, times, asked, body = Browser(door.right()), [], 0, b""

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(sql, params, many, context)

    for turn in range(WARM + TIMES):
        with ExitStack() as stack:
            if turn == WARM - 1:
                stack.enter_context(connection.execute_wrapper(count))
            started = time.perf_counter()
            body = browser.get(path, accept=frozenset({"200", "302", "409"}))
            if turn >= WARM:
                times.append((time.perf_counter() - started) * 1000)
    name = f"page: {door.id}"
    figures = [
        figure(f"{name}, p50", median(times), "ms", aims=[Aim("value", MOST, 50)]),
        figure(f"{name}, p95", quantiles(times, n=20)[-1], "ms", aims=[Aim("value", MOST, 120)]),
        figure(f"{name}, statements", asked, ""),
    ]
    return figures, body
