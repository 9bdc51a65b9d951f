"""V10: anybody at work reports a suspected leak, retaliation or rude conduct; the confidential desk above reads it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.queries.names import Names
from desk import fields
from desk.supervision import words
from desk.supervision.forms import ConcernForm, NoteForm
from kernel.errors import HuiyinError
from kernel.ids import new_id
from supervision import concerns
from supervision.models import Concern
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

MOST = 200


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    form = ConcernForm(request.POST or None, initial={"token": new_id()})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                concerns.report_concern(
                    request.actor,
                    kind=data["kind"],
                    text=data["text"],
                    case_number=data["case_number"],
                    concern_id=data["token"],
                )
            except HuiyinError as error:
                fields.take(form, error)
                status = error.status
            else:
                return HttpResponseRedirect(reverse("desk:concern_new") + "?done=report_concern")
    context = {
        "form": form,
        "to": tenant_by_id(concerns.desk_for(request.actor)).name,
        "done": words.done(request.GET.get("done", "")),
    }
    return render(request, "desk/supervision/concern_new.html", context, status=status)


@never_cache
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Kind, office and day; what it says is on its own page, where each look leaves a trace."""
    rows = concerns.listed(request.actor)[:MOST]
    found = [(row, row.get_kind_display(), row.tenant.name) for row in rows]
    context = {"rows": found, "done": words.done(request.GET.get("done", ""))}
    return render(request, "desk/supervision/concerns.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def page(request: StaffRequest, concern_id: UUID) -> HttpResponse:
    """GET is a look and leaves a trace. POST: 记录处理 or 办结."""
    form = NoteForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        verb = "close_concern" if request.POST.get("action") == "close_concern" else "note_concern"
        if form.is_valid():
            try:
                getattr(concerns, verb)(request.actor, concern_id, text=form.cleaned_data["text"])
            except HuiyinError as error:
                if not error.fields:
                    raise
                fields.take(form, error)
                status = error.status
            else:
                return HttpResponseRedirect(reverse("desk:concern", args=[concern_id]) + f"?done={verb}")
    row: Concern = concerns.read_concern(request.actor, concern_id)
    names = Names(request.actor.tenant)
    context = {
        "row": row,
        "kind": row.get_kind_display(),
        "office": row.tenant.name,
        "by": f"{names.full(row.department)} {names.person(row.by)}",
        "notes": [(note, names.person(note.by)) for note in row.notes.order_by("-id")],
        "form": form,
        "done": words.done(request.GET.get("done", "")),
    }
    return render(request, "desk/supervision/concern.html", context, status=status)
