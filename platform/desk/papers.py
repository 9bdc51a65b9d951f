"""A statutory paper on the screen and on A4: masked, or in clear for a reason that leaves a trace (T38, P1)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases import actions, policy
from cases.codes.services import Unmask
from cases.numbers import short
from cases.queries import dossier, papers
from kernel.errors import Invalid, NotFound
from tenants.requests import StaffRequest

__all__ = ["paper"]


@never_cache
@require_http_methods(["GET", "POST"])
def paper(request: StaffRequest, case_id: UUID, kind: str, paper_id: UUID) -> HttpResponse:
    """A POST names the reason and shows the addressee in clear, this once."""
    case = dossier.find(request.actor, case_id)
    if kind == "registration":
        return HttpResponseRedirect(reverse("desk:registration", args=[case_id]))
    if kind not in papers.KINDS:
        raise NotFound
    papers.find(request.actor, case, kind, paper_id)
    clear, error = None, None
    if request.method == "POST":
        try:
            clear = actions.unmask(request.actor, case_id, reason=request.POST.get("reason", ""))
        except Invalid as refused:
            error = refused
    may_unmask = any(row.verb == "unmask" for row, _propose in policy.available(request.actor, case))
    context = {
        "case": case,
        "number": short(case.number),
        "sheet": papers.find(request.actor, case, kind, paper_id, clear),
        "reasons": Unmask.choices if may_unmask and kind != "report" and clear is None else [],
        "error": error,
        "clear": clear is not None,
        "other": _other(request, case_id, kind, paper_id),
    }
    return render(request, "desk/papers/page.html", context, status=422 if error else 200)


def _other(request: StaffRequest, case_id: UUID, kind: str, paper_id: UUID) -> dict[str, str] | None:
    """From what was served to its return, and back."""
    words = {"opinion": ("service", _("送达回证")), "notice": ("service", _("送达回证"))}
    if kind not in words:
        return None
    to, text = words[kind]
    try:
        papers.find(request.actor, dossier.find(request.actor, case_id), to, paper_id)
    except NotFound:
        return None
    return {"url": reverse("desk:paper", args=[case_id, to, paper_id]), "text": text}
