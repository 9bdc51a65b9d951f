"""Which part of the tree a reader may see from above. Every query of figures, lists and orders takes a Region first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from cases import policy
from cases.transitions import SEALED_ROLES
from kernel.errors import Refused
from tenants.actors import Actor, root_of
from tenants.context import tenant_by_id
from tenants.departments import bodies_answered_for
from tenants.models import Tenant

# Who hears figures and no case: reports without content.
FIGURES_ONLY = frozenset({"R16"})


@dataclass(frozen=True, slots=True)
class Region:
    """Everything under `path`; with `unit`, of one office only the rows of that unit and of those that ceased and left
    it what they had closed. Made by `region_of` alone.

    `lists`: may its cases be named? A statistician hears figures only. `sealed`: may the sealed ones be named and
    counted exactly? The confidential desk alone; to all others they are at most a figure of 5 or more.
    """

    path: str
    tenant: UUID
    level: str
    unit: UUID | None = None
    sealed: bool = False
    lists: bool = True

    @property
    def until(self) -> str:
        """The first path after the subtree: "/" is followed by "0"."""
        return f"{self.path}0"

    @property
    def units(self) -> list[UUID] | None:
        """Whose rows count as the unit's; None: everybody's."""
        return None if self.unit is None else list(bodies_answered_for(self.unit))

    @property
    def paths(self) -> Q:
        """The rows of the region by their `path`, sealed or not."""
        within = Q(path__gte=self.path, path__lt=self.until)
        return within if self.unit is None else within & Q(unit__in=self.units)

    @property
    def is_unit(self) -> bool:
        """One unit that is no bureau: to it comes what is handed to it, whoever registered it."""
        return self.unit is not None and self.unit != root_of(self.tenant)

    @property
    def origins(self) -> Q:
        """The rows that came in here, wherever they lie now."""
        within = Q(origin_path__gte=self.path, origin_path__lt=self.until)
        return within if self.unit is None else within & Q(origin_unit__in=self.units)

    @property
    def listed(self) -> Q:
        """The rows that may be named one by one."""
        if self.lists and self.sealed:
            return self.paths
        if self.lists or self.sealed:
            return self.paths & Q(sealed=self.sealed)
        return Q(pk__in=[])

    def names(self, path: str, unit: UUID, *, sealed: bool) -> bool:
        """May a matter lying there be named? `listed` for one row."""
        inside = path == self.path or path.startswith(f"{self.path}/")
        return inside and unit in (self.units or (unit,)) and (self.sealed if sealed else self.lists)

    def within(self, tenant: Tenant, unit: UUID | None = None) -> Region:
        """The part under an office of the region, for drilling down; of the own office one unit.

        Refused: that office lies beside or above.
        """
        if self.unit is not None:
            if tenant.pk != self.tenant or unit not in (None, self.unit):
                raise Refused
            return self
        if not (tenant.path == self.path or tenant.path.startswith(f"{self.path}/")):
            raise Refused
        return Region(tenant.path, tenant.pk, tenant.level, unit, self.sealed, self.lists)


def region_of(actor: Actor) -> Region:
    """An office's desk: its subtree, which for a county is itself. A unit: its own rows in its office. Refused: whoever
    reads no whole body (a handler, an administrator, an archivist), or not from above."""
    if actor.is_system:
        raise Refused
    reads = actor.roles & (policy.READS_BELOW if actor.at_desk else policy.WHOLE_OFFICE)
    sealed = actor.at_desk and bool(actor.roles & SEALED_ROLES)
    if not (reads or sealed or (actor.at_desk and actor.roles & FIGURES_ONLY)):
        raise Refused
    office = tenant_by_id(actor.tenant)
    if not office.path:
        raise Refused
    unit = None if actor.at_desk else actor.unit
    return Region(office.path, office.pk, office.level, unit, sealed, lists=bool(reads))


def bounds(region: Region) -> dict[str, Any]:
    """The same predicate for SQL: `path >= %(low)s AND path < %(high)s [AND unit = ANY(%(units)s)]`."""
    return {"low": region.path, "high": region.until, "units": region.units}
