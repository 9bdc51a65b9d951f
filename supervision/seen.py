"""A part of the region as the wall shows it, now or at the end of a past day: all its figures together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from supervision import figures, rewind
from supervision.indicators.period import Period
from supervision.indicators.ratio import Ratio
from supervision.indicators.reading import read_lately
from supervision.measures import Board, DayFlow, Levels, Old, Pair
from supervision.region import Region

FLOW_DAYS = 14
RATES = ("I2'", "I3")


@dataclass(frozen=True, slots=True)
class Seen:
    """The figures behind the tiles. `rates` by row, `reply` of the whole; `units` where the office has none below;
    `when`: what an address needs to name the same day."""

    when: Mapping[str, str]
    month: int
    board: Board
    units: Mapping[UUID, Levels]
    rates: Mapping[str, Mapping[str, Ratio]]
    reply: Ratio
    flow: list[DayFlow]
    fields: Mapping[str, int]
    cells: Mapping[tuple[str, str], Levels]
    pairs: list[Pair]
    oldest: list[Old]


def seen(region: Region, day: date | None = None) -> Seen:
    """As things stand now; with `day`, as they stood at its end."""
    return _now(region) if day is None else _then(region, day)


def _now(region: Region) -> Seen:
    board, month = figures.board(region), Period.this_month()
    below = bool(board.children) and region.unit is None
    rates = read_lately(region, month, "child" if below else "unit", RATES)
    return Seen(
        when={},
        month=month.first.month,
        board=board,
        units={} if below else figures.by_unit(region),
        rates={group: {code: figure.ratio for code, figure in found.items()} for group, found in rates.items()},
        reply=read_lately(region, month, "whole", ("I3",))[""]["I3"].ratio,
        flow=figures.flow(region, FLOW_DAYS),
        fields=figures.came_by_field(region, FLOW_DAYS),
        cells=figures.by_office_and_field(region),
        pairs=figures.pairs(region),
        oldest=figures.oldest(region) if region.lists else [],
    )


def _then(region: Region, day: date) -> Seen:
    past = rewind.past(region, day)
    flow, fields = rewind.flow(region, FLOW_DAYS, day)
    return Seen(
        when={"day": f"{day}"},
        month=day.month,
        board=past.board,
        units={} if past.children else past.by_unit,
        rates=past.rates(),
        reply=past.whole.rates["I3"],
        flow=flow,
        fields=fields,
        cells=past.by_office_and_field,
        pairs=past.pairs,
        oldest=rewind.oldest(past, day) if region.lists else [],
    )
