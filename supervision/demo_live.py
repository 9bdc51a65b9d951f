"""The demo goes on: what offices do while somebody looks, act by act, at the real time and through the actions.

Now and then a case turns up that a county's unit has left lying until the next upper office is told of it.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from django.db import OperationalError

from cases.demo import scenes, ways
from cases.demo.cast import Region
from cases.demo.journey import Journey, Stage
from cases.demo.ways import Scene
from kernel.clock import now
from kernel.errors import HuiyinError
from supervision import sweep

# Each as often as it is named.
SCENES: tuple[Scene, ...] = (
    ways.registered("county"),
    ways.registered("county"),
    ways.relayed(),
    ways.objected(from_above=True),
    ways.consented(2),
    ways.declined("redirect"),
    ways.drafting,
    ways.served("SUPPORT", length=2),
    ways.served("EXPLAIN", "SUPPORT"),
    ways.group,
    ways.answered,
    ways.answered,
)
WALKS = 6
CALM_AFTER = 600
LATE_EVERY = 12
# How long a unit left it lying: 15 days to decide, and serious (15 days over) but not yet grave (30).
LATE_DAYS = (33, 42)
LEFT = 2


@dataclass
class Walk:
    """A journey under way; `taken` of its steps are done."""

    journey: Journey
    stage: Stage
    taken: int = 0


class Life:
    """`act` does the next thing in `region` and says what it was. `seed` also numbers the cases."""

    def __init__(self, region: Region, seed: int) -> None:
        self._region = region
        self._number = seed
        self._rng = random.Random(seed)  # noqa: S311  invented
        self._walks: list[Walk] = []
        self._acts = 0

    def act(self) -> str:
        self._acts += 1
        try:
            return self._late() if self._acts % LATE_EVERY == 2 else self._next()
        except (HuiyinError, OperationalError) as error:
            # Whoever looks on may have done it first, or be at it just now.
            return f"refused: {type(error).__name__}"

    def _late(self) -> str:
        journey = self._begin(_left_lying, self._rng.randint(*LATE_DAYS))
        left, to_come = journey.steps[:LEFT], journey.steps[LEFT:]
        journey.steps = left
        case = journey.play(now())
        journey.steps = left + to_come
        self._walks.append(Walk(journey, Stage(now(), case, journey.matter, journey.rng), LEFT))
        told = sweep.sweep()
        return f"overdue {case} in {journey.at.code}: {told} rungs told"

    def _next(self) -> str:
        if len(self._walks) < WALKS:
            journey = self._begin(self._rng.choice(SCENES), 0)
            walk = Walk(journey, Stage(now(), UUID(int=0), journey.matter, journey.rng))
            self._walks.append(walk)
        else:
            walk = self._rng.choice(self._walks)
        step, walk.stage.at = walk.journey.steps[walk.taken], now()
        walk.taken += 1
        if walk.taken == len(walk.journey.steps):
            self._walks.remove(walk)
        try:
            walk.journey.take(step, walk.stage)
        except (HuiyinError, OperationalError):
            self._walks = [one for one in self._walks if one is not walk]
            raise
        return f"{step.verb} {walk.stage.case} in {step.who.schema}"

    def _begin(self, scene: Scene, rest: int) -> Journey:
        self._number += 1
        journey = Journey.begin(self._number, self._region, rest)
        scene(journey)
        return journey


def _left_lying(j: Journey) -> None:
    """Registered, handed to a unit and LEFT there; after the alert the unit takes it up."""
    scenes.register(j, j.rng.choice(j.region.at("county") or j.region.offices))
    scenes.hand_to_unit(j, days=0)
    scenes.sign_for(j)
    scenes.accept(j)


def go_on(life: Life, every: float, say: Callable[[str], None]) -> None:
    """For ever; ten times more slowly after a while, so that a demo left alone does not fill the disk."""
    for turn in count():
        time.sleep(every if turn < CALM_AFTER else every * 10)
        say(life.act())
