"""Who may hold a socket: the same host, session, post and streams a page of that person would have. Nothing is named by
the browser. Asked when a socket opens, and again while it stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http.request import split_domain_port, validate_host

from realtime.transport import WALL
from tenants import context, posts, steps
from tenants.actors import Actor, actor_for
from tenants.middleware import SESSION_POST, SESSION_TENANT
from tenants.models import Tenant, User
from tenants.streams import streams_of

NOT_SIGNED_IN, NO_RIGHT = 4401, 4403


class Refused(Exception):
    """`code` closes the socket; None refuses the handshake: a foreign page learns nothing."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is at the other end, for as long as this stays equal. `walls`: groups of figures the person may see
    change."""

    user: UUID
    tenant: UUID
    membership: UUID
    roles: frozenset[str]
    streams: tuple[str, ...]
    walls: tuple[str, ...]


def admit(host: str, origin: str, cookies: Mapping[str, str]) -> Visitor:
    """Raises Refused."""
    tenant = _tenant(host, origin)
    actor = _actor(tenant, cookies.get(settings.SESSION_COOKIE_NAME, ""))
    walls = (f"{WALL}{tenant.code}",) if actor.at_desk and actor.reads == "office" else ()
    assert actor.membership is not None
    return Visitor(actor.user, tenant.pk, actor.membership, actor.roles, tuple(streams_of(actor)), walls)


def _tenant(host: str, origin: str) -> Tenant:
    """By the Host header, to which the page's own origin must be the same."""
    name, _port = split_domain_port(host)
    if not name or not validate_host(name, settings.ALLOWED_HOSTS) or not _same(host, origin):
        raise Refused(None)
    tenant = context.tenant_by_host(name.rstrip("."))
    if tenant is None or tenant.status == Tenant.Status.PENDING or not steps.serves(tenant.schema_rev):
        raise Refused(None)
    return tenant


def _same(host: str, origin: str) -> bool:
    """Host and port; where no proxy puts pages and sockets on one port, the pages' own is the one that counts."""
    came = urlsplit(origin)
    if came.scheme not in ({"https"} if settings.SECURE else {"http", "https"}) or not came.netloc:
        return False
    if settings.REALTIME_PORT:
        name, _port = split_domain_port(host)
        host = f"{name}:{settings.WEB_PORT}"
    default = {"http": ":80", "https": ":443"}[came.scheme]
    return came.netloc.lower().removesuffix(default) == host.lower().removesuffix(default)


def _actor(tenant: Tenant, key: str) -> Actor:
    session = import_module(settings.SESSION_ENGINE).SessionStore(key or None)
    if not key or session.get(SESSION_TENANT) != str(tenant.pk):
        raise Refused(NOT_SIGNED_IN)
    asked: Any = SimpleNamespace(session=session)
    user = get_user(asked)  # the password the session was made with included
    if not isinstance(user, User):
        raise Refused(NOT_SIGNED_IN)
    if user.is_operator or user.must_change_password:
        raise Refused(NO_RIGHT)
    mine = posts.held(user.pk, tenant.pk)
    chosen = session.get(SESSION_POST)
    post = next((row for row in mine if str(row.pk) == chosen), mine[0] if len(mine) == 1 else None)
    if post is None:
        raise Refused(NO_RIGHT)
    post.user = user
    return actor_for(post, mine)
