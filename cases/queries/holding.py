"""How many open cases lie with each department, for the administrator, who sees no case: numbers only."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count

from cases.models import Case
from cases.states import NOT_HELD


def open_by_department() -> dict[UUID, int]:
    """In the current office. Accusations are in no count (design §4)."""
    rows = Case.objects.filter(sealed=False).exclude(state__in=NOT_HELD).order_by()
    return dict(rows.values("department").annotate(n=Count("id")).values_list("department", "n"))


def open_in(departments: Iterable[UUID]) -> int:
    """Of these departments together."""
    rows = Case.objects.filter(sealed=False, department__in=list(departments)).exclude(state__in=NOT_HELD)
    return rows.count()
