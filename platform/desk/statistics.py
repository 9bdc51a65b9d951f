"""统计: the indicators of a region over a period, each with its parts and the rows behind them; frozen on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.actions import log_access
from cases.codes.accesses import Look
from cases.queries.names import Names
from desk import dates
from desk.ledger_rows import Line, lines, order_lines
from desk.region_part import Part
from desk.wall.heat import heat
from kernel.errors import Invalid, NotFound, Refused
from kernel.paging import page as keyset
from supervision import places
from supervision.indicators import snapshots
from supervision.indicators.definitions import BY_CODE, INDICATORS, Indicator
from supervision.indicators.period import Period
from supervision.indicators.ratio import shown
from supervision.indicators.reading import Figure, read, rows
from supervision.region import Region
from tenants import spreadsheets
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

COMPARED = ("I3", "I2'", "I1", "I15", "I19")  # the rates of offices side by side; the first ranks them
WORSE_WHEN_HIGH = frozenset({"I19"})


@dataclass(frozen=True, slots=True)
class Piece:
    label: str
    number: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One indicator as a line of the table."""

    indicator: Indicator
    value: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Place:
    """One office beside its neighbours; `values` in the order of COMPARED: what is shown, and its heat."""

    name: str
    url: str
    values: list[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    part: Part
    period: Period
    faults: dict[str, str]

    @classmethod
    def read(cls, request: StaffRequest, given: Mapping[str, str]) -> Asked:
        """Raises what `Part.read` raises."""
        part, month = Part.read(request, given), Period.this_month()
        faults: dict[str, str] = {}
        try:
            first = date.fromisoformat(given.get("first") or month.first.isoformat())
            last = date.fromisoformat(given.get("last") or month.last.isoformat())
            period = Period.of(first, last)
        except Invalid as error:
            faults, period = {name: str(texts[0]) for name, texts in error.fields.items()}, month
        except ValueError:
            faults, period = {"first": _("日期写成 %(day)s 的样子。") % {"day": month.last.isoformat()}}, month
        return cls(part, period, faults)

    @property
    def region(self) -> Region:
        return self.part.region

    @property
    def days(self) -> dict[str, str]:
        return {"first": self.period.first.isoformat(), "last": self.period.last.isoformat()}

    def url(self, name: str = "desk:statistics", *args: str, **more: str) -> str:
        """A page about the same period and, unless `office` says another, the same part."""
        return self.part.url(name, *args, **self.days, **more)


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    asked = Asked.read(request, request.GET)
    return _table(request, asked, read(asked.region, asked.period)[""], _places(asked, None), frozen=None)


def _table(
    request: StaffRequest, asked: Asked, figures: Mapping[str, Figure], places: list[Place], frozen: Any
) -> HttpResponse:
    context = {
        "asked": asked,
        "entries": _entries(asked, figures, linked=frozen is None and asked.region.lists),
        "places": places,
        "compared": [BY_CODE[code].name for code in COMPARED],
        "crumbs": asked.part.crumbs("desk:statistics", **asked.days) if frozen is None else [],
        "frozen": frozen,
        "taken": list(snapshots.taken(request.actor)[:10]) if frozen is None else [],
        "first": request.GET.get("first") or asked.period.first.isoformat(),
        "last": request.GET.get("last") or asked.period.last.isoformat(),
    }
    return render(request, "desk/statistics/page.html", context, status=422 if asked.faults else 200)


def _entries(asked: Asked, figures: Mapping[str, Figure], *, linked: bool) -> list[Entry]:
    made = []
    for indicator in INDICATORS:
        figure = figures.get(indicator.code)
        if figure is None:
            continue
        pieces = [
            Piece(
                str(part.label),
                _number(figure.parts[name], part.sum_of is not None),
                asked.url("desk:statistics_rows", indicator.code, name)
                if linked and part.sum_of is None and figure.parts[name]
                else "",
            )
            for name, part in indicator.parts.items()
        ]
        made.append(Entry(indicator, shown(figure.ratio.value, indicator.unit), pieces))
    return made


def _number(value: Decimal, summed: bool) -> str:
    return f"{value:,.1f}" if summed and value % 1 else f"{int(value):,}"


def _places(asked: Asked, frozen: Mapping[str, Mapping[str, Figure]] | None) -> list[Place]:
    """The offices next below, or the units of the office where none is; the least punctual first, never by volume."""
    if frozen is not None:
        groups: Mapping[str, Mapping[str, Figure]] = {code: found for code, found in frozen.items() if code}
        by_unit = False
    else:
        groups = {code: found for code, found in read(asked.region, asked.period, "child", COMPARED).items() if code}
        by_unit = not groups
        if by_unit:
            groups = read(asked.region, asked.period, "unit", COMPARED)
    names = _names(groups, asked, by_unit)
    ordered = sorted(groups.items(), key=lambda item: (_rank(item[1]), names[item[0]]))
    return [
        Place(
            names[group],
            "" if by_unit or frozen is not None else asked.url(office=group),
            [_cell(code, figures.get(code)) for code in COMPARED],
        )
        for group, figures in ordered
    ]


def _names(groups: Mapping[str, Any], asked: Asked, by_unit: bool) -> dict[str, str]:
    if by_unit:
        names = Names(asked.part.office.pk).want(departments=groups)
        return {group: names.short_body(group) for group in groups}
    known = places.names(groups)
    return {group: known.get(group, group) for group in groups}


def _rank(figures: Mapping[str, Figure]) -> Decimal:
    figure = figures.get(COMPARED[0])
    value = figure.ratio.value if figure else None
    return Decimal(2) if value is None else value


def _cell(code: str, figure: Figure | None) -> tuple[str, int | None]:
    value = figure.ratio.value if figure else None
    return shown(value, "share"), heat(value, code in WORSE_WHEN_HIGH)


# --- the rows behind a number ----------------------------------------------------------------------------------------


@never_cache
@require_GET
def listed(request: StaffRequest, code: str, part: str) -> HttpResponse:
    asked = Asked.read(request, request.GET)
    indicator = BY_CODE.get(code)
    if indicator is None or part not in indicator.parts or indicator.parts[part].sum_of is not None:
        raise NotFound
    if not asked.region.lists:
        raise Refused
    order = ("due_raw", "id") if indicator.source == "orders" else ("registered_at", "case")
    found = keyset(rows(indicator, part, asked.region, asked.period), order, request.GET.get("after") or None)
    shown_lines: list[Line] = (order_lines if indicator.source == "orders" else lines)(found.items, request.actor)
    context = {
        "asked": asked,
        "indicator": indicator,
        "part": indicator.parts[part].label,
        "lines": shown_lines,
        "more": asked.url("desk:statistics_rows", code, part, after=found.next) if found.next else "",
        "back": asked.url(),
    }
    template = (
        "desk/statistics/rows_more.html" if request.htmx and request.GET.get("after") else "desk/statistics/rows.html"
    )
    return render(request, template, context)


# --- frozen, and taken along -----------------------------------------------------------------------------------------


@require_POST
def freeze(request: StaffRequest) -> HttpResponse:
    asked = Asked.read(request, request.POST)
    if asked.faults:
        return HttpResponseRedirect(reverse("desk:statistics"))
    made = snapshots.freeze(request.actor, asked.region, asked.period)
    return HttpResponseRedirect(reverse("desk:statistics_frozen", args=[made.pk]))


@never_cache
@require_GET
def frozen(request: StaffRequest, snapshot_id: UUID) -> HttpResponse:
    snapshot = snapshots.one(request.actor, snapshot_id)
    groups = snapshots.thawed(snapshot)
    office = places.office_at(snapshot.path) or request.tenant
    region = Region(snapshot.path, office.pk, office.level, snapshot.unit, lists=False)
    asked = Asked(
        Part(region, tenant_by_id(request.actor.tenant), office),
        Period(snapshot.first, snapshot.last, snapshot.at),
        {},
    )
    by = Names(request.actor.tenant).want(people=[snapshot.taken_by]).person(snapshot.taken_by)
    return _table(request, asked, groups.get("", {}), _places(asked, groups), {"of": snapshot, "by": by})


@require_POST
def export(request: StaffRequest) -> FileResponse | HttpResponse:
    asked = Asked.read(request, request.POST)
    if asked.faults:
        return HttpResponseRedirect(reverse("desk:statistics"))
    days = asked.days
    log_access(
        request.actor, Look.FIGURES_EXPORTED, office=asked.part.office.code, first=days["first"], last=days["last"]
    )
    headings = [_("范围"), _("指标"), _("数值"), _("分子"), _("分母"), _("口径"), _("统计对象")]
    return spreadsheets.answer(_("统计"), headings, _cells(asked))


def _cells(asked: Asked) -> Iterator[list[str]]:
    groups = {asked.part.office.name: read(asked.region, asked.period)[""]}
    below = {code: found for code, found in read(asked.region, asked.period, "child").items() if code}
    names = _names(below, asked, by_unit=False)
    for name, figures in [*groups.items(), *((names[code], found) for code, found in below.items())]:
        for code, figure in figures.items():
            indicator = BY_CODE[code]
            yield [
                name,
                f"{code} {indicator.name}",
                shown(figure.ratio.value, indicator.unit),
                _number(figure.ratio.numerator, True),
                str(figure.ratio.denominator),
                str(indicator.formula),
                f"{indicator.by} {dates.between(asked.period.first, asked.period.last)}",
            ]


pages = [
    path("statistics/", page, name="statistics"),
    path("statistics/export/", export, name="statistics_export"),
    path("statistics/freeze/", freeze, name="statistics_freeze"),
    path("statistics/frozen/<uuid:snapshot_id>/", frozen, name="statistics_frozen"),
    path("statistics/<str:code>/<slug:part>/", listed, name="statistics_rows"),
]
