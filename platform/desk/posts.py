"""The posts a person holds in this office, as the menu and the choice after sign-in show them."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest

from cases import policy
from desk import navigation
from desk.office import role_words
from tenants import posts, rights
from tenants.actors import Actor, actor_for
from tenants.middleware import SESSION_POST, SESSION_TENANT
from tenants.models import Membership, Tenant, User

CASE = re.compile(r"/cases/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")


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
            roles=role_words.names(post.roles),
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


def choose(request: HttpRequest, user: User, tenant: Tenant, membership: str) -> Actor | None:
    """Work from another post; None if it is not one of the person's posts here."""
    mine = held(user, tenant)
    chosen = next((post for post in mine if str(post.pk) == membership), None)
    if chosen is None:
        return None
    request.session[SESSION_POST] = str(chosen.pk)
    request.session.save()  # before anybody looks again
    rights.changed(user.pk)
    chosen.user = user
    return actor_for(chosen, mine)


def keeps(actor: Actor, address: str) -> bool:
    """May the page one was on stay open in the post one chose? A case that it sees, an entry that it has."""
    path = urlsplit(address).path
    if path == "/":
        return False
    if found := CASE.match(path):
        return policy.visible(actor).filter(pk=UUID(found.group(1))).exists()
    key = navigation.entry_of(path)
    return key is None or key in navigation.keys_for(actor.roles)
