"""How a region stood at the end of a past day: made of the changes. What is now, but for the matters that have changed
since, which were what their first change since then says they were, and lay where it says they lay.

Of a matter's path of hand-overs only what had happened by then counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from cases.codes.channels import Channel
from supervision import rows
from supervision.indicators.period import midnight
from supervision.indicators.ratio import Ratio, ratio
from supervision.measures import NONE, Levels, bounds, next_day
from supervision.models import LedgerDay

OLDEST, PAIRS = 10, 5

# What may have been of a region: by its row as it is now.
OF_REGION = """(path >= %(low)s AND path < %(high)s OR origin_path >= %(low)s AND origin_path < %(high)s)
     AND (closed_at IS NULL OR closed_at >= %(day)s OR registered_at >= %(day)s OR unit_received_at >= %(day)s
          OR (reply_due >= %(month)s AND reply_due < %(end)s) OR (notice_due >= %(month)s AND notice_due < %(end)s))"""
# `later`: what its first change since then says of a matter; here of all there are.
LATER = """
WITH later AS MATERIALIZED (
  SELECT DISTINCT ON ("case") "case", before AS b FROM supervision_ledgerchange
   WHERE at >= %(end)s ORDER BY "case", at, id)"""
# Of the region alone, so that it matters little how long ago it was: whose rows are there now, and what has left it.
LATER_HERE = """
WITH near AS MATERIALIZED (
  SELECT "case" FROM supervision_ledgerrow WHERE {of_region}
  UNION
  SELECT "case" FROM supervision_ledgerchange
   WHERE at >= %(end)s AND before->>'path' <> after->>'path'
     AND (before->>'path') COLLATE "C" >= %(low)s AND (before->>'path') COLLATE "C" < %(high)s),
later AS MATERIALIZED (
  SELECT near."case", first.b FROM near, LATERAL (
    SELECT before AS b FROM supervision_ledgerchange c WHERE c."case" = near."case" AND c.at >= %(end)s
     ORDER BY c.at, c.id LIMIT 1) first)"""
# `was`: the matters of a region at that moment: open ones, and what came or was closed from `day` on.
WAS = """,
was AS {kept} (
  SELECT "case", path, unit, holder, state, due_kind, sealed, counted, "repeat", litigation, by_unit, channel,
         content_class, due_raw, closed_at, registered_at,
         unit_received_at, notice_due, notified_at, reply_due, served_at, origin_path, origin_unit,
         passes
    FROM supervision_ledgerrow l
   WHERE {of_region}
     AND NOT EXISTS (SELECT 1 FROM later WHERE later."case" = l."case")
  UNION ALL
  SELECT l."case", b->>'path' COLLATE "C", (b->>'unit')::uuid, (b->>'office')::uuid, b->>'state', b->>'kind',
         (b->>'sealed')::boolean, (b->>'counted')::boolean,
         (b->>'repeat')::boolean, (b->>'litigation')::boolean, l.by_unit, b->>'channel', b->>'content',
         (b->>'due')::timestamptz, (b->>'closed')::timestamptz, (b->>'registered')::timestamptz,
         (b->>'received')::timestamptz, (b->>'notice_due')::timestamptz, (b->>'notified')::timestamptz,
         (b->>'reply_due')::timestamptz, (b->>'served')::timestamptz, l.origin_path, l.origin_unit, l.passes
    FROM later, LATERAL (SELECT * FROM supervision_ledgerrow r WHERE r."case" = later."case" OFFSET 0) l
   WHERE b IS NOT NULL AND (b->>'path' COLLATE "C" >= %(low)s AND b->>'path' COLLATE "C" < %(high)s
                            OR l.origin_path >= %(low)s AND l.origin_path < %(high)s))
"""
_PARTS = """,
here AS (SELECT * FROM was WHERE path >= %(low)s AND path < %(high)s),
plain AS (SELECT *, left(content_class, 2) AS field FROM here WHERE NOT sealed)
SELECT 'levels', path, unit, jsonb_build_array(count(*) FILTER (WHERE NOT sealed),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(overdue)s AND due_raw < %(soon)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(serious)s AND due_raw < %(overdue)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw >= %(grave)s AND due_raw < %(serious)s),
       count(*) FILTER (WHERE NOT sealed AND due_raw < %(grave)s), count(*) FILTER (WHERE sealed))
  FROM here WHERE closed_at IS NULL GROUP BY path, unit
