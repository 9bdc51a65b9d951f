"""Actor: who acts, from which post. A small frozen value that every action and every question of policy takes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kernel.kept import Kept
from tenants.context import tenant_by_id
from tenants.departments import answered_for, bodies_answered_for
from tenants.models import Department, Membership, Role, Tenant
from tenants.posts import effective_roles, held
from tenants.roles import SYSTEM_VERBS, widest

NOBODY = UUID(int=0)
_RIGHTS = ("code", "verbs", "reads")


@dataclass(frozen=True, slots=True)
class Actor:
    """`department` is where the post is, `unit` the bureau or unit above it, `root` the office's own desk."""

    user: UUID
    name: str
    membership: UUID | None
    tenant: UUID
    schema: str
    department: UUID
    unit: UUID
    root: UUID
    roles: frozenset[str]
    verbs: frozenset[str]
    reads: str

    @property
    def at_desk(self) -> bool:
        return self.unit == self.root

    @property
    def units(self) -> tuple[UUID, ...]:
        """The own unit and those that ceased and left it their closed cases; remembered, not asked each time."""
        return bodies_answered_for(self.unit)

    @property
    def departments(self) -> tuple[UUID, ...]:
        """The own department and those it succeeded."""
        return answered_for(self.department)

    @property
    def is_system(self) -> bool:
        return self.user == NOBODY

    def may(self, verb: str) -> bool:
        return verb in self.verbs

    def may_propose(self, verb: str) -> bool:
        return f"propose:{verb}" in self.verbs

    @classmethod
    def system(cls, tenant: Tenant) -> Actor:
        """The clockwork: closes what is over and starts what follows from a service (T27, T28)."""
        root = root_of(tenant.pk)
        return cls(
            user=NOBODY,
            name=_("系统"),
            membership=None,
            tenant=tenant.pk,
            schema=tenant.schema_name,
            department=root,
            unit=root,
            root=root,
            roles=frozenset({"system"}),
            verbs=SYSTEM_VERBS,
            reads="office",
        )


def actor_for(membership: Membership, posts: Sequence[Membership] | None = None) -> Actor:
    """`posts` are all posts the person holds in that office today, where they were read already."""
    if posts is None:
        posts = held(membership.user_id, membership.tenant_id)
    roles = effective_roles(membership, [membership, *posts])
    verbs, reads = rights_of(roles)
    return Actor(
        user=membership.user_id,
        name=membership.user.name,
        membership=membership.pk,
        tenant=membership.tenant_id,
        schema=tenant_by_id(membership.tenant_id).schema_name,
        department=membership.department_id,
        unit=membership.department.unit_id,
        root=root_of(membership.tenant_id),
        roles=roles,
        verbs=verbs,
        reads=reads,
    )


_kept_roles: Kept[None, dict[str, tuple[tuple[str, ...], str]]] = Kept()
_roots: dict[UUID, UUID] = {}


def _roles() -> dict[str, tuple[tuple[str, ...], str]]:
    """Roles change with a deployment only."""
    return _kept_roles.get(
        None, lambda: {code: (tuple(verbs), reads) for code, verbs, reads in Role.objects.values_list(*_RIGHTS)}
    )


def rights_of(codes: Iterable[str]) -> tuple[frozenset[str], str]:
    """The verbs (and "propose:verb") these roles may ever call, and how widely they read."""
    known = _roles()
    rights = [known[code] for code in codes if code in known]
    return frozenset(verb for verbs, _reads in rights for verb in verbs), widest([reads for _verbs, reads in rights])


def root_of(tenant: UUID) -> UUID:
    """The office's desk. It never changes while the office lives, so it is kept."""
    root = _roots.get(tenant)
    if root is None:
        root = Department.objects.values_list("pk", flat=True).get(tenant=tenant, parent__isnull=True)
        _roots[tenant] = root
    return root
