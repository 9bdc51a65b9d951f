"""How many open cases somebody handles: a figure for who administers people, never which cases (domain §2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from cases.models import Case, Draft
from cases.states import NOT_HELD


def by_unit(user: UUID) -> dict[UUID, int]:
    """In the current office, by the unit that answers for them. Sealed cases are in no count (design §4)."""
    return dict(_open([user]).values("unit").annotate(count=Count("id")).values_list("unit", "count"))


def by_person(users: Iterable[UUID]) -> dict[UUID, int]:
    """Of those who have any."""
    counted = _open(users).values("handler").annotate(count=Count("id"))
    return {user: count for user, count in counted.values_list("handler", "count") if user is not None}


def drafts(user: UUID) -> int:
    """Registrations begun and not yet registered; only their owner sees them."""
    found: int = Draft.objects.filter(owner=user).count()
    return found


def _open(users: Iterable[UUID]) -> QuerySet[Case]:
    return Case.objects.filter(handler__in=list(users), sealed=False).exclude(state__in=NOT_HELD).order_by()
