"""What the operator asked for in one go, and how far the owner worker has come with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from kernel import paging
from kernel.errors import NotFound
from tenants import regions
from tenants.models import ProvisioningBatch, ProvisioningRequest, Tenant

Status = ProvisioningRequest.Status
SHOWN_REFUSED = 200


@dataclass(frozen=True, slots=True)
class Counts:
    pending: int
    done: int
    failed: int

    @property
    def all(self) -> int:
        return self.pending + self.done + self.failed

    @property
    def settled(self) -> int:
        return self.done + self.failed


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with its office, once there is one."""

    request: ProvisioningRequest
    tenant: Tenant | None

    @property
    def code(self) -> str:
        return str(self.request.data.get("code", ""))

    @property
    def name(self) -> str:
        return self.tenant.name if self.tenant else str(self.request.data.get("name", ""))


@dataclass(frozen=True, slots=True)
class Preview:
    """A sheet that was read: what would be made, what is refused. `new` are offices that do not exist yet."""

    offices: int
    departments: int
    people: int
    refused: list[Mapping[str, Any]]
    refused_count: int
    rows: list[Mapping[str, Any]]
    next: int | None

    @property
    def good(self) -> int:
        return self.offices + self.departments + self.people


def batch(batch_id: UUID, *, lines: bool = False) -> ProvisioningBatch:
    """Raises NotFound. `lines` of a large sheet are megabytes: read them only where they show."""
    rows = ProvisioningBatch.objects.filter(pk=batch_id)
    found = (rows if lines else rows.defer("lines")).first()
    if found is None:
        raise NotFound
    return found


def batches(cursor: str | None = None) -> paging.Page[ProvisioningBatch]:
    """Newest first, each with how many requests wait, are done and failed."""
    rows = ProvisioningBatch.objects.defer("lines").annotate(
        pending=Count("requests", filter=Q(requests__status=Status.PENDING)),
        done=Count("requests", filter=Q(requests__status=Status.DONE)),
        failed=Count("requests", filter=Q(requests__status=Status.FAILED)),
    )
    return paging.page(rows, ("-id",), cursor)


def counts(batch: ProvisioningBatch) -> Counts:
    counted = dict(batch.requests.order_by().values_list("status").annotate(n=Count("pk")))
    return Counts(*(counted.get(status, 0) for status in (Status.PENDING, Status.DONE, Status.FAILED)))


def asked(batch: ProvisioningBatch, status: str = "", cursor: str | None = None) -> tuple[list[Asked], str | None]:
    """The requests in their order; `status` keeps one kind."""
    rows = batch.requests.all()
    if status in Status.values:
        rows = rows.filter(status=status)
    page = paging.page(rows, ("requested_at", "id"), cursor)
    return with_offices(page.items), page.next


def with_offices(requests: Sequence[ProvisioningRequest]) -> list[Asked]:
    codes = {str(request.data.get("code", "")) for request in requests}
    offices = {tenant.code: tenant for tenant in Tenant.objects.filter(code__in=codes, valid_to__isnull=True)}
    return [Asked(request, offices.get(str(request.data.get("code", "")))) for request in requests]


def waiting() -> int:
    return ProvisioningRequest.objects.filter(status=Status.PENDING).count()


def preview(batch: ProvisioningBatch, first: int = 0) -> Preview:
    """Rows that stand from the `first` on, a page of them; refused ones all, up to 200."""
    refused = [line for line in batch.lines if line["errors"]]
    good = [line for line in batch.lines if not line["errors"]]
    counted = {sheet.title: sum(1 for line in good if line["sheet"] == sheet.title) for sheet in regions.SHEETS}
    first = max(first, 0)
    last = first + paging.PAGE
    return Preview(
        offices=counted[regions.OFFICES.title],
        departments=counted[regions.DEPARTMENTS.title],
        people=counted[regions.PEOPLE.title],
        refused=refused[:SHOWN_REFUSED],
        refused_count=len(refused),
        rows=good[first:last],
        next=last if last < len(good) else None,
    )


def existing(codes: Sequence[str]) -> set[str]:
    """Which of the codes have an office already: its row changes nothing but what was missing."""
    return set(Tenant.objects.filter(code__in=codes, valid_to__isnull=True).values_list("code", flat=True))
