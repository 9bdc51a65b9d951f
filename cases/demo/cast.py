"""Who acts in the demo: the offices of the region, their units that can carry a case to its end, and their people."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from kernel.errors import Conflict
from tenants.actors import Actor, actor_for
from tenants.models import Department, Membership, Tenant

UNIT_ROLES = ("R5", "R6", "R7", "R8", "R9")
DESK_ROLES = ("R2", "R3", "R4")


class CastIncomplete(Conflict):
    """The region lacks people the demo needs."""


@dataclass
class Body:
    """A desk or a unit: people by role, in a stable order."""

    id: UUID
    name: str
    people: dict[str, list[Actor]] = field(default_factory=lambda: defaultdict(list))

    def complete(self, roles: tuple[str, ...]) -> bool:
        return all(self.people.get(role) for role in roles)

    def who(self, role: str, rng: random.Random, *, but: Actor | None = None) -> Actor:
        found = [one for one in self.people.get(role, []) if but is None or one.user != but.user]
        if not found:
            raise CastIncomplete(f"{self.name}: {role}")
        return rng.choice(found)


@dataclass
class Office:
    tenant: Tenant
    desk: Body
    units: list[Body] = field(default_factory=list)
    below: list[Office] = field(default_factory=list)

    def unit_for(self, words: str, rng: random.Random) -> Body:
        """A unit whose name bears one of the words, else any."""
        fitting = [unit for unit in self.units if any(word in unit.name for word in words.split("|"))]
        return rng.choice(fitting or self.units)

    @property
    def code(self) -> str:
        return self.tenant.code


@dataclass
class Region:
    """Offices in which a case can be carried through, by level; `top` each with what is below it."""

    offices: list[Office]

    def at(self, level: str) -> list[Office]:
        return [office for office in self.offices if office.tenant.level == level]

    def chains(self, length: int) -> list[list[Office]]:
        """Ways down from an office to the `length - 1`th below it."""
        found = [[office] for office in self.offices]
        for _turn in range(length - 1):
            found = [[*chain, lower] for chain in found for lower in chain[-1].below]
        return found


def gather(root: str | None = None) -> Region:
    """All ready offices (below `root`, a code), read in three queries. Raises CastIncomplete when none is staffed."""
    tenants = Tenant.objects.filter(status=Tenant.Status.READY, valid_to__isnull=True).order_by("path")
    offices: dict[UUID, Office] = {}
    bodies: dict[UUID, Body] = {}
    for tenant in tenants:
        if root is None or root in tenant.path.split("/"):
            offices[tenant.pk] = Office(tenant, Body(tenant.pk, tenant.name))
    units: dict[UUID, list[Body]] = defaultdict(list)
    rows = Department.objects.filter(tenant__in=list(offices), valid_to__isnull=True).order_by("tenant__path", "code")
    for row in rows:
        if row.parent_id is None:
            offices[row.tenant_id].desk = bodies[row.pk] = Body(row.pk, row.name)
        elif row.kind == Department.Kind.UNIT:
            bodies[row.pk] = Body(row.pk, f"{row.name}{row.short_name}")
            units[row.tenant_id].append(bodies[row.pk])
    posts = Membership.objects.alive().with_places().filter(tenant__in=list(offices)).order_by("user__username")
    for post in posts:
        body = bodies.get(post.department.unit_id)
        if body is not None:
            actor = actor_for(post, [post])
            for role in post.roles:
                body.people[role].append(actor)
    staffed = [office for office in offices.values() if office.desk.complete(DESK_ROLES)]
    for office in staffed:
        office.units = [unit for unit in units[office.tenant.pk] if unit.complete(UNIT_ROLES)]
        office.below = [lower for lower in staffed if lower.tenant.parent_id == office.tenant.pk]
    if not any(office.units for office in staffed):
        raise CastIncomplete("R2, R3, R4; R5-R9")
    return Region([office for office in staffed if office.units])
