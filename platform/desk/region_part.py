"""Which part of the reader's region a page shows: the address names an office below, or a unit of the office."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from supervision import places
from supervision.region import Region, region_of
from tenants.context import tenant_by_id
from tenants.models import Department, Tenant
from tenants.requests import StaffRequest


@dataclass(frozen=True, slots=True)
class Part:
    region: Region
    own: Tenant
    office: Tenant
    unit: Department | None = None

    @classmethod
    def read(cls, request: StaffRequest, given: Mapping[str, str]) -> Part:
        """Refused: no reader of a region, or an office beside or above. NotFound: no such office or unit."""
        whole, own = region_of(request.actor), tenant_by_id(request.actor.tenant)
        code, asked = given.get("office", "")[:12], given.get("unit", "")[:36]
        office = places.office(code) if code else own
        unit = places.unit(office, asked) if asked else None
        return cls(whole.within(office, unit.pk if unit else None), own, office, unit)

    def query(self, *, office: str = "", unit: str = "") -> dict[str, str]:
        """What the address needs to name this part, or another."""
        code = office or self.office.code
        named = unit or (str(self.unit.pk) if self.unit and not office else "")
        return ({"office": code} if code != self.own.code else {}) | ({"unit": named} if named else {})

    def url(self, name: str, *args: str, office: str = "", unit: str = "", **more: str) -> str:
        query = urlencode({**self.query(office=office, unit=unit), **more})
        return reverse(name, args=args) + (f"?{query}" if query else "")

    def crumbs(self, name: str, **more: str) -> list[tuple[str, str]]:
        """From the own office down to the part shown: name, address ("" for the last)."""
        codes = [code for code in self.office.path.removeprefix(self.own.path).split("/") if code]
        found = places.names(codes)
        trail = [(self.own.name, self.url(name, office=self.own.code, **more))]
        trail += [(found[code], self.url(name, office=code, **more)) for code in codes if code in found]
        if self.unit is not None:
            trail.append((self.unit.name, ""))
        return [*trail[:-1], (trail[-1][0], "")]
