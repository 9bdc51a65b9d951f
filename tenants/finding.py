"""Which offices and departments somebody means: by name, code, sound of the name or duties; and which places.

One query a question. Whether a case may go there is the action's to say; here a row only says what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from kernel.clock import today
from tenants import duties
from tenants.duties import Named
from tenants.models import Department, Tenant, User
from tenants.pinyin import first_letters, sounds

BODIES = (Department.Kind.BUREAU, Department.Kind.UNIT)
PLACE_ENDINGS = ("人民政府", "街道办事处", "镇政府", "乡政府", "街道办")
OFFICE_ENDINGS = ("信访局", "信访办公室", "信访办", "信访工作局")


class Where(StrEnum):
    """What a found department is, seen from the office that asks."""

    UNIT = "unit"
    BELOW = "below"
    DESK = "desk"
    SECTION = "section"
    UPPER = "upper"
    SIDEWAYS = "sideways"
    FAR = "far"
    CEASED = "ceased"
    CLOSED = "closed"


MOST_TYPED = 60
AWAY = {Where.UNIT: 0, Where.BELOW: 1}  # what else was found cannot be chosen, and stands behind


@dataclass(frozen=True, slots=True)
class Found:
    """`pieces` is the name cut into (text, matched); `item` the item of the unit's list that fits, `duty`
    a line of its short description; `suited` why it is put forward."""

    id: UUID
    tenant: UUID
    office: str
    name: str
    short: str
    code: str
    initials: str
    where: Where
    unit: UUID
    pieces: tuple[tuple[str, bool], ...]
    duty: str = ""
    item: Named | None = None
    suited: str = ""
    successor: UUID | None = None
    successor_name: str = ""
    ceased_on: date | None = None
    desk: UUID | None = None
    root: bool = False

    @property
    def open(self) -> bool:
        """A case may be sent there: an own unit, or an office below."""
        return self.where in (Where.UNIT, Where.BELOW)

    @property
    def copied(self) -> bool:
        """A copy of a letter may go there: any department of the own office, the desks above and below."""
        return self.open or self.where == Where.SECTION or (self.where == Where.UPPER and self.root)


@dataclass(frozen=True, slots=True)
class Place:
    """A place one may name: region code (of the office it belongs to), its name, how it is typed."""

    code: str
    name: str
    initials: str
    detail: str = ""


@lru_cache(maxsize=4096)
def letters(name: str) -> tuple[str, ...]:
    """The first letter of each character's sound, one for each character of the name."""
    heard = first_letters(name)
    if len(heard) != len(name):
        heard = [first_letters(char)[0] for char in name]
    return tuple(sound[:1].lower() for sound in heard)


def _spread(query: str, heard: Sequence[str]) -> list[int]:
    """Where the letters of the query stand in this order, not side by side: `wj` in 卫生健康局. Empty: nowhere."""
    found: list[int] = []
    at = 0
    for letter in query:
        at = next((i for i in range(at, len(heard)) if heard[i] == letter), -1)
        if at < 0:
            return []
        found.append(at)
        at += 1
    return found


def match(
    query: str, name: str, *, others: Iterable[str] = (), code: str = "", duties: str = ""
) -> tuple[int, list[int]]:
    """How well the query fits (0: not at all) and which characters of the name it meets."""
    asked = query.strip().lower()
    if not asked:
        return 1, []
    lower = name.lower()
    if asked in lower:
        start = lower.index(asked)
        return 100, list(range(start, start + len(asked)))
    if any(asked in other.lower() for other in others if other):
        return 95, []
    if code and code.lower().startswith(asked):
        return 90, []
    plain = asked.replace(" ", "")
    heard = letters(name)
    joined = "".join(heard)
    if plain.isascii() and plain.isalpha():
        start = joined.find(plain)
        if start >= 0:
            return (85 if start == 0 else 75), list(range(start, start + len(plain)))
        if plain in "".join(sounds(name)).lower():
            return 70, []
        if len(plain) > 1 and (spread := _spread(plain, heard)):
            return (40 if spread[0] == 0 else 30), spread
    if duties and asked in duties.lower():
        return 60, []
    return 0, []


def pieces(name: str, hits: Sequence[int]) -> tuple[tuple[str, bool], ...]:
    """The name cut where matched characters begin and end."""
    marked = set(hits)
    cut: list[tuple[str, bool]] = []
    for index, char in enumerate(name):
        hit = index in marked
        if cut and cut[-1][1] == hit:
            cut[-1] = (cut[-1][0] + char, hit)
        else:
            cut.append((char, hit))
    return tuple(cut)


