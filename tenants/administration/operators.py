"""Accounts of those who run the platform. Made by a command on the machine, never from a page."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants.administration.changes import record
from tenants.administration.first_admins import Handed
from tenants.administration.people import one_time_password
from tenants.models import User
from tenants.regions import USERNAME


@transaction.atomic
def create(username: str, name: str = "", *, password_hash: str = "", **extra: Any) -> Handed:
    """A new operator with a password to be used once. Raises Invalid for a name that cannot be or is taken."""
    username = username.strip().lower()
    if not re.match(USERNAME, username):
        raise Invalid(fields={"username": [_("用户名只能用小写字母、数字和 . _ @ -。")]})
    if User.objects.filter(username=username).exists():
        raise Invalid(fields={"username": [_("用户名 %(name)s 已有人用。换一个。") % {"name": username}]})
    password = one_time_password()
    fields = {"must_change_password": True, **extra}
    user = User.objects.create(
        username=username,
        name=name.strip() or username,
        password=password_hash or make_password(password),
        is_operator=True,
        **fields,
    )
    record(user.pk, None, "operator.added", user.pk)
    return Handed(user, password)


@transaction.atomic
def renew(username: str) -> Handed:
    """A new password to be used once for an operator who lost theirs. Raises Invalid."""
    user = User.objects.select_for_update().filter(username=username.strip().lower(), is_operator=True).first()
    if user is None:
        raise Invalid(fields={"username": [_("没有这个运维账号：%(name)s") % {"name": username}]})
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    record(user.pk, None, "password.issued", user.pk)
    return Handed(user, password)
