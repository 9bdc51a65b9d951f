"""Counters for the widest region, where counting rows would take too long: folded from the changes by one worker.

A change takes the matter out of what it was and puts it into what it is, in the nation and in the office next below
(the two uppermost of its path). Lateness depends on the clock, not on a change: open matters are counted by due day,
and all together, so that nobody adds up the days that are far off.
Every few seconds what has been committed since is folded in; at night all is counted anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction

from cases.deadlines import local_day
from kernel.clock import today
from kernel.tasks import daily, every, register_periodic
from supervision import rows
from supervision.models import Day, LedgerChange, RegionCounter
from tenants.models import Tenant

LOCK = 0x4C454447  # one folder at a time
LOCK_PICTURES = 0x4C444159
EVERY_S = 3
CHUNK = 5000
DEPTH = 2  # levels of the tree that are counted
DAYS_KEPT = 60  # of what came and what was closed
NO_DAY = "-"
# Open matters by one of these and by due day: "NET:2026-11-30".
DIMENSIONS = {"channel": "channel", "klass": "klass", "state": "state", "field": "content"}


class Cell(NamedTuple):
    path: str
    kind: str
    key: str


def cells(of: dict[str, Any] | None) -> Iterator[Cell]:
    """Where a matter counts, as a change has it (`supervision.ledger.COUNTED`)."""
    if of is None:
        return
    if not of["sealed"]:
        for path in regions(of.get("origin") or of["path"]):
            yield Cell(path, "came", f"{_day(of['registered'])}:{of['channel']}")
    for path in regions(of["path"]):
        for kind, key in _keys(of):
            yield Cell(path, kind, key)


def _keys(of: dict[str, Any]) -> Iterator[tuple[str, str]]:
    still = not of["closed"]
    if of["sealed"]:
        if still:
            yield "sealed", "open"
        return
    if not still:
        yield "closed", _day(of["closed"])
        return
    due = _day(of["due"]) if of["due"] else NO_DAY
    yield "open", "open"
    yield "due", due
    for kind, name in DIMENSIONS.items():
        value = str(of[name])
        yield kind, f"{value[:2] if kind == 'field' else value}:{due}"


def _day(moment: str) -> str:
    return local_day(datetime.fromisoformat(moment)).isoformat()


def regions(path: str) -> list[str]:
    """The uppermost regions a row lies in."""
    parts = path.split("/")[:DEPTH]
    return ["/".join(parts[: n + 1]) for n in range(len(parts))]


def fold() -> int:
    """Fold in what was committed since; the number of changes. 0 where another worker is at it."""
    folded = 0
    while True:
        with transaction.atomic():
            changes = _taken() if _alone() else []
            _add(_moved(changes))
            _blur(changes)
        folded += len(changes)
        if len(changes) < CHUNK:
            return folded


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _taken() -> list[LedgerChange]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM supervision_unfolded WHERE change IN"
            " (SELECT change FROM supervision_unfolded ORDER BY change LIMIT %s) RETURNING change",
            [CHUNK],
        )
        ids = [row[0] for row in cursor.fetchall()]
    return list(LedgerChange.objects.filter(id__in=ids)) if ids else []


def _blur(changes: Sequence[LedgerChange]) -> None:
    """The picture of a day is taken anew where something happened on it that was written down later."""
    late = [local_day(c.at) for c in changes if local_day(c.at) < local_day(c.recorded_at)]
    if late:
        hold_pictures()
        Day.objects.filter(day__gte=min(late)).delete()


def hold_pictures() -> None:
    """Until this transaction ends no picture is taken and none is taken away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_PICTURES])


def _moved(changes: Iterable[LedgerChange]) -> Counter[Cell]:
    moved: Counter[Cell] = Counter()
    for change in changes:
        moved.subtract(cells(change.before))
        moved.update(cells(change.after))
    return moved


def _add(moved: Counter[Cell]) -> None:
    found = [RegionCounter(path=c.path, kind=c.kind, key=c.key, n=n) for c, n in sorted(moved.items()) if n]
    if not found:
        return
    places = ", ".join(["(%s, %s, %s, %s)"] * len(found))
    values = [value for row in found for value in (row.path, row.kind, row.key, row.n)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO supervision_regioncounter (path, kind, key, n) VALUES {places}"  # noqa: S608  places only
            " ON CONFLICT (path, kind, key) DO UPDATE SET n = supervision_regioncounter.n + excluded.n",
            values,
        )


# One statement sees one moment: the rows, and those changes in them that a fold will still meet.
_COUNT = """
SELECT 'row', path, origin_path, sealed, channel, klass, state, left(content_class, 2),
       (due_raw AT TIME ZONE 'Asia/Shanghai')::date, (registered_at AT TIME ZONE 'Asia/Shanghai')::date,
       (closed_at AT TIME ZONE 'Asia/Shanghai')::date, count(*), NULL::jsonb, NULL::jsonb
  FROM supervision_ledgerrow
 WHERE closed_at IS NULL OR registered_at >= %(since)s OR closed_at >= %(since)s
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
UNION ALL
SELECT 'change', '', '', false, '', '', '', '', NULL, NULL, NULL, 0, before, after
  FROM supervision_unfolded u JOIN supervision_ledgerchange c ON c.id = u.change
"""


def recount() -> None:
    """All counters from the rows as they are; the fold goes on from there. For one worker at a time (`fold`)."""
    since = today() - timedelta(days=DAYS_KEPT)
    total: Counter[Cell] = Counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute(_COUNT, {"since": since})
        for what, path, origin, sealed, channel, klass, state, field, due, came, closed, n, before, after in cursor:
            if what == "change":
                total.subtract(cells(rows.plain(after)))
                total.update(cells(rows.plain(before)))
                continue
            of = {"path": path, "origin": origin, "sealed": sealed, "channel": channel, "klass": klass}
            of |= {"state": state, "content": field}
            days = {"due": _midnight(due), "registered": _midnight(came), "closed": _midnight(closed)}
            for cell in cells({**of, **days}):
                total[cell] += n
        RegionCounter.objects.all().delete()
        oldest = since.isoformat()
        kept = {c: n for c, n in total.items() if c.kind not in ("came", "closed") or c.key >= oldest}
        counters = [RegionCounter(path=c.path, kind=c.kind, key=c.key, n=n) for c, n in sorted(kept.items()) if n]
        RegionCounter.objects.bulk_create(counters, batch_size=5000)


def _midnight(day: date | None) -> str | None:
    return f"{day.isoformat()}T00:00:00+08:00" if day else None


def regions_below(path: str) -> list[str]:
    """Paths of the offices next below that are counted."""
    children = Tenant.objects.filter(parent__path=path).order_by("path")
    return list(dict.fromkeys(children.values_list("path", flat=True)))


def run() -> None:
    fold()


def register() -> None:
    register_periodic("fold_regions", every(EVERY_S), run)
    register_periodic("recount_regions", daily(2, 20), recount)
