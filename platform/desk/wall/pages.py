"""态势: the region as it stands, on the desk and on the wall; numbers change in place, past days can be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.actions import log_access
from cases.codes.accesses import Look
from cases.deadlines import local_day
from cases.queries.names import Names
from desk.region_part import Part
from desk.wall.tiles import COLUMNS, Tiles, day_of, tiles
from kernel import alerts
from kernel.clock import now, today
from kernel.errors import Invalid
from kernel.written import hour
from supervision.indicators.definitions import BY_CODE
from supervision.seen import RATES
from tenants import sheets, spreadsheets
from tenants.requests import StaffRequest
from tenants.streams import streams_of

BACK_DAYS = 92  # how far the slider reaches; the address takes any day
FEED = 12
NOTED = 3  # of those somebody took note of, which stand below


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return _wall(request, "desk/wall/page.html")


@never_cache
@require_GET
def screen(request: StaffRequest) -> HttpResponse:
    """For the screen on the wall: dark, without the bar of entries."""
    return _wall(request, "desk/wall/screen.html")


@never_cache
@require_GET
def fragment(request: StaffRequest) -> HttpResponse:
    """The tiles alone: what a page that heard of a change asks for."""
    return _wall(request, "desk/wall/tiles.html")


def _wall(request: StaffRequest, template: str) -> HttpResponse:
    part = Part.read(request, request.GET)
    day = day_of(request.GET.get("day", ""))
    shown = tiles(request.actor, part, day)
    return render(request, template, _context(request, part, shown) | {"past": day})


def _context(request: StaffRequest, part: Part, shown: Tiles) -> dict[str, Any]:
    last = today()
    asked = {name: value for name in ("day",) if (value := request.GET.get(name, "")[:10])}
    return {
        "part": part,
        "tiles": shown,
        "columns": [label for _column, label in COLUMNS],
        "rates": [BY_CODE[code].name for code in RATES],
        "feed": feed(request),
        "waiting": alerts.waiting(streams_of(request.actor)),
        "crumbs": part.crumbs("desk:wall", **asked),
        "query": part.query() | asked,
        "now": now(),
        "today": last,
        "back_first": last - timedelta(days=BACK_DAYS),
        "back_days": BACK_DAYS,
        "screen_url": part.url("desk:wall_screen"),
        "page_url": part.url("desk:wall"),
        "tiles_url": part.url("desk:wall_tiles"),
        "due_url": part.url("desk:wall_due"),
    }


def feed(request: StaffRequest) -> list[dict[str, Any]]:
    """The reader's alerts nobody took note of, the newest first, and below them the last that somebody did: however
    many wait, what was acknowledged a moment ago is seen to be."""
    streams = streams_of(request.actor)
    waiting = alerts.listed(streams, waiting=True, size=FEED).items
    noted = alerts.listed(streams, waiting=False, size=max(NOTED, FEED - len(waiting))).items
    found = [*waiting, *noted]
    bodies = Names(request.actor.tenant).want(tenants=[row.tenant for row in found if row.tenant])
    levels = {"reminder": "soon", "overdue": "over", "serious": "serious", "grave": "grave"}
    return [
        {
            "alert": row,
            "told": told,
            "when": _when(row.created_at),
            "office": bodies.tenant(row.tenant) if row.tenant and row.tenant != request.actor.tenant else "",
            "chip": {"level": levels[row.level], "word": told["level_name"]} if row.level in levels else None,
        }
        for row, told in zip(found, alerts.render(found), strict=True)
    ]


def _when(at: datetime) -> str:
    """The hour of today, the day of before."""
    day = local_day(at)
    return hour(at) if day == today() else f"{day:%m-%d}"


@require_POST
def acknowledge(request: StaffRequest) -> HttpResponse:
    """确认 one alert of the feed; the feed as it stands then."""
    try:
        wanted = UUID(request.POST.get("one", ""))
    except ValueError:
        raise Invalid(fields={"one": [_("这条警示已不在。刷新后再看。")]}) from None
    alerts.acknowledge(request.user.pk, streams_of(request.actor), [wanted])
    if not request.htmx:
        return HttpResponseRedirect(reverse("desk:wall"))
    return render(
        request,
        "desk/wall/feed.html",
        {"feed": feed(request), "waiting": alerts.waiting(streams_of(request.actor))},
    )


@require_POST
def export(request: StaffRequest) -> FileResponse:
    """The table of places, as a sheet."""
    part = Part.read(request, request.POST)
    shown = tiles(request.actor, part, day_of(request.POST.get("day", "")))
    log_access(request.actor, Look.FIGURES_EXPORTED, office=part.office.code)
    headings = [shown.row_word, *(str(label) for _column, label in COLUMNS), _("超期率")]
    return spreadsheets.answer(_("态势"), [*headings, *(str(BY_CODE[code].name) for code in RATES)], _cells(shown))


def _cells(shown: Tiles) -> Iterator[list[sheets.Cell]]:
    for row in shown.rows:
        counts = [int(value.replace(",", "")) for _key, value, _url in row.counts]
        yield [row.name, *counts, *(_share(rate[1]) for rate in row.rates)]


def _share(text: str) -> sheets.Cell:
    """As it stands on the page; a dash where nothing was counted."""
    return sheets.Share(Decimal(text.removesuffix("%")) / 100) if text.endswith("%") else text
