"""A password somebody else set: one to be read out, used once, within three days, and changed by who used it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import make_password

from kernel.clock import recorded_now
from tenants.models import User

LASTS = timedelta(hours=72)
HOURS = int(LASTS.total_seconds() // 3600)
# No letter that is read as another, no vowel that makes a word of it.
ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
GROUPS, GROUP = 3, 4
FIELDS = ("password", "must_change_password", "password_ends_at")


def one_time() -> str:
    """About 57 bits, in groups one can read out."""
    return "-".join("".join(secrets.choice(ALPHABET) for _i in range(GROUP)) for _g in range(GROUPS))


def hand(user: User) -> str:
    """A new one for that person, who is not saved yet: `FIELDS` changed."""
    password = one_time()
    user.password = make_password(password)
    user.must_change_password, user.password_ends_at = True, recorded_now() + LASTS
    return password


def taken_over(user: User) -> None:
    """The person chose a password of their own; not saved yet."""
    user.must_change_password, user.password_ends_at = False, None


def ended(user: User) -> bool:
    return user.password_ends_at is not None and user.password_ends_at <= recorded_now()
