"""The demo region: one province, three prefectures, nine counties, somebody in every role. Twice is harmless."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from tenants import calendars, demo_duties, demo_names, profiles
from tenants.administration import operators
from tenants.demo_names import BODIES, DESK, KNOWN_PEOPLE, PLACES, TOWN_DUTIES, TOWN_SECTIONS, TOWNS, Place
from tenants.models import Department, Membership, Tenant, User
from tenants.organisation import EARLY, add_department
from tenants.pinyin import initials, sort_key
from tenants.provisioning import provision
from tenants.roles import BY_CODE

PASSWORD = "huiyin-2026"  # noqa: S105  printed for everybody to see
OPERATOR = "yunwei"  # runs the platform, on the public host


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    name: str
    role: str
    department: str


@dataclass(frozen=True, slots=True)
class Office:
    """`host` is a full host name; the port is the server's."""

    code: str
    name: str
    host: str
    accounts: list[Account]


def build(say: Callable[[str], None] = lambda _: None) -> None:
    """Make what is missing. As the database's owner."""
    calendars.seed()
    profiles.seed()
    password_hash: str | None = None
    if not User.objects.filter(username=OPERATOR).exists():
        password_hash = make_password(PASSWORD)
        operators.create(OPERATOR, "祁望舒", password_hash=password_hash)
    for number, place in enumerate(PLACES, start=1):
        tenant = provision(
            code=place.code,
            name=f"{place.name}信访局",
            short_name=place.name,
            desk_name=f"{place.name}信访局",
            level=place.level,
            host=f"{place.host}.localhost",
            valid_from=EARLY,
            letter_prefix=f"{place.mark}信",
            address=f"{place.name}锦溆路 1 号",
            hours="工作日 8:30–12:00，14:00–17:30",
            phone="0000-1234567",
        )
        if not Membership.objects.filter(tenant=tenant).exists():
            password_hash = password_hash or make_password(PASSWORD)
            with transaction.atomic():
                _staff(tenant, place, number, password_hash)
        demo_duties.fill(tenant)
        say(f"{number}/{len(PLACES)} {tenant.name} {tenant.host}")


def table() -> list[Office]:
    """Addresses and accounts, offices from the top, people by role."""
    codes = [place.code for place in PLACES]
    rows = Membership.objects.alive().filter(tenant__code__in=codes).select_related("user", "department", "tenant")
    found: dict[str, Office] = {}
    for row in sorted(rows, key=lambda r: (r.tenant.path, r.department.code, int(r.roles[0][1:]), r.user.username)):
        tenant = row.tenant
        office = found.setdefault(tenant.code, Office(tenant.code, tenant.name, tenant.host, []))
        roles = "、".join(f"{code} {BY_CODE[code].name}" for code in row.roles)
        office.accounts.append(Account(row.user.username, row.user.name, roles, row.department.name))
    return list(found.values())


def _staff(tenant: Tenant, place: Place, number: int, password_hash: str) -> None:
    people: list[tuple[str, str, Department, str]] = []
    numbers = iter(range(number * 97, number * 97 + 97))
    for place_number, section in enumerate(DESK, start=1):
        department = add_department(tenant, section.name, code=f"0{place_number}", kind=section.kind)
        for post in section.posts:
            name = KNOWN_PEOPLE.get((place.code, section.name, post)) or demo_names.invented(next(numbers))
            people.append((f"{place.host}-{post.lower()}", name, department, post))
    for unit, label, sections in _units(tenant, place, number):
        posts = [(unit, post) for post in demo_names.UNIT_POSTS]
        posts += list(zip(sections, ("R6", "R6b", "R6c"), strict=False))
        for department, post in posts:
            plain = department.name if department in sections else label
            name = KNOWN_PEOPLE.get((place.code, plain, post)) or demo_names.invented(next(numbers))
            people.append((f"{place.host}-{initials(label)}-{post.lower()}", name, department, post))
    _add(tenant, people, password_hash)


def _units(tenant: Tenant, place: Place, number: int) -> Iterator[tuple[Department, str, list[Department]]]:
    """Six to ten units: a county has two or three towns, a city none."""
    towns = TOWNS[: 2 + number % 2] if place.level == "county" else ()
    bodies = BODIES[: 6 + number % 2] if towns else BODIES[: 7 + number % 3]
    for code, body in enumerate(bodies, start=11):
        label = f"{place.level_word}{body.short}"
        unit = add_department(
            tenant,
            f"{place.name}{body.name}",
            code=str(code),
            short_name=label,
            organ_prefix=f"{place.mark}{body.mark}信",
            duties=body.duties,
            vertical_managed=body.vertical,
            superior_line=_same_unit_above(tenant, body.name),
        )
        yield unit, body.short, _sections(tenant, unit, body.sections)
    for code, town in enumerate(towns, start=31):
        unit = add_department(
            tenant,
            town,
            code=str(code),
            short_name=town[:3],
            organ_prefix=f"{place.mark}{town[0]}信",
            duties=TOWN_DUTIES,
        )
        yield unit, town[:3], _sections(tenant, unit, TOWN_SECTIONS)


def _sections(tenant: Tenant, unit: Department, names: tuple[str, ...]) -> list[Department]:
    return [
        add_department(tenant, name, code=f"{unit.code}{part}", kind=Department.Kind.SECTION, parent=unit)
        for part, name in enumerate(names, start=1)
    ]


def _same_unit_above(tenant: Tenant, name: str) -> Department | None:
    above = tenant.parent
    if above is None:
        return None
    return Department.objects.filter(tenant=above, name=f"{above.short_name}{name}").first()


def _add(tenant: Tenant, people: list[tuple[str, str, Department, str]], password_hash: str) -> None:
    """In two statements: a thousand people in all."""
    users = [
        User(username=username, name=name, pinyin=sort_key(name), password=password_hash)
        for username, name, _department, _post in people
    ]
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(
        Membership(
            user=user,
            tenant=tenant,
            department=department,
            roles=[re.sub(r"[a-z]+$", "", post)],
            valid_from=EARLY,
        )
        for user, (_username, _name, department, post) in zip(users, people, strict=True)
    )
