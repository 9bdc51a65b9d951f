"""The two posts per office that sign for imported history: who wrote a draft may not sign it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from tenants.actors import Actor, actor_for
from tenants.departments import root
from tenants.models import Membership, Tenant
from tenants.organisation import add_person

CLERK = ("原始数据导入", "", ("R2", "R3", "R5", "R6"))
SIGNER = ("原始数据导入（审签）", ".sign", ("R4", "R7", "R8", "R9"))


@dataclass(frozen=True, slots=True)
class Crew:
    """Of one office; `desk` is its root department, which acts as the unit (domain §7)."""

    clerk: Actor
    signer: Actor
    desk: UUID


def _username(tenant: Tenant, suffix: str) -> str:
    return f"import.{tenant.code.lower()}{suffix}"


@transaction.atomic
def ensure(tenant: Tenant) -> None:
    """Makes the two where they are not there yet; their password is one nobody has."""
    desk = root(tenant.pk)
    for name, suffix, roles in (CLERK, SIGNER):
        add_person(_username(tenant, suffix), name, posts=[(desk, roles)])


def crew(tenant: Tenant) -> Crew:
    posts = Membership.objects.alive().with_places().filter(tenant=tenant)
    found = [posts.get(user__username=_username(tenant, suffix)) for _name, suffix, _roles in (CLERK, SIGNER)]
    clerk, signer = (actor_for(post, [post]) for post in found)
    return Crew(clerk, signer, clerk.root)
