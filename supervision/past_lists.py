"""The matters behind a number of a past day, as they stood at its end: from the same changes as the number itself.

What is sealed by now is named no more. A past does not change, so that pages are counted from its first row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db import connection

from cases.codes.channels import Channel
from kernel.errors import Refused
from supervision.days import LATER_HERE, OF_REGION, WAS
from supervision.indicators.period import midnight
from supervision.measures import Level, bounds, next_day
from supervision.region import Region
from supervision.region import bounds as within

PAGE = 50
NO_FIELD = "-"

_SHOWN = 'w."case", l.number, w.holder, w.unit, w.state, w.channel, w.content_class, w.due_kind, w.due_raw, w.closed_at'
_LIST = (
    LATER_HERE.format(of_region=OF_REGION)
    + WAS.format(kept="NOT MATERIALIZED", of_region=OF_REGION)
    + """
SELECT {shown}, w.registered_at, l.holder AS present
  FROM was w JOIN supervision_ledgerrow l ON l."case" = w."case"
 WHERE NOT w.sealed AND NOT l.sealed AND {conditions}
 ORDER BY {order}, w."case" LIMIT %(size)s OFFSET %(skip)s
"""
)
_HERE = "w.path >= %(low)s AND w.path < %(high)s AND (%(units)s::uuid[] IS NULL OR w.unit = ANY(%(units)s::uuid[]))"
_CAME_HERE = (
    "w.origin_path >= %(low)s AND w.origin_path < %(high)s"
    " AND (%(units)s::uuid[] IS NULL OR w.origin_unit = ANY(%(units)s::uuid[]))"
    " AND w.registered_at >= %(day)s AND w.registered_at < %(end)s"
)
_RECEIVED_HERE = f"{_HERE} AND w.unit_received_at >= %(day)s AND w.unit_received_at < %(end)s"
# As `supervision.days` counts them.
_DUE = {
    "notice": "w.counted AND w.notice_due >= %(month)s AND w.notice_due < %(end)s",
    "reply": 'w.counted AND NOT w."repeat" AND NOT w.litigation AND NOT w.by_unit AND w.channel = ANY(%(first)s)'
    " AND w.reply_due >= %(month)s AND w.reply_due < %(end)s",
}
_LEVELS: dict[Level, str] = {
    "open": "true",
    "soon": "w.due_raw >= %(overdue)s AND w.due_raw < %(soon)s",
    "overdue": "w.due_raw >= %(serious)s AND w.due_raw < %(overdue)s",
    "serious": "w.due_raw < %(serious)s",
    "grave": "w.due_raw < %(grave)s",
    "late": "w.due_raw < %(overdue)s",
}
_PASSED = """EXISTS (SELECT 1 FROM jsonb_array_elements(l.passes) p WHERE (p->>'at')::timestamptz < %(end)s
  AND least(p->>'a', p->>'b') = %(a)s AND greatest(p->>'a', p->>'b') = %(b)s)"""


class Stood(NamedTuple):
    """A matter then, by the names of the ledger's columns; `present` has it now."""

    case: UUID
    number: str
    holder: UUID
    unit: UUID
    state: str
    channel: str
    content_class: str
    due_kind: str
    due_raw: datetime | None
    closed_at: datetime | None
    registered_at: datetime
    present: UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """`day`: at whose end. `since`: of what came or was closed, the first day. `level` "serious" has the grave too.
    "notice", "reply": what was to be told or answered from the first of the month on, kept or not.
    `field`: two digits of the content, "-" for none. `own`: of the region's own office alone."""

    day: date
    what: Literal["level", "came", "closed", "pair", "notice", "reply"]
    since: date | None = None
    level: Level = "open"
    pair: tuple[UUID, UUID] | None = None
    field: str = ""
    channel: str = ""
    own: bool = False


def matters(region: Region, asked: Asked, skip: int = 0) -> tuple[list[Stood], bool]:
    """A page of them, and whether more follow. Refused: figures only."""
    if not region.lists:
        raise Refused
    given: dict[str, Any] = {
        **within(region),
        **bounds(asked.day),
        "day": midnight(asked.since or asked.day),
        "end": midnight(next_day(asked.day)),
        "month": midnight(asked.day.replace(day=1)),
        "first": [Channel.NET, Channel.LETTER, Channel.VISIT],
        "size": PAGE + 1,
        "skip": skip,
        "own": region.path,
        "channel": asked.channel,
        "field": "" if asked.field == NO_FIELD else f"{asked.field}%",
    }
    if asked.pair is not None:
        given["a"], given["b"] = sorted(str(one) for one in asked.pair)
    text = _LIST.format(shown=_SHOWN, conditions=" AND ".join(_conditions(region, asked)), order=_order(asked))
    with connection.cursor() as cursor:
        cursor.execute(text, given)
        rows = [Stood._make(row) for row in cursor.fetchall()]
    return rows[:PAGE], len(rows) > PAGE


def _conditions(region: Region, asked: Asked) -> Sequence[str]:
    if asked.what == "came":
        found = [_RECEIVED_HERE if region.is_unit else _CAME_HERE]
    elif asked.what == "closed":
        found = [_HERE, "w.closed_at >= %(day)s AND w.closed_at < %(end)s"]
    elif asked.what in _DUE:
        found = [_HERE, _DUE[asked.what]]
    else:
        found = [_HERE, "w.closed_at IS NULL", _PASSED if asked.what == "pair" else _LEVELS[asked.level]]
    if asked.own:
        found.append("w.path = %(own)s")
    if asked.channel:
        found.append("w.channel = %(channel)s")
    if asked.field:
        found.append("w.content_class = ''" if asked.field == NO_FIELD else "w.content_class LIKE %(field)s")
    return found


def _order(asked: Asked) -> str:
    return "w.registered_at DESC" if asked.what in ("came", "closed") else "w.due_raw NULLS LAST"
