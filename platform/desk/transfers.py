"""分流: class and path, the receiver, the way; sends (T3, T3r, T4), proposes, or turns a proposal down."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases import actions, policy
from cases.clocks import calendar_of
from cases.codes import CHANNELS
from cases.models import Case, Proposal, Wording
from cases.numbers import short
from cases.queries import chips, preview, wordings
from cases.states import Class
from desk import aftermath, copies, fields, transfer_form, units
from desk.transfer_form import TransferForm
from desk.units import address
from kernel.clock import now
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants import finding
from tenants.requests import StaffRequest

VERBS = ("transfer", "assign")
CALLED = {"to_department": "to", "letter_text": "note", "copy_to": "copy"}


def _case(request: StaffRequest, case_id: UUID) -> Case:
    case = policy.visible(request.actor).select_related("filing").filter(id=case_id).first()
    if case is None:
        raise NotFound
    return case


def _permitted(request: StaffRequest, case: Case) -> None:
    """Raises what the action would: 403 for the post, 409 for the state."""
    rights = [aftermath.may(request.actor, case, verb) for verb in VERBS]
    if not any(right.act or right.propose for right in rights):
        try:
            policy.require(request.actor, "transfer", case)
        except (Refused, Conflict) as error:
            error.way_on = address("case", case.id)
            raise


@never_cache
@require_http_methods(["GET", "POST"])
def transfer(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = _case(request, case_id)
    waiting = preview.proposal(case, *VERBS)
    if request.method == "POST":
        return _act(request, case, waiting)
    _permitted(request, case)
    first = transfer_form.first(case, waiting, request.GET.get("to", ""))
    if waiting is None and request.GET.get("way") in VERBS:
        first["way"] = request.GET["way"]
    return _page(request, case, TransferForm(initial=first, auto_id="%s"), waiting)


@never_cache
@require_GET
def found(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The table for what was typed into the search box."""
    case = _case(request, case_id)
    chosen = transfer_form.uuid(request.GET.get("to", ""))
    table = units.table(case, request.tenant, request.GET.get("q", ""), chosen)
    return render(request, "desk/transfer_units.html", {"table": table, "case": case, "name": "to"})


