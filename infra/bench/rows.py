"""The rows one registration leaves, with their columns: what a floor has to write again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import models

from cases.models import Case, Clock, Demand, Event, Filing, Petitioner
from tenants.models import Custody

Row = tuple[type[models.Model], dict[str, Any]]


def written(case: UUID) -> list[Row]:
    """In an order in which each finds what it points to; in the office's context. The counter's row is not among
    them: it is updated, not created."""
    found: list[models.Model] = [
        Custody.objects.get(case=case),
        *Filing.objects.filter(case__id=case),
        *Case.objects.filter(id=case),
        *Demand.objects.filter(case=case),
        *Petitioner.objects.filter(case=case),
        *Clock.objects.filter(case=case),
        *Event.objects.filter(case=case),
    ]
    return [(type(row), {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}) for row in found]


def ids_of(rows: list[Row]) -> list[UUID]:
    """The keys of the rows, each once: the ids that must be new when the rows are written again."""
    return list(dict.fromkeys(model(**columns).pk for model, columns in rows))
