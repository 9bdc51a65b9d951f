"""Offices and units by what an address or a figure calls them. Names only; what lies there is a Region's to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from kernel.clock import today
from kernel.errors import NotFound
from kernel.kept import Kept
from tenants import context
from tenants.departments import bodies_answered_for
from tenants.models import Department, Tenant


def office(code: str) -> Tenant:
    """The living office of this code. NotFound: none."""
    found: Tenant | None = Tenant.objects.filter(code=code, valid_to__isnull=True).first()
    if found is None:
        raise NotFound
    return found


def over_all(offices: Iterable[UUID]) -> Tenant:
    """The lowest office that is over all of these or one of them: their common superior."""
    rows = [context.tenant_by_id(office) for office in offices]
    found = rows[0]
    while found.parent_id and not all(f"{row.path}/".startswith(f"{found.path}/") for row in rows):
        found = context.tenant_by_id(found.parent_id)
    return found


def office_at(path: str) -> Tenant | None:
    """Whose path this is, or was last."""
    return Tenant.objects.filter(path=path).order_by("-valid_from").first()


def heirs(office: UUID) -> Mapping[str, str]:
    """Body of the office that ceased -> who answers for what it had closed, by their ids."""
    return _heirs.get(office, lambda: _heirs_of(office))


def _heirs_of(office: UUID) -> Mapping[str, str]:
    gone = Department.objects.filter(tenant=office, kind__in=Department.BODIES, valid_to__lte=today())
    living = Department.objects.alive().filter(tenant=office, kind__in=Department.BODIES)
    if not gone.exclude(successor=None).exists():
        return {}
    return {str(one): str(unit) for unit in living.values_list("pk", flat=True) for one in bodies_answered_for(unit)}


_heirs: Kept[UUID, Mapping[str, str]] = Kept()


def unit(of: Tenant, asked: str) -> Department:
    """A department of the office by its id. NotFound: none."""
    try:
        found = Department.objects.filter(pk=UUID(asked), tenant=of).first()
    except ValueError:
        found = None
    if found is None:
        raise NotFound
    return found


def names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name, of living offices."""
    return dict(Tenant.objects.filter(code__in=list(codes), valid_to__isnull=True).values_list("code", "name"))


def short_names(paths: Iterable[str]) -> dict[str, str]:
    """Code -> short name, or name."""
    known = Tenant.objects.filter(path__in=list(paths), valid_to__isnull=True)
    return {code: short or name for code, short, name in known.values_list("code", "short_name", "name")}
