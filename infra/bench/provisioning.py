"""Provisioning an office, where 20 stand and where 200 stand already."""

from __future__ import annotations

import itertools

from infra.bench import place, region
from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.rounds import Work, interleaved
from infra.testing.database import Databases, clone_name

FEW, MANY = 20, 200
ROUNDS, SIZE = 6, 6


def measure(databases: Databases) -> list[Figure]:
    with region.as_owner(databases) as small, region.other(databases, clone_name("bench_many")) as large:
        counts = {small: region.fill(small, FEW), large: region.fill(large, MANY)}
        numbers = {name: itertools.count(count) for name, count in counts.items()}

        def into(name: str) -> Work:
            def work(count: int) -> None:
                place.switch(name)
                for _ in range(count):
                    region.provision(next(numbers[name]))

            return work

        timed = interleaved({"few": into(small), "many": into(large)}, rounds=ROUNDS, size=SIZE, warm=1)
    return [
        figure(
            f"provisioning: an office beside {MANY} others / beside {FEW}",
            timed.each_ms("many"),
            "ms",
            floor=timed.each_ms("few"),
            ratio=timed.ratio("many", "few"),
            aims=[Aim("value", MOST, 100), Aim("ratio", MOST, 1.3)],
        )
    ]
