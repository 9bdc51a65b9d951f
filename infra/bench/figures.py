"""One figure: what was measured, the floor it stands beside, and whether the aim was met. Table and file of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from unicodedata import east_asian_width

MOST, LEAST = "<=", ">="


@dataclass(frozen=True, slots=True)
class Aim:
    """`of` says what is held to the bound: the value itself or its ratio to the floor."""

    of: str
    sense: str
    bound: float

    def __str__(self) -> str:
        return f"{self.of} {self.sense} {self.bound:g}"

    def met(self, found: float) -> bool:
        return found <= self.bound if self.sense == MOST else found >= self.bound


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of build/bench.json. `met` is None where no aim was set."""

    name: str
    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    aim: str | None = None
    met: bool | None = None


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    ratio: float | None = None,
    aims: Sequence[Aim] = (),
) -> Figure:
    """`ratio` is value / floor where the rounds gave no better one (the median of the rounds' own ratios)."""
    if ratio is None and floor:
        ratio = value / floor
    found = {"value": value, "ratio": ratio}
    held = [aim.met(given) for aim in aims if (given := found[aim.of]) is not None]
    return Figure(
        name,
        _rounded(value),
        unit,
        None if floor is None else _rounded(floor),
        None if ratio is None else _rounded(ratio),
        ", ".join(map(str, aims)) or None,
        all(held) if held else None,
    )


def _rounded(number: float) -> float:
    """Three digits that mean something; a noisy machine gives no more."""
    return float(f"{number:.3g}")


def write(figures: Sequence[Figure], path: Path) -> None:
    """The figures of this run, over those an earlier run left under the same names."""
    old = _read(path)
    fresh = {row.name: asdict(row) for row in figures}
    path.parent.mkdir(parents=True, exist_ok=True)
    kept = [row for row in old if row.get("name") not in fresh]
    text = json.dumps([*kept, *fresh.values()], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def _read(path: Path) -> list[dict[str, object]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


HEAD = ("figure", "value", "unit", "floor", "ratio", "aim", "")


def table(figures: Sequence[Figure]) -> str:
    rows = [HEAD, *(_cells(row) for row in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEAD))]
    numbers = {1, 3, 4}
    lines = []
    for row in rows:
        cells = (
            " " * (width - _width(cell)) + cell if column in numbers else cell + " " * (width - _width(cell))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cells(row: Figure) -> tuple[str, ...]:
    met = {None: "", True: "met", False: "MISSED"}[row.met]
    return (row.name, _shown(row.value), row.unit, _shown(row.floor), _shown(row.ratio), row.aim or "", met)


def _shown(number: float | None) -> str:
    return "" if number is None else f"{number:,.0f}" if abs(number) >= 1000 else f"{number:g}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
