"""Where somebody lives: which numbers of a text are the house or door of a recorded address. Streets, villages,
compounds and buildings are no secret: matters are about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_HAN = dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_TENS = {"十": 10, "百": 100}
_NUMBER = r"\d+|[零〇一二三四五六七八九十百]+"
# Longer units first: 号楼 is a building, 号 a house.
_BUILDING, _HOUSE, _ROOM = "号楼|号院|幢|栋|座|楼|区|期|弄|巷", "单元|层|门|组|号", "室|户|房"
_ONE = re.compile(rf"(?P<number>{_NUMBER})\s?(?P<unit>{_BUILDING}|{_HOUSE}|{_ROOM}|[#\-–—－、/])?\s?")
_BUILDINGS, _ROOMS = frozenset(_BUILDING.split("|")), frozenset(_ROOM.split("|"))
_UNITS = frozenset({*_BUILDINGS, *_HOUSE.split("|"), *_ROOMS})
NAMED = 2  # characters of the name before a number that stands alone


class Part(NamedTuple):
    value: int
    unit: str
    start: int
    end: int  # of the number


class Door(NamedTuple):
    """`values`: the numbers that are nobody else's; `building`: the one before them; `name`: what stands before all."""

    values: tuple[int, ...]
    building: int | None
    name: str


def door_of(address: str) -> Door | None:
    """None where it says no more than a street or a building. The address is folded (kernel.masking)."""
    found = [run for run in _runs(address) if any(part.unit in _UNITS for part in run) or len(run) > 1]
    if not found:
        return None
    run = found[-1]
    at = max((place for place, part in enumerate(run) if part.unit in _BUILDINGS), default=-1)
    if at < 0 and len(run) > 1 and run[0].unit not in _UNITS:  # 3-2-501
        at = 0
    values = tuple(part.value for part in run[at + 1 :])
    before = "".join(address[: run[0].start].split())
    return Door(values, run[at].value if at >= 0 else None, before[-NAMED:]) if values else None


def places(text: str, door: Door) -> Iterator[tuple[int, int]]:
    """From where to where its numbers stand in a folded text, all of them or the last few."""
    for run in _runs(text):
        for at in range(len(run)):
            for size in range(len(door.values), 0, -1):
                parts = run[at : at + size]
                if tuple(one.value for one in parts) == door.values[-size:] and _meant(text, run, at, size, door):
                    yield from ((one.start, one.end) for one in parts)
                    break


def _meant(text: str, run: list[Part], at: int, size: int, door: Door) -> bool:
    """One number alone is a door where the building or the name stands before it, or where it is called a room."""
    one = run[at]
    if size > 1 or (one.unit in _ROOMS and one.value >= 100):
        return True
    if at > 0:
        return run[at - 1].value == door.building
    before = "".join(text[max(one.start - 2 * NAMED, 0) : one.start].split())
    alone = door.building is None and len(door.values) == 1
    return alone and len(door.name) == NAMED and before.endswith(door.name)


def _runs(text: str) -> Iterator[list[Part]]:
    """Numbers one directly after the other, each with its unit."""
    run: list[Part] = []
    end = -1
    for found in _ONE.finditer(text):
        if found.start() != end and run:
            yield run
            run = []
        run.append(Part(_value(found["number"]), found["unit"] or "", *found.span("number")))
        end = found.end() if found["unit"] else -1
    if run:
        yield run


def _value(number: str) -> int:
    """501, 五〇一 and 五百零一; 十二."""
    if number.isdecimal():
        return int(number[:9])
    if not _TENS.keys() & set(number):
        return int("".join(str(_HAN[one]) for one in number[:9]))
    total = last = 0
    for one in number:
        if one in _TENS:
            total, last = total + (last or 1) * _TENS[one], 0
        else:
            last = _HAN[one]
    return total + last
