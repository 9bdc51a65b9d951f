"""Drafting an opinion: autosaved under its own version, what is missing shown live, two writers warned (T23, T23s)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases import actions, policy
from cases.actions import presences
from cases.codes.contents import above
from cases.models import Case, Opinion, Wording
from cases.numbers import short
from cases.queries import chips, dossier, drafting, papers, precedents, wordings
from cases.queries.hanging import gather
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.states import Class
from desk import dates
from desk.forms.opinion import OpinionForm
from kernel.clock import now
from kernel.errors import Conflict, HuiyinError, Invalid, Stale
from tenants import laws as law_table
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

__all__ = ["autosave", "editor", "laws", "presence", "preview"]

JUST_NOW = timedelta(minutes=15)


def _open(request: StaffRequest, case_id: UUID) -> Case:
    """A case this person may draft for now; NotFound, Refused, or Conflict with the way back to the case."""
    case = dossier.find(request.actor, case_id)
    try:
        policy.require(request.actor, "draft", case)
    except Conflict as error:
        raise Conflict(str(error), way_on=reverse("desk:case", args=[case_id])) from None
    return case


@never_cache
@require_http_methods(["GET", "POST"])
def editor(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A POST saves, submits or previews, as its button says, with a script or without."""
    case = _open(request, case_id)
    if request.method == "POST":
        return _act(request, case)
    row = drafting.current(case)
    prefetch_related_objects([case], "demands", "petitioners")
    return _page(request, case, OpinionForm(case, _stored(row)), row)


def _stored(row: Opinion | None) -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = row.body.get("answers", {}) if row is not None else {}
    return found


def _version(request: StaffRequest, name: str) -> int | None:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _save(request: StaffRequest, case: Case, form: OpinionForm) -> Opinion:
    """Stale also where this page knows of no draft yet, and one was begun elsewhere."""
    seen = _version(request, "overwrite") or _version(request, "opinion_version") or 0
    row = drafting.current(case)
    overall = str(row.body.get("overall", "")) if row is not None else ""
    return actions.draft(request.actor, case.id, opinion_version=seen, answers=form.answers(), overall=overall)


def _act(request: StaffRequest, case: Case) -> HttpResponse:
    form = OpinionForm(case, {}, request.POST)
    action = request.POST.get("action", "save")
    try:
        with transaction.atomic():
            row = _save(request, case, form)
            if action == "submit":
                actions.submit(request.actor, case.id)
    except Stale as error:
        return _page(request, case, form, drafting.current(case), stale=error, status=error.status)
    except Invalid as error:
        kept = _kept(request, case, form)
        form.take(error)
        return _page(request, case, form, kept, error=error, status=error.status)
    if action == "submit":
        return HttpResponseRedirect(f"{reverse('desk:case', args=[case.id])}?done=submit")
    if action == "preview":
        return HttpResponseRedirect(reverse("desk:paper", args=[case.id, "opinion", row.id]))
    return HttpResponseRedirect(reverse("desk:opinion", args=[case.id]))


def _kept(request: StaffRequest, case: Case, form: OpinionForm) -> Opinion | None:
    """What could not be submitted is saved all the same."""
    try:
        return _save(request, case, form)
    except HuiyinError:
        return drafting.current(case)


