"""Which rules bind a case: the place's own, else those above it, else the nation's, on the day it was registered."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import transaction

from kernel.errors import Unavailable
from tenants import rule_words
from tenants.models import RuleProfile, RuleValue
from tenants.models.profiles import Unit
from tenants.profile_data import PROFILES, Ruleset
from tenants.reference import Cached, chain

NATION = ""


class Limit(NamedTuple):
    """One rule: `value` in `unit`, counted from `start_event`, and the article that says so."""

    value: int
    unit: str
    start_event: str
    basis: str

    @property
    def article(self) -> str:
        """《信访工作条例》第三十四条, in the reader's language where it is one of ours."""
        return rule_words.article(self.basis.partition("：")[0])

    @property
    def told(self) -> str:
        """Article and what it says."""
        return rule_words.whole(self.basis)

    @property
    def says(self) -> str:
        """What the article says, or ""."""
        return rule_words.said(self.basis.partition("：")[2])


class NoSuchRule(LookupError):
    """The profile does not know this parameter: no such limit or right in this place at this time."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The rules of a place on a day, merged per parameter. `id` is the most specific profile that took part."""

    id: uuid.UUID
    name: str
    jurisdiction: str
    limits: Mapping[str, Limit]

    def has(self, param: str) -> bool:
        return param in self.limits

    def limit(self, param: str) -> Limit | None:
        """The rule, or None where there is no such limit or right: K4 under nation-2005 (domain §1.1)."""
        return self.limits.get(param)

    def require(self, param: str) -> Limit:
        """The rule where every profile has one, else NoSuchRule."""
        found = self.limits.get(param)
        if found is None:
            raise NoSuchRule(f"{self.name}: {param}")
        return found

    def flag(self, param: str) -> bool:
        """A switch; one that nobody has set is off."""
        found = self.limits.get(param)
        return found is not None and found.value != 0

    def count(self, param: str) -> int | None:
        """A number of persons, or None where the place sets no bound."""
        found = self.limits.get(param)
        return None if found is None else found.value

    def number(self, param: str) -> int:
        """The bare value where every profile has one, else NoSuchRule."""
        return self.require(param).value

    def handling(self, *, assigned: bool = False) -> Limit:
        """K6; some places give items assigned by a superior a term of their own (HN 26, domain §1.1)."""
        own = self.limits.get("K6_assigned") if assigned else None
        return own or self.require("K6")

    def extension_max(self, *, assigned: bool = False) -> int:
        """Days by which K6 may be extended in all, R 34; where a place bounds the whole term, what that leaves."""
        most = self.number("K6_extension_max")
        total = self.limits.get("K6_total_max")
        if total is not None:
            most = min(most, total.value - self.handling(assigned=assigned).value)
        return max(most, 0)

    def representatives_max(self, persons: int) -> int:
        """Representatives a group may send: at most 5, R 20(3); ZJ: 3 for a group of up to 10."""
        small = self.count("small_group")
        if small is not None and persons <= small:
            return self.number("small_group_representatives")
        return self.number("max_representatives")


class Layer(NamedTuple):
    """One place's rules from a day to a day; `jurisdiction` "" is the nation."""

    id: uuid.UUID
    jurisdiction: str
    name: str
    first: date
    last: date | None
    limits: dict[str, Limit]

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return rule_words.said(self.name)


@dataclass(frozen=True, slots=True)
class _Book:
    """All profiles by place, oldest first, and the merged ones already asked for."""

    by_place: dict[str, list[Layer]]
    by_id: dict[uuid.UUID, Layer]
    merged: dict[tuple[str, tuple[uuid.UUID, ...]], Profile]
    days: dict[tuple[str, date], Profile]
    chains: dict[str, tuple[str, ...]]


def _read() -> _Book:
    by_place: dict[str, list[Layer]] = {}
    by_id: dict[uuid.UUID, Layer] = {}
    for profile in RuleProfile.objects.order_by("jurisdiction", "effective_from").prefetch_related("rules"):
        limits = {
            rule.param: Limit(rule.value, rule.unit, rule.start_event, rule.legal_basis) for rule in profile.rules.all()
        }
        row = Layer(
            profile.id, profile.jurisdiction, profile.name, profile.effective_from, profile.effective_to, limits
        )
        by_place.setdefault(profile.jurisdiction, []).append(row)
        by_id[profile.id] = row
    return _Book(by_place, by_id, {}, {}, {})


