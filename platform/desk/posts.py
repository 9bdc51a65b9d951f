"""The posts a person holds in this office, as the menu and the choice after sign-in show them."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from tenants import posts
from tenants.middleware import SESSION_POST, SESSION_TENANT
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
    """Today's posts of the person in the office, by the department's sound."""
    return posts.held(user.pk, tenant.pk)


def shown(rows: list[Membership], current: str | None) -> list[Post]:
    """`current` is the membership id of the session."""
    return [
        Post(
            id=post.pk,
            department=post.department.name,
            roles="、".join(_NAMES.get(code, code) for code in post.roles),
            current=str(post.pk) == current,
        )
        for post in rows
    ]


def enter(request: HttpRequest, user: User, tenant: Tenant) -> bool:
    """Write the office and, where there is only one, the post into the session; False: the person must choose."""
    mine = held(user, tenant)
    request.session[SESSION_TENANT] = str(tenant.pk)
    request.session.pop(SESSION_POST, None)
    if len(mine) == 1:
        request.session[SESSION_POST] = str(mine[0].pk)
    return len(mine) <= 1


def choose(request: HttpRequest, user: User, tenant: Tenant, membership: str) -> bool:
    """Work from another post; False if it is not one of the person's posts here."""
    chosen = next((post for post in held(user, tenant) if str(post.pk) == membership), None)
    if chosen is None:
        return False
    request.session[SESSION_POST] = str(chosen.pk)
    return True
