"""Which office a text names, among those below the importing one; and what a whole file names, for provisioning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from cases.imports.mapping import Mapping
from cases.imports.tables import lines
from tenants.models import Tenant

# Anonymised places: a letter is a city, letter and number one of its districts, counties or county-level cities.
LETTERED = re.compile(r"(?<![A-Z])([A-Z])(\d{1,2})?(市|区|县)")


class Place(NamedTuple):
    tenant: UUID
    path: str
    name: str


class Gazetteer:
    """Names of the offices below one, as their short names say, and aliases of the mapping (alias -> short name)."""

    def __init__(self, office: Tenant, aliases: dict[str, str]) -> None:
        below = Tenant.objects.filter(
            status=Tenant.Status.READY, valid_to__isnull=True, path__gte=f"{office.path}/", path__lt=f"{office.path}0"
        )
        self._places = {t.short_name: Place(t.pk, t.path, t.short_name) for t in below if t.short_name}
        for alias, name in aliases.items():
            if name in self._places:
                self._places[normal(alias)] = self._places[name]
        names = sorted(map(re.escape, self._places), key=len, reverse=True)
        # "A1市" must not be found in "BA1市": codes of letters stand alone.
        self._pattern = re.compile("|".join(rf"(?<![A-Z]){name}" for name in names)) if names else None

    def find(self, texts: Iterable[str]) -> Place | None:
        """The first place named, made closer by the first place below it that is named too."""
        found = [place for text in texts for place in self._named(text)]
        if not found:
            return None
        best = found[0]
        for place in found[1:]:
            if place.path.startswith(best.path + "/"):
                best = place
        return best

    def _named(self, text: str) -> Iterator[Place]:
        if self._pattern is not None:
            for match in self._pattern.finditer(normal(text)):
                yield self._places[match[0]]


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@dataclass(frozen=True, slots=True)
class Office:
    """One line of the region's spreadsheet."""

    code: str
    name: str
    level: str
    parent: str
    host: str
    short_name: str


def scan(path: Path, mapping: Mapping) -> Counter[tuple[str, str, str]]:
    """How often the file names each lettered place: (letter, number, suffix)."""
    columns = mapping.places(path)
    wanted = [columns[name] for name in mapping.place if name in columns]
    found: Counter[tuple[str, str, str]] = Counter()
    for line in lines(path):
        text = normal(" ".join(str(line.cells[i]) for i in wanted if i < len(line.cells)))
        found.update((letter, number or "", suffix) for letter, number, suffix in LETTERED.findall(text))
    return found


def region(found: Counter[tuple[str, str, str]], *, province: str, code: str, label: str) -> list[Office]:
    """Province, cities and what is in them, with invented codes: 98 + city + number. A place named with two suffixes
    is what it is called most often; a letter alone is a city only as 市."""
    top = Office(code, f"{province}信访局", "province", "", f"{label}.localhost", province)
    numbers: dict[tuple[str, str], Counter[str]] = {}
    cities: set[str] = set()
    for (letter, number, suffix), count in found.items():
        if number:
            numbers.setdefault((letter, str(int(number))), Counter())[suffix] += count
            cities.add(letter)
        elif suffix == "市":
            cities.add(letter)
    offices = [top]
    for letter in sorted(cities):
        city = f"{code[:2]}{ord(letter) - ord('A') + 1:02}00"
        host = f"{label}-{letter.lower()}"
        offices.append(Office(city, f"{letter}市信访局", "prefecture", code, f"{host}.localhost", f"{letter}市"))
        for local in sorted(int(n) for c, n in numbers if c == letter and 0 < int(n) < 100):
            name = f"{letter}{local}{numbers[letter, str(local)].most_common(1)[0][0]}"
            offices.append(
                Office(f"{city[:4]}{local:02}", f"{name}信访局", "county", city, f"{host}{local}.localhost", name)
            )
    return offices
