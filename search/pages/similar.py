"""类似的件, beside a case and beside the form while somebody types. Brought after the page itself: no page waits for
search, and none breaks when it does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.models import Case
from kernel.errors import Refused, Unavailable
from search import similar
from search.rights import rights_of
from search.similar import Similar
from tenants.actors import Actor
from tenants.requests import StaffRequest


@never_cache
@require_GET
def beside(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """For a case one sees. NotFound for any other, and for one that is sealed."""
    return _answer(request, "search/similar.html", partial(similar.beside, request.actor, case_id))


@never_cache
@require_POST
def typed(request: StaffRequest) -> HttpResponse:
    """What is being registered, as far as it is written; posted, so that no address keeps it. An accusation asks
    nothing: its words stay where they are sealed."""
    given = request.POST if "accusation" not in request.POST else QueryDict()
    ask = partial(
        similar.of_typed,
        request.actor,
        text=given.get("text", ""),
        demands=given.getlist("demand"),
        place=given.get("place", ""),
        content_class=given.get("content", ""),
    )
    return _answer(request, "search/alike.html", ask)


def _answer(request: StaffRequest, template: str, ask: Any) -> HttpResponse:
    try:
        found: Sequence[Similar] = ask()
    except Unavailable:
        return render(request, template, {"away": True})
    answered = any(not one.card.office and one.card.days is not None for one in found)
    return render(request, template, {"found": found, "answered": answered})


# --- slots of the desk ------------------------------------------------------------------------------------------------


def of_case(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `case.aside`."""
    case = cast(Case, values["case"])
    if case.sealed or not _searches(request):
        return None
    return render_to_string("search/similar_slot.html", {"case": case})


def at_registration(request: HttpRequest, values: Mapping[str, Any]) -> SafeString | None:
    """The slot `register.aside`. What a draft brought is looked for at once."""
    if not _searches(request):
        return None
    begun = bool(str(values["form"]["text"].value() or "").strip())
    return render_to_string("search/alike_slot.html", {"begun": begun})


def _searches(request: HttpRequest) -> bool:
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        return False
    try:
        rights_of(actor)
    except Refused:
        return False
    return True
