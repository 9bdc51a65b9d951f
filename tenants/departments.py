"""The tree inside an office: desk, subtree, and who took over from a department that ceased (R 24(2))."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Conflict
from kernel.kept import Kept
from tenants.models import Department, Tenant
from tenants.validity import alive, holds_on

__all__ = [
    "alive",
    "answered_for",
    "bodies_answered_for",
    "children",
    "desks_below",
    "everywhere",
    "in_office",
    "living",
    "root",
    "subtree",
    "unit_of",
]


def root(tenant: UUID) -> Department:
    """The office's own desk."""
    return Department.objects.get(tenant=tenant, parent__isnull=True)


def unit_of(department: Department) -> UUID:
    """The bureau or unit that answers for it."""
    return department.unit_id


def subtree(department: Department | UUID) -> set[UUID]:
    """The department and everything below it. Read in one query per office: a few dozen rows."""
    top = department if isinstance(department, Department) else Department.objects.get(pk=department)
    below: dict[UUID | None, list[UUID]] = {}
    for pk, parent in Department.objects.filter(tenant=top.tenant_id).values_list("pk", "parent"):
        below.setdefault(parent, []).append(pk)
    found: set[UUID] = set()
    todo = [top.pk]
    while todo:
        pk = todo.pop()
        if pk not in found:
            found.add(pk)
            todo.extend(below.get(pk, ()))
    return found


def children(department: Department, on: date | None = None) -> list[Department]:
    return list(Department.objects.filter(alive(on), parent=department))


def in_office(tenant: UUID, on: date | None = None) -> list[Department]:
    """The living departments of an office, by sound."""
    return list(Department.objects.filter(alive(on), tenant=tenant))


def everywhere(on: date | None = None) -> QuerySet[Department]:
    """The living departments of all offices, with their office."""
    return Department.objects.select_related("tenant").filter(alive(on))


_answered_for: Kept[UUID, dict[UUID, bool]] = Kept()


def answered_for(department: UUID) -> tuple[UUID, ...]:
    """The body or section, and those that ceased and left it what they owed (R 24(2))."""
    return tuple(_with_predecessors(department))


def bodies_answered_for(unit: UUID) -> tuple[UUID, ...]:
    """As `answered_for`, without the sections that ceased: what names a body never names them."""
    return tuple(pk for pk, body in _with_predecessors(unit).items() if body or pk == unit)


def _with_predecessors(department: UUID) -> dict[UUID, bool]:
    return _answered_for.get(department, lambda: _predecessors(department))


def _predecessors(department: UUID) -> dict[UUID, bool]:
    """Itself first; each with True where it was a body."""
    found, new = {department: False}, {department: False}
    while new:
        gone = Department.objects.filter(successor__in=new, valid_to__lte=today()).exclude(pk__in=found)
        new = {pk: kind in Department.BODIES for pk, kind in gone.values_list("pk", "kind")}
        found |= new
    return found


def desks_below(office: Tenant) -> QuerySet[Department]:
    """The desks of the offices under this one, in the order of the tree."""
    rows = Department.objects.alive().filter(parent=None, tenant__path__startswith=f"{office.path}/")
    return rows.order_by("tenant__path")


def living(department: Department, on: date | None = None) -> Department:
    """The department itself, or who took over from it. Raises Conflict where nobody did."""
    day = on or today()
    seen: set[UUID] = set()
    here = department
    while not holds_on(here, day):
        seen.add(here.pk)
        if here.successor is None or here.successor.pk in seen:
            raise Conflict(
                _("“%(name)s”已撤销，没有指定承接单位。请管理员先指定承接单位。") % {"name": department.name},
                code="department-ceased",
            )
        here = here.successor
    return here
