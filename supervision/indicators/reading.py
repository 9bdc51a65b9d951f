"""The figures of a region: counted in the database, one statement an indicator, and the rows behind each part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Count, F, Func, Q, QuerySet, Sum, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from kernel.kept import Kept
from supervision import places, wide
from supervision.indicators.definitions import BY_CODE, INDICATORS, Indicator
from supervision.indicators.period import Period
from supervision.indicators.ratio import Ratio
from supervision.models import LedgerRow, Order, Triage
from supervision.region import Region

By = Literal["whole", "child", "unit"]
DAY = Decimal(86400)


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one group: its parts, as counted, and the ratio they make."""

    indicator: Indicator
    parts: Mapping[str, Decimal]
    ratio: Ratio


def read(
    region: Region, period: Period, by: By = "whole", codes: Iterable[str] | None = None
) -> dict[str, dict[str, Figure]]:
    """Group -> code -> figure. Groups: "" for the whole region; the code of each office next below ("" the region's own
    office); or each unit's id. A group in which nothing was counted is left out, but for the whole."""
    wanted = INDICATORS if codes is None else tuple(BY_CODE[code] for code in codes)
    found: dict[str, dict[str, Figure]] = {"": {}} if by == "whole" else {}
    heirs = places.heirs(region.tenant) if by == "unit" else {}
    for indicator in wanted:
        counted: dict[str, dict[str, Decimal]] = {}
        for group, parts in _counted(indicator, region, period, by):
            whole = counted.setdefault(heirs.get(group, group), dict.fromkeys(parts, Decimal(0)))
            whole.update({name: whole[name] + number for name, number in parts.items()})
        for group, parts in counted.items():
            found.setdefault(group, {})[indicator.code] = Figure(indicator, parts, indicator.make(parts))
    return found


def read_lately(region: Region, period: Period, by: By, codes: tuple[str, ...]) -> dict[str, dict[str, Figure]]:
    """`read`; that of a nation, which counts a million rows, is up to a minute old."""
    if not wide.serves(region):
        return read(region, period, by, codes)
    asked = (region.path, period.first, period.last, by, codes)
    return _lately.get(asked, lambda: read(region, period, by, codes))


_lately: Kept[tuple[str, date, date, By, tuple[str, ...]], dict[str, dict[str, Figure]]] = Kept()


def rows(indicator: Indicator, part: str, region: Region, period: Period) -> QuerySet[Any]:
    """What a part counts, for the list behind the number; a matter once, however many bureaus it was with."""
    found = _cohort(indicator, region, period).filter(indicator.parts[part].of(period))
    return LedgerRow.objects.filter(case__in=found.values("case")) if indicator.source == "triage" else found


def _cohort(indicator: Indicator, region: Region, period: Period) -> QuerySet[Any]:
    asked = indicator.cohort(period)
    if indicator.source == "orders":
        within = Q(to_tenant__path__gte=region.path, to_tenant__path__lt=region.until)
        if region.unit is not None:
            within &= Q(to_department__in=region.units)
        return Order.objects.filter(within, asked)
    if indicator.source == "triage":
        return Triage.objects.filter(region.paths, asked, sealed=False)
    return LedgerRow.objects.filter(
        region.origins if indicator.source == "origin" else region.paths, asked, sealed=False
    )


def _counted(indicator: Indicator, region: Region, period: Period, by: By) -> Iterable[tuple[str, dict[str, Decimal]]]:
    sums: dict[str, Any] = {}
    for name, part in indicator.parts.items():
        condition = part.of(period)
        sums[name] = (
            Count("pk", filter=condition or None) if part.sum_of is None else Sum(part.sum_of, filter=condition or None)
        )
    found = _cohort(indicator, region, period)
    if by == "whole":
        yield "", {name: _number(value) for name, value in found.aggregate(**sums).items()}
        return
    for row in found.values(of=_group(indicator, region, by)).annotate(**sums).order_by("of"):
        yield row["of"] or "", {name: _number(row[name]) for name in sums}


def _group(indicator: Indicator, region: Region, by: By) -> Combinable:
    path, unit = _COLUMNS.get(indicator.source, ("path", "unit"))
    if by == "unit":
        return Cast(unit, TextField())
    depth = region.path.count("/") + 2
    return Func(
        F(path),
        Value("/"),
        Value(depth),
        function="split_part",
        output_field=TextField(),
    )


_COLUMNS = {"orders": ("to_tenant__path", "to_department"), "origin": ("origin_path", "origin_unit")}


def _number(value: object) -> Decimal:
    if value is None:
        return Decimal(0)
    if isinstance(value, timedelta):
        return Decimal(str(value.total_seconds())) / DAY
    return Decimal(str(value))