_book = Cached("rules", _read)


def profile_for(jurisdiction: str, day: date) -> Profile:
    """The rules of the place on that day. Before the first national profile the first one serves (imports)."""
    return _merge(_book.get(), jurisdiction, day)


def profile_by_id(profile_id: uuid.UUID, day: date | None = None) -> Profile:
    """The profile a case pinned, read upward from its own place as of `day` (the day of registration).

    Without `day`, or with one outside the profile's time, its first day decides.
    """
    book = _book.get()
    row = book.by_id.get(profile_id)
    if row is None:
        raise NoSuchRule(str(profile_id))
    if day is None or not _in_force(row, day):
        day = row.first
    return _merge(book, row.jurisdiction, day)


def layers(jurisdiction: str, day: date) -> list[Layer]:
    """What takes part in the rules of the place on that day: its own profile, those above it, the nation's last. Per
    parameter the first that names it counts; the first of all is the one a case registered that day pins."""
    return _layers(_book.get(), jurisdiction, day)


def versions(jurisdiction: str) -> list[Layer]:
    """All profiles of one place, oldest first."""
    return list(_book.get().by_place.get(jurisdiction, []))


def invalidate() -> None:
    """Forget what this process holds; the next use reads the tables."""
    _book.invalidate()


@transaction.atomic
def seed(rulesets: tuple[Ruleset, ...] = PROFILES) -> int:
    """Write the profiles not there yet; say how many. One that is there is never changed: cases pin it."""
    written = 0
    for ruleset in rulesets:
        profile, created = RuleProfile.objects.get_or_create(
            jurisdiction=ruleset.jurisdiction,
            effective_from=ruleset.effective_from,
            defaults={"name": ruleset.name, "effective_to": ruleset.effective_to},
        )
        if not created:
            continue
        RuleValue.objects.bulk_create(
            RuleValue(
                profile=profile,
                param=rule.param,
                value=rule.value,
                unit=rule.unit,
                start_event=rule.start_event,
                legal_basis=rule.basis,
            )
            for rule in ruleset.rules
        )
        written += 1
    if written:
        _book.touch()
    return written


def _in_force(row: Layer, day: date) -> bool:
    return row.first <= day and (row.last is None or day <= row.last)


def _at(book: _Book, place: str, day: date) -> Layer | None:
    """The newest profile of the place that is in force."""
    return next((row for row in reversed(book.by_place.get(place, [])) if _in_force(row, day)), None)


def _layers(book: _Book, jurisdiction: str, day: date) -> list[Layer]:
    places = book.chains.get(jurisdiction)
    if places is None:
        places = book.chains[jurisdiction] = chain(jurisdiction)
    found = (_at(book, place, day) for place in places)
    return [*(row for row in found if row is not None), _national(book, day)]


def _merge(book: _Book, jurisdiction: str, day: date) -> Profile:
    found = book.days.get((jurisdiction, day))
    if found is None:
        found = book.days[jurisdiction, day] = _merged(book, jurisdiction, day)
    return found


def _merged(book: _Book, jurisdiction: str, day: date) -> Profile:
    rows = _layers(book, jurisdiction, day)
    key = (jurisdiction, tuple(row.id for row in rows))
    profile = book.merged.get(key)
    if profile is None:
        limits: dict[str, Limit] = {}
        for row in reversed(rows):
            limits |= row.limits
        limits = {param: limit for param, limit in limits.items() if limit.unit != Unit.NONE}
        profile = book.merged[key] = Profile(rows[0].id, rows[0].name, rows[0].jurisdiction, limits)
    return profile


def _national(book: _Book, day: date) -> Layer:
    rows = book.by_place.get(NATION, [])
    if not rows:
        raise Unavailable("还没有载入规则。请管理员先运行 seed_profiles。")
    return next((row for row in reversed(rows) if row.first <= day), rows[0])
