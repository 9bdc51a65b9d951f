"""The ground of every act of an office's administrator: who may, one at a time, and what was seen is still so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import NotFound, Refused, Stale
from tenants.actors import Actor
from tenants.models import Department
from tenants.roles import ADMIN


def require_admin(actor: Actor) -> None:
    """R19 of this office (design §8). Raises Refused."""
    if ADMIN not in actor.roles:
        raise Refused(_("只有本单位管理员能改机构和人员。请管理员办理。"), code="not-admin")


def seen_of(row: Model, *names: str) -> str:
    """What a page showed of a row, as a short mark: another administrator may have changed it meanwhile."""
    shown = "\x1f".join(str(getattr(row, name)) for name in names)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def check_seen(seen: str | None, now: str) -> None:
    """None: the caller showed nothing to anybody. Raises Stale."""
    if seen is not None and seen != now:
        raise Stale(_("另一位管理员刚改过这一项。您填的内容还在，看过现在的样子再办。"))


class Tree:
    """All departments of one office, read under the office's lock: administrators follow one another."""

    def __init__(self, rows: list[Department]) -> None:
        self.rows = {row.pk: row for row in rows}
        self._below: dict[UUID | None, list[Department]] = {}
        for row in rows:
            self._below.setdefault(row.parent_id, []).append(row)
            row.parent = self.rows[row.parent_id] if row.parent_id else None

    @classmethod
    def locked(cls, actor: Actor) -> Tree:
        """Raises Refused for anybody but the administrator. The lock is the root's row alone, and a weak one: a case
        handed over meanwhile, whose custody refers to departments, does not wait for it."""
        require_admin(actor)
        Department.objects.select_for_update(no_key=True).get(pk=actor.root)
        return cls.read(actor.tenant)

    @classmethod
    def read(cls, tenant: UUID) -> Tree:
        return cls(list(Department.objects.filter(tenant=tenant)))

    @property
    def root(self) -> Department:
        (found,) = self._below[None]
        return found

    def get(self, department: UUID) -> Department:
        """Raises NotFound: another office's department does not exist here."""
        if department not in self.rows:
            raise NotFound
        return self.rows[department]

    def children(self, row: Department) -> list[Department]:
        return self._below.get(row.pk, [])

    def below(self, row: Department) -> Iterator[Department]:
        """Everything beneath, parents before children."""
        for child in self.children(row):
            yield child
            yield from self.below(child)

    def above(self, row: Department) -> Iterator[Department]:
        here = row.parent
        while here is not None:
            yield here
            here = here.parent

    def standing(self) -> list[Department]:
        """Those that have not ceased and are not about to."""
        return [row for row in self.rows.values() if row.valid_to is None]


def has_ceased(row: Department) -> bool:
    return row.valid_to is not None and row.valid_to <= today()


def will_cease(row: Department) -> bool:
    return row.valid_to is not None and row.valid_to > today()