def duty_with(duties: str, word: str) -> str:
    """The line of the duties that holds the word."""
    lines = (line.strip(" ；;。") for line in duties.replace("；", "\n").replace("。", "\n").splitlines())
    return next((line for line in lines if word and word in line), "")


@dataclass(frozen=True, slots=True)
class _Hit:
    """A department that may be meant, and how much speaks for it."""

    row: Department
    where: Where
    hits: Sequence[int] = ()
    duty: str = ""
    suited: str = ""
    item: Named | None = None
    rank: int = 0


def units(
    office: Tenant,
    query: str = "",
    *,
    lead: str = "",
    place: str = "",
    contents: Sequence[str] = (),
    without: UUID | None = None,
    most: int = 12,
) -> tuple[list[Found], int]:
    """Who may be meant, best first, at most `most`, and how many there are in all. Two queries at most.

    Without a query: the own units and the offices below. `contents`: the content class of the case and those above it;
    `lead`: the word for whoever usually is in charge of the subject; `place`: the name of the place it is about.
    """
    asked, day = query.replace("\x00", "").strip()[:MOST_TYPED], today()
    rows = Department.objects.filter(_asked(office, asked)).select_related("tenant", "successor")
    items = duties.named(office.pk, contents, asked) if contents or asked else {}
    scored: list[_Hit] = []
    for row in rows:
        where, item = _where(office, row, day), items.get(row.pk)
        others = (row.short_name, row.tenant.short_name if row.parent_id is None else "")
        score, hits = match(asked, row.name, others=others, code=row.code, duties=row.duties)
        if not score and item is not None and asked.lower() in item.text.lower():
            score = 60
        near = where in (Where.UNIT, Where.BELOW)
        if row.pk == without or not score or not (asked or near):
            continue
        suited = _suited(row, lead, place) if near else ""
        rank = score + (item.weight if item else 0) + (20 if suited else 0) - AWAY.get(where, 15)
        scored.append(_Hit(row, where, hits, duty_with(row.duties, asked), suited, item, rank))
    scored.sort(key=lambda hit: (-hit.rank, hit.where == Where.BELOW, hit.row.pinyin))
    best = scored[:most]
    desks = _desks({hit.row.tenant_id for hit in best if hit.where == Where.FAR})
    return [_found(hit, desks.get(hit.row.tenant_id)) for hit in best], len(scored)


def _desks(offices: set[UUID]) -> dict[UUID, UUID]:
    """Where the units of these offices are reached."""
    if not offices:
        return {}
    return dict(Department.objects.filter(tenant__in=offices, parent__isnull=True).values_list("tenant_id", "id"))


def unit(office: Tenant, department: UUID) -> Found | None:
    """One department as this office sees it; None for one that it does not see."""
    row = Department.objects.filter(pk=department).select_related("tenant", "successor").first()
    if row is None:
        return None
    return _found(_Hit(row, _where(office, row, today())))


def by_ids(office: Tenant, departments: Sequence[UUID]) -> list[Found]:
    """Several departments as this office sees them, in the given order; those that do not exist are left out."""
    if not departments:
        return []
    rows = Department.objects.select_related("tenant", "successor").in_bulk(list(departments))
    day = today()
    return [_found(_Hit(rows[pk], _where(office, rows[pk], day))) for pk in departments if pk in rows]


def _asked(office: Tenant, query: str) -> Q:
    above = office.path.split("/")[:-1]
    paths = ["/".join(above[: n + 1]) for n in range(len(above))]
    own = Q(tenant=office) if query else Q(tenant=office, kind__in=BODIES)
    wanted = own | Q(parent__isnull=True, tenant__path__startswith=f"{office.path}/")
    if query:
        wanted |= Q(tenant__path__in=paths, kind__in=BODIES, valid_to__isnull=True)
        wanted |= Q(parent__isnull=True, tenant__parent=office.parent_id) & ~Q(tenant=office)
        called = Q(name__icontains=query) | Q(short_name__icontains=query)
        wanted |= Q(tenant__path__startswith=f"{office.path}/", kind="unit", valid_to__isnull=True) & called
    return wanted


def _where(office: Tenant, row: Department, day: date) -> Where:
    if row.valid_to is not None and row.valid_to <= day:
        return Where.CEASED
    if row.tenant_id == office.pk:
        if row.parent_id is None:
            return Where.DESK
        return Where.UNIT if row.unit_id == row.pk else Where.SECTION
    if row.tenant.path.startswith(f"{office.path}/"):
        if row.tenant.status != Tenant.Status.READY:
            return Where.CLOSED
        return Where.BELOW if row.parent_id is None else Where.FAR
    return Where.UPPER if office.path.startswith(f"{row.tenant.path}/") else Where.SIDEWAYS


