"""A transfer from one office to another, beside a registration of the same run."""

from __future__ import annotations

from uuid import UUID

from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.rounds import interleaved
from infra.testing.database import Databases
from tests.cases.making import BUREAU, COUNTY, do
from tests.cases.making import register as registered
from tests.people import actor, department

ROUNDS, SIZE = 9, 40


def measure(databases: Databases) -> list[Figure]:
    clerk, sender, target = actor(BUREAU, "R2"), actor(BUREAU, "R3"), department(COUNTY).id
    waiting: list[UUID] = []

    def register(count: int) -> None:
        waiting.extend(registered(who=clerk).case.id for _ in range(count))

    def transfer(count: int) -> None:
        for _ in range(count):
            do(sender, "transfer", waiting.pop(), to_department=target)

    register(SIZE)  # every second round begins with transfers
    timed = interleaved({"registration": register, "transfer": transfer}, rounds=ROUNDS, size=SIZE)
    return [
        figure(
            "transfer: to another office / a registration",
            timed.each_ms("transfer"),
            "ms",
            floor=timed.each_ms("registration"),
            ratio=timed.ratio("transfer", "registration"),
            aims=[Aim("ratio", MOST, 2.0)],
        )
    ]
