"""Who and what stands behind an id: offices, departments and people, read once per answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tenants import context
from tenants.actors import NOBODY
from tenants.models import Department
from tenants.tokens import names_of


class Names:
    """Fetches what it has not seen; `learn` fetches many in one query."""

    def __init__(self) -> None:
        self._departments: dict[UUID, Department] = {}
        self._people: dict[UUID, str] = {NOBODY: _("系统")}

    @classmethod
    def of(cls, rows: Iterable[Any]) -> Names:
        """Everything the rows of a page name, by their columns."""
        names, listed = cls(), list(rows)
        places = [getattr(row, column, None) for row in listed for column in ("department", "unit")]
        people = [getattr(row, column, None) for row in listed for column in ("handler", "actor", "author")]
        names.learn(
            departments=[pk for pk in places if isinstance(pk, UUID)],
            people=[pk for pk in people if isinstance(pk, UUID)],
        )
        return names

    def learn(self, *, departments: Iterable[UUID | None] = (), people: Iterable[UUID | None] = ()) -> None:
        places = {pk for pk in departments if pk is not None} - self._departments.keys()
        if places:
            self._departments |= {row.id: row for row in Department.objects.filter(id__in=places)}
        persons = {pk for pk in people if pk is not None} - self._people.keys()
        if persons:
            self._people |= names_of(persons)

    def department(self, pk: UUID | None) -> dict[str, Any] | None:
        if pk is None:
            return None
        self.learn(departments=[pk])
        row = self._departments.get(pk)
        return {"id": pk, "name": row.name if row is not None else ""}

    def person(self, pk: UUID | None) -> dict[str, Any] | None:
        if pk is None:
            return None
        self.learn(people=[pk])
        return {"id": pk, "name": self._people.get(pk, "")}

    @staticmethod
    def office(pk: UUID) -> dict[str, str]:
        tenant = context.tenant_by_id(pk)
        return {"code": tenant.code, "name": tenant.name}
