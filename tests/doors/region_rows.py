"""Doors of the region's figures: who reads a region from above, and who makes statistics without opening a case."""

from __future__ import annotations

from typing import Any

from tests.doors.rows import Door

NOWHERE = "00000000-0000-7000-8000-000000000000"


def _figures(route: str, who: str = "R13", **more: Any) -> Door:
    """Whoever only audits or administers sees no figures."""
    return Door(route, who, **{"wrong": "R20", "refused": frozenset({403}), **more})


REGION: list[Door] = [
    _figures("desk:statistics", "R16"),
    _figures("desk:statistics_rows", where={"code": "I7", "part": "all"}),
    _figures("desk:statistics_rows", where={"code": "I7", "part": "all"}, wrong="R16"),
    _figures("desk:statistics_freeze", "R16", method="POST"),
    _figures("desk:statistics_frozen", "R16", where={"snapshot_id": NOWHERE}, passed=frozenset({404})),
    _figures("desk:statistics_export", "R16", method="POST"),
    _figures("desk:wall"),
    _figures("desk:wall_screen"),
    _figures("desk:wall_tiles"),
    _figures("desk:wall_due"),
    _figures("desk:wall_list", form={"level": "late"}),
    _figures("desk:wall_list", form={"level": "late"}, wrong="R16"),
    _figures("desk:wall_export", method="POST"),
    _figures(
        "desk:wall_acknowledge", method="POST", form={"one": NOWHERE}, passed=frozenset({404}), refused=frozenset({404})
    ),
]
