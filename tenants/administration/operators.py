"""Accounts of those who run the platform. Made by a command on the machine, never from a page."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import Invalid
from tenants import passwords
from tenants.administration.changes import record
from tenants.administration.first_admins import Handed
from tenants.models import User
from tenants.regions import USERNAME


@transaction.atomic
def create(username: str, name: str = "", *, password_hash: str = "") -> Handed:
    """A new operator with a password to be used once. Raises Invalid for a name that cannot be or is taken."""
    username = username.strip().lower()
    if not re.match(USERNAME, username):
        raise Invalid(fields={"username": [_("用户名只能用小写字母、数字和 . _ @ -。")]})
    if User.objects.filter(username=username).exists():
        raise Invalid(fields={"username": [_("用户名 %(name)s 已有人用。换一个。") % {"name": username}]})
    user = User(username=username, name=name.strip() or username, is_operator=True)
    password = passwords.hand(user)
    if password_hash:  # of the demo, whose accounts have one that stays
        passwords.taken_over(user)
        user.password = password_hash
    user.save(force_insert=True)
    record(user.pk, None, "operator.added", user.pk)
    return Handed(user, password)


@transaction.atomic
def renew(username: str) -> Handed:
    """A new password to be used once for an operator who lost theirs. Raises Invalid."""
    user = User.objects.select_for_update().filter(username=username.strip().lower(), is_operator=True).first()
    if user is None:
        raise Invalid(fields={"username": [_("没有这个运维账号：%(name)s") % {"name": username}]})
    password = passwords.hand(user)
    user.save(update_fields=passwords.FIELDS)
    record(user.pk, None, "password.issued", user.pk)
    return Handed(user, password)