@never_cache
@require_POST
def autosave(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """{version, said, todo, outcomes}; 412 with how the other's draft looks; other refusals in words."""
    case = _open(request, case_id)
    form = OpinionForm(case, {}, request.POST)
    if not any(any(given.values()) for given in form.answers().values()) and drafting.current(case) is None:
        return HttpResponse(status=204)
    try:
        row = _save(request, case, form)
    except Stale as error:
        return JsonResponse(_theirs(request, case, error), status=error.status)
    except HuiyinError as error:
        return JsonResponse({"error": str(error), "code": error.code}, status=error.status)
    return JsonResponse(
        {
            "version": row.version,
            "said": _("%(at)s 已存") % {"at": f"{dates.local(row.written_at):%H:%M:%S}"},
            "todo": render_to_string("desk/opinion/todo.html", _lacking(case, row, form)),
            "outcomes": {
                line.anchor: render_to_string("desk/opinion/outcome.html", {"line": line}) for line in form.lines
            },
        }
    )


def _theirs(request: StaffRequest, case: Case, error: Stale) -> dict[str, Any]:
    row = drafting.current(case)
    context = {"stale": _stale(request, case, row, error)}
    return {
        "error": str(error),
        "version": row.version if row is not None else "",
        "html": render_to_string("desk/opinion/stale.html", context),
    }


def _stale(request: StaffRequest, case: Case, row: Opinion | None, error: Stale) -> dict[str, Any]:
    other = OpinionForm(case, _stored(row))
    mine = row is not None and row.written_by == request.actor.user
    return {
        "text": _("这份草稿在另一个窗口存过。") if mine else str(error),
        "by": Names(request.actor.tenant).person(row.written_by) if row is not None and not mine else "",
        "at": row.written_at if row is not None else None,
        "version": row.version if row is not None else "",
        "lines": other.lines,
        "url": reverse("desk:opinion", args=[case.id]),
    }


@never_cache
@require_POST
def preview(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The paper as it would be issued from what stands in the form now; saves nothing."""
    case = _open(request, case_id)
    form = OpinionForm(case, {}, request.POST)
    sheet = papers.opinion(case, drafting.typed(case, form.answers()), tenant_by_id(request.actor.tenant))
    return render(request, "desk/papers/sheet.html", {"sheet": sheet})


# --- beside the form --------------------------------------------------------------------------------------------------


@never_cache
@require_GET
def laws(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The articles for what was typed into the search box."""
    case = _open(request, case_id)
    return render(request, "desk/opinion/laws.html", _articles(request, case, request.GET.get("law_q", "")))


@never_cache
@require_GET
def earlier(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """以往答复, asked for by the page that stands already: what is like this one is looked for."""
    case = dossier.find(request.actor, case_id)
    drafting = policy.line_for(request.actor, "draft", case) is not None
    context = {"earlier": precedents.earlier(request.actor, case), "drafting": drafting}
    return render(request, "desk/opinion/earlier.html", context)


def _articles(request: StaffRequest, case: Case, query: str) -> dict[str, Any]:
    asked = query.replace("\x00", "").strip()[:80]
    found, total = law_table.articles(request.actor.tenant, asked, above(case.filing.content_class))
    return {"articles": found, "articles_total": total, "law_q": asked}


@never_cache
@require_POST
def presence(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Every twenty seconds from an open page: I am here, who else is? `left`: the page is being left."""
    case = _open(request, case_id)
    if request.POST.get("left"):
        presences.step_away(request.actor, case)
        return HttpResponse(status=204)
    names = Names(request.actor.tenant)
    return render(request, "desk/opinion/others.html", {"others": _others(request, case, names)})


def _others(request: StaffRequest, case: Case, names: Names) -> list[str]:
    found = presences.stand_by(request.actor, case)
    names.want(people=found)
    return [names.person(user) for user in found]


# --- the page ---------------------------------------------------------------------------------------------------------


def _lacking(case: Case, row: Opinion | None, form: OpinionForm) -> dict[str, Any]:
    """What is missing before 送审, with the place to write it."""
    anchors = {str(line.demand.id): line.anchor for line in form.lines}
    found = actions.missing(case, row)
    form.mark(found)
    here = reverse("desk:case", args=[case.id])
    items = [
        {
            "text": item["text"],
            "url": f"#{anchors[item['demand']]}-{_field(item['field'])}" if item["demand"] else here,
        }
        for item in found
    ]
    title = ngettext("还差 %(n)d 项才能送审", "还差 %(n)d 项才能送审", len(items)) % {"n": len(items)}
    return {"todo_items": items, "todo_title": title}


def _field(name: str) -> str:
    return "outcome_0" if name == "outcome" else name


def _page(
    request: StaffRequest,
    case: Case,
    form: OpinionForm,
    row: Opinion | None,
    *,
    stale: Stale | None = None,
    error: HuiyinError | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    names = Names(actor.tenant)
    gather(case, "handovers", "clocks", "events", "notes", "notices", "demands", "attachments")
    journey = Journey(case, actor.tenant, names)
    clock = journey.shown_clock()
    shown = drafting.typed(case, form.answers())
    told = drafting.Told(case, names)
    context = {
        **_lacking(case, shown, form),
        "case": case,
        "number": short(case.number),
        "title": _("建议答复函") if case.klass == Class.A else _("信访事项处理意见书"),
        "form": form,
        "row": row,
        "suggestion": case.klass == Class.A,
        "chip": chips.large(clock.kind, clock.due_raw, journey.at, journey.calendar) if clock else None,
        "opinion_version": _seen(row) if stale is None else request.POST.get("opinion_version", ""),
        "saved": f"{dates.local(row.written_at):%H:%M:%S}" if row is not None and stale is None else "",
        "stale": _stale(request, case, row, stale) if stale is not None else None,
        "error": error,
        "beside": _beside(request, row, names) if stale is None else None,
        "back": told.sent_back(),
        "route": drafting.route_of(case),
        "notice_sent": drafting.notice_sent(journey.clocks),
        "remedy": papers.opinion(case, shown, tenant_by_id(actor.tenant)).blocks[-1].text,
        "contacts": told.contacts(),
        "remarks": told.remarks(),
        "files": dossier.files(actor, case, names),
        "text": case.filing.text,
        "others": _others(request, case, names),
        "wordings": _wordings(case),
        **_articles(request, case, ""),
    }
    return render(request, "desk/opinion/editor.html", context, status=status)


def _wordings(case: Case) -> list[dict[str, Any]]:
    rows = wordings.for_writers(case.unit, Wording.Kind.FACTS, Wording.Kind.REASONS)
    return [
        {"row": row, "outcome": dossier.outcome_label(row.outcome) if row.outcome else "", "own": row.unit is not None}
        for row in rows
    ]


def _seen(row: Opinion | None) -> int | str:
    return row.version if row is not None else ""


def _beside(request: StaffRequest, row: Opinion | None, names: Names) -> dict[str, Any] | None:
    """Somebody else saved this draft a moment ago: the two should talk before both write."""
    if row is None or row.written_by == request.actor.user or now() - row.written_at > JUST_NOW:
        return None
    return {"by": names.person(row.written_by), "at": row.written_at}