UNION ALL
SELECT 'late', path, unit, jsonb_build_array(field, count(*), count(*) FILTER (WHERE due_raw < %(serious)s))
  FROM plain WHERE closed_at IS NULL AND due_raw < %(overdue)s GROUP BY path, unit, field
UNION ALL
SELECT 'oldest', path, unit, jsonb_build_array("case", unit, content_class, due_raw) FROM (
  SELECT *, row_number() OVER (PARTITION BY path, unit ORDER BY due_raw, "case") AS place
    FROM plain WHERE closed_at IS NULL AND due_raw < %(overdue)s) late WHERE place <= %(oldest)s
UNION ALL
SELECT 'pairs', path, unit, jsonb_build_array(a, b, count(DISTINCT "case"), count(*), sum(days),
       coalesce(jsonb_agg(reason) FILTER (WHERE reason <> ''), '[]'))
  FROM (SELECT path, unit, "case", least(p->>'a', p->>'b') AS a, greatest(p->>'a', p->>'b') AS b,
               (p->>'days')::float AS days, p->>'reason' AS reason
          FROM plain, jsonb_array_elements(passes) p
         WHERE closed_at IS NULL AND passes <> '[]' AND (p->>'at')::timestamptz < %(end)s) passed
 GROUP BY path, unit, a, b
UNION ALL
SELECT 'came', origin_path, origin_unit, jsonb_build_array(channel || ':' || left(content_class, 2), count(*)) FROM was
 WHERE NOT sealed AND registered_at >= %(day)s AND registered_at < %(end)s
   AND origin_path >= %(low)s AND origin_path < %(high)s
 GROUP BY origin_path, origin_unit, channel, left(content_class, 2)
UNION ALL
SELECT 'received', path, unit, jsonb_build_array(channel || ':' || field, count(*)) FROM plain
 WHERE unit_received_at >= %(day)s AND unit_received_at < %(end)s GROUP BY path, unit, channel, field
UNION ALL
SELECT 'closed', path, unit, jsonb_build_array(count(*)) FROM plain
 WHERE closed_at >= %(day)s AND closed_at < %(end)s GROUP BY path, unit
UNION ALL
SELECT 'told', path, unit, jsonb_build_array(count(*) FILTER (WHERE notified_at <= notice_due), count(*)) FROM plain
 WHERE counted AND notice_due >= %(month)s AND notice_due < %(end)s GROUP BY path, unit
UNION ALL
SELECT 'answered', path, unit, jsonb_build_array(count(*) FILTER (WHERE served_at <= reply_due), count(*)) FROM plain
 WHERE counted AND NOT "repeat" AND NOT litigation AND NOT by_unit AND channel = ANY(%(first)s)
   AND reply_due >= %(month)s AND reply_due < %(end)s
 GROUP BY path, unit
