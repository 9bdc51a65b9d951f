"""Places, offices and units somebody names: whole, by code, or by sound; for one office, remembered for a minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from kernel.kept import Kept
from search.language import words
from tenants import finding
from tenants.context import nobody
from tenants.models import Department, Tenant
from tenants.pinyin import sort_key

MOST_UNITS = 200
_TOWN_ENDINGS = ("街道", "镇", "乡")
_LEVELS = tuple("省市州区县")


@dataclass(frozen=True, slots=True)
class Named:
    """`names` are folded, the whole one first; `sounds`: of each name the letters in full, and the initials."""

    shown: str
    names: tuple[str, ...]
    sounds: tuple[str, ...]
    codes: tuple[str, ...] = ()  # of a place: its region and those below it
    units: tuple[UUID, ...] = ()
    code: str = ""

    @property
    def town(self) -> bool:
        """A place within a region: it has no code of its own and is looked for as a word."""
        return not self.codes and not self.units


@dataclass(frozen=True, slots=True)
class Known:
    places: tuple[Named, ...]
    units: tuple[Named, ...]

    def place(self, typed: str) -> Named | None:
        return _meant(self.places, typed)

    def unit(self, typed: str) -> tuple[Named, ...]:
        """All it may mean: units of several offices bear one name."""
        return _all_meant(self.units, typed)


_known: Kept[UUID, Known] = Kept()


def known(office: Tenant) -> Known:
    return _known.get(office.pk, lambda: _read(office))


def _meant(rows: Sequence[Named], typed: str) -> Named | None:
    found = _all_meant(rows, typed)
    return found[0] if found else None


def _all_meant(rows: Sequence[Named], typed: str) -> tuple[Named, ...]:
    """Those it names best: by the whole name or code, by its sound, by its initials, by a part of the name."""
    asked = words.fold(typed)
    if not asked:
        return ()
    sound = asked.replace(" ", "")
    for fits in (
        lambda row: asked in row.names or asked == row.code,
        lambda row: sound in row.sounds,
        lambda row: len(asked) > 1 and any(name.startswith(asked) for name in row.names),
        lambda row: len(asked) > 1 and any(asked in name for name in row.names),
        lambda row: len(sound) > 2 and sound.isascii() and any(heard.startswith(sound) for heard in row.sounds),
    ):
        if found := tuple(row for row in rows if fits(row)):
            return found
    return ()


def _read(office: Tenant) -> Known:
    with nobody():
        return Known(tuple(_places(office)), tuple(_units(office)))


def _places(office: Tenant) -> list[Named]:
    """The regions of the own office and of those below, then the own towns, then the regions beside."""
    below = Q(path__startswith=f"{office.path}/") | Q(pk=office.pk)
    offices = list(Tenant.objects.filter(below).order_by("path"))
    inside: dict[str, list[str]] = defaultdict(list)
    for one in offices:
        for above in one.path.split("/"):
            inside[above].append(one.code)
    beside = Tenant.objects.filter(parent=office.parent_id).exclude(pk=office.pk) if office.parent_id else ()
    towns = [town for town in finding.places(office) if town.detail]
    return [
        *(_region(one, inside[one.code]) for one in offices),
        *(_named(town.name, (town.name, _stem(town.name))) for town in towns),
        *(_region(one, [one.code]) for one in beside),
    ]


def _region(office: Tenant, codes: Sequence[str]) -> Named:
    name = finding.place_name(office.name)
    return _named(name, (name, _stem(name), office.short_name), codes=tuple(codes), code=office.code)


def _units(office: Tenant) -> list[Named]:
    """Departments of the own office, and bodies of the offices below."""
    mine = Q(tenant=office)
    below = Q(tenant__path__startswith=f"{office.path}/", kind__in=Department.BODIES)
    rows = Department.objects.filter(mine | below).select_related("tenant").order_by("tenant__path", "pinyin")
    found = []
    for row in rows:
        place = row.tenant.short_name or finding.place_name(row.tenant.name)
        bare = row.name.removeprefix(place).removeprefix(_stem(place))
        spoken = row.short_name[row.short_name[:1] in _LEVELS :]  # 县住建局 -> 住建局, zjj
        names = (row.name, bare, row.short_name, spoken)
        found.append(_named(row.name, names, units=(row.pk,), code=row.code))
    return found


def _stem(name: str) -> str:
    """锦溆街道 -> 锦溆, 澄屿县 -> 澄屿; nothing of one that would be a single character."""
    for ending in (*_TOWN_ENDINGS, "自治县", "县", "市", "区", "省"):
        if name.endswith(ending) and len(name) - len(ending) > 1:
            return name.removesuffix(ending)
    return name


def _named(
    shown: str, names: tuple[str, ...], *, codes: tuple[str, ...] = (), units: tuple[UUID, ...] = (), code: str = ""
) -> Named:
    folded = tuple(dict.fromkeys(plain for name in names if len(plain := words.fold(name)) > 1))
    sounds: dict[str, None] = {}
    for name in folded:
        full, _space, initials = sort_key(name).rpartition(" ")
        sounds |= dict.fromkeys((full.replace(" ", ""), initials))
    return Named(shown, folded, tuple(sounds), codes, units, code)
