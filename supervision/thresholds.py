"""From when on what happens to cases is told: the platform's numbers, and those a place's rule profile has of its own.

Like the rungs, each number may be named in a profile (unit "count" or "d"); 0 there means: never.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kernel.alerts import Level
from tenants.profiles import Profile


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
def thresholds_of(profile: Profile) -> Thresholds:
    def number(param: str, otherwise: int) -> int:
        rule = profile.limit(param)
        return otherwise if rule is None else rule.value

    first, *further = PLATFORM.cluster_steps
    least = number("alert_cluster", first[0])
    steps = tuple(step for step in further if step[0] > least)
    return Thresholds(
        objections=number("alert_objections", PLATFORM.objections),
        hops=number("alert_hops", PLATFORM.hops),
        sent_back=number("alert_sent_back", PLATFORM.sent_back),
        alike=number("alert_alike", PLATFORM.alike),
        cluster_days=number("alert_cluster_days", PLATFORM.cluster_days),
        cluster_steps=((least, first[1]), *steps) if least else (),
    )
