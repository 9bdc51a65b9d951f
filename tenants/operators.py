"""Who runs the platform, and what they did: read here, written by tenants.administration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from kernel import paging
from tenants.models import Change, Tenant, User


@dataclass(frozen=True, slots=True)
class Act:
    change: Change
    by: str
    office: str
    office_id: UUID | None


def names(users: Iterable[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(pk__in=set(users)).values_list("pk", "name"))


def offices_of(schemas: Iterable[str]) -> dict[str, Tenant]:
    """Schema -> its office; a row of no office is in none."""
    return {tenant.schema_name: tenant for tenant in Tenant.objects.filter(schema_name__in=set(schemas))}


def acts(cursor: str | None = None, tenant: UUID | None = None) -> tuple[list[Act], str | None]:
    """What operators changed, newest first; of one office with `tenant`."""
    operators = User.objects.filter(is_operator=True).values("pk")
    rows = Change.objects.filter(by__in=operators).select_related("tenant")
    if tenant is not None:
        rows = rows.filter(tenant=tenant)
    page = paging.page(rows, ("-id",), cursor)
    known = names(change.by for change in page.items)
    return [
        Act(change, known.get(change.by, ""), change.tenant.name if change.tenant else "", change.tenant_id)
        for change in page.items
    ], page.next
