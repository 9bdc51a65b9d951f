"""The figures of the nation, from the counters that are folded every few seconds; the same answers as `figures`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from cases.deadlines import GRAVE_DAYS, OVER_DAYS, REMIND_DAYS, SERIOUS_DAYS
from kernel.kept import Kept
from supervision.measures import NONE, Board, DayFlow, Levels, Share, few
from supervision.region import Region
from supervision.rollup import regions_below
from tenants.models import Tenant

# `due` is a day or "-". `value` is what stands before it, "" where the day is the whole key.
_LEVELS = """
SELECT path, {value} AS value, sum(n), sum(n) FILTER (WHERE due >= %(today)s AND due < %(soon)s),
       sum(n) FILTER (WHERE due >= %(serious)s AND due < %(overdue)s),
       sum(n) FILTER (WHERE due >= %(grave)s AND due < %(serious)s),
       sum(n) FILTER (WHERE due > '-' AND due < %(grave)s)
  FROM (SELECT path, key, n, {due} AS due FROM supervision_regioncounter
         WHERE kind = %(kind)s AND path = ANY(%(paths)s)) counted
 GROUP BY 1, 2
"""
_BY_VALUE = _LEVELS.format(value="split_part(key, ':', 1)", due="split_part(key, ':', 2) COLLATE \"C\"")
# Of the days only those that are near or past.
_BOARD = """
SELECT path, sum(n) FILTER (WHERE kind = 'sealed'), sum(n) FILTER (WHERE kind = 'open'),
       sum(n) FILTER (WHERE due >= %(overdue)s), sum(n) FILTER (WHERE due >= %(serious)s AND due < %(overdue)s),
       sum(n) FILTER (WHERE due >= %(grave)s AND due < %(serious)s), sum(n) FILTER (WHERE due < %(grave)s)
  FROM (SELECT path, kind, NULL COLLATE "C" AS due, n FROM supervision_regioncounter
         WHERE path = ANY(%(paths)s) AND kind IN ('open', 'sealed')
         UNION ALL
        SELECT path, kind, key COLLATE "C", n FROM supervision_regioncounter
         WHERE path = ANY(%(paths)s) AND kind = 'due' AND key >= '0' AND key < %(soon)s) counted
 GROUP BY path
"""

_below: Kept[str, list[str]] = Kept()


def serves(region: Region) -> bool:
    """The whole of a nation; everything smaller is counted from its rows."""
    return region.level == Tenant.Level.NATION and region.unit is None


def board(region: Region, day: date) -> Board:
    found: dict[str, Levels] = {}
    sealed = 0
    with connection.cursor() as cursor:
        cursor.execute(_BOARD, {**_days(day), "paths": [region.path, *_children(region)]})
        for path, hidden, *numbers in cursor.fetchall():
            found[path] = Levels(*(n or 0 for n in numbers))
            sealed += (hidden or 0) if path == region.path else 0
    total = found.pop(region.path, NONE)
    below = {path: levels for path, levels in found.items() if levels.open}
    own = (sum(numbers) for numbers in zip(*map(_numbers, below.values()), strict=True)) if below else _numbers(NONE)
    rest = Levels(*(t - o for t, o in zip(_numbers(total), own, strict=True)))
    return Board(total, rest, below, few(sealed, region))


def by(region: Region, dimension: str, day: date) -> list[Share]:
    return [Share(value, levels) for (_path, value), levels in _read(dimension, [region.path], day).items()]


_cells: Kept[tuple[str, date], dict[tuple[str, str], Levels]] = Kept()


def by_office_and_field(region: Region, day: date) -> dict[tuple[str, str], Levels]:
    """Of every office, subject and due day, so it is up to a minute old; all else here is counted at once."""
    return _cells.get((region.path, day), lambda: _by_office_and_field(region, day))


def _by_office_and_field(region: Region, day: date) -> dict[tuple[str, str], Levels]:
    found = _read("field", [region.path, *_children(region)], day)
    own: dict[str, list[int]] = {}
    for (path, value), levels in found.items():
        if path == region.path:
            own[value] = _numbers(levels)
    for (path, value), levels in found.items():
        if path != region.path:
            own[value] = [a - b for a, b in zip(own.get(value, [0] * 5), _numbers(levels), strict=True)]
    cells = {cell: levels for cell, levels in found.items() if cell[0] != region.path}
    return cells | {(region.path, value): Levels(*numbers) for value, numbers in own.items() if numbers[0]}


def calendar(region: Region, first: date, last: date) -> dict[date, int]:
    return {date.fromisoformat(key): n for key, n in _between(region, "due", first, last)}


def flow(region: Region, first: date, last: date) -> list[DayFlow]:
    came: dict[date, dict[str, int]] = defaultdict(dict)
    for key, n in _between(region, "came", first, last):
        day, _colon, channel = key.partition(":")
        came[date.fromisoformat(day)][channel] = n
    closed = {date.fromisoformat(key): n for key, n in _between(region, "closed", first, last)}
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [DayFlow(day, came.get(day, {}), closed.get(day, 0)) for day in every]


def _children(region: Region) -> list[str]:
    return _below.get(region.path, lambda: regions_below(region.path))


def _numbers(levels: Levels) -> list[int]:
    return [levels.open, levels.soon, levels.overdue, levels.serious, levels.grave]


def _read(kind: str, paths: Sequence[str], day: date) -> dict[tuple[str, str], Levels]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_VALUE, {**_days(day), "kind": kind, "paths": list(paths)})
        rows: list[Any] = cursor.fetchall()
    return {(path, value): Levels(*(n or 0 for n in numbers)) for path, value, *numbers in rows if numbers[0]}


def _days(day: date) -> dict[str, Any]:
    """From which due day on a matter is no longer at the level."""

    def moved(days: int) -> str:
        return (day + timedelta(days=days)).isoformat()

    return {
        "today": day.isoformat(),
        "soon": moved(max(REMIND_DAYS) + 1),
        "overdue": moved(1 - OVER_DAYS),
        "serious": moved(1 - SERIOUS_DAYS),
        "grave": moved(1 - GRAVE_DAYS),
    }


def _between(region: Region, kind: str, first: date, last: date) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, n FROM supervision_regioncounter"
            ' WHERE path = %s AND kind = %s AND key COLLATE "C" >= %s AND key COLLATE "C" < %s AND n <> 0',
            [region.path, kind, first.isoformat(), (last + timedelta(days=1)).isoformat()],
        )
        return [(key, n) for key, n in cursor.fetchall()]
