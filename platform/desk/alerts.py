"""提醒: what this post has to hear; somebody takes note, and all who see it see who did and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from kernel import alerts
from kernel.errors import HuiyinError, Invalid
from tenants.requests import StaffRequest
from tenants.streams import streams_of

# The level's shape on a page; a mere notice has none.
SHAPES = {"reminder": "soon", "overdue": "over", "serious": "serious", "grave": "grave"}
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as the list shows it; `told` is what every other reader of it gets."""

    told: dict[str, Any]
    at: datetime
    chip: dict[str, str] | None
    acknowledged_at: datetime | None
    known: list[alerts.Known]
    picked: bool = False

    @property
    def state(self) -> str:
        """Who took note, or how far it has come."""
        if self.told["acknowledged"]:
            return str(_("%(name)s 已确认") % {"name": self.told["acknowledged"]["by"] or _("已离岗人员")})
        return str(_("待确认"))


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return _page(request, request.GET)


def _page(
    request: StaffRequest,
    asked: QueryDict,
    *,
    done: str = "",
    error: HuiyinError | None = None,
    picked: Iterable[str] = (),
) -> HttpResponse:
    streams = streams_of(request.actor)
    named = _named()
    kind = asked.get("kind", "") if asked.get("kind") in named else ""
    level = asked.get("level", "") if asked.get("level") in alerts.Level.values else ""
    waiting = asked.get("waiting") == "1"
    after = asked.get("after", "")
    found = alerts.listed(
        streams, kinds=named.get(kind, ()), level=level, waiting=waiting or None, cursor=after or None
    )
    alerts.seen(request.user.pk, streams, [row.pk for row in found.items])
    chosen = {"kind": kind, "level": level, "waiting": "1" if waiting else ""}
    address = {key: value for key, value in chosen.items() if value}
    context: dict[str, Any] = {
        "lines": _lines(found.items, frozenset(picked)),
        "more": _url({**address, "after": found.next}) if found.next else "",
        "done": done,
        "error": error,
        "chosen": chosen,
        "filtered": bool(address),
        "here": _url(address),
        "after": after,
        "count": alerts.waiting(streams),
        "kinds": sorted(((code, str(alerts.kinds()[code].name or code)) for code in named), key=lambda pair: pair[1]),
        "levels": [(value, str(label)) for value, label in reversed(alerts.Level.choices)],
    }
    if request.htmx and error is None and not done and after:
        return render(request, "desk/alerts_rows.html", context)
    whole = "desk/alerts_after.html" if request.htmx and request.method == "POST" else "desk/alerts.html"
    return render(request, whole, context, status=error.status if error else 200)


def _url(address: dict[str, str]) -> str:
    query = urlencode(address)
    return reverse("desk:alerts") + (f"?{query}" if query else "")


def _named() -> dict[str, list[str]]:
    """What lists call by one name is chosen as one: the first code of a name, and all of it."""
    by_name: dict[str, list[str]] = {}
    for code, kind in sorted(alerts.kinds().items()):
        by_name.setdefault(str(kind.name or code), []).append(code)
    return {codes[0]: codes for codes in by_name.values()}


def _lines(rows: list[alerts.Alert], picked: frozenset[str]) -> list[Line]:
    known = alerts.known([row.pk for row in rows])
    return [
        Line(
            told=told,
            at=row.created_at,
            chip={"level": SHAPES[row.level], "word": told["level_name"]} if row.level in SHAPES else None,
            acknowledged_at=row.acknowledged_at,
            known=known.get(row.pk, []),
            picked=told["id"] in picked,
        )
        for row, told in zip(rows, alerts.render(rows), strict=True)
    ]


@require_POST
def acknowledge(request: StaffRequest) -> HttpResponse:
    """确认, one or several: the button of one alert names it alone."""
    one = request.POST.get("one", "")
    ids = [one] if one else request.POST.getlist("alert")
    here = QueryDict(request.POST.get("back", "")[:400])
    try:
        rows = alerts.acknowledge(request.user.pk, streams_of(request.actor), _ids(ids))
    except HuiyinError as error:
        return _page(request, here, error=error, picked=ids)
    told = ngettext("%(count)d 条已确认。", "%(count)d 条已确认。", len(rows))
    return _page(request, here, done=told % {"count": len(rows)})


def _ids(texts: list[str]) -> list[UUID]:
    """Raises Invalid."""
    if not texts:
        raise Invalid(_("先选要确认的提醒。"))
    try:
        return [UUID(text) for text in texts[:MOST_AT_ONCE]]
    except ValueError:
        raise Invalid(_("这条提醒的编号不对。刷新后再试。")) from None


@never_cache
@require_GET
def since(request: StaffRequest) -> JsonResponse:
    """What came after the reader's places: `at=<stream>,<epoch>,<seq>`, once for each stream. The socket replays the
    same, and like there what comes is delivered. Streams of others are left out; a place that cannot be read counts as
    none."""
    streams = streams_of(request.actor)
    found = alerts.since(streams, dict(filter(None, map(_place, request.GET.getlist("at")[:20]))))
    rows = [row for replay in found.values() for row in replay.alerts]
    rendered = iter(alerts.render(rows))
    if rows:
        alerts.deliver(request.user.pk, streams, [row.pk for row in rows])
    told = {
        name: {
            "epoch": replay.epoch,
            "head": replay.head,
            "reset": replay.reset,
            "alerts": [next(rendered) for _row in replay.alerts],
        }
        for name, replay in found.items()
    }
    return JsonResponse({"streams": told, "waiting": str(alerts.waiting(streams))})


def _place(text: str) -> tuple[str, tuple[str, int]] | None:
    name, _comma, rest = text.partition(",")
    epoch, _comma, seq = rest.partition(",")
    return (name, (epoch, int(seq))) if seq.isascii() and seq.isdecimal() and len(seq) < 19 else None


pages = [
    path("alerts/", page, name="alerts"),
    path("alerts/acknowledge/", acknowledge, name="alerts_acknowledge"),
    path("alerts/since/", since, name="alerts_since"),
]
