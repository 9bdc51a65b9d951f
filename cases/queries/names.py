"""Names of offices, departments and people for ids, read together: a page asks once, not row by row."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from kernel.kept import Kept
from tenants.actors import NOBODY
from tenants.context import tenant_by_id
from tenants.models import Department, Tenant
from tenants.tokens import names_of

Id = UUID | str | None


def _id(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def _ids(values: Iterable[Id]) -> set[UUID]:
    return {_id(value) for value in values if value}


_departments: Kept[UUID, Department] = Kept()


def _read_departments(ids: set[UUID]) -> dict[UUID, Department]:
    return {row.id: row for row in Department.objects.filter(id__in=ids).select_related("tenant", "unit")}


class Names:
    """Ask with `want_*` first, then read; what was not wanted is read one by one all the same."""

    def __init__(self, here: UUID) -> None:
        self.here = here
        self._people: dict[UUID, str] = {NOBODY: _("系统")}
        self._departments: dict[UUID, Department] = {}
        self._tenants: dict[UUID, Tenant] = {}

    def want(self, *, people: Iterable[Id] = (), departments: Iterable[Id] = (), tenants: Iterable[Id] = ()) -> Names:
        """Two questions at most: people; departments with their units and offices."""
        if missing := _ids(people) - self._people.keys():
            self._people |= names_of(missing)
        if missing := _ids(departments) - self._departments.keys():
            self._departments |= _departments.many(missing, _read_departments)
            self._tenants |= {row.tenant_id: row.tenant for row in self._departments.values()}
        if self.here not in self._tenants:
            self._tenants[self.here] = tenant_by_id(self.here)
        if missing := _ids(tenants) - self._tenants.keys():
            self._tenants |= {row.id: row for row in Tenant.objects.filter(id__in=missing)}
        return self

    def person(self, user: Id) -> str:
        if not user:
            return ""
        wanted = _id(user)
        if wanted not in self._people:
            self.want(people=[wanted])
        return self._people[wanted] if wanted in self._people else _("（已离任）")

    def tenant(self, tenant: Id) -> str:
        """Name of an office: 澄屿县信访局."""
        if not tenant:
            return ""
        wanted = _id(tenant)
        if wanted not in self._tenants:
            self.want(tenants=[wanted])
        found = self._tenants.get(wanted)
        return found.name if found else ""

    def department(self, department: Id) -> Department | None:
        if not department:
            return None
        wanted = _id(department)
        if wanted not in self._departments:
            self.want(departments=[wanted])
        return self._departments.get(wanted)

    def body(self, department: Id) -> str:
        """The office or unit one turns to: 澄屿县信访局, 住建局; a section is named by its unit."""
        found = self.department(department)
        if found is None:
            return ""
        unit = found.unit
        if unit.parent_id is None:
            return found.tenant.name
        return unit.short_name or unit.name

    def section(self, department: Id) -> str:
        """The section below the body, "" for the body itself."""
        found = self.department(department)
        if found is None or found.id == found.unit_id:
            return ""
        return found.short_name or found.name

    def full(self, department: Id) -> str:
        """The whole name, with the section: 住房和城乡建设局 物业管理科."""
        found = self.department(department)
        if found is None:
            return ""
        body = found.tenant.name if found.unit.parent_id is None else found.unit.name
        return body if found.id == found.unit_id else f"{body} {found.name}"

    def short_body(self, department: Id) -> str:
        """As in a list: the own bureau is 本局; another office by its name."""
        found = self.department(department)
        if found is None:
            return ""
        if found.unit.parent_id is None:
            return _("本局") if found.tenant_id == self.here else found.tenant.name
        return found.unit.short_name or found.unit.name
