"""What lies before a body and has not been signed for."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from cases.models import Case
from cases.queries.worklist import PAGE, SIGN_FOR, Page, known, stretch
from cases.states import NOT_HELD, State
from kernel import paging
from tenants.actors import Actor


def to_sign_for(actor: Actor) -> QuerySet[Case]:
    """What lies before this body and has not been signed for."""
    rows = known(actor, sealed=False).filter(unit=actor.unit)
    return rows.filter(state__in=[State.S20, State.S21]).exclude(state__in=sorted(NOT_HELD))


def inbox(actor: Actor, after: str = "", size: int = PAGE, also: Sequence[str] = ()) -> Page:
    return stretch(to_sign_for(actor), after, size, also)


def waiting_to_sign_for(actor: Actor) -> list[paging.Question]:
    """The number beside 待签收 in the top bar."""
    if not actor.roles & SIGN_FOR:
        return []
    return [paging.Question(("to sign for", actor, actor.units), lambda: to_sign_for(actor).values("id"))]
