"""Says that the figures of an office changed, to those who look at them now: after the commit, once a transaction."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from kernel import outbox, push
from tenants import context


@dataclass(frozen=True)
class Tick:
    """Offices above it hear it too: the transport knows them by the path."""

    code: str
    path: str

    def __call__(self) -> None:
        push.push(f"wall.{self.code}", {"path": self.path})


def changed(schema: str, key: str) -> None:
    office = context.tenant_by_schema(schema)
    tick = Tick(office.code, office.path)
    if not any(entry[1] == tick for entry in transaction.get_connection().run_on_commit):
        transaction.on_commit(tick, robust=True)


def register() -> None:
    outbox.subscribe("case", "supervision.ticks", changed, kind="now")
