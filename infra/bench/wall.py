"""A million matters in the books of 3,225 offices: what the wall asks, the clock sweep, and a day of the past."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection

from infra.bench import million
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.rounds import Work, interleaved
from infra.env import ROOT
from infra.testing.database import Databases
from kernel.clock import today
from supervision import figures, past_lists, rewind, rollup, sweep
from supervision.indicators.period import Period
from supervision.indicators.reading import read_lately
from supervision.models import LedgerRow
from supervision.region import Region
from tenants.models import Tenant

ROUNDS = 15
AIMS = {"county": 2.0, "prefecture": 2.0, "province": 20.0, "nation": 5.0}
PLANS = ROOT / "build" / "wall-plans.txt"


def measure(databases: Databases) -> list[Figure]:
    million.fill(os.environ["OWNER_DATABASE_URL"], today())
    _none, counting_s = _timed(rollup.recount)
    regions = {level: _region(path) for level, path in million.PLACES.items()}
    key = LedgerRow.objects.values_list("pk", flat=True)[0]
    found = [_wall(level, region, key) for level, region in regions.items()]
    found += _rest(regions, key)
    found += _sweep(key)
    found += _rewind(regions, key)
    found.append(figure("wall: counting the nation anew, at night", counting_s, "s"))
    _plans(regions)
    return found


def _region(path: str) -> Region:
    office = Tenant.objects.get(path=path)
    return Region(path, office.pk, office.level)


def _wall(level: str, region: Region, key: UUID) -> Figure:
    timed = interleaved(
        {"wall": partial(_each, partial(figures.board, region)), "floor": _row(key)}, rounds=ROUNDS, size=10
    )
    return figure(
        f"wall: levels of a {level} and each office below / one row by its key",
        timed.each_ms("wall"),
        "ms",
        floor=timed.each_ms("floor"),
        ratio=timed.ratio("wall", "floor"),
        aims=[Aim("value", MOST, AIMS[level])],
    )


def _rest(regions: dict[str, Region], key: UUID) -> list[Figure]:
    """What else stands on the wall; no aim of its own."""
    asked: dict[str, Callable[[Region], object]] = {
        "by channel": lambda region: figures.by(region, "channel"),
        "by office and field": figures.by_office_and_field,
        "flow of 14 days": figures.flow,
        "replies in time, this month": lambda region: read_lately(region, Period.this_month(), "whole", ("I3",)),
        "pairs": figures.pairs,
        "oldest ten": figures.oldest,
        "calendar of 35 days": lambda region: figures.calendar(region, today(), today() + timedelta(days=35)),
    }
    found = []
    for level in ("province", "nation"):
        for name, ask in asked.items():
            work = partial(_each, partial(ask, regions[level]))
            timed = interleaved({"wall": work, "floor": _row(key)}, rounds=3, size=2, warm=1)
            found.append(figure(f"wall: {name}, {level}", timed.each_ms("wall"), "ms", floor=timed.each_ms("floor")))
    return found


def _sweep(key: UUID) -> list[Figure]:
    timed = interleaved({"sweep": partial(_each, sweep.sweep), "floor": _row(key)}, rounds=ROUNDS, size=3)
    return [
        figure(
            "sweep: 1,000,000 rows with a rung ahead, nothing due / one row by its key",
            timed.each_ms("sweep"),
            "ms",
            floor=timed.each_ms("floor"),
            ratio=timed.ratio("sweep", "floor"),
            aims=[Aim("value", MOST, 1000)],
        )
    ]


def _rewind(regions: dict[str, Region], key: UUID) -> list[Figure]:
    day = today() - timedelta(days=365)
    found = []
    for level in ("county", "province", "nation"):
        region = regions[level]

        def back(region: Region = region) -> None:
            past = rewind.past(region, day)
            assert all((past.board.total.open, past.pairs, past.by_office_and_field, past.rates()))
            rewind.oldest(past, day)
            assert rewind.flow(region, 14, day)[0][-1].closed

        timed = interleaved({"back": partial(_each, back), "floor": _row(key)}, rounds=5, size=2, warm=1)
        found.append(
            figure(
                f"rewind: a day a year back, {level}: all that the wall shows",
                timed.each_ms("back"),
                "ms",
                floor=timed.each_ms("floor"),
                aims=[Aim("value", MOST, 300)],
            )
        )
    for level in ("county", "province"):
        ask = partial(past_lists.matters, regions[level], past_lists.Asked(day, "level"))
        timed = interleaved({"back": partial(_each, ask), "floor": _row(key)}, rounds=3, size=2, warm=1)
        name = f"rewind: the first page of what was open a year back, {level}"
        found.append(figure(name, timed.each_ms("back"), "ms", floor=timed.each_ms("floor")))
    _none, taken = _timed(lambda: rewind.take(today() - timedelta(days=1)))
    return [*found, figure("rewind: taking the picture of a day, at night", taken, "s")]


def _row(key: UUID) -> Work:
    """The floor: a round trip for one row."""

    def read(count: int) -> None:
        with connection.cursor() as cursor:
            for _ in range(count):
                cursor.execute('SELECT state FROM supervision_ledgerrow WHERE "case" = %s', [key])
                cursor.fetchone()

    return read


def _each(work: Callable[[], object], count: int) -> None:
    for _ in range(count):
        work()


def _timed(work: Callable[[], object]) -> tuple[object, float]:
    started = time.perf_counter()
    return work(), time.perf_counter() - started


def _plans(regions: dict[str, Region]) -> None:
    """How the server answers each, for whoever wonders: build/wall-plans.txt."""
    told: list[str] = []

    def explained(execute: Callable[..., object], text: str, params: Any, many: bool, context: object) -> object:
        if text.lstrip().startswith(("SELECT", "WITH")):
            with psycopg.connect(os.environ["OWNER_DATABASE_URL"], options="-c search_path=public") as other:
                asked: Any = f"EXPLAIN (ANALYZE, BUFFERS) {text}"
                rows = psycopg.ClientCursor(other).execute(asked, params)
                told.append(text + "\n" + "\n".join(str(row[0]) for row in rows.fetchall()) + "\n")
        return execute(text, params, many, context)

    with connection.execute_wrapper(explained):
        for level, region in regions.items():
            told.append(f"== {level}\n")
            figures.board(region)
            figures.oldest(region)
            figures.flow(region)
            figures.pairs(region)
            rewind.past(region, today() - timedelta(days=365))
        told.append("== sweep\n")
        sweep.sweep()
    PLANS.parent.mkdir(exist_ok=True)
    PLANS.write_text("\n".join(told), encoding="utf-8")
