"""The worklist over 100,000 cases: the first page, and pages further down, in the server."""

from __future__ import annotations

import os
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import connection

from cases.queries import worklist
from infra.bench import crowded
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.rounds import Work, interleaved
from infra.bench.web import Browser
from infra.testing.database import Databases
from kernel.clock import now, today
from tenants import context
from tenants.actors import Actor
from tenants.profiles import profile_for
from tests.people import actor

OFFICE = "990123"
ROUNDS, SIZE = 15, 4
DEPTHS = (0.1, 0.5, 0.9)
PATH = "/worklist/"
ASKED = worklist.Asked(scope="office")


def measure(databases: Databases) -> list[Figure]:
    clerk = actor(OFFICE, "R3")
    crowded.fill(os.environ["OWNER_DATABASE_URL"], clerk, profile_for(OFFICE, today()).id, now())
    browser = Browser(clerk)
    with context.use(clerk.schema):
        keys = dict(zip(("second", *DEPTHS), _keys(clerk), strict=True))
        text, parameters = _statement(clerk)

    def bare(count: int) -> None:
        with context.use(clerk.schema), connection.cursor() as cursor:
            for _ in range(count):
                cursor.execute(text, parameters)
                cursor.fetchall()

    def page(key: str, count: int) -> None:
        query = urlencode({"scope": ASKED.scope, **({"after": key} if key else {})})
        for _ in range(count):
            browser.get(PATH, query, **({"hx_request": "true"} if key else {}))

    def listed(count: int) -> None:
        for _ in range(count):
            browser.get("/api/v1/cases")

    contenders: dict[str, Work] = {"floor": bare, "first": partial(page, ""), "api": listed}
    contenders |= {str(depth): partial(page, key) for depth, key in keys.items()}
    timed = interleaved(contenders, rounds=ROUNDS, size=SIZE)
    floor = timed.each_ms("floor")
    fast, flat = Aim("value", MOST, 50), Aim("ratio", MOST, 1.2)
    found = [
        figure(
            "worklist: first page of 100,000 cases, counts and all / its rows by raw SQL",
            timed.each_ms("first"),
            "ms",
            floor=floor,
            ratio=timed.ratio("first", "floor"),
            aims=[fast],
        ),
        figure(
            "worklist: first page through the API / its rows by raw SQL",
            timed.each_ms("api"),
            "ms",
            floor=floor,
            ratio=timed.ratio("api", "floor"),
            aims=[fast],
        ),
    ]
    for depth in DEPTHS:
        name = f"worklist: the 50 rows after {depth:.0%} of the open cases / the second 50"
        found.append(
            figure(
                name,
                timed.each_ms(str(depth)),
                "ms",
                floor=timed.each_ms("second"),
                ratio=timed.ratio(str(depth), "second"),
                aims=[fast, flat],
            )
        )
    return found


def _keys(clerk: Actor) -> list[str]:
    """After the first page, and after each of DEPTHS of all open cases with a date."""
    rows = worklist.rows_of(clerk, ASKED).filter(due_raw__isnull=False).order_by("due_raw", "id")
    total = rows.count()
    found = []
    for place in (worklist.PAGE, *(int(total * depth) for depth in DEPTHS)):
        due, last = rows.values_list("due_raw", "id")[place - 1]
        assert due is not None
        found.append(f"{due.isoformat()}~{last}")
    return found


def _statement(clerk: Actor) -> tuple[str, tuple[Any, ...]]:
    """The rows of the first page as the list asks for them."""
    rows = worklist.rows_of(clerk, ASKED).filter(due_raw__isnull=False).select_related("filing")
    text, parameters = rows.order_by("due_raw", "id")[: worklist.PAGE + 1].query.sql_with_params()
    return text, tuple(parameters)
