"""When people are warned in a place: days of the rungs (design §6), and from which number on an event is told.

Below what a place sets itself stands what its rule profile says (`rung_*`, `alert_*`), below that the platform's. What
an upper office hears of is never laxer below it: of late rungs and thresholds the strictest on the path counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import deadlines
from kernel.clock import today
from supervision.models import WarningRule
from tenants.profiles import Profile, profile_for
from tenants.reference import Cached, chain


class Values(NamedTuple):
    """Days before (`remind_*`) and after a due date; from which number on, within `cluster_days`. 0: never."""

    remind_1: int = deadlines.REMIND_DAYS[0]
    remind_2: int = deadlines.REMIND_DAYS[1]
    remind_3: int = deadlines.REMIND_DAYS[2]
    overdue: int = deadlines.OVER_DAYS
    serious: int = deadlines.SERIOUS_DAYS
    grave: int = deadlines.GRAVE_DAYS
    objections: int = 2
    hops: int = 3
    sent_back: int = 2
    cluster: int = 5
    cluster_days: int = 30
    alike: int = 3


class Setting(NamedTuple):
    """`param`: its name in a rule profile. `binds`: nobody below may set it laxer."""

    title: str | Promise
    param: str
    most: int
    binds: bool


SETTINGS: Mapping[str, Setting] = {
    "remind_1": Setting(_("第一次提醒，到期前几日"), "rung_remind_1", 60, False),
    "remind_2": Setting(_("第二次提醒，到期前几日"), "rung_remind_2", 60, False),
    "remind_3": Setting(_("第三次提醒，到期前几日"), "rung_remind_3", 60, False),
    "overdue": Setting(_("超期，报本级信访局，到期后几日"), "rung_overdue", 60, True),
    "serious": Setting(_("严重超期，报上一级，到期后几日"), "rung_serious", 180, True),
    "grave": Setting(_("特别严重，再报上一级，到期后几日"), "rung_grave", 365, True),
    "objections": Setting(_("互相推转：第几次退回起"), "alert_objections", 20, True),
    "hops": Setting(_("互相推转：第几次转手起"), "alert_hops", 20, True),
    "sent_back": Setting(_("意见书或结报：第几次退回重办起"), "alert_sent_back", 20, True),
    "cluster": Setting(_("同一地点同一类：几件起"), "alert_cluster", 100, True),
    "cluster_days": Setting(_("同一地点同一类：几日之内"), "alert_cluster_days", 365, False),
    "alike": Setting(_("内容相似：几件起"), "alert_alike", 100, True),
}
PLATFORM = Values()


@dataclass(slots=True)
class _Book:
    """The newest of each place; what was worked out of it."""

    rules: dict[str, Mapping[str, int]]
    chains: dict[str, tuple[str, ...]] = field(default_factory=dict)
    found: dict[tuple[str, Profile], Values] = field(default_factory=dict)


def _read() -> _Book:
    rows = WarningRule.objects.order_by("place", "-at", "-id").distinct("place")
    return _Book({row.place: row.values for row in rows})


_book = Cached("warnings", _read)


def values_of(place: str) -> Values:
    """As they are today."""
    book, profile = _book.get(), profile_for(place, today())
    found = book.found.get((place, profile))
    if found is None:
        found = book.found[place, profile] = _layered(book, _places(book, place), profile)
    return found


def above(place: str) -> Values:
    """What the place would have if it set nothing itself: what it is measured against."""
    book = _book.get()
    return _layered(book, _places(book, place)[1:], profile_for(place, today()))


def is_bound(place: str) -> bool:
    """Does any place stand above it?"""
    return len(_places(_book.get(), place)) > 1


def invalidate() -> None:
    _book.invalidate()


def touch() -> None:
    """Inside the transaction that wrote a rule."""
    _book.touch()


def laxer(name: str, value: int, than: int) -> bool:
    """Is it told later, or not at all?"""
    return SETTINGS[name].binds and than > 0 and (value == 0 or value > than)


def _places(book: _Book, place: str) -> tuple[str, ...]:
    if place not in book.chains:
        book.chains[place] = chain(place)
    return book.chains[place]


def _layered(book: _Book, places: tuple[str, ...], profile: Profile) -> Values:
    """From the top down."""
    values = {name: _by_profile(profile, name, otherwise) for name, otherwise in PLATFORM._asdict().items()}
    for place in reversed(places):
        for name, value in book.rules.get(place, {}).items():
            if name in values and not (laxer(name, value, values[name]) and place != places[-1]):
                values[name] = value
    return Values(**values)


def _by_profile(profile: Profile, name: str, otherwise: int) -> int:
    rule = profile.limit(SETTINGS[name].param)
    return otherwise if rule is None else rule.value
