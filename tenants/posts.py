"""Which posts a person may hold together (domain §2.2, design §8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kernel.errors import Refused
from tenants.roles import ADMIN, BESIDE_ADMIN
from tenants.validity import alive

if TYPE_CHECKING:
    from tenants.models import Membership


def check_apart(post: Membership) -> None:
    """An administrator of an office works on none of its cases, in no other post either.

    The constraint on the row holds within one post. Two posts added at the same moment are caught when the actor is
    built: see `effective_roles`.
    """
    mine = set(post.roles)
    others = type(post).objects.filter(alive(post.valid_from), user=post.user_id, tenant=post.tenant_id)
    for roles in others.exclude(pk=post.pk).values_list("roles", flat=True):
        both = mine | set(roles)
        if ADMIN in both and not both <= BESIDE_ADMIN:
            raise Refused(_("管理员不能同时承担办件岗位。请先终止其中一个岗位。"), code="admin-and-clerk")


def effective_roles(post: Membership) -> frozenset[str]:
    """The roles this post gives now: none that shows cases to a person who administers the office in any post."""
    held = frozenset(post.roles)
    if held <= BESIDE_ADMIN:
        return held
    posts = type(post).objects.alive().filter(user=post.user_id, tenant=post.tenant_id, roles__contains=[ADMIN])
    return held & BESIDE_ADMIN if posts.exists() else held
