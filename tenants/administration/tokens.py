"""Tokens of other systems: issued by the administrator, shown once, revoked at any time, each act recorded."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import TZ, recorded_now
from kernel.errors import Invalid, NotFound, Refused
from tenants import tokens
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.models import ApiToken, Department
from tenants.models.token import LONGEST_LIFE, MACHINE_ROLES
from tenants.roles import ADMIN


def require_admin(actor: Actor) -> None:
    if ADMIN not in actor.roles:
        raise Refused(_("接口令牌和事件推送由本单位管理员办理。"))


def listed(actor: Actor) -> list[ApiToken]:
    require_admin(actor)
    return list(ApiToken.objects.filter(tenant=actor.tenant).select_related("department").order_by("-id"))


def places(actor: Actor) -> list[Department]:
    """Where a system may stand: the desk first, then by sound."""
    require_admin(actor)
    rows = Department.objects.alive().filter(tenant=actor.tenant).select_related("unit").order_by("pinyin", "id")
    return sorted(rows, key=lambda row: (row.parent_id is not None, row.unit.pinyin, row.id != row.unit_id, row.pinyin))


def last_day() -> date:
    return (recorded_now() + LONGEST_LIFE).astimezone(TZ).date()


def issue(
    actor: Actor, *, name: str, department: UUID, roles: Sequence[str], verbs: Sequence[str], expires_on: date
) -> tuple[ApiToken, str]:
    """The token and its secret, which nobody can read again. It ends with the day `expires_on`. Raises Invalid."""
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
    secret = tokens.PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            tenant_id=actor.tenant,
            department=place,
            name=name,
            roles=sorted(roles),
            verbs=sorted(verbs),
            secret_hash=tokens.hashed(secret),
            hint=secret[:8],
            created_by=actor.user,
            created_at=now,
            expires_at=until,
        )
        data = {"department": place.pk, "roles": token.roles, "verbs": token.verbs, "expires_on": expires_on}
        record(actor.user, actor.tenant, "token.issued", token.pk, **data)
    return token, secret


@transaction.atomic
def revoke(actor: Actor, token_id: UUID) -> ApiToken:
    """From now on; twice is harmless. Raises NotFound."""
    require_admin(actor)
    token = ApiToken.objects.select_for_update().filter(tenant=actor.tenant, id=token_id).first()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = recorded_now()
        token.save(update_fields=["revoked_at"])
        record(actor.user, actor.tenant, "token.revoked", token.pk)
    return token
