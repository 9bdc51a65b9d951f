"""The posts a person holds in this office, as the menu and the choice after sign-in show them."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from tenants.models import Membership, Tenant, User
from tenants.roles import ROLES

_NAMES = {row.code: row.name for row in ROLES}


@dataclass(frozen=True, slots=True)
class Post:
    id: UUID
    department: str
    roles: str
    current: bool


def held(user: User, tenant: Tenant) -> list[Membership]:
    """Today's posts of the person in the office, by the department's name."""
    found = Membership.objects.alive().with_places().filter(user=user, tenant=tenant)
    return list(found.order_by("department__pinyin", "id"))


def shown(posts: list[Membership], current: str | None) -> list[Post]:
    """`current` is the membership id of the session."""
    return [
        Post(
            id=post.pk,
            department=post.department.name,
            roles="、".join(_NAMES.get(code, code) for code in post.roles),
            current=str(post.pk) == current,
        )
        for post in posts
    ]


def enter(request: HttpRequest, user: User, tenant: Tenant) -> bool:
    """Write the office and, where there is only one, the post into the session; False: the person must choose."""
    posts = held(user, tenant)
    request.session["tenant"] = str(tenant.pk)
    request.session.pop("membership", None)
    if len(posts) == 1:
        request.session["membership"] = str(posts[0].pk)
    return len(posts) <= 1


def choose(request: HttpRequest, user: User, tenant: Tenant, membership: str) -> bool:
    """Work from another post; False if it is not one of the person's posts here."""
    chosen = next((post for post in held(user, tenant) if str(post.pk) == membership), None)
    if chosen is None:
        return False
    request.session["membership"] = str(chosen.pk)
    return True
