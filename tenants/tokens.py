"""Who another system is: its token read from the header, and the actor built from the token's place, roles and scope.

A token of another office is as unknown as one that never was; expired and revoked ones say so, since only who holds
the secret learns it.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kernel import batch, limits
from kernel.clock import recorded_now
from kernel.crypto import keyed_hash
from kernel.errors import HuiyinError, Refused, TooMany
from kernel.kept import Kept
from tenants.actors import Actor, rights_of, root_of
from tenants.context import tenant_by_id
from tenants.models import ApiToken, Department, Tenant, User

PREFIX = "hy_"
DOT = "."  # between the half who asked holds and the half who consented holds
SCHEME = "bearer "
SEEN_EACH = timedelta(minutes=30)  # how coarse "last used" is
SLICE = 20  # tries a process takes from the database at a time
READ = "read"
# Two persons decide these; another system may ask for them at most.
NEVER = frozenset({"correct", "turn_down", "check", "sign", "send_back", "read_sealed"})


class TokenRefused(HuiyinError):
    status = 401
    code = "token-unknown"
    title = gettext_lazy("令牌无效")
    message = gettext_lazy("这个接口令牌不认识，或者不是本单位的。核对令牌和网址，或请本单位管理员另发一个。")


class Machine:
    """request.user of another system: authenticated, and nobody who could sign in."""

    is_authenticated = True
    is_active = True
    is_anonymous = False
    is_operator = False
    must_change_password = False
    language = "zh-hans"

    def __init__(self, token: ApiToken) -> None:
        self.pk = self.id = token.pk
        self.name = token.name

    def __str__(self) -> str:
        return self.name


def given(request: HttpRequest) -> str | None:
    """The secret of `Authorization: Bearer …`; None where the header is missing or of another kind."""
    header = request.headers.get("Authorization", "")
    return header[len(SCHEME) :].strip() if header[: len(SCHEME)].lower() == SCHEME else None


def read(secret: str, tenant: Tenant) -> ApiToken:
    """Raises TokenRefused (401), Refused (403) where its department is no more, TooMany (429)."""
    key = hashed(secret)
    found, places = batch.read(
        batch.Ask(ApiToken, "secret_hash", key),
        batch.Ask(Department, "id", key, via=batch.Via(ApiToken, "department_id", "secret_hash")),
    )
    token: ApiToken | None = next((row for row in found if row.tenant_id == tenant.pk), None)
    if token is None:
        raise TokenRefused()
    (token.department,) = places
    now = recorded_now()
    if token.agreed_at is None:
        raise TokenRefused()
    if token.revoked_at is not None:
        raise TokenRefused(_("这个接口令牌已经撤销。请本单位管理员另发一个。"), code="token-revoked")
    if token.expires_at <= now:
        raise TokenRefused(_("这个接口令牌已经到期。请本单位管理员另发一个。"), code="token-expired")
    if token.department.valid_to is not None and token.department.valid_to <= now.date():
        raise Refused(_("令牌所在的机构已经撤销。请本单位管理员另发一个。"), code="no-post")
    if not _within_limit(token.pk):
        raise TooMany(_("这个系统的请求太密。隔一分钟再试，并放慢节奏。"))
    if token.last_used_at is None or token.last_used_at < now - SEEN_EACH:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def half(first: str) -> bytes:
    """What is kept of the first half until the second is made."""
    return keyed_hash("api-token-half", first)


def whole(first: bytes, second: str) -> bytes:
    return keyed_hash("api-token", f"{first.hex()}{second}")


def hashed(secret: str) -> bytes:
    first, _dot, second = secret.partition(DOT)
    return whole(half(first), second)


_left: dict[UUID, tuple[float, int]] = {}


def _within_limit(token: UUID) -> bool:
    """Counted in the database by the slice, so that a busy system costs one row a slice, not one a request."""
    until, left = _left.get(token, (0.0, 0))
    if left <= 0 or until < time.monotonic():
        most = max(1, settings.API_TOKEN_PER_MINUTE // SLICE)
        if not limits.hit("api-token", str(token), most, 60):
            return False
        until, left = time.monotonic() + 10, min(SLICE, settings.API_TOKEN_PER_MINUTE)
    _left[token] = (until, left - 1)
    return True


def offered(roles: Iterable[str]) -> list[str]:
    """What a scope for these roles may name, besides reading."""
    verbs, _reads = rights_of(roles)
    return sorted(verb for verb in verbs if verb not in NEVER)


def actor(token: ApiToken) -> Actor:
    """The rights of the roles as they are today, cut to the scope."""
    roles = frozenset(token.roles)
    _verbs, reads = rights_of(roles)
    return Actor(
        user=token.pk,
        name=token.name,
        membership=None,
        tenant=token.tenant_id,
        schema=tenant_by_id(token.tenant_id).schema_name,
        department=token.department_id,
        unit=token.department.unit_id,
        root=root_of(token.tenant_id),
        roles=roles,
        verbs=frozenset(offered(roles)) & frozenset(token.verbs),
        reads=reads,
    )


_people: Kept[UUID, str] = Kept()


def names_of(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who stands behind the ids of a history: people, and the systems that acted for an office."""
    wanted = set(ids)
    found = _people.many(wanted, _read_people)
    if missing := wanted - found.keys():
        systems: Any = ApiToken.objects.filter(id__in=missing).values_list("id", "name")
        found |= {pk: _("%(name)s（系统）") % {"name": name} for pk, name in systems}
    return found


def _read_people(wanted: set[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(id__in=wanted).values_list("id", "name"))
