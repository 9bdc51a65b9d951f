"""Tokens of other systems: asked for by one administrator, consented to by a second, revoked by any; each act recorded.

Who administers sees no case. So no administrator ever holds a whole secret: who asks is shown the first half, who
consents the second, each once, and the other system puts them together. Nothing that could be read is kept meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import TZ, recorded_now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants import tokens
from tenants.actors import Actor
from tenants.administration import posts
from tenants.administration.changes import record
from tenants.models import ApiToken, Department, PostRequest
from tenants.models.token import LONGEST_LIFE, MACHINE_ROLES
from tenants.roles import ADMIN

HALF = 24  # bytes: either half alone is out of reach


def require_admin(actor: Actor) -> None:
    if ADMIN not in actor.roles:
        raise Refused(_("接口令牌和事件推送由本单位管理员办理。"))


def listed(actor: Actor) -> list[ApiToken]:
    require_admin(actor)
    return list(ApiToken.objects.filter(tenant=actor.tenant).select_related("department", "request").order_by("-id"))


def places(actor: Actor) -> list[Department]:
    """Where a system may stand: the desk first, then by sound."""
    require_admin(actor)
    rows = Department.objects.alive().filter(tenant=actor.tenant).select_related("unit").order_by("pinyin", "id")
    return sorted(rows, key=lambda row: (row.parent_id is not None, row.unit.pinyin, row.id != row.unit_id, row.pinyin))


def last_day() -> date:
    return (recorded_now() + LONGEST_LIFE).astimezone(TZ).date()


def ask(
    actor: Actor, *, name: str, department: UUID, roles: Sequence[str], verbs: Sequence[str], expires_on: date
) -> tuple[ApiToken, str]:
    """The token, of no use until consented to, and the first half of its secret, which nobody can read again. It ends
    with the day `expires_on`. Raises Invalid."""
    require_admin(actor)
    wrong: dict[str, list[str]] = {}
    name = name.strip()
    if not name:
        wrong["name"] = [_("写明是哪个系统，办理记录里显示这个名称。")]
    place = Department.objects.alive().filter(tenant=actor.tenant, id=department).first()
    if place is None:
        wrong["department"] = [_("选一个在用的机构。")]
    if not roles or not set(roles) <= set(MACHINE_ROLES):
        wrong["roles"] = [_("选一个岗位。领导、管理员和检举控告专人的权限不发给系统。")]
    known = {tokens.READ, *tokens.offered(roles)}
    if not verbs or not set(verbs) <= known:
        wrong["verbs"] = [_("至少勾选一项，并且只能是这个岗位有的。")]
    now = recorded_now()
    until = datetime.combine(expires_on, time.max, TZ)
    if until <= now or until > now + LONGEST_LIFE:
        wrong["expires_on"] = [_("到期日从今天起，最长一年。")]
    if wrong or place is None:
        raise Invalid(fields=wrong)
    first = tokens.PREFIX + secrets.token_urlsafe(HALF)
    with transaction.atomic():
        token = ApiToken.objects.create(
            tenant_id=actor.tenant,
            department=place,
            name=name,
            roles=sorted(roles),
            verbs=sorted(verbs),
            secret_hash=tokens.half(first),
            hint=first[:8],
            created_by=actor.user,
            created_at=now,
            expires_at=until,
        )
        posts.ask_token(actor, token)
    return token, first


@transaction.atomic
def consent(actor: Actor, request: UUID) -> tuple[ApiToken, str]:
    """同意: from now on the token works; the second half of its secret. Raises Refused (four eyes), Conflict."""
    found = posts.decided(actor, request, PostRequest.Kind.TOKEN)
    token = found.token
    assert token is not None
    now = recorded_now()
    if not found.user.is_active:
        raise Conflict(_("%(name)s的账号已锁定。先解锁，或不同意。") % {"name": found.user.name}, code="locked")
    if token.expires_at <= now:
        raise Conflict(_("请求的到期日已经过了。不同意后另提。"), code="past")
    place = token.department
    if place.valid_to is not None and place.valid_to <= now.date():
        raise Conflict(_("%(place)s已撤销。不同意后另提。") % {"place": place.name}, code="department-ceased")
    second = secrets.token_urlsafe(HALF)
    token.secret_hash, token.agreed_at = tokens.whole(bytes(token.secret_hash), second), now
    token.save(update_fields=["secret_hash", "agreed_at"])
    record(actor.user, token.tenant_id, "token.issued", token.pk, request=found.pk, verbs=token.verbs)
    return token, second


@transaction.atomic
def revoke(actor: Actor, token_id: UUID) -> ApiToken:
    """From now on; twice is harmless. Raises NotFound."""
    require_admin(actor)
    token = ApiToken.objects.select_for_update().filter(tenant=actor.tenant, id=token_id).first()
    if token is None:
        raise NotFound
    if token.agreed_at is None and token.revoked_at is None:
        raise Conflict(_("这个令牌还在等候同意。在岗位页上撤回。"), code="waiting")
    if token.revoked_at is None:
        token.revoked_at = recorded_now()
        token.save(update_fields=["revoked_at"])
        record(actor.user, actor.tenant, "token.revoked", token.pk)
    return token
