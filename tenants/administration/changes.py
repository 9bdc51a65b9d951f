"""The record of administration, as cases have their history: who changed what, and when."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tenants import rights
from tenants.models import Change

ABOUT_PEOPLE = {"person", "post", "password", "administrator"}  # nouns whose subject is a user


def record(by: UUID, tenant: UUID | None, kind: str, subject: UUID | None = None, **data: Any) -> Change:
    """Inside the transaction of the change. `kind` is "noun.verb" (department.ceased); `data`: ids, codes, dates."""
    if subject is not None and kind.partition(".")[0] in ABOUT_PEOPLE:
        rights.changed(subject)
    plain = {name: _plain(value) for name, value in data.items() if value is not None}
    return Change.objects.create(tenant_id=tenant, by=by, kind=kind, subject=subject, data=plain)


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return value
