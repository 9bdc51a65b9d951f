"""Which standard wording a writer may pick: the office's and the own unit's."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from cases.models import Wording


def for_writers(unit: UUID, *kinds: str) -> list[Wording]:
    """The own unit's first."""
    rows = Wording.objects.filter(Q(unit=None) | Q(unit=unit), ended_at=None, kind__in=kinds)
    return sorted(rows, key=lambda row: (row.kind, row.unit is None, row.title))


def kept(unit: UUID | None) -> list[Wording]:
    """Those of one keeper: the office's, or one unit's."""
    return list(Wording.objects.filter(unit=unit, ended_at=None))


def find(unit: UUID | None, wording: UUID) -> Wording | None:
    found: Wording | None = Wording.objects.filter(id=wording, unit=unit, ended_at=None).first()
    return found
