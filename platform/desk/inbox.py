"""待签收: what other offices or the own bureau have sent here, with their words, files and dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.queries import arrivals, chips, deliveries, listing
from desk import navigation, signing
from desk.signing import Outcome
from kernel.clock import today
from tenants import finding
from tenants.requests import StaffRequest

ROLES = frozenset({"R3", "R4", "R5", "R6", "R8", "R9", "R7", "R2"})


@dataclass(frozen=True, slots=True)
class Arrived:
    """One case that waits to be signed for."""

    row: listing.Row
    place: str
    office: str
    kind: str
    at: datetime
    letter: str
    number: str
    copies: list[str]
    feedback: datetime | None
    files: int
    dues: list[tuple[str, datetime, chips.Chip]]
    object_url: str
    failed: str = ""


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return _page(request, request.GET.get("after", ""), None)


def _page(request: StaffRequest, after: str, outcome: Outcome | None) -> HttpResponse:
    actor = request.actor
    if not actor.roles & ROLES:
        return render(request, "desk/worklist_none.html", {"sealed": False}, status=403)
    found = arrivals.inbox(actor, after)
    rows = {row.id: row for row in listing.rows(actor, found.cases)}
    told = deliveries.of(found.cases, actor)
    arrived = [
        Arrived(
            row=rows[case.id],
            place=finding.place_words(request.tenant, case.filing.place, case.filing.place_detail),
            office=told[case.id].office,
            kind=told[case.id].kind,
            at=told[case.id].at,
            letter=told[case.id].letter,
            number=told[case.id].number,
            copies=told[case.id].copies,
            feedback=told[case.id].feedback,
            files=told[case.id].files,
            dues=told[case.id].dues,
            object_url=_object_url(case.id) if told[case.id].may_object else "",
            failed=outcome.failed.get(case.id, "") if outcome else "",
        )
        for case in found.cases
    ]
    if outcome is not None:
        outcome.say_gone(request, (case.id for case in found.cases))
    context: dict[str, Any] = {
        "arrived": arrived,
        "can_sign": any("sign_for" in row.can for row in rows.values()),
        "today": today(),
        "outcome": outcome,
        "more": f"{reverse('desk:inbox')}?{urlencode({'after': found.next})}" if found.next else "",
        "note": _("签收不改变期限：期限自送达之日起算。"),
    }
    if request.htmx and after and outcome is None:
        return render(request, "desk/inbox_items.html", context)
    template = "desk/inbox_list.html" if request.htmx and outcome is not None else "desk/inbox.html"
    return render(request, template, context)


def _object_url(case_id: UUID) -> str:
    try:
        return reverse("desk:object", args=[case_id])
    except NoReverseMatch:
        return ""


@require_POST
def sign_for(request: StaffRequest) -> HttpResponse:
    """签收, one or several: the button of one case names it alone."""
    one = request.POST.get("one", "")
    outcome = signing.sign_for(request, [one] if one else request.POST.getlist("case"))
    return _page(request, "", outcome)


navigation.count_by("inbox", arrivals.waiting_to_sign_for)
