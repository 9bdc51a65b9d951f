"""Sections and people of one body, among whom a case can be allotted (T8a)."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from kernel.kept import Kept
from tenants.models import Department, Membership

HANDLERS = ("R3", "R5", "R6")


def sections(unit: UUID) -> list[Department]:
    """The body itself first (taking back), then its sections by sound."""
    rows = Department.objects.alive().filter(unit=unit).order_by("pinyin", "id")
    return sorted(rows, key=lambda row: row.id != unit)


def people(departments: Sequence[UUID]) -> dict[UUID, list[tuple[UUID, str]]]:
    """Who may handle a case, by department, each once."""
    found: dict[UUID, list[tuple[UUID, str]]] = {department: [] for department in departments}
    posts = Membership.objects.alive().filter(department__in=departments, roles__overlap=list(HANDLERS))
    for department, user, name in posts.order_by("user__name").values_list("department", "user", "user__name"):
        if (user, name) not in found[department]:
            found[department].append((user, name))
    return found


_units: Kept[UUID, list[tuple[str, str]]] = Kept()


def units(tenant: UUID) -> list[tuple[str, str]]:
    """The bodies of an office that can hold a case: the bureau first, then its units by sound."""
    return _units.get(tenant, lambda: _read_units(tenant))


def _read_units(tenant: UUID) -> list[tuple[str, str]]:
    rows = Department.objects.alive().filter(tenant=tenant, kind__in=["bureau", "unit"]).order_by("pinyin", "id")
    shown = rows.values_list("id", "short_name", "name", "parent_id")
    ordered = sorted(shown, key=lambda row: row[3] is not None)
    return [(str(unit), short or name) for unit, short, name, _parent in ordered]
