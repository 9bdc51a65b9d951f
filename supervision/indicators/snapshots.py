"""Freezing figures: what was reported stays as it was, with its id, whatever is corrected later (domain §12)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from kernel.errors import NotFound
from supervision.indicators.definitions import BY_CODE
from supervision.indicators.period import Period
from supervision.indicators.ratio import Ratio
from supervision.indicators.reading import Figure, read
from supervision.models import Snapshot
from supervision.region import Region, region_of
from tenants.actors import Actor


def freeze(actor: Actor, region: Region, period: Period) -> Snapshot:
    """The figures of the region and of each office next below it. `region` lies in the actor's own (see `within`)."""
    groups = read(region, period) | {code: found for code, found in read(region, period, "child").items() if code}
    return Snapshot.objects.create(
        tenant_id=actor.tenant,
        path=region.path,
        unit=region.unit,
        first=period.first,
        last=period.last,
        at=period.at,
        taken_by=actor.user,
        figures={group: _written(figures) for group, figures in groups.items()},
    )


def taken(actor: Actor) -> QuerySet[Snapshot]:
    """What the actor's desk, or unit, has frozen, the newest first. Refused as `region_of`."""
    region = region_of(actor)
    return Snapshot.objects.filter(Q(tenant=actor.tenant) & Q(unit=region.unit)).order_by("-id")


def one(actor: Actor, snapshot: UUID) -> Snapshot:
    """NotFound: nobody's, or another's."""
    found = taken(actor).filter(pk=snapshot).first()
    if found is None:
        raise NotFound
    return found


def thawed(snapshot: Snapshot) -> dict[str, dict[str, Figure]]:
    """As `read` tells it. An indicator that is no longer counted is left out."""
    return {
        group: {code: _read(code, written) for code, written in figures.items() if code in BY_CODE}
        for group, figures in snapshot.figures.items()
    }


def _written(figures: Mapping[str, Figure]) -> dict[str, Any]:
    return {
        code: {
            "parts": {name: str(number) for name, number in figure.parts.items()},
            "numerator": str(figure.ratio.numerator),
            "denominator": figure.ratio.denominator,
        }
        for code, figure in figures.items()
    }


def _read(code: str, written: Mapping[str, Any]) -> Figure:
    parts = {name: Decimal(number) for name, number in written["parts"].items()}
    return Figure(BY_CODE[code], parts, Ratio(Decimal(written["numerator"]), written["denominator"]))
