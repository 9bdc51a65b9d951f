"""The judged set: queries of what people type, with grades (2: what was sought, 1: of use) over two bodies of texts.

The demo's invented matters are graded by matter and word, because each is read whole and its fills mean the same.
Of the real messages, which lie beside the project and never in it, only row numbers and grades are kept.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from openpyxl import load_workbook

from infra.env import ROOT

FOLDER = ROOT / "tests" / "search" / "judged"
MATTERS = ROOT / "cases" / "demo" / "matters.toml"
SHEETS = {"a": "answered.xlsx", "m": "messages.xlsx"}
FILLS = 5
FIRST_DAY = date(2026, 1, 5)
# Where a fill of the demo's matters lies, by its place in the row: three in the county, one in the next, one nowhere.
PLACES = (("990123", "澄屿县"), ("990123", "澄屿县"), ("990124", "汀岚县"), ("990123", "澄屿县"), ("", ""))
UNITS = {"住": "住建局", "城管": "城管局"}


@dataclass(frozen=True, slots=True)
class Text:
    """A document to be found. `key` is stable: matter#fill, or sheet and row."""

    key: str
    title: str
    narrative: str
    demands: tuple[str, ...] = ()
    answers: str = ""
    papers: str = ""
    number: str = ""
    place: str = ""
    unit: str = ""
    day: date = FIRST_DAY

    @property
    def facts(self) -> str:
        """What a rule of the grades may ask for."""
        places = dict(PLACES)
        at = (places.get(self.place, ""), self.unit, f"{self.day:%Y-%m-%d}")
        return "\n".join((self.title, self.narrative, *self.demands, *at))


@dataclass(frozen=True, slots=True)
class Judged:
    """One query. `best` and `fair`: keys of texts, or for the demo rules "matter", "matter@word" and "@word"."""

    id: str
    kind: str
    text: str
    best: tuple[str, ...]
    fair: tuple[str, ...] = ()

    def grades(self, texts: Sequence[Text]) -> dict[str, int]:
        """Of every text that has one."""
        if not self.id.startswith("demo"):
            return {**dict.fromkeys(self.fair, 1), **dict.fromkeys(self.best, 2)}
        found = dict[str, int]()
        for text in texts:
            grade = 2 if _any(self.best, text) else 1 if _any(self.fair, text) else 0
            if grade:
                found[text.key] = grade
        return found

    def asked(self, texts: Iterable[Text]) -> str:
        """The query with {number:key} filled in, {short:key} as a list shows it: day and count."""
        numbers = {text.key: text.number for text in texts if text.number}

        def number(found: re.Match[str]) -> str:
            whole = numbers[found[2]]
            return whole if found[1] == "number" else f"{whole[6:14]}-{whole[-4:]}"

        return re.sub(r"\{(number|short):([^}]+)\}", number, self.text)


def _any(rules: Iterable[str], text: Text) -> bool:
    return any(_meets(rule, text) for rule in rules)


def _meets(rule: str, text: Text) -> bool:
    """`matter@word`: a fill of the matter that has the word; `matter#2` is one fill."""
    matter, _at, word = rule.partition("@")
    if "#" in matter and matter != text.key:
        return False
    return text.key.partition("#")[0].startswith(matter.partition("#")[0]) and word in text.facts


@cache
def queries(name: str) -> tuple[Judged, ...]:
    """`name`: demo or data."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)["query"]
    return tuple(
        Judged(row["id"], row["kind"], row["text"], _keys(row["best"]), _keys(row.get("fair", ""))) for row in rows
    )


def _keys(words: str) -> tuple[str, ...]:
    return tuple(words.split())


@cache
def demo() -> tuple[Text, ...]:
    """Each matter but accusations, its blanks filled in five ways that do not hang on the order of the file."""
    with MATTERS.open("rb") as file:
        book = tomllib.load(file)
    rows = [row for row in book["matter"] if row.get("klass", "C") != "B"]
    return tuple(text for row in rows for text in _fills(row, book["words"]))


def matter(row: Mapping[str, Any]) -> str:
    """Its title without blanks."""
    return re.sub(r"\{\w+\}", "", row["title"])


def _fills(row: Mapping[str, Any], words: Mapping[str, Sequence[str]]) -> Iterator[Text]:
    name = matter(row)
    seed = crc32(name.encode())
    for fill in range(FILLS):
        chosen = {word: choice[(seed + fill) % len(choice)] for word, choice in words.items()}
        chosen["n"] = str((seed + 5 * fill) % 28 + 1)

        def said(text: str, chosen: Mapping[str, str] = chosen) -> str:
            return re.sub(r"\{(\w+)\}", lambda blank: chosen[blank[1]], text)

        day = FIRST_DAY + timedelta(days=(seed >> 8) % 60 + 45 * fill)
        yield Text(
            key=f"{name}#{fill}",
            title=said(row["title"]),
            narrative=said(row["text"]),
            demands=tuple(map(said, row["demands"])),
            answers=said(row["reply"]),
            papers="\n".join((said(row["fact"]), row["law"])),
            number=f"990123{day:%Y%m%d}1{seed % 900 + fill:06d}",
            place=PLACES[fill][0],
            unit=next((unit for word, unit in UNITS.items() if row["to"].startswith(word)), ""),
            day=day,
        )


def data(folder: Path = ROOT.parent / "shared" / "data") -> tuple[Text, ...]:
    """The real messages, where they lie beside the project; nothing where they do not."""
    found: list[Text] = []
    for letter, name in SHEETS.items():
        if not (folder / name).is_file():
            return ()
        book = load_workbook(folder / name, read_only=True)
        rows = book.worksheets[0].iter_rows(min_row=2, values_only=True)
        for number, row in enumerate(rows, start=2):
            title, narrative = (" ".join(str(row[column] or "").split()) for column in (2, 4))
            answers = " ".join(str(row[5] or "").split()) if letter == "a" else ""
            found.append(Text(f"{letter}{number}", title, narrative, answers=answers))
        book.close()
    return tuple(found)
