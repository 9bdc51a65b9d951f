"""待签发: what waits for this person, one paper a screen, phone first; after the act the next one (T24, T25, G2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases import actions, policy
from cases.clocks import calendar_of
from cases.models import Case
from cases.numbers import short
from cases.queries import approvals, chips, dossier, drafting, labels, papers
from cases.queries.approvals import Waiting
from cases.queries.hanging import gather
from cases.queries.journey import Journey
from cases.queries.listing import flags_of
from cases.queries.names import Names
from desk import acts, fields, navigation
from desk.forms import proposal as proposals
from desk.forms.opinion import OpinionForm, SendBackForm
from desk.forms.reports import TurnDown
from kernel.clock import now
from kernel.errors import HuiyinError, Invalid, NotFound
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

__all__ = ["approve", "listing"]

SHOWN = ("handovers", "clocks", "events", "notes", "notices", "opinions", "demands", "petitioners", "attachments")


@never_cache
@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    """Soonest due first: what it is, which case, by when, who asks."""
    if not approvals.may_approve(request.actor):
        return render(request, "desk/approvals/none.html", status=403)
    found = _waiting(request)
    names = Names(request.actor.tenant).want(people=[one.by for one in found])
    calendar, at = calendar_of(request.actor.tenant), now()
    items = [
        {
            "url": reverse("desk:approve", args=[one.id]),
            "what": _what(one),
            "title": one.case.title,
            "number": short(one.case.number),
            "flags": flags_of(one.case),
            "by": names.person(one.by),
            "at": one.at,
            "chip": chips.chip(one.case.due_kind, one.case.due_raw, at, calendar) if one.case.due_raw else None,
        }
        for one in found
    ]
    return render(request, "desk/approvals/list.html", {"items": items})


def _what(one: Waiting) -> str:
    return one.label if one.opinion is not None else labels.asked(one.verb)


@never_cache
@require_http_methods(["GET", "POST"])
def approve(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """One paper. A POST checks, signs, sends back, approves or turns down; then comes the next."""
    every = _waiting(request)
    try:
        one = approvals.find(every, item_id)
    except NotFound:
        return _gone(request, item_id)
    if request.method == "POST":
        return _act(request, one, every)
    return _page(request, one, every)


def _waiting(request: StaffRequest) -> list[Waiting]:
    """Read once for the paper, its neighbours and the number in the top bar."""
    every = approvals.waiting(request.actor)
    request.waiting = {"sign": len(every)}
    return every


def _gone(request: StaffRequest, item_id: UUID) -> HttpResponse:
    """Decided meanwhile, by this person in another window or by somebody else: say so, the list goes on."""
    messages.info(request, _("这份已经有结果了，或者不在等您。"))
    return HttpResponseRedirect(reverse("desk:approvals"))


def _version(request: StaffRequest) -> int | None:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else None


def _act(request: StaffRequest, one: Waiting, every: Sequence[Waiting]) -> HttpResponse:
    action, version = request.POST.get("action", ""), _version(request)
    actor, case = request.actor, one.case
    back = SendBackForm(request.POST if action == "send_back" else None)
    down = _turn_down(request, one)
    after = _next(one, every)
    try:
        if one.proposal is not None and action == "approve":
            proposals.carry_out(actor, one.proposal, version=version)
            said = _("已批准：%(verb)s。") % {"verb": one.label}
        elif one.proposal is not None and action == "turn_down":
            reason = request.POST.get("turn_down-reason", "")
            actions.turn_down(actor, case.id, version=version, proposal=one.proposal.id, reason=reason)
            said = _("没有批准，提请的人看得见理由。")
        elif one.opinion is not None and action == "send_back":
            back.is_valid()
            gates, reason = list(back.cleaned_data.get("gates", [])), back.cleaned_data.get("reason", "")
            actions.send_back(actor, case.id, version=version, gates=gates, reason=reason)
            said = _("已退回重办，承办人看得见理由。")
        elif one.opinion is not None and action == one.verb:
            done: Case = getattr(actions, one.verb)(actor, case.id, version=version)
            said = _said(one, done)
        else:
            raise Invalid(_("这一步办不了。刷新后再看。"))
    except Invalid as error:
        if action == "send_back" and error.fields:
            fields.take(back, error)
        elif action == "turn_down" and error.fields:
            down["error"] = next(iter(error.fields.values()))[0]
        else:
            return _page(request, one, every, error=error, status=error.status)
        return _page(request, one, every, back=back, down=down, status=error.status)
    except NotFound:
        return _gone(request, one.id)
    except HuiyinError as error:
        every = _waiting(request)
        return _page(request, _again(one, every), every, back=back, down=down, error=error, status=error.status)
    messages.success(request, f"{short(case.number)} {said}")
    return HttpResponseRedirect(after)


def _again(one: Waiting, every: Sequence[Waiting]) -> Waiting:
    """As it stands now; what is gone stays on the screen as it was, with the reason on top."""
    try:
        return approvals.find(every, one.id)
    except NotFound:
        return one


def _said(one: Waiting, done: Case) -> str:
    if one.verb == "check":
        return _("已核稿，送分管领导签发。")
    opinion = drafting.latest(done)
    return _("已签发：%(number)s。送达信访人，期限才停。") % {"number": opinion.number if opinion is not None else ""}


def _next(one: Waiting, every: Sequence[Waiting]) -> str:
    """The paper after this one, else the one before it, else the list."""
    ids = [row.id for row in every]
    at = ids.index(one.id)
    rest = ids[at + 1 :] + ids[:at]
    return reverse("desk:approve", args=[rest[0]]) if rest else reverse("desk:approvals")


def _turn_down(request: StaffRequest, one: Waiting) -> dict[str, Any]:
    return {
        "reason": request.POST.get("turn_down-reason", ""),
        "error": "",
        "label": TurnDown.base_fields["reason"].label,
    }


def _page(
    request: StaffRequest,
    one: Waiting,
    every: Sequence[Waiting],
    *,
    back: SendBackForm | None = None,
    down: dict[str, Any] | None = None,
    error: HuiyinError | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, case = request.actor, one.case
    names = Names(actor.tenant)
    gather(case, *SHOWN)
    journey = Journey(case, actor.tenant, names)
    told = drafting.Told(case, names)
    clock = journey.shown_clock()
    ids = [row.id for row in every]
    at = ids.index(one.id) if one.id in ids else -1
    context = {
        "one": one,
        "case": case,
        "number": short(case.number),
        "what": _what(one),
        "by": names.person(one.by),
        "flags": flags_of(case, journey.trail),
        "line": journey.line(),
        "chip": chips.large(clock.kind, clock.due_raw, journey.at, journey.calendar) if clock else None,
        "position": at + 1,
        "total": len(ids),
        "before": reverse("desk:approve", args=[ids[at - 1]]) if at > 0 else "",
        "after": reverse("desk:approve", args=[ids[at + 1]]) if 0 <= at < len(ids) - 1 else "",
        "back": back or SendBackForm(),
        "back_open": back is not None and bool(back.errors),
        "down": down or _turn_down(request, one),
        "error": error,
        "contacts": told.contacts(),
        "before_back": told.sent_back(),
        "files": dossier.files(actor, case, names),
        **(_opinion(request, one, journey) if one.opinion is not None else _proposal(request, one, journey, names)),
    }
    return render(request, "desk/approvals/one.html", context, status=status)


def _opinion(request: StaffRequest, one: Waiting, journey: Journey) -> dict[str, Any]:
    assert one.opinion is not None
    case, stored = one.case, one.opinion.body.get("answers", {})
    form = OpinionForm(case, stored)
    return {
        "sheet": papers.opinion(case, one.opinion, tenant_by_id(request.actor.tenant)),
        "lines": form.lines,
        "missing": actions.missing(case, one.opinion),
        "notice_sent": drafting.notice_sent(journey.clocks),
        "important": policy.important(case),
        "then": _("核稿后：分管领导 签发 → 送达信访人")
        if one.verb == "check"
        else _("签发后：编文号、加盖印章 → 送达信访人，期限才停"),
    }


def _proposal(request: StaffRequest, one: Waiting, journey: Journey, names: Names) -> dict[str, Any]:
    assert one.proposal is not None
    return {
        "proposal": one.proposal,
        "rows": proposals.rows(one.proposal, names),
        "complete": proposals.complete(one.proposal),
        "effects": proposals.effects(request.actor, one.case, journey, one.proposal),
        "form_url": acts.address(one.verb, one.case.id) or "",
        "demands": dossier.demands(one.case),
        "text": one.case.filing.text,
        "act": labels.verb(one.verb),
        "then": "",
    }


navigation.count_by("sign", approvals.count)
