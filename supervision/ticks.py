"""Says that figures of offices changed, to those who look at them now: after the commit, once a transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from kernel import outbox, push
from tenants import context


@dataclass(eq=False)
class Tick:
    """`codes`: of the offices, by their paths. Offices above hear it too, so that one above another says nothing more:
    the transport knows them by the path."""

    codes: dict[str, str] = field(default_factory=dict)

    def __call__(self) -> None:
        for path, code in self.codes.items():
            if not any(other.startswith(f"{path}/") for other in self.codes):
                push.push(f"wall.{code}", {"path": path})


def changed(schema: str, key: str) -> None:
    """One in a savepoint that was rolled back is gone with it; an office too many costs a look."""
    office = context.tenant_by_schema(schema)
    waiting = transaction.get_connection().run_on_commit
    tick = next((entry[1] for entry in waiting if isinstance(entry[1], Tick)), None)
    if tick is None:
        tick = Tick()
        transaction.on_commit(tick, robust=True)
    tick.codes[office.path] = office.code


def register() -> None:
    outbox.subscribe("case", "supervision.ticks", changed, kind="now")
