"""Which index an office's documents are in: that of the office at the top of its tree."""

from __future__ import annotations

from tenants import offices
from tenants.models import Tenant


def province_of(office: Tenant) -> str:
    """The code of the office at the root."""
    return office.path.partition("/")[0]


def provinces() -> list[str]:
    return sorted({province_of(office) for office in offices.served()})


def offices_of(province: str) -> list[Tenant]:
    """Those that can be served now, in the order in which their documents are copied."""
    found = [office for office in offices.served() if province_of(office) == province]
    return sorted(found, key=lambda office: office.schema_name)
