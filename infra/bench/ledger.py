"""What keeping the region's books costs a change of a case: the same verbs with the subscriber and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from infra.bench.figures import MOST, Aim, Figure, figure
from infra.bench.rounds import Work, interleaved
from infra.testing.database import Databases
from kernel import outbox
from supervision.ledger import SUBSCRIBER
from tests.cases.making import BUREAU, COUNTY, do
from tests.cases.making import register as registered
from tests.people import actor, department

ROUNDS, SIZE = 15, 12
UNIT = "住建局"


@contextmanager
def without_books() -> Iterator[None]:
    taken = outbox._subscribers.pop(SUBSCRIBER)
    try:
        yield
    finally:
        outbox._subscribers[SUBSCRIBER] = taken


class Verbs:
    """Pieces of everyday work; each leaves what the next needs."""

    def __init__(self) -> None:
        self.clerk, self.sender = actor(COUNTY, "R2"), actor(COUNTY, "R3")
        self.desk = actor(COUNTY, "R5", unit=UNIT)
        self.upper, self.above = actor(BUREAU, "R2"), actor(BUREAU, "R3")
        self.unit, self.county = department(COUNTY, UNIT).id, department(COUNTY).id
        self.kept: list[UUID] = [registered(who=self.clerk).case.id for _ in range(4)]

    def registration(self) -> None:
        registered(who=self.clerk)

    def note(self) -> None:
        do(self.sender, "note", self.kept[0], text="已联系信访人，说明办理进度。")

    def journey(self) -> None:
        """Six changes, one of them a hand-over between offices."""
        case = registered(who=self.upper).case.id
        do(self.above, "transfer", case, to_department=self.county)
        do(self.sender, "sign_for", case)
        do(self.sender, "transfer", case, to_department=self.unit)
        do(self.desk, "sign_for", case)
        do(self.desk, "accept", case)


def measure(databases: Databases) -> list[Figure]:
    verbs = Verbs()
    found = []
    for name, verb, pieces in (
        ("registration", verbs.registration, 1),
        ("note", verbs.note, 1),
        ("six changes down to acceptance", verbs.journey, 6),
    ):
        contenders: dict[str, Work] = {"kept": partial(_do, verb), "bare": partial(_bare, verb)}
        timed = interleaved(contenders, rounds=ROUNDS, size=max(SIZE // pieces, 3))
        found.append(
            figure(
                f"ledger: {name}, books kept / not kept",
                timed.each_ms("kept"),
                "ms",
                floor=timed.each_ms("bare"),
                ratio=timed.ratio("kept", "bare"),
                aims=[Aim("ratio", MOST, 1.25)],
            )
        )
    return found


def _do(verb: Callable[[], None], count: int) -> None:
    for _ in range(count):
        verb()


def _bare(verb: Callable[[], None], count: int) -> None:
    with without_books():
        _do(verb, count)
