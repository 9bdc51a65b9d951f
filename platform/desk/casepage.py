"""One case: who holds it, which clock runs, what is next; then what was asked, answered and done (pages.md §1)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases import actions, policy
from cases.codes.channels import CHANNELS
from cases.codes.services import Unmask
from cases.history import plain
from cases.models import Case
from cases.numbers import short
from cases.queries import dossier, labels, related
from cases.queries.hanging import gather
from cases.queries.journey import Journey
from cases.queries.listing import flags_of, triage_flag
from cases.queries.names import Names
from cases.queries.timeline import FILTERS, Line, Timeline, shown
from cases.states import Class, State
from desk import acts, casefiles, dates, origin
from desk.forms import FORMS
from kernel.errors import Invalid
from tenants import finding
from tenants.requests import StaffRequest

SHOWN_MINUTES = 15
WHOLE = ("handovers", "clocks", "proposals", "attachments", "notices", "opinions", "events", "demands")
READ = ("notes", "petitioners")  # what people typed and who they are
LINES = 40


@require_GET
def page(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = dossier.find(request.actor, case_id)
    part = request.GET.get("part", "")
    if request.htmx and part == "people":
        return render(request, "desk/case/people.html", _people(request, case))
    context = _context(request, case)
    if request.htmx and part == "history":
        return render(request, "desk/case/history.html", context)
    return _whole(request, context)


def _whole(request: StaffRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "desk/case/page.html", context, status=status)
    response.headers["Content-Security-Policy"] = casefiles.PAGE_POLICY
    return response


def _context(request: StaffRequest, case: Case) -> dict[str, Any]:
    actor = request.actor
    readable = policy.may_read_people(actor, case)
    gather(case, *WHOLE, *(READ if readable else ()))
    names = Names(actor.tenant)
    journey = Journey(case, actor.tenant, names)
    offered = acts.acts(actor, case, journey)
    timeline = Timeline(case, actor.tenant, names, words=readable, units=actor.units)
    running, over = dossier.clocks(journey, names)
    wanted = request.GET.get("history", "all")
    wanted = wanted if wanted in FILTERS else "all"
    every = timeline.lines()
    lines = [line for line in every if shown(line, wanted)]
    most = len(lines) if "whole" in request.GET else LINES
    waiting = dossier.proposals(actor, case, names, offered.decidable)
    demands = dossier.demands(case)
    came = origin.of(request)
    return {
        "case": case,
        "way": origin.way(request, case, came),
        "back": came.url if came is not None else "",
        "number": short(case.number),
        "crumbs": _crumbs(case, names),
        "flags": [*flags_of(case, journey.trail), *triage_flag(case, journey.stays, journey.at)],
        "klass": Class(case.klass).label if case.klass else "",
        "place": finding.place_words(request.tenant, case.filing.place, case.filing.place_detail),
        "state": State(case.state).label,
        "line": journey.line(),
        "steps": journey.steps(),
        "hops": journey.hops,
        "returns": journey.returns,
        "acts": offered,
        "demands": [{"text": d.text, "outcome": d.outcome, "reply": d.reply, "missing": d.missing} for d in demands],
        "answered": sum(bool(d.outcome) for d in demands),
        "text": "" if case.sealed else case.filing.text,
        "files": casefiles.listed(request, case, names),
        "related": related.of(actor, case, journey.stays),
        "filing_number": short(case.filing.number),
        "running": running,
        "over": over,
        "history": [_event(line, case) for line in lines[:most]],
        "history_all": len(lines),
        "history_left": max(len(lines) - most, 0),
        "history_whole": origin.case_url(case.id, came, history=wanted, whole="1"),
        "history_tabs": _history_tabs(case, wanted, every, came),
        "intact": timeline.intact(),
        "sheet_url": f"{reverse('desk:sheet', args=[case.id])}?history={wanted}",
        "proposals": [_proposal(case, waiting_, names) for waiting_ in waiting],
        "done": _done(request.GET.get("done", "")),
        "done_verb": _done_verb(request.GET.get("done", "")),
        **_people(request, case),
    }


def _crumbs(case: Case, names: Names) -> str:
    filing = case.filing
    at = filing.registered_at
    return _("%(channel)s · %(at)s 登记于%(office)s") % {
        "channel": CHANNELS.label(filing.channel),
        "at": dates.moment(at),
        "office": names.tenant(filing.tenant),
    }


def _done_verb(value: str) -> str:
    verb = value.rpartition(":")[2]
    return verb if verb in FORMS else ""


def _done(value: str) -> str:
    """What now holds, after the redirect; never a word for a verb we do not know."""
    proposed, _colon, verb = value.rpartition(":")
    if verb not in FORMS and verb != "submit":
        return ""
    if proposed:
        return _("已%(asked)s，等候审批。状态和期限不变。") % {"asked": labels.asked(verb)}
    return {
        "sign_for": _("已签收。期限照原样走。"),
        "contact": _("联系已记录。"),
        "note": _("备注已记下，不随件移送。"),
        "attach": _("材料已附上。"),
        "notify": _("已告知信访人，告知期限停。"),
        "accept": _("已受理，办理期限起算；《受理告知书》已拟好，等告知。"),
        "extend": _("已延期，《延期办理告知书》已拟好，等告知。"),
        "submit": _("已送审，等核稿、签发。期限照走。"),
        "turn_down": _("没有批准，提请的人看得见理由。"),
    }.get(verb) or _("已办：%(verb)s。") % {"verb": labels.verb(verb)}


# --- history ----------------------------------------------------------------------------------------------------------


def history_words() -> dict[str, str]:
    return {
        "all": _("全部"),
        "moves": _("流转"),
        "papers": _("告知与送达"),
        "contacts": _("联系"),
        "approvals": _("审批"),
        "files": _("材料"),
        "changes": _("更正"),
        "notes": _("内部备注"),
        "reads": _("查看"),
    }


def _history_tabs(case: Case, wanted: str, lines: list[Line], came: origin.Origin | None) -> list[dict[str, Any]]:
    """Only what there is to see, each in the address; the first shows everything."""
    found = Counter(name for name in FILTERS for line in lines if shown(line, name))
    return [
        {"url": origin.case_url(case.id, came, history=name), "text": text, "current": name == wanted}
        for name, text in history_words().items()
        if name in ("all", wanted) or found[name]
    ]


def _event(line: Line, case: Case) -> dict[str, Any]:
    paper = None
    if line.paper is not None:
        paper = {"title": line.paper.title, "url": paper_url(case.id, line.paper.kind, line.paper.id)}
    return {
        "at": line.at,
        "kind": line.kind,
        "actor": line.actor,
        "text": line.text,
        "paper": paper,
        "tail": line.tail,
        "note": line.note,
        "files": [{"title": file.title, "url": reverse("desk:file", args=[case.id, file.id])} for file in line.files],
    }


def paper_url(case_id: UUID, kind: str, paper_id: UUID) -> str:
    """The statutory paper, where its page exists."""
    try:
        return reverse("desk:paper", args=[case_id, kind, paper_id])
    except NoReverseMatch:
        return ""


def _proposal(case: Case, waiting: dossier.Waiting, names: Names) -> dict[str, Any]:
    url = acts.address(waiting.verb, case.id) if waiting.decides else None
    down = reverse("desk:verb", args=[case.id, "turn_down"]) + f"?proposal={waiting.id}"
    return {
        "label": waiting.label,
        "by": waiting.by,
        "at": waiting.at,
        "mine": waiting.mine,
        "approve": url,
        "inline": waiting.verb in FORMS,
        "turn_down": down if waiting.decides else "",
        "rows": _field_rows(waiting, names),
    }


def _field_rows(waiting: dossier.Waiting, names: Names) -> list[dict[str, str]]:
    """The proposal's fields in words: labels of the verb's form, names for ids, codes in Chinese."""
    form = FORMS.get(waiting.verb)
    flat = {**waiting.fields, **waiting.fields.get("changes", {})}
    rows = []
    for name, value in flat.items():
        if name == "changes" or value in (None, "", []):
            continue
        field = form.base_fields.get(name) if form else None
        label = str(field.label) if field and field.label else labels.field(name)
        if name in ("to_department", "proposed_unit"):
            text = names.full(value)
        elif name == "handler":
            text = names.person(value)
        elif isinstance(value, bool):
            text = _("是") if value else _("否")
        elif isinstance(value, list):
            text = _("；").join(str(item) for item in value)
        else:
            text = labels.code(name, value) if isinstance(value, str) else str(plain(value))
        rows.append({"label": label, "value": text})
    return rows


# --- people -----------------------------------------------------------------------------------------------------------


def _people(request: StaffRequest, case: Case) -> dict[str, Any]:
    actor = request.actor
    readable = policy.may_read_people(actor, case)
    may_unmask = readable and any(row.verb == "unmask" for row, _propose in policy.available(actor, case))
    return {
        "case": case,
        "people": dossier.people(actor, case),
        "people_readable": readable,
        "people_url": reverse("desk:people", args=[case.id]) if may_unmask else "",
        "people_reasons": Unmask.choices,
        "people_minutes": SHOWN_MINUTES,
    }


@require_POST
def people(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """查看原文 (T38): for a reason, leaving a trace; on the screen for 15 minutes."""
    case = dossier.find(request.actor, case_id)
    try:
        found = actions.unmask(request.actor, case_id, reason=request.POST.get("reason", ""))
    except Invalid as error:
        context = _people(request, case) | {"people_error": error}
        if request.htmx:
            return render(request, "desk/case/people.html", context, status=422)
        return _whole(request, _context(request, case) | context, 422)
    clear = {"people_clear": dossier.clear(found), "case": case, "people_seconds": SHOWN_MINUTES * 60}
    back = reverse("desk:case", args=[case_id])
    if request.htmx:
        response = render(request, "desk/case/people.html", clear)
    else:
        response = _whole(request, _context(request, case) | clear)
        response.headers["Refresh"] = f"{SHOWN_MINUTES * 60};url={back}"
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def sealed_words(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The words of an accusation: R18 alone, each look an event (P2)."""
    case = dossier.find(request.actor, case_id)
    words = actions.read_sealed(request.actor, case_id)
    context = {"case": case, "words": words, "seconds": SHOWN_MINUTES * 60}
    if request.htmx:
        response = render(request, "desk/case/sealed.html", context)
    else:
        response = _whole(request, _context(request, case) | context)
        response.headers["Refresh"] = f"{SHOWN_MINUTES * 60};url={reverse('desk:case', args=[case_id])}"
    response.headers["Cache-Control"] = "no-store"
    return response