@never_cache
@require_GET
def found_copies(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Who may get a copy, for what was typed; who is named already stays."""
    case = _case(request, case_id)
    given = request.GET
    to, named = transfer_form.uuid(given.get("to", "")), copies.ids(given.getlist("copy"))
    found = copies.shown(case, request.tenant, given.get("cq", ""), named, to)
    return render(request, "desk/transfer_copies.html", {"copies": found})


@never_cache
@require_GET
def after(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What will be so, for the receiver, way and date chosen at this moment."""
    case = _case(request, case_id)
    given = request.GET
    return render(
        request,
        "desk/transfer_after.html",
        _aftermath(
            request,
            case,
            transfer_form.uuid(given.get("to", "")),
            way=given.get("way", ""),
            klass=given.get("klass") or case.klass,
            feedback_on=transfer_form.iso(given.get("feedback_on", "")),
            copy_to=copies.ids(given.getlist("copy")),
            waiting=preview.proposal(case, *VERBS),
        ),
    )


def _aftermath(
    request: StaffRequest,
    case: Case,
    to: UUID | None,
    *,
    way: str,
    klass: str,
    feedback_on: date | None,
    copy_to: list[UUID],
    waiting: Proposal | None,
) -> dict[str, Any]:
    target = finding.unit(request.tenant, to) if to is not None else None
    found = aftermath.context(
        request.actor, case, request.tenant, target, way=way, klass=klass, feedback_on=feedback_on, proposal=waiting
    )
    return {**found, "copied": [one.name for one in finding.by_ids(request.tenant, copy_to)]}


def _act(request: StaffRequest, case: Case, waiting: Proposal | None) -> HttpResponse:
    action = request.POST.get("action", "send")
    if action == "turn_down":
        return _turn_down(request, case, waiting)
    form = TransferForm(request.POST, auto_id="%s")
    valid = form.is_valid()
    if action == "find":
        typed = {**request.POST.dict(), "copy": request.POST.getlist("copy")}
        plain = TransferForm(initial=typed, auto_id="%s")
        return _page(request, case, plain, waiting)
    if action != "seal":
        if "klass" not in form.errors and not form.cleaned_data.get("klass"):
            form.cleaned_data["klass"] = case.klass
        form.check_sending(classed=bool(case.klass) or not aftermath.may(request.actor, case, "complete").act)
        valid = form.is_valid()
    if not valid:
        return _page(request, case, form, waiting, status=422)
    try:
        _decide(request, case, form.cleaned_data, action)
    except Stale as error:
        fresh = _case(request, case.id)
        change = {"text": str(error), "url": address("case", case.id)}
        return _page(request, fresh, form, preview.proposal(fresh, *VERBS), status=412, change=change)
    except Invalid as error:
        renamed = {CALLED.get(name, name): texts for name, texts in error.fields.items()}
        fields.take(form, Invalid(str(error), fields=renamed))
        return _page(request, case, form, waiting, status=422)
    except (Refused, Conflict) as error:
        fresh = _case(request, case.id)
        return _page(request, fresh, form, preview.proposal(fresh, *VERBS), status=error.status, refusal=error)
    gone = policy.visible(request.actor).filter(id=case.id).first() is None
    return HttpResponseRedirect("/" if gone else address("case", case.id))


def _decide(request: StaffRequest, case: Case, given: dict[str, Any], action: str) -> None:
    """Class and path first where they changed, then the case goes: both or neither."""
    actor, version = request.actor, _version(request)
    if action == "seal":
        actions.complete(actor, case.id, version=version, changes={"klass": Class.B.value})
        return
    completes = aftermath.may(actor, case, "complete").act
    changes = {name: given[name] for name in ("klass", "path") if completes and given[name] != getattr(case, name)}
    if given["klass"] == Class.B:
        raise Invalid(fields={"klass": [_("检举控告不转给单位，由专人封存移送。用“封存，交检举控告专人”。")]})
    if not changes:
        _go(request, case, given, action, version)
        return
    with transaction.atomic():
        actions.complete(actor, case.id, version=version, changes=changes)
        _go(request, case, given, action, None)


def _go(request: StaffRequest, case: Case, given: dict[str, Any], action: str, version: int | None) -> None:
    actor, way = request.actor, given["way"]
    letter = {"to_department": given["to"], "letter_text": given["note"], "copy_to": given["copy"]}
    dated = {"feedback_on": given["feedback_on"]} if way == "assign" else {}
    if action == "propose":
        kept: dict[str, Any] = {"to_department": str(given["to"]), "letter_text": given["note"]}
        if given["copy"]:
            kept["copy_to"] = [str(one) for one in given["copy"]]
        kept |= {name: day.isoformat() for name, day in dated.items()}
        actions.propose(actor, case.id, version=version, verb=way, fields=kept)
    elif way == "assign":
        actions.assign(actor, case.id, version=version, **letter, **dated)
    else:
        actions.transfer(actor, case.id, version=version, **letter)


def _version(request: StaffRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


def _turn_down(request: StaffRequest, case: Case, waiting: Proposal | None) -> HttpResponse:
    if waiting is None:
        raise Conflict(_("这项提请已经有结果了。"), way_on=address("case", case.id))
    reason = request.POST.get("reason", "")
    try:
        actions.turn_down(request.actor, case.id, version=_version(request), proposal=waiting.id, reason=reason)
    except HuiyinError as error:
        form = TransferForm(initial=transfer_form.first(case, waiting, ""), auto_id="%s")
        wrong = error.fields.get("reason", [str(error)])[0]
        return _page(request, case, form, waiting, status=error.status, turn_down={"text": reason, "error": wrong})
    return HttpResponseRedirect(address("case", case.id))


def _page(
    request: StaffRequest,
    case: Case,
    form: TransferForm,
    waiting: Proposal | None,
    *,
    status: int = 200,
    change: dict[str, str] | None = None,
    refusal: HuiyinError | None = None,
    turn_down: dict[str, str] | None = None,
) -> HttpResponse:
    def value(name: str) -> str:
        return str(form[name].value() or "")

    chosen = transfer_form.uuid(value("to"))
    named = copies.ids(form["copy"].value() or [])
    table = units.table(case, request.tenant, value("q"), chosen)
    text, demands = preview.said_by_petitioner(case)
    klass = value("klass") or case.klass
    completes = aftermath.may(request.actor, case, "complete").act
    after = _aftermath(
        request,
        case,
        chosen,
        way=value("way"),
        klass=klass,
        feedback_on=transfer_form.iso(value("feedback_on")),
        copy_to=named,
        waiting=waiting,
    )
    context = {
        **after,
        "form": form,
        "number": short(case.number),
        "channel": CHANNELS.label(case.filing.channel),
        "text": text,
        "demands": demands,
        "head_clock": chips.large(case.due_kind, case.due_raw, now(), calendar_of(request.actor.tenant))
        if case.due_raw
        else None,
        "head_clock_name": chips.name_of(case.due_kind),
        "table": table,
        "copies": copies.shown(case, request.tenant, value("cq"), named, chosen, table),
        "name": "to",
        "wordings": wordings.for_writers(request.actor.unit, Wording.Kind.LETTER),
        "completes": completes,
        "klass_now": case.get_klass_display() if case.klass else "",
        "klass_notes": {Class.B.value: _("转专人，全程封存")},
        "way_notes": {
            "transfer": _("本地规定初次来信一律交办") if policy.must_assign(case) else _("不要求反馈"),
            "assign": _("限期反馈，须提交办结报告"),
        },
        "proposed_by": finding.person_name(waiting.by) if waiting is not None else "",
        "proposed_verb": _("交办") if waiting is not None and waiting.verb == "assign" else _("转送"),
        "change": change,
        "refusal": refusal,
        "turn_down": turn_down,
        "worklist_url": address("worklist"),
        "case_url": address("case", case.id),
    }
    return render(request, "desk/transfer.html", context, status=status)
