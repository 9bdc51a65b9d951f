"""What an upgrade leaves behind in each office is made anew by itself, beside normal work, by one worker at a time.

A row per office says in which shape its things are. Who changes the shape raises a number; a run that is stopped is
begun again or goes on, and twice is harmless.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from kernel import locks
from kernel.clock import recorded_now
from kernel.tasks import every, register_periodic
from tenants import offices
from tenants.models import Tenant

EVERY_S = 60


class Shaped(models.Model):
    """In which shape an office's things were last made; none or an older one: they are made anew."""

    office = models.UUIDField(primary_key=True)
    shape = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=recorded_now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.office} {self.shape}"


def outdated(made: models.QuerySet[Any]) -> list[Tenant]:
    """Offices of which `made`, rows of the present shape, says nothing."""
    fresh = set(made.values_list("office", flat=True))
    return [office for office in offices.served() if office.pk not in fresh]


def register(name: str, lock: int, run: Callable[[], None]) -> None:
    """`run` each minute, where nobody else is at it."""

    def alone() -> None:
        with locks.held(lock) as mine:
            if mine:
                run()

    register_periodic(name, every(EVERY_S), alone)
