"""The first administrator of an office, handed over by the operator: from then on the office runs itself.

The operator may appoint, and give a password to be used once, only until an administrator has taken up the work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Conflict, Invalid, NotFound
from tenants import passwords
from tenants.administration.changes import record
from tenants.models import Department, Membership, Tenant, User
from tenants.organisation import add_person
from tenants.regions import USERNAME
from tenants.roles import ADMIN


@dataclass(frozen=True, slots=True)
class Handed:
    """`password` is shown this once and kept nowhere."""

    user: User
    password: str


def administrators(tenant: UUID) -> list[Membership]:
    rows = Membership.objects.alive().filter(tenant=tenant, roles__contains=[ADMIN], user__is_active=True)
    return list(rows.select_related("user").order_by("user__pinyin", "id"))


def settled(tenant: UUID) -> bool:
    """An administrator has a password of their own: the operator has no more to do with who works there."""
    return any(_taken_up(post.user) for post in administrators(tenant))


def settled_codes() -> set[str]:
    rows = Membership.objects.alive().filter(roles__contains=[ADMIN], user__is_active=True)
    rows = rows.filter(tenant__valid_to__isnull=True).select_related("user", "tenant")
    return {post.tenant.code for post in rows if _taken_up(post.user)}


def _taken_up(user: User) -> bool:
    return user.has_usable_password() and not user.must_change_password


@transaction.atomic
def appoint(by: UUID, tenant_id: UUID, *, username: str, name: str) -> Handed:
    """A new person as the office's administrator, with a password to be used once.

    Raises Invalid for a name that cannot be or is taken, Conflict when the office has an administrator at work.
    """
    tenant = _open(tenant_id)
    username, name = username.strip().lower(), name.strip()
    fields: dict[str, list[Any]] = {}
    if not re.match(USERNAME, username):
        fields["username"] = [_("用户名只能用小写字母、数字和 . _ @ -。")]
    elif User.objects.filter(username=username).exists():
        fields["username"] = [_("用户名 %(name)s 已有人用。换一个。") % {"name": username}]
    if not name or len(name) > 40:
        fields["name"] = [_("写姓名，最多 40 字。")]
    if fields:
        raise Invalid(fields=fields)
    root = Department.objects.get(tenant=tenant, parent__isnull=True, valid_to__isnull=True)
    user = add_person(username, name, posts=[(root, [ADMIN])], valid_from=root.valid_from)
    password = passwords.hand(user)
    user.save(update_fields=passwords.FIELDS)
    record(by, tenant.pk, "administrator.given", user.pk)
    return Handed(user, password)


@transaction.atomic
def hand_password(by: UUID, tenant_id: UUID, user_id: UUID) -> Handed:
    """A password to be used once for an administrator who has not taken up the work; the one before is void."""
    tenant = _open(tenant_id)
    post = next((post for post in administrators(tenant.pk) if post.user_id == user_id), None)
    if post is None:
        raise NotFound
    if Membership.objects.alive().filter(user=user_id).exclude(tenant=tenant.pk).exists():
        raise Conflict(_("这个人在别的单位也有岗位，密码由那里的管理员重设。"))
    user = User.objects.select_for_update().get(pk=user_id)
    password = passwords.hand(user)
    user.save(update_fields=passwords.FIELDS)
    record(by, tenant.pk, "password.issued", user.pk)
    return Handed(user, password)


def _open(tenant_id: UUID) -> Tenant:
    """The office, locked: two operators at once do not appoint two first administrators unseen."""
    tenant: Tenant | None = Tenant.objects.select_for_update().filter(pk=tenant_id).first()
    if tenant is None:
        raise NotFound
    if tenant.status != Tenant.Status.READY:
        raise Conflict(_("机构还没有开通，开通后再设管理员。"))
    if settled(tenant.pk):
        raise Conflict(_("这个机构已有管理员在任，人员和密码由该管理员办。"))
    return tenant
