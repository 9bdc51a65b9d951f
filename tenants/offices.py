"""The offices as the operator looks through them: by tree, name, code or sound; how many, and which lag."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet

from kernel import paging
from kernel.errors import NotFound
from tenants import steps
from tenants.models import Membership, ProvisioningRequest, SchemaStep, Tenant
from tenants.validity import alive

ORDER = ("path", "id")


def served() -> Iterator[Tenant]:
    """The offices whose schema this code serves."""
    yield from Tenant.objects.filter(status=Tenant.Status.READY).order_by("path")


@dataclass(frozen=True, slots=True)
class Row:
    """`depth` 0 is a top; `lags` says that steps are missing in its schema."""

    tenant: Tenant
    depth: int
    people: int
    lags: bool


@dataclass(frozen=True, slots=True)
class Totals:
    ready: int
    pending: int
    closed: int
    lagging: int

    @property
    def all(self) -> int:
        return self.ready + self.pending + self.closed


@dataclass(frozen=True, slots=True)
class Listed:
    rows: list[Row]
    next: str | None


def stored_head() -> int:
    """The last revision there are steps for; 0 before the first build."""
    found: int | None = SchemaStep.objects.aggregate(head=Max("rev"))["head"]
    return found or 0


def totals() -> Totals:
    status, head = Tenant.Status, stored_head()
    counted = Tenant.objects.aggregate(
        ready=Count("pk", filter=Q(status=status.READY)),
        pending=Count("pk", filter=Q(status=status.PENDING)),
        closed=Count("pk", filter=Q(status=status.CLOSED)),
        lagging=Count("pk", filter=Q(status=status.READY, schema_rev__lt=head)),
    )
    return Totals(**counted)


def listed(text: str = "", status: str = "", cursor: str | None = None) -> Listed:
    """A page of offices in the order of the tree. `status` is one of Tenant.Status, or "lagging"."""
    head = stored_head()
    rows = _asked(text.strip().lower(), status, head)
    found = paging.page(rows, ORDER, cursor)
    people = _people([tenant.pk for tenant in found.items])
    return Listed(
        [Row(tenant, tenant.path.count("/"), people.get(tenant.pk, 0), lags(tenant, head)) for tenant in found.items],
        found.next,
    )


def _asked(text: str, status: str, head: int) -> QuerySet[Tenant]:
    rows = Tenant.objects.all()
    if status == "lagging":
        rows = rows.filter(status=Tenant.Status.READY, schema_rev__lt=head)
    elif status in Tenant.Status.values:
        rows = rows.filter(status=status)
    if text:
        plain = text.replace(" ", "")
        meant = Q(name__icontains=text) | Q(short_name__icontains=text)
        meant |= Q(code__istartswith=plain) | Q(host__icontains=plain)
        if plain.isascii() and plain.isalpha():
            # The stored key is "cheng yu xian … cyx…": letters side by side, syllables or initials.
            meant |= Q(pinyin__regex=" ?".join(plain[:60]))
        rows = rows.filter(meant)
    return rows


def lags(tenant: Tenant, head: int) -> bool:
    return tenant.status == Tenant.Status.READY and tenant.schema_rev < head


def _people(tenants: list[UUID]) -> dict[UUID, int]:
    counted = Membership.objects.alive().filter(tenant__in=tenants).values("tenant")
    return dict(counted.annotate(n=Count("user", distinct=True)).values_list("tenant", "n"))


@dataclass(frozen=True, slots=True)
class Office:
    """One office as its page shows it. `missing` are the steps its schema lacks, oldest first."""

    tenant: Tenant
    head: int
    missing: list[SchemaStep]
    last: SchemaStep | None
    people: int
    departments: int
    below: int

    @property
    def lags(self) -> bool:
        return lags(self.tenant, self.head)

    @property
    def served(self) -> bool:
        """This code can open it; else its people see a page that says it is being changed."""
        return self.tenant.status != Tenant.Status.PENDING and steps.serves(self.tenant.schema_rev)


def office(tenant_id: UUID) -> Office:
    """Raises NotFound."""
    tenant = Tenant.objects.select_related("parent").filter(pk=tenant_id).first()
    if tenant is None:
        raise NotFound
    known = SchemaStep.objects.defer("sql")
    return Office(
        tenant=tenant,
        head=stored_head(),
        missing=list(known.filter(rev__gt=tenant.schema_rev)),
        last=known.filter(rev=tenant.schema_rev).first(),
        people=_people([tenant.pk]).get(tenant.pk, 0),
        departments=tenant.departments.filter(alive()).count(),
        below=Tenant.objects.filter(path__startswith=f"{tenant.path}/", valid_to__isnull=True).count(),
    )


def requests_of(tenant: Tenant, limit: int = 20) -> list[ProvisioningRequest]:
    """What was asked for the office, newest first."""
    rows = ProvisioningRequest.objects.filter(data__code=tenant.code).select_related("batch").defer("batch__lines")
    return list(rows.order_by(F("requested_at").desc(), "-id")[:limit])
