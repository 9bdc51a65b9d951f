"""查看记录: the auditor (R20) reads who looked and who changed what, takes it along, has the history checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import jobs
from cases.exports import readings as taken
from cases.queries import readings, verifications
from kernel.clock import today
from kernel.errors import Conflict, Refused
from tenants.administration import words
from tenants.requests import StaffRequest


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    if not readings.may_read(request.actor):
        return _not_yours(request)
    asked = readings.Asked.read(request.GET)
    faults = _faults(request.GET, asked)
    after = request.GET.get("after", "")[:80]
    found = readings.Page([]) if faults else readings.read(request.actor, asked, after)
    context: dict[str, Any] = {"found": found, "more": _url(asked, after=found.next) if found.next else ""}
    if after and request.htmx:
        return render(request, "desk/office/readings_rows.html", context)
    tenant = request.actor.tenant
    context |= {
        "asked": asked,
        "faults": faults,
        "tabs": _tabs(asked.tab),
        "kinds": _kinds(asked.tab, tenant),
        "people": readings.people(tenant),
        "departments": readings.departments(tenant),
        "person": str(asked.person or ""),
        "department": str(asked.department or ""),
        "first": request.GET.get("first", "")[:10],
        "last": request.GET.get("last", "")[:10],
        "clear_url": _url(readings.Asked(tab=asked.tab)),
        "back": urlencode(asked.address()),
        "after": after,
        "most": taken.MOST_ROWS,
    }
    return render(request, "desk/office/readings.html", context, status=422 if faults else 200)


def _not_yours(request: StaffRequest) -> HttpResponse:
    return render(request, "desk/office/readings_none.html", status=403)


def _faults(given: Mapping[str, str], asked: readings.Asked) -> dict[str, str]:
    found = {}
    for name, value in (("first", asked.first), ("last", asked.last)):
        if given.get(name, "").strip() and value is None:
            found[name] = _("日期写成 %(day)s 的样子。") % {"day": today().isoformat()}
    return asked.faults() | found


def _url(asked: readings.Asked, *, after: str = "") -> str:
    query = urlencode(asked.address() | ({"after": after} if after else {}))
    return f"{reverse('desk:readings')}?{query}" if query else reverse("desk:readings")


def _tabs(current: str) -> list[dict[str, Any]]:
    shown = {"views": _("查看"), "changes": _("变更")}
    made = [
        {"url": _url(readings.Asked(tab=tab)), "text": text, "count": None, "current": tab == current}
        for tab, text in shown.items()
    ]
    check = {"url": reverse("desk:verify"), "text": _("核验历史"), "count": None, "current": current == "verify"}
    return [*made, check]


def _kinds(tab: str, tenant: UUID) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of the list of kinds: what was done on cases, what in the running of the office."""
    own = readings.kinds(tab)
    if tab == "views":
        return [(_("查看与导出"), own)]
    acts = [(kind, words.name(kind)) for kind in readings.administered(tenant)]
    return [(_("案件"), own), (_("管理"), [(readings.ADMINISTRATION, _("全部管理变更")), *acts])]


# --- taking it along --------------------------------------------------------------------------------------------------


@require_POST
def export(request: StaffRequest) -> FileResponse | HttpResponse:
    """What is filtered, as a sheet; that it was taken is itself a line of the log."""
    actor = request.actor
    if not readings.may_read(actor):
        return _not_yours(request)
    given = QueryDict(request.POST.get("back", "")[:1000])
    asked = readings.Asked.read({name: given.get(name, "") for name in given})
    return taken.export(actor, asked)


# --- checking ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def verify(request: StaffRequest) -> HttpResponse:
    """Past results; a POST begins another run, which the worker carries out."""
    if not readings.may_read(request.actor):
        return _not_yours(request)
    error = None
    if request.method == "POST":
        try:
            jobs.start_verification(request.actor)
            return HttpResponseRedirect(reverse("desk:verify"))
        except (Conflict, Refused) as refused:
            error = refused
    runs = verifications.runs(request.actor)
    context = {
        "runs": runs,
        "going": bool(runs) and runs[0].done_at is None,
        "tabs": _tabs("verify"),
        "error": error,
    }
    if request.htmx:
        return render(request, "desk/office/verify_runs.html", context)
    return render(request, "desk/office/verify.html", context, status=error.status if error else 200)


pages = [
    path("readings/", page, name="readings"),
    path("readings/export/", export, name="readings_export"),
    path("readings/verify/", verify, name="verify"),
]
