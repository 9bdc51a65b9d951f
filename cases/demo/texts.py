"""The invented matters, names and phrases of the demo, read from matters.toml; which one a case gets is seeded."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cases.people import Person


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter as filed. `to` are words in the names of units that may answer it, joined by "|"."""

    content: str
    to: str
    title: str
    text: str
    demands: tuple[str, ...]
    fact: str
    reply: str
    law: str
    klass: str = "C"
    purpose: str = "04"
    path: str = ""


@cache
def _book() -> dict[str, Any]:
    with (Path(__file__).parent / "matters.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _matters() -> list[Matter]:
    return [Matter(**{**row, "demands": tuple(row["demands"])}) for row in _book()["matter"]]


def matter(rng: random.Random, *, klass: str = "C", routed: bool = False) -> Matter:
    """One matter of the class, its blanks filled. `routed`: one that belongs into a statutory procedure."""
    kind = [row for row in _matters() if row.klass == klass and (klass != "C" or bool(row.path) == routed)]
    row = rng.choice(kind)
    words = {name: rng.choice(choice) for name, choice in sorted(_book()["words"].items())}
    words["n"] = str(rng.randint(1, 28))

    def fill(text: str) -> str:
        for name, word in words.items():
            text = text.replace("{" + name + "}", word)
        return text

    return Matter(
        content=row.content,
        to=row.to,
        title=fill(row.title),
        text=fill(row.text),
        demands=tuple(map(fill, row.demands)),
        fact=fill(row.fact),
        reply=fill(row.reply),
        law=row.law,
        klass=row.klass,
        purpose=row.purpose,
        path=row.path,
    )


def say(rng: random.Random, kind: str) -> str:
    """A phrase of that kind."""
    given = _book()["say"][kind]
    return given if isinstance(given, str) else str(rng.choice(given))


def word(kind: str, key: str) -> str:
    found: str = _book()["say"][kind][key]
    return found


def person(rng: random.Random, role: str = "main") -> Person:
    """Nobody: an invented name, a number of a range that is never given out, an invented address."""
    book = _book()
    name = rng.choice(book["say"]["surnames"]) + rng.choice(book["say"]["given"])
    phone = f"1{rng.choice((30, 35, 38, 50, 58, 77, 89))}0000{rng.randint(0, 9999):04}"
    return Person(name=name, phone=phone, address=address(rng), role=role)


def address(rng: random.Random) -> str:
    words = _book()["words"]
    return f"{rng.choice(words['street'])}{rng.choice(words['estate'])}{rng.randint(1, 30)}号楼"
