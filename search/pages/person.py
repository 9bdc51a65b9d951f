"""按姓名、证件或电话查: what is looked for is posted; it stands in no address, no log, no list of searches."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.codes.services import UNMASKS
from kernel.errors import HuiyinError, Invalid, Refused, TooMany
from search import cards, people
from tenants.requests import StaffRequest


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest) -> HttpResponse:
    if not people.may_look(request.actor):
        return render(request, "search/none.html", {"text": str(people.refusal())}, status=Refused.status)
    if request.method == "GET":
        return _page(request)
    by, value, reason = (request.POST.get(name, "") for name in ("by", "value", "reason"))
    try:
        found = people.find(request.actor, by=by, value=value, reason=reason)
    except (Invalid, TooMany) as error:
        return _page(request, error, status=error.status)
    shown = cards.of_cases(request.actor, found)
    return _page(request, cards=shown, searched=True, cut=len(found) == people.SHOWN)


def _page(
    request: StaffRequest, error: HuiyinError | None = None, *, status: int = 200, **found: object
) -> HttpResponse:
    """What was typed stays in the form."""
    context = {
        "ways": [(value, str(label)) for value, label in people.By.choices],
        "reasons": [(code.code, str(code.label)) for code in UNMASKS],
        "given": {name: request.POST.get(name, "") for name in ("by", "value", "reason")},
        "faults": {name: texts[0] for name, texts in error.fields.items()} if error else {},
        "error": error if error and not error.fields else None,
        "most": people.SHOWN,
        **found,
    }
    response = render(request, "search/people.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
