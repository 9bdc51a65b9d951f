"""Which entries stand in the top bar, for which role, and how many pieces wait behind each for this person.

An entry appears when its page exists: the desk offers its own, `config` those of search, supervision and realtime
(`offer`). At most six; a phone shows the first five.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases import policy
from cases.transitions import SEALED_ROLES
from kernel import paging
from tenants.actors import Actor

MOST = 6
# The number itself, or questions whose numbers add up to it: those of all entries are asked together.
Count = Callable[[Actor], int | Sequence[paging.Question]]


@dataclass(slots=True)
class Offer:
    """A page one may go to: its URL name, who counts what waits there, and which roles it is for (None: all)."""

    url_name: str
    count: Count | None = None
    roles: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    label: str | Promise
    url: str
    letter: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row of pages.md §2: these roles start at the first entry that exists."""

    roles: frozenset[str]
    entries: tuple[str, ...]
    home: str = field(default="")


LABELS: dict[str, str | Promise] = {
    "worklist": _("工作台"),
    "inbox": _("待签收"),
    "register": _("登记"),
    "sign": _("待签发"),
    "query": _("查询"),
    "supervision": _("督办"),
    "disputes": _("管辖争议"),
    "statistics": _("统计"),
    "wall": _("态势"),
    "sealed": _("封存件"),
    "concerns": _("专项线索"),
    "archive": _("归档"),
    "readings": _("查看记录"),
    "organisation": _("机构"),
    "people": _("人员"),
    "posts": _("岗位"),
    "calendar": _("日历"),
    "rules": _("规则"),
    "wordings": _("常用语"),
}
LETTERS = {"worklist": "w", "inbox": "s", "supervision": "d", "register": "n", "query": "query"}

ROWS: tuple[Row, ...] = (
    Row(frozenset({"R19"}), ("organisation", "people", "posts", "calendar", "rules")),
    Row(frozenset({"R18"}), ("sealed", "concerns")),
    Row(frozenset({"R7", "R8", "R9"}), ("sign", "worklist", "supervision")),
    Row(frozenset({"R4"}), ("worklist", "inbox", "query", "supervision", "statistics", "wall")),
    Row(frozenset({"R3"}), ("worklist", "inbox", "register", "query", "supervision", "statistics")),
    Row(frozenset({"R5"}), ("worklist", "inbox", "query", "supervision"), home="inbox"),
    Row(frozenset({"R6"}), ("worklist", "inbox", "query", "supervision")),
    Row(frozenset({"R10", "R11", "R12"}), ("worklist", "query", "statistics")),
    Row(frozenset({"R13", "R15"}), ("supervision", "disputes", "worklist", "query", "wall")),
    Row(frozenset({"R14"}), ("wall", "supervision", "query", "statistics")),
    Row(frozenset({"R2"}), ("register", "worklist", "query")),
    Row(frozenset({"R7"}), ("wordings",)),
    Row(frozenset({"R16", "R21"}), ("statistics",)),
    Row(frozenset({"R17"}), ("archive",)),
    Row(frozenset({"R20"}), ("readings",)),
)

_offers: dict[str, Offer] = {
    "worklist": Offer("desk:worklist", roles=policy.WHOLE_OFFICE | policy.OWN_SECTION),
    "inbox": Offer("desk:inbox"),
    "register": Offer("desk:register"),
    "sign": Offer("desk:approvals"),
    "sealed": Offer("desk:sealed"),
    "concerns": Offer("desk:concerns", roles=SEALED_ROLES),
    "supervision": Offer("desk:supervision"),
    "organisation": Offer("desk:departments"),
    "people": Offer("desk:office_people"),
    "posts": Offer("desk:office_posts"),
    "calendar": Offer("desk:calendar"),
    "rules": Offer("desk:rules"),
    "readings": Offer("desk:readings"),
    "wordings": Offer("desk:wordings"),
    "statistics": Offer("desk:statistics", roles=policy.READS_BELOW | {"R16"}),
    "wall": Offer("desk:wall", roles=policy.READS_BELOW),
}


def offer(key: str, url_name: str, count: Count | None = None, roles: frozenset[str] | None = None) -> None:
    """Another app's page for one of LABELS."""
    if key not in LABELS:
        raise ValueError(f"No entry {key!r}: pages.md §2 names them all.")
    _offers[key] = Offer(url_name, count, roles)


def count_by(key: str, count: Count) -> None:
    """Say who counts what waits for a person behind an entry of the desk."""
    _offers[key].count = count


def exists(key: str) -> bool:
    """Is there a page behind the entry?"""
    return _url(key) is not None


def _url(key: str) -> str | None:
    known = _offers.get(key)
    if known is None:
        return None
    try:
        return reverse(known.url_name)
    except NoReverseMatch:
        return None


def _rows(roles: Iterable[str]) -> list[Row]:
    held = frozenset(roles)
    return [row for row in ROWS if row.roles & held]


def keys_for(roles: Iterable[str]) -> list[str]:
    """The entries of all roles a person holds, those of the first row first; only pages that exist, six at most."""
    held = frozenset(roles)
    wanted = dict.fromkeys(key for row in _rows(held) for key in row.entries)
    return [key for key in wanted if _open(key, held)][:MOST]


def _open(key: str, held: frozenset[str]) -> bool:
    known = _offers.get(key)
    return known is not None and (known.roles is None or bool(known.roles & held)) and _url(key) is not None


def home(roles: Iterable[str]) -> str | None:
    """Where the person starts; None when no page of theirs exists."""
    held = frozenset(roles)
    for row in _rows(held):
        for key in (row.home, *row.entries):
            if key and _open(key, held):
                return _url(key)
    return None


def entry_of(path: str) -> str | None:
    """The entry whose page, or a page beneath it, is at `path`."""
    found = {key: url for key in _offers if (url := _url(key)) and path.startswith(url)}
    return max(found, key=lambda key: len(found[key]), default=None)


def entries(actor: Actor, path: str, waiting: Mapping[str, int] | None = None) -> list[Entry]:
    """The top bar of this person on the page at `path`; the longest address that `path` begins with is current.
    `waiting`: what lies behind each entry, where it was counted already."""
    found = {key: url for key in keys_for(actor.roles) if (url := _url(key))}
    # A case belongs to the list it was opened from.
    at = found.get("worklist", path) if path.startswith("/cases/") else path
    here = max((url for url in found.values() if at.startswith(url)), key=len, default=None)
    if waiting is None:
        waiting, _none = count(actor)
    return [
        Entry(key, LABELS[key], url, LETTERS.get(key, ""), waiting.get(key, 0), url == here)
        for key, url in found.items()
    ]


def count(
    actor: Actor, known: Mapping[str, int] = MappingProxyType({}), *beside: paging.Question
) -> tuple[dict[str, int], list[paging.Counted]]:
    """What waits behind each entry of this person, but for what is `known`; and the answers to questions `beside`."""
    numbers, asked = dict(known), list(beside)
    of: list[str] = []
    for key in keys_for(actor.roles):
        counter = _offers[key].count
        if counter is None or key in known:
            continue
        told = counter(actor)
        numbers[key] = told if isinstance(told, int) else 0
        if not isinstance(told, int):
            of += [key] * len(told)
            asked += told
    found = paging.capped_counts(asked)
    for key, counted in zip(of, found[len(beside) :], strict=True):
        numbers[key] += counted.number
    return numbers, found[: len(beside)]
