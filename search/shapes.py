"""What is asked, who may see it, and what is found: the shapes between pages, gateway and the two backends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, Protocol
from uuid import UUID

from django.utils.safestring import SafeString

Order = Literal["best", "due", "new"]
# What one may narrow down by; the same names in the address, in a backend's counts and on the page.
FACETS = ("state", "clock", "klass", "office", "department", "channel")
SHARED = ("title", "narrative", "demands", "answers")  # what an office above reads too
INNER = ("papers", "files")  # the own office alone
PAGE, MOST = 20, 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person typed and chose, as it stands in the address."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))  # facet -> values
    since: date | None = None  # registered from this day
    until: date | None = None  # to this day, included
    order: Order = "best"
    after: str = ""  # where the page before ended
    size: int = PAGE


@dataclass(frozen=True, slots=True)
class Word:
    """One thing that must (or must not) be in a document, as it stands; `others` are synonyms, any of which will do.

    With `least`, so many of its pairs of characters (words.needed) will do: one character may be wrong. `together`: two
    pairs each, of which one must be there, where what has enough pairs would be too much to read.
    """

    text: str
    phrase: bool = False
    excluded: bool = False
    others: tuple[str, ...] = ()
    least: int = 0
    together: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood. Texts are folded as documents are (words.fold)."""

    words: tuple[Word, ...] = ()
    numbers: tuple[str, ...] = ()  # case numbers, whole or cut short
    places: tuple[str, ...] = ()  # codes
    units: tuple[UUID, ...] = ()  # departments that hold the case
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    since: date | None = None
    until: date | None = None
    told: tuple[tuple[str, str], ...] = ()  # (label, value): shown as 已识别
    notes: tuple[str, ...] = ()  # what was not taken as it was meant, in sentences


@dataclass(frozen=True, slots=True)
class Own:
    """The own office's rows one sees: all of them, those of a unit, or those of a section and, in the unit, with the
    own name; a unit or section stands together with those it succeeded."""

    kind: Literal["all", "unit", "section"]
    units: tuple[UUID, ...]
    departments: tuple[UUID, ...]
    user: UUID


@dataclass(frozen=True, slots=True)
class Rights:
    """Made by `search.rights.rights_of` alone; a backend never answers without it."""

    tenant: UUID
    schema: str
    code: str
    province: str  # code of the office at the root of the tree
    own: Own | None
    below: bool  # held rows of every office below, their shared texts alone

    @property
    def whole(self) -> bool:
        """All rows of the own office: what it has a row of is found there, and below no second time."""
        return self.own is not None and self.own.kind == "all"


@dataclass(frozen=True, slots=True)
class RawHit:
    """As a backend found it. `pieces`: (field, text with the places of what matched), masked, not yet markup."""

    schema: str
    case: UUID
    pieces: tuple[tuple[str, str, tuple[tuple[int, int], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    hits: Sequence[RawHit]
    total: int  # MOST at most
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=lambda: MappingProxyType({}))
    after: str = ""
    partial: bool = False  # total and facets are of a part alone: there are more


class Backend(Protocol):
    """Both answer alike; one contract test suite holds them to it. Unavailable is raised when it cannot answer."""

    name: str

    def find(self, rights: Rights, query: Query, asked: Asked) -> Raw: ...

    def suggest(self, rights: Rights, text: str, most: int) -> list[RawHit]:
        """Search as you type: the last word may be unfinished; titles and numbers alone."""
        ...

    def like(self, rights: Rights, text: str, most: int, *, places: Sequence[str] = ()) -> list[RawHit]:
        """Documents whose title, narrative or demands are like the text, most like first."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """Re-read through policy; the pieces are escaped markup with <mark>."""

    schema: str
    case: UUID
    own: bool
    pieces: tuple[tuple[str, SafeString], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    hits: Sequence[Hit]
    total: int
    more: bool  # there are more than total
    facets: Mapping[str, Sequence[tuple[str, int]]]
    after: str
    query: Query
    backend: str
    fallen_back: bool = False  # Elasticsearch did not answer; this is the own office alone, from PostgreSQL
    took_ms: int = 0
    dropped: int = 0  # found but refused by policy: an alarm
    relaxed: bool = False  # nothing had the words as typed: these have most of their characters
    instead: tuple[str, ...] = ()  # 是不是要找: words of titles one may see
    partial: bool = False  # total and facets are of a part alone
