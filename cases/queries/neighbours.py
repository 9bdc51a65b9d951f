"""The case before and the one after in the list a case was opened from, found by key: the same cost at any depth."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from cases.models import Case
from cases.queries import arrivals, worklist, worklist_counts
from cases.queries.worklist import Asked
from tenants.actors import Actor


class Kept(StrEnum):
    """The lists one may have come from."""

    WORKLIST = "worklist"
    SEALED = "sealed"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True)
class Beside:
    before: UUID | None = None
    after: UUID | None = None


def beside(actor: Actor, case: Case, source: Kept, asked: Asked) -> Beside:
    """By the order of that list; a case that has left it stands where its date would put it, else before all."""
    rows = _rows(actor, source, asked)
    if source is Kept.WORKLIST and asked.tab == "closed":
        return _closed(rows, case)
    if case.due_raw is None and not rows.filter(id=case.id).exists():
        return Beside(after=_first(rows.filter(due_raw__isnull=False), "due_raw", "id") or _first(rows, "id"))
    return Beside(_before(rows, case), _after(rows, case))


def _rows(actor: Actor, source: Kept, asked: Asked) -> QuerySet[Case]:
    if source is Kept.INBOX:
        return arrivals.to_sign_for(actor)
    if source is Kept.WORKLIST and asked.scope not in worklist.scopes_of(actor):
        asked = asked.with_(scope=worklist_counts.default_scope(actor, worklist_counts.scope_counts(actor)))
    return worklist.rows_of(actor, asked, sealed=source is Kept.SEALED)


def _first(rows: QuerySet[Case], *order: str) -> UUID | None:
    return rows.order_by(*order).values_list("id", flat=True).first()


def _after(rows: QuerySet[Case], case: Case) -> UUID | None:
    """First by (due, id), then what runs no clock."""
    without = rows.filter(due_raw=None)
    if case.due_raw is None:
        return _first(without.filter(id__gt=case.id), "id")
    key = TupleGreaterThan((F("due_raw"), F("id")), (Value(case.due_raw), Value(case.id)))
    return _first(rows.filter(key), "due_raw", "id") or _first(without, "id")


def _before(rows: QuerySet[Case], case: Case) -> UUID | None:
    dated = rows.filter(due_raw__isnull=False)
    if case.due_raw is None:
        found = _first(rows.filter(due_raw=None, id__lt=case.id), "-id")
        return found or _first(dated, "-due_raw", "-id")
    key = TupleLessThan((F("due_raw"), F("id")), (Value(case.due_raw), Value(case.id)))
    return _first(dated.filter(key), "-due_raw", "-id")


def _closed(rows: QuerySet[Case], case: Case) -> Beside:
    if case.closed_at is None:
        return Beside(after=_first(rows, "-closed_at", "-id"))
    here = (Value(case.closed_at), Value(case.id))
    order = (F("closed_at"), F("id"))
    return Beside(
        _first(rows.filter(TupleGreaterThan(order, here)), "closed_at", "id"),
        _first(rows.filter(TupleLessThan(order, here)), "-closed_at", "-id"),
    )
