"""Departments and people of an office, as commands, demo and administration pages make them; twice is harmless."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from tenants.models import Department, Membership, Tenant, User

UNUSABLE = "!"  # what Django stores for an account nobody can sign in to
EARLY = date(2004, 1, 1)  # before any case that is imported


def add_department(
    tenant: Tenant,
    name: str,
    *,
    code: str,
    kind: str = Department.Kind.UNIT,
    parent: Department | None = None,
    short_name: str = "",
    valid_from: date = EARLY,
    **extra: Any,
) -> Department:
    """The living department with that code, made where there is none. `parent` left out is the office's desk."""
    found = Department.objects.filter(tenant=tenant, code=code, valid_to__isnull=True).first()
    if found is not None:
        return found
    above = parent or Department.objects.get(tenant=tenant, parent__isnull=True)
    return Department.objects.create(
        tenant=tenant,
        parent=above,
        kind=kind,
        code=code,
        name=name,
        short_name=short_name,
        valid_from=max(valid_from, above.valid_from),
        **extra,
    )


def add_person(
    username: str,
    name: str,
    *,
    posts: Iterable[tuple[Department, Iterable[str]]],
    password_hash: str = UNUSABLE,
    valid_from: date = EARLY,
    **extra: Any,
) -> User:
    """A person and the posts, each (department, roles). An existing person keeps name and password, and gains posts.

    Raises Refused for an administrator who would be a clerk in the same office.
    """
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create(username=username, name=name, password=password_hash, **extra)
    for department, roles in posts:
        if not Membership.objects.alive().filter(user=user, department=department).exists():
            Membership.objects.create(
                user=user,
                tenant_id=department.tenant_id,
                department=department,
                roles=sorted(roles),
                valid_from=valid_from,
            )
    return user
