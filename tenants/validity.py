"""Offices, departments and posts hold from a day to a day; `valid_to` is the first day they no longer do."""

from datetime import date
from typing import Protocol, Self, TypeVar

from django.db import models
from django.db.models import F, Q

from kernel.clock import today

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class HasValidity(Protocol):
    valid_from: date
    valid_to: date | None


def alive(on: date | None = None, prefix: str = "") -> Q:
    """Rows that hold on that day (today)."""
    day = on or today()
    ended = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    return Q(**{f"{prefix}valid_from__lte": day}) & ended


def holds_on(row: HasValidity, day: date) -> bool:
    """As `alive`, of a row at hand."""
    return row.valid_from <= day and (row.valid_to is None or day < row.valid_to)


def ends_after_start(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name=name)


class ValidQuerySet(models.QuerySet[M_co]):
    def alive(self, on: date | None = None) -> Self:
        return self.filter(alive(on))