"""
_STOOD = WAS.format(kept="MATERIALIZED", of_region=OF_REGION) + _PARTS


class Place(NamedTuple):
    """A unit of an office; without one the whole region under the path."""

    path: str
    unit: UUID | None


@dataclass(slots=True)
class Passed:
    """Between two departments."""

    cases: int = 0
    times: int = 0
    days: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Stood:
    """A place at the end of a day. `came`, `received`: "channel:field" -> how many; `late`: field -> late, of these
    serious; `oldest`: case, unit, content, due; `told`, `answered`: kept, due."""

    levels: Levels = NONE
    sealed: int = 0
    closed: int = 0
    told: list[int] = field(default_factory=lambda: [0, 0])
    answered: list[int] = field(default_factory=lambda: [0, 0])
    came: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    late: dict[str, list[int]] = field(default_factory=dict)
    pairs: dict[tuple[str, str], Passed] = field(default_factory=dict)
    oldest: list[list[str]] = field(default_factory=list)

    def take(self, kind: str, data: list[Any]) -> None:
        """One answer of the database."""
        if kind == "levels":
            *numbers, sealed = data
            self.levels, self.sealed = self.levels + Levels(*numbers), self.sealed + sealed
        elif kind == "late":
            name, *numbers = data
            self.late[name] = _sum(self.late.get(name, [0, 0]), numbers)
        elif kind == "oldest":
            self.oldest = sorted([*self.oldest, data], key=lambda old: (old[3], old[0]))[:OLDEST]
        elif kind == "pairs":
            a, b, cases, times, days, reasons = data
            self._pass((a, b), Passed(cases, times, days, Counter(reasons)))
        elif kind in ("came", "received"):
            getattr(self, kind)[data[0]] += data[1]
        elif kind == "closed":
            self.closed += data[0]
        else:
            setattr(self, kind, _sum(getattr(self, kind), data))

    def add(self, other: Stood) -> None:
        self.levels, self.sealed = self.levels + other.levels, self.sealed + other.sealed
        self.closed += other.closed
        self.told, self.answered = _sum(self.told, other.told), _sum(self.answered, other.answered)
        self.came.update(other.came)
        self.received.update(other.received)
        for name, numbers in other.late.items():
            self.late[name] = _sum(self.late.get(name, [0, 0]), numbers)
        for pair, passed in other.pairs.items():
            self._pass(pair, passed)
        self.oldest = sorted([*self.oldest, *other.oldest], key=lambda old: (old[3], old[0]))[:OLDEST]

    def _pass(self, pair: tuple[str, str], passed: Passed) -> None:
        mine = self.pairs.setdefault(pair, Passed())
        mine.cases, mine.times, mine.days = (
            mine.cases + passed.cases,
            mine.times + passed.times,
            mine.days + passed.days,
        )
        mine.reasons.update(passed.reasons)

    def longest(self) -> list[tuple[tuple[str, str], Passed]]:
        """The pairs with the most days lost."""
        return sorted(self.pairs.items(), key=lambda item: (-item[1].days, item[0]))[:PAIRS]

    @property
    def rates(self) -> dict[str, Ratio]:
        """By the code of the indicator, from the first of the month to this day."""
        return {"I2'": ratio(*self.told), "I3": ratio(*self.answered)}

    @classmethod
    def of(cls, row: LedgerDay) -> Stood:
        return cls(
            Levels(row.open, row.soon, row.overdue, row.serious, row.grave),
            row.sealed,
            row.closed,
            row.told,
            row.answered,
            Counter(row.came),
            Counter(row.received),
            row.late,
            {(a, b): Passed(cases, times, days, Counter(why)) for a, b, cases, times, days, why in row.pairs},
            row.oldest,
        )

    def picture(self, day: date, place: Place) -> LedgerDay:
        of = self.levels
        return LedgerDay(
            day=day,
            path=place.path,
            unit=place.unit,
            open=of.open,
            soon=of.soon,
            overdue=of.overdue,
            serious=of.serious,
            grave=of.grave,
            sealed=self.sealed,
            closed=self.closed,
            told=self.told,
            answered=self.answered,
            came=dict(self.came),
            received=dict(self.received),
            late=self.late,
            pairs=[[a, b, p.cases, p.times, p.days, dict(p.reasons)] for (a, b), p in self.longest()],
            oldest=self.oldest,
        )


def _sum(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


def stood(day: date, low: str = "", high: str = "~") -> dict[Place, Stood]:
    """Worked out from rows and changes, for the paths from `low` up to `high`: each unit, and each region they lie in
    down from `low`."""
    asked: dict[str, Any] = {
        **bounds(day),
        "day": midnight(day),
        "end": midnight(next_day(day)),
        "month": midnight(day.replace(day=1)),
        "low": low,
        "high": high,
        "oldest": OLDEST,
        "first": [Channel.NET, Channel.LETTER, Channel.VISIT],
    }
    units: dict[Place, Stood] = defaultdict(Stood)
    later = LATER_HERE.format(of_region=OF_REGION) if low else LATER
    with connection.cursor() as cursor:
        cursor.execute(later + _STOOD, asked)
        for kind, path, unit, data in cursor.fetchall():
            units[Place(path, unit)].take(kind, rows.plain(data))
    return {**units, **_regions(units, low.count("/"))}


def _regions(units: Mapping[Place, Stood], depth: int) -> dict[Place, Stood]:
    found: dict[Place, Stood] = defaultdict(Stood)
    for place, there in units.items():
        parts = place.path.split("/")
        for n in range(depth, len(parts)):
            found[Place("/".join(parts[: n + 1]), None)].add(there)
    return found