def _suited(row: Department, lead: str, place: str) -> str:
    if lead and (lead in row.name or duty_with(row.duties, lead)):
        return "lead"
    stem = place_name(row.name)
    return "place" if place and stem and stem != row.name and stem in place else ""


def _short_of(row: Department) -> str:
    """The name without its place, which all units of an office share: 卫生健康局."""
    place = row.tenant.short_name or place_name(row.tenant.name)
    rest = row.name.removeprefix(place)
    return rest if len(rest) > 1 and row.parent_id is not None else row.name


def _found(hit: _Hit, desk: UUID | None = None) -> Found:
    row = hit.row
    heir = row.successor
    return Found(
        id=row.pk,
        tenant=row.tenant_id,
        office=row.tenant.name,
        name=row.name,
        short=row.short_name or row.name,
        code=row.code,
        initials="".join(letters(_short_of(row))),
        where=hit.where,
        unit=row.unit_id,
        pieces=pieces(row.name, hit.hits),
        duty=hit.duty,
        item=hit.item,
        suited=hit.suited,
        successor=heir.pk if heir is not None else None,
        successor_name=heir.name if heir is not None else "",
        ceased_on=row.valid_to,
        desk=desk,
        root=row.parent_id is None,
    )


# Places ------------------------------------------------------------------------------------------------------------


def place_name(name: str) -> str:
    """禾浦镇人民政府 -> 禾浦镇, 澄屿县信访局 -> 澄屿县; anything else as it is."""
    for ending in (*PLACE_ENDINGS, *OFFICE_ENDINGS):
        if name.endswith(ending) and len(name) > len(ending):
            kept = name.removesuffix(ending)
            return f"{kept}街道" if ending in ("街道办事处", "街道办") and not kept.endswith("街道") else kept
    return name


def places(office: Tenant, most: int = 300) -> list[Place]:
    """Where a matter may have happened, as far as this installation knows: own towns first, then offices near by."""
    found: list[Place] = []
    towns = Q()
    for ending in PLACE_ENDINGS:
        towns |= Q(name__endswith=ending)
    own = place_name(office.name)
    found.append(Place(office.code, own, "".join(letters(own))))
    for name in Department.objects.alive().filter(towns, tenant=office).values_list("name", flat=True):
        town = place_name(name)
        found.append(Place(office.code, town, "".join(letters(town)), detail=town))
    near = (
        Q(path__startswith=f"{office.path}/") | Q(parent=office.parent_id)
        if office.parent_id
        else Q(path__startswith=f"{office.path}/")
    )
    for tenant in Tenant.objects.alive().filter(near).exclude(pk=office.pk).order_by("path")[:most]:
        name = place_name(tenant.name)
        found.append(Place(tenant.code, name, "".join(letters(name))))
    return found[:most]


def place(office: Tenant, typed: str) -> Place:
    """What was typed as a region code and the words that go on from there.

    A name, a code or the initials of a known place at the beginning tell the region; everything else stays words, and
    the region is the own one. Nothing typed: no place.
    """
    text = " ".join(typed.split())
    if not text:
        return Place("", "", "")
    head, _space, rest = text.partition(" ")
    for known in places(office):
        if head == known.code and not known.detail:
            return Place(known.code, known.name, known.initials, detail=rest)
        if text.startswith(known.name):
            tail = text[len(known.name) :].strip()
            detail = f"{known.detail} {tail}".strip() if known.detail else tail
            return Place(known.code, known.name, known.initials, detail=detail)
        if head.lower() == known.initials and head.isascii():
            return Place(known.code, known.name, known.initials, detail=f"{known.detail} {rest}".strip())
    own = place_name(office.name)
    return Place(office.code, own, "".join(letters(own)), detail=text)


def place_words(office: Tenant, code: str, detail: str) -> str:
    """The place as a person reads it: 澄屿县 锦溆街道."""
    if not code:
        return detail
    named = next((known.name for known in places(office) if known.code == code and not known.detail), code)
    return f"{named} {detail}".strip()


def department_name(department: UUID) -> str:
    return Department.objects.filter(pk=department).values_list("name", flat=True).first() or ""


def person_name(user: UUID) -> str:
    return User.objects.filter(pk=user).values_list("name", flat=True).first() or ""
