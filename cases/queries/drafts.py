"""Who may register, and the drafts of one person (S00): nobody else sees them, and they are no cases."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from cases.models import Draft
from cases.states import Seat
from cases.transitions import BY_VERB
from tenants.actors import Actor


def may_register(actor: Actor) -> bool:
    """A clerk at the desk, or the clerk of a unit for direct filings (T1, T1u)."""
    seat = Seat.BUREAU if actor.at_desk else Seat.UNIT
    return any(actor.roles & row.roles for row in BY_VERB["register"] if seat in row.seats)


def rows(actor: Actor) -> QuerySet[Draft]:
    """Only one's own, ever."""
    return Draft.objects.filter(owner=actor.user)


def mine(actor: Actor) -> list[Draft]:
    """Newest first."""
    return list(rows(actor).order_by("-updated_at"))


def own(actor: Actor, draft: UUID) -> Draft | None:
    return rows(actor).filter(id=draft).first()
