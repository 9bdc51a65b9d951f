"""From when on what happens to cases is told: the platform's numbers, and those a place has of its own
(`supervision.warning_rules`; 0: never).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kernel.alerts import Level
from supervision.warning_rules import Values


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`objections`, `hops`: from which number on a case is being tossed about (domain §8, V5). `sent_back`: an opinion
    or a report. `cluster_steps`: so many filings of one place and content class within `cluster_days`; how grave.
    `alike`: so many of them whose words are alike, before the first step."""

    objections: int = 2
    hops: int = 3
    sent_back: int = 2
    alike: int = 3
    cluster_days: int = 30
    cluster_steps: tuple[tuple[int, Level], ...] = (
        (5, Level.REMINDER),
        (10, Level.OVERDUE),
        (30, Level.SERIOUS),
        (50, Level.GRAVE),
    )

    def cluster_step(self, count: int) -> tuple[int, Level] | None:
        """The highest step that `count` filings reach."""
        return next((step for step in reversed(self.cluster_steps) if step[0] and count >= step[0]), None)


PLATFORM = Thresholds()


def reached(count: int, threshold: int) -> bool:
    return 0 < threshold <= count


@lru_cache(maxsize=256)
def thresholds_of(values: Values) -> Thresholds:
    first, *further = PLATFORM.cluster_steps
    steps = tuple(step for step in further if step[0] > values.cluster)
    return Thresholds(
        objections=values.objections,
        hops=values.hops,
        sent_back=values.sent_back,
        alike=values.alike,
        cluster_days=values.cluster_days,
        cluster_steps=((values.cluster, first[1]), *steps) if values.cluster else (),
    )
