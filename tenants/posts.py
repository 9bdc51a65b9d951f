"""Which posts a person holds in an office, and which may go together (domain §2.2, design §8)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from kernel import batch
from kernel.clock import today
from kernel.errors import Refused
from tenants.models import Department, Membership
from tenants.roles import ADMIN, BESIDE_ADMIN
from tenants.validity import holds_on


def held(user: UUID, tenant: UUID, on: date | None = None) -> list[Membership]:
    """Today's posts of a person in one office, with departments, by the department's sound. Read at every request."""
    posts, found = batch.read(
        batch.Ask(Membership, "user_id", user),
        batch.Ask(Department, "id", user, via=batch.Via(Membership, "department_id", "user_id")),
    )
    places, day = {row.pk: row for row in found}, on or today()
    mine = [post for post in posts if post.tenant_id == tenant and holds_on(post, day)]
    for post in mine:
        post.department = places[post.department_id]
    return sorted(mine, key=lambda post: (post.department.pinyin, post.pk))


def check_apart(post: Membership) -> None:
    """An administrator of an office works on none of its cases, in no other post either.

    The constraint on the row holds within one post. Two posts added at the same moment are caught when the actor is
    built: see `effective_roles`. Raises Refused.
    """
    others = Membership.objects.alive(max(post.valid_from, today())).exclude(pk=post.pk)
    for roles in others.filter(user=post.user_id, tenant=post.tenant_id).values_list("roles", flat=True):
        both = {*post.roles, *roles}
        if ADMIN in both and not both <= BESIDE_ADMIN:
            raise Refused(_("管理员不能同时承担办件岗位。请先终止其中一个岗位。"), code="admin-and-clerk")


def effective_roles(post: Membership, posts: Iterable[Membership]) -> frozenset[str]:
    """The roles this post gives now: none that shows cases to a person who administers the office in any post."""
    roles = frozenset(post.roles)
    return roles & BESIDE_ADMIN if any(ADMIN in other.roles for other in posts) else roles
