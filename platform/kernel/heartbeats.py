"""Which processes live: each says so every few seconds, in the database; one not heard of for a while is down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import ClassVar

from django.db import models

from kernel.clock import recorded_now

EVERY_S = 15.0
# How long each may stay silent. The worker is heard through a task of its own, so a long one may delay it.
_silent = {
    "worker": timedelta(seconds=90),
    "beat": timedelta(seconds=60),
    "owner-worker": timedelta(seconds=60),
}


def expect(name: str, silent: timedelta) -> None:
    """An app with a process of its own says so while the apps load."""
    _silent[name] = silent


class Heartbeat(models.Model):
    """When a kind of process was last heard of, and which code it ran. Several of a kind share the row."""

    name = models.CharField(primary_key=True, max_length=40)
    at = models.DateTimeField(default=recorded_now)
    version = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        app_label = "kernel"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Pulse:
    """`at` is None for a process that was never heard of."""

    name: str
    at: datetime | None
    version: str
    alive: bool


@cache
def code_version() -> str:
    try:
        return version("huiyin")
    except PackageNotFoundError:
        return ""


def beat(name: str) -> None:
    """This process lives."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": recorded_now(), "version": code_version()})


def pulse(name: str) -> Pulse:
    return next(one for one in pulses() if one.name == name)


def pulses() -> list[Pulse]:
    """Every process that should live, heard of or not."""
    rows = Heartbeat.objects.in_bulk(list(_silent))
    return [_judged(name, rows.get(name)) for name in _silent]


def _judged(name: str, row: Heartbeat | None) -> Pulse:
    if row is None:
        return Pulse(name, None, "", alive=False)
    return Pulse(name, row.at, row.version, alive=recorded_now() - row.at < _silent[name])
