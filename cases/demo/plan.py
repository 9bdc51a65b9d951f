"""Which cases the demo shows: how many of each kind, and how many days ago their last step was taken.

The rests are chosen around the limits of domain §5 (15, 60, 30 days), so that every age occurs: fresh, soon, overdue
超期 from 1 day, serious from 15, grave from 30, and closed long ago.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.demo import ways
from cases.demo.cast import CastIncomplete, Region
from cases.demo.journey import Journey
from cases.demo.ways import Scene


@dataclass(frozen=True)
class Part:
    """`count` journeys of one kind, their rests spread evenly from `first` to `last`."""

    count: int
    first: int
    last: int
    scene: Scene
    klass: str = "C"
    routed: bool = False

    def rests(self) -> Iterator[int]:
        for index in range(self.count):
            yield self.first + (self.last - self.first) * index // max(self.count - 1, 1)


PARTS: tuple[Part, ...] = (
    Part(20, 0, 52, ways.registered("county")),
    Part(8, 0, 20, ways.registered("prefecture")),
    Part(5, 1, 17, ways.registered("province")),
    Part(4, 0, 12, ways.anonymous),
    Part(6, 0, 14, ways.group),
    Part(3, 0, 9, ways.assign_asked),
    Part(3, 0, 2, ways.answer_asked),
    Part(4, 0, 10, ways.corrected),
    Part(8, 0, 22, ways.relayed()),
    Part(6, 0, 17, ways.relayed(signed=False)),
    Part(4, 0, 16, ways.relayed(3, 60)),
    Part(4, 0, 12, ways.relayed(feedback=40, signed=False)),
    Part(16, 0, 48, ways.at_unit()),
    Part(8, 0, 20, ways.at_unit(feedback=30)),
    Part(14, 0, 34, ways.at_unit(signed=True)),
    Part(7, 0, 17, ways.direct),
    Part(5, 0, 5, ways.objected()),
    Part(3, 0, 3, ways.objected(from_above=True)),
    Part(2, 0, 2, ways.objected(asked=True)),
    Part(4, 0, 5, ways.consented(0)),
    Part(3, 0, 6, ways.consented(1)),
    Part(2, 5, 20, ways.consented(2)),
    Part(2, 0, 4, ways.relay_consented),
    Part(3, 4, 30, ways.refused),
    Part(10, 0, 62, ways.accepted()),
    Part(5, 0, 15, ways.accepted(told=False)),
    Part(12, 0, 80, ways.routed(), routed=True),
    Part(5, 10, 120, ways.routed(done=True), routed=True),
    Part(2, 0, 10, ways.declined("decline")),
    Part(2, 1, 9, ways.declined("decline", at_desk=True)),
    Part(2, 0, 12, ways.declined("no_longer")),
    Part(3, 0, 11, ways.declined("redirect")),
    Part(2, 0, 6, ways.declined("redirect", at_desk=True)),
    Part(4, 20, 150, ways.declined("decline", told=True)),
    Part(2, 30, 120, ways.declined("no_longer", told=True)),
    Part(4, 5, 140, ways.declined("redirect", told=True)),
    Part(28, 0, 92, ways.handling()),
    Part(8, 4, 50, ways.handling(2)),
    Part(6, 4, 58, ways.handling(3, 60)),
    Part(4, 3, 45, ways.handling(channel="VISIT", persons=12)),
    Part(8, 1, 60, ways.extended()),
    Part(3, 0, 3, ways.extended(approved=False)),
    Part(5, 0, 40, ways.drafting),
    Part(2, 0, 6, ways.defer_asked),
    Part(7, 0, 38, ways.in_approval(checked=False)),
    Part(5, 0, 30, ways.in_approval(checked=True)),
    Part(3, 0, 12, ways.in_approval(checked=False, important=True)),
    Part(8, 0, 30, ways.signed),
    Part(12, 0, 27, ways.served("SUPPORT")),
    Part(8, 0, 25, ways.served("EXPLAIN", "SUPPORT")),
    Part(4, 2, 20, ways.served("REJECT", length=2)),
    Part(10, 0, 44, ways.executing(15)),
    Part(4, 0, 4, ways.reported(1, own=True)),
    Part(4, 0, 6, ways.reported(2)),
    Part(4, 0, 9, ways.reported(2, forwarded=True)),
    Part(2, 0, 4, ways.reported(1, own=True, asked=True)),
    Part(3, 1, 10, ways.reported(2, forwarded=True, then="return")),
    Part(3, 1, 12, ways.reported(2, forwarded=True, then="approve")),
    Part(7, 40, 160, ways.reported(2, forwarded=True, then="approve")),
    Part(6, 0, 30, ways.studied(0), klass="A"),
    Part(3, 0, 10, ways.studied(1), klass="A"),
    Part(2, 0, 6, ways.studied(2), klass="A"),
    Part(9, 5, 150, ways.studied(3), klass="A"),
    Part(8, 10, 150, ways.answered),
    Part(18, 41, 230, ways.served("SUPPORT", closed=True)),
    Part(10, 41, 210, ways.served("EXPLAIN", closed=True)),
    Part(9, 45, 200, ways.served("REJECT", closed=True)),
    Part(6, 42, 140, ways.served("SUPPORT", "EXPLAIN", closed=True, slow=62)),
    Part(8, 45, 180, ways.executing(10, proved=True)),
    Part(6, 5, 120, ways.settled),
    Part(8, 0, 24, ways.accusation, klass="B"),
)


def journeys(region: Region) -> Iterator[Journey]:
    """All of them, each the same on every call; a kind for which the region has no chain of offices is left out."""
    number = 0
    for part in PARTS:
        for rest in part.rests():
            number += 1
            j = Journey.begin(number, region, rest, klass=part.klass, routed=part.routed)
            try:
                part.scene(j)
            except (CastIncomplete, IndexError):
                continue
            yield j
