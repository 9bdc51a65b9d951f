"""登记簿: what was registered in a period, in the order of registration, with the petitioner masked (S1: 专册编号登记).

A bureau's book holds what it registered itself; a unit's what it registered and what was sent to it. What is sealed
stands in no book (P2). Bounded by days, read by key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.utils.translation import gettext as _

from cases import people, policy
from cases.codes.channels import CHANNELS
from cases.codes.endings import CLOSINGS
from cases.models import Case, Petitioner
from cases.numbers import short
from cases.queries import listing
from kernel.clock import TZ, today
from tenants.actors import Actor

KEEPERS = frozenset({"R2", "R3", "R5"})
PAGE = 100
# Columns a line is made of; the narrative stays where it is.
SHOWN = (
    *("number", "title", "state", "task", "department", "handler", "sealed", "closing_kind"),
    *(f"filing__{name}" for name in ("received_at", "registered_at", "registered_by", "channel", "persons")),
)
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it."""

    first: date
    last: date

    @classmethod
    def read(cls, given: Mapping[str, str]) -> tuple[Period, set[str]]:
        """The period asked for, this month so far if none; and the fields that cannot be read."""
        day = today()
        wrong = set()
        found = {"first": day.replace(day=1), "last": day}
        for name, usual in list(found.items()):
            text = given.get(name, "").strip()
            try:
                found[name] = date.fromisoformat(text) if text else usual
            except ValueError:
                wrong.add(name)
        return cls(**found), wrong

    def faults(self) -> dict[str, str]:
        """What cannot be asked so, by field."""
        if self.first > self.last:
            return {"last": _("截止日期早于起始日期。改其中一个。")}
        if self.last - self.first >= LONGEST:
            return {"last": _("一次最多看一年。把起止日期改近些。")}
        return {}


@dataclass(frozen=True, slots=True)
class Entry:
    id: UUID
    key: str
    number: str
    full_number: str
    received: datetime
    registered: datetime
    channel: str
    who: str
    address: str
    title: str
    persons: int
    clerk: str
    holder: str
    result: str


@dataclass(frozen=True, slots=True)
class Page:
    entries: list[Entry]
    next: str = ""


def may_read(actor: Actor) -> bool:
    return bool(actor.roles & KEEPERS)


def _rows(actor: Actor, period: Period) -> QuerySet[Case]:
    start = datetime.combine(period.first, time(), TZ)
    end = datetime.combine(period.last + timedelta(days=1), time(), TZ)
    rows = policy.visible(actor).filter(sealed=False)
    rows = rows.filter(filing__registered_at__gte=start, filing__registered_at__lt=end)
    return rows.filter(filing__tenant=actor.tenant) if actor.at_desk else rows.filter(unit__in=actor.units)


def read(actor: Actor, period: Period, after: str = "", size: int = PAGE) -> Page:
    rows = _rows(actor, period).select_related("filing").only(*SHOWN)
    at, last = _key(after)
    if at is not None and last is not None:
        seen = (F("filing__registered_at"), F("filing__id"))
        rows = rows.filter(TupleGreaterThan(seen, (Value(at), Value(last))))
    found = list(rows.order_by("filing__registered_at", "filing__id")[: size + 1])
    entries = _entries(actor, found[:size])
    return Page(entries, entries[-1].key if len(found) > size else "")


def all_entries(actor: Actor, period: Period, most: int, step: int = 500) -> Iterator[Entry]:
    after = ""
    while most > 0:
        page = read(actor, period, after, min(step, most))
        yield from page.entries
        most -= len(page.entries)
        after = page.next
        if not after:
            return


def _key(after: str) -> tuple[datetime | None, UUID | None]:
    at, _sep, row = after.partition("~")
    try:
        return datetime.fromisoformat(at.replace(" ", "+")), UUID(row)
    except ValueError:
        return None, None


def _entries(actor: Actor, cases: list[Case]) -> list[Entry]:
    trails = listing.trails(cases)
    names = listing.names_of(actor, cases, trails, [case.filing.registered_by for case in cases])
    mains = {row.case_id: row for row in Petitioner.objects.filter(case__in=[c.id for c in cases], role="main")}
    channel, closing = cache(CHANNELS.label), cache(CLOSINGS.label)
    made = []
    for case in cases:
        filing, main = case.filing, mains.get(case.id)
        who = people.masked(main) if main is not None and policy.may_read_people(actor, case) else {}
        made.append(
            Entry(
                id=case.id,
                key=f"{filing.registered_at.isoformat()}~{filing.id}",
                number=short(case.number),
                full_number=case.number,
                received=filing.received_at,
                registered=filing.registered_at,
                channel=channel(filing.channel),
                who=who.get("name", ""),
                address=who.get("address", ""),
                title=case.title,
                persons=filing.persons,
                clerk=names.person(filing.registered_by),
                holder=" ".join(part for part in listing.place_of(case, trails[case.id], names) if part),
                result=closing(case.closing_kind) if case.closing_kind else listing.state_of(case),
            )
        )
    return made
