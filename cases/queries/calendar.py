"""How many running clocks a change of the calendar reaches: a number before it is saved, of no case in particular."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection

from kernel.clock import TZ
from tenants import calendars, context

AT_ONCE = 200  # offices in one statement: UNION ALL only, no join between two offices' tables (design §3)
REACHED = """
SELECT count(*) AS n FROM {schema}.cases_clock
 WHERE stopped_at IS NULL
   AND (unit = 'wd' AND started_at < %(after)s AND due_raw >= %(first)s
        OR unit NOT IN ('wd', 'h') AND due_raw < %(after)s AND due_effective >= %(first)s)
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """Clocks that will be computed again, in how many offices (the place itself and all beneath)."""

    clocks: int
    offices: int


def reach(place: str, days: Collection[date]) -> Reach:
    """`days` are those that turn from worked to free or back. A limit in working days moves when one lies within it;
    any other when one lies between its strict day and the day to which it is rolled forward (domain §14.2)."""
    if not days:
        return Reach(0, 0)
    first = datetime.combine(min(days), time.min, TZ)
    after = datetime.combine(max(days) + timedelta(days=1), time.min, TZ)
    schemas = [office.schema_name for office in calendars.affected(place)]
    clocks = 0
    with context.nobody(), connection.cursor() as cursor:
        for some in _some(schemas, AT_ONCE):
            rows = " UNION ALL ".join(REACHED.format(schema=connection.ops.quote_name(schema)) for schema in some)
            cursor.execute(f"SELECT sum(n) FROM ({rows}) AS reached", {"first": first, "after": after})  # noqa: S608
            clocks += int(cursor.fetchone()[0])
    return Reach(clocks, len(schemas))


def _some(items: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
