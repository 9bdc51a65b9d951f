"""Names of offices and of the places they stand for, by region code: read together, remembered for a minute."""

from __future__ import annotations

from collections.abc import Iterable

from kernel.kept import Kept
from tenants import finding
from tenants.models import Tenant

_offices: Kept[str, str] = Kept()


def office_names(codes: Iterable[str]) -> dict[str, str]:
    """990123 -> 澄屿县信访局; a code of no office is left out."""
    return _offices.many({code for code in codes if code}, _read)


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """990123 -> 澄屿县."""
    return {code: finding.place_name(name) for code, name in office_names(codes).items()}


def _read(codes: set[str]) -> dict[str, str]:
    return dict(Tenant.objects.filter(code__in=codes).order_by("valid_to").values_list("code", "name"))
