"""A registration through the action, beside bare ORM creates of the same rows and beside pgbench with them."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID

from django.db import transaction

from infra.bench import pgbench
from infra.bench.figures import LEAST, Aim, Figure, figure
from infra.bench.rounds import interleaved
from infra.bench.rows import Row, ids_of, written
from infra.testing.database import Databases
from kernel.ids import new_id
from tenants import context
from tests.cases.making import register
from tests.people import actor

OFFICE = "990123"
ROUNDS, SIZE = 9, 60


def measure(databases: Databases) -> list[Figure]:
    clerk = actor(OFFICE, "R2")
    register(who=clerk)
    with context.use(clerk.schema):
        rows = written(register(who=clerk).case.id)
        floor = Floor(rows)

        def action(count: int) -> None:
            for _ in range(count):
                register(who=clerk)

        timed = interleaved({"action": action, "floor": floor.create}, rounds=ROUNDS, size=SIZE)
        bare = pgbench.rate(pgbench.script(rows), clerk.schema)
    return [
        figure(
            "registration: action / bare ORM creates of its rows",
            timed.rate("action"),
            "1/s",
            floor=timed.rate("floor"),
            ratio=1 / timed.ratio("action", "floor"),
            aims=[Aim("ratio", LEAST, 0.6)],
        ),
        figure("registration: action / pgbench, its rows, one client", timed.rate("action"), "1/s", floor=bare),
    ]


class Floor:
    """The columns of the sample under new ids and numbers: one `create` a row, one transaction a registration."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self._ids = ids_of(rows)
        self._count = itertools.count()

    def create(self, count: int) -> None:
        for _ in range(count):
            fresh = {value: new_id() for value in self._ids}
            with transaction.atomic():
                for model, columns in self._rows:
                    model._default_manager.create(**self._renewed(columns, fresh))

    def _renewed(self, columns: dict[str, Any], fresh: dict[UUID, UUID]) -> dict[str, Any]:
        given = {name: fresh.get(value, value) if isinstance(value, UUID) else value for name, value in columns.items()}
        if "number" in given:
            given["number"] = f"{next(self._count):038}"
        return given
