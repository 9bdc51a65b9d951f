"""提出异议 at the unit (D6, T9) and its decision at the sender: 同意退回 (T10) or 驳回异议 (T11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases import actions, policy
from cases.clock_kinds import NOTICE, Kind
from cases.clocks import calendar_of
from cases.codes import OBJECTIONS
from cases.codes.contents import above
from cases.models import Case, Handover, Proposal
from cases.numbers import short
from cases.queries import chips, preview
from cases.states import Task
from desk import aftermath, fields, transfer_form, units
from desk.units import Table, address
from kernel.clock import now
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants import duties, finding
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

LONGEST = 4000


class ObjectionForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("异议理由"), required=False, choices=OBJECTIONS.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=gettext_lazy("为什么不属于本单位"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4}),
    )
    law = forms.CharField(
        label=gettext_lazy("依据"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 2})
    )
    q = forms.CharField(label=gettext_lazy("查找单位"), required=False)
    proposed_unit = forms.UUIDField(
        label=gettext_lazy("建议转给"), required=False, error_messages={"invalid": gettext_lazy("选一个单位，或不选。")}
    )


class DecisionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("意见"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )


def _case(request: StaffRequest, case_id: UUID) -> Case:
    case = policy.visible(request.actor).select_related("filing").filter(id=case_id).first()
    if case is None:
        raise NotFound
    return case


def _version(request: StaffRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


# The unit ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def object_(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The clerk proposes, the one in charge decides, both on this page."""
    case = _case(request, case_id)
    rights, waiting = aftermath.may(request.actor, case, "object"), preview.proposal(case, "object")
    if request.method == "POST":
        return _object(request, case, waiting)
    if not (rights.act or rights.propose):
        try:
            policy.require(request.actor, "object", case)
        except (Refused, Conflict) as error:
            error.way_on = address("case", case.id)
            raise
    first: dict[str, Any] = dict(waiting.fields) if waiting is not None else {}
    return _page(request, case, ObjectionForm(initial=first, auto_id="%s"), waiting)


@never_cache
@require_GET
def found(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """The table for what was typed into the search box."""
    case = _case(request, case_id)
    stay = preview.last_stay(case)
    if stay is None:
        raise NotFound
    chosen = transfer_form.uuid(request.GET.get("proposed_unit", ""))
    table = _table(request, case, stay, request.GET.get("q", ""), chosen)
    return render(request, "desk/transfer_units.html", {"table": table, "case": case, "name": "proposed_unit"})


def _table(request: StaffRequest, case: Case, stay: Handover, query: str, chosen: UUID | None) -> Table:
    """Whoever the sender could send it to instead."""
    sender = tenant_by_id(stay.from_tenant)
    return units.table(case, sender, query, chosen, with_loads=False, without=stay.to_department)


def _object(request: StaffRequest, case: Case, waiting: Proposal | None) -> HttpResponse:
    action = request.POST.get("action", "object")
    if action == "turn_down":
        return _turn_down(request, case, waiting)
    form = ObjectionForm(request.POST, auto_id="%s")
    valid = form.is_valid()
    if action == "find":
        return _page(request, case, ObjectionForm(initial=request.POST.dict(), auto_id="%s"), waiting)
    given = form.cleaned_data
    for name, text in (("reason", _("选一个异议理由。")), ("text", _("写明理由。")), ("law", _("写明依据。"))):
        if name not in form.errors and not given.get(name, "").strip():
            form.add_error(name, text)
            valid = False
    if not valid:
        return _page(request, case, form, waiting, status=422)
    told = {name: given[name] for name in ("reason", "text", "law")}
    proposed = given["proposed_unit"]
    try:
        if action == "propose":
            kept = {**told, "proposed_unit": str(proposed) if proposed else None}
            _check_window(case)
            actions.propose(request.actor, case.id, version=_version(request), verb="object", fields=kept)
        else:
            actions.object(request.actor, case.id, version=_version(request), proposed_unit=proposed, **told)
    except HuiyinError as error:
        return _again(request, case, form, error)
    return HttpResponseRedirect(address("case", case.id))


def _check_window(case: Case) -> None:
    """Nobody is asked to decide on what can no longer be done."""
    window = preview.running(case, Kind.K4)
    if window is None or now() > window.due_effective:
        raise Conflict(_("已过异议期，不能再退回。确有管辖争议的，请报请共同上级指定。"), code="objection-window-over")


def _again(request: StaffRequest, case: Case, form: ObjectionForm, error: HuiyinError) -> HttpResponse:
    """The form as it was, with what stands against it."""
    if isinstance(error, NotFound):
        raise error
    fresh = _case(request, case.id)
    waiting = preview.proposal(fresh, "object")
    if isinstance(error, Invalid):
        fields.take(form, error)
        return _page(request, fresh, form, waiting, status=422)
    change = {"text": str(error), "url": address("case", case.id)} if isinstance(error, Stale) else None
    refusal = None if change else error
    return _page(request, fresh, form, waiting, status=error.status, change=change, refusal=refusal)


def _turn_down(request: StaffRequest, case: Case, waiting: Proposal | None) -> HttpResponse:
    if waiting is None:
        raise Conflict(_("这项提请已经有结果了。"), way_on=address("case", case.id))
    reason = request.POST.get("turn_down_reason", "")
    try:
        actions.turn_down(request.actor, case.id, version=_version(request), proposal=waiting.id, reason=reason)
    except (Invalid, Stale) as error:
        form = ObjectionForm(initial=dict(waiting.fields), auto_id="%s")
        wrong = error.fields.get("reason", [str(error)])[0]
        told = {"text": reason, "error": wrong}
        return _page(request, _case(request, case.id), form, waiting, status=error.status, turn_down=told)
    return HttpResponseRedirect(address("case", case.id))


def _page(
    request: StaffRequest,
    case: Case,
    form: ObjectionForm,
    waiting: Proposal | None,
    *,
    status: int = 200,
    change: dict[str, str] | None = None,
    refusal: HuiyinError | None = None,
    turn_down: dict[str, str] | None = None,
) -> HttpResponse:
    at, stay = now(), preview.last_stay(case)
    if stay is None:
        raise NotFound
    window, notice = preview.running(case, Kind.K4), preview.running(case, *NOTICE, Kind.K1R)
    sender = tenant_by_id(stay.from_tenant)
    answer = preview.answered_by(case, sender, request.tenant, at=at)
    calendar = calendar_of(request.actor.tenant)
    chosen = transfer_form.uuid(str(form["proposed_unit"].value() or ""))
    context = {
        "case": case,
        "form": form,
        "number": short(case.number),
        "stay": stay,
        "sender": sender,
        "window": window,
        "window_over": window is None or at > window.due_effective,
        "head_clock": chips.large("K4", window.due_raw, at, calendar) if window is not None else None,
        "notice": notice,
        "notice_clock": chips.chip(notice.kind, notice.due_raw, at, calendar) if notice is not None else None,
        "notice_name": chips.short_name_of(notice.kind) if notice is not None else "",
        "answer": answer,
        "answer_length": aftermath.length(answer.limit) if answer.limit is not None else "",
        "rights": aftermath.may(request.actor, case, "object"),
        "proposal": waiting,
        "own_proposal": waiting is not None and waiting.by == request.actor.user,
        "proposed_by": finding.person_name(waiting.by) if waiting is not None else "",
        "table": _table(request, case, stay, str(form["q"].value() or ""), chosen),
        "name": "proposed_unit",
        "change": change,
        "refusal": refusal,
        "turn_down": turn_down,
        "worklist_url": address("worklist"),
        "case_url": address("case", case.id),
    }
    return render(request, "desk/objection_raise.html", context, status=status)


# The sender --------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
def objection(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """What the unit says, what each answer leads to; the bureau's leader gives it."""
    case = _case(request, case_id)
    stay = preview.objected_stay(case) if case.task == Task.OBJECTION else None
    if stay is None or not request.actor.at_desk:
        raise Conflict(_("这件现在没有等本局决定的异议。"), way_on=address("case", case.id))
    form = DecisionForm(request.POST or None, auto_id="%s")
    if request.method == "GET":
        return _decision_page(request, case, stay, form)
    if not form.is_valid():
        return _decision_page(request, case, stay, form, status=422)
    granted, text, version = request.POST.get("action") == "consent", form.cleaned_data["text"], _version(request)
    try:
        if granted:
            actions.consent(request.actor, case.id, version=version, text=text)
        else:
            actions.refuse(request.actor, case.id, version=version, text=text)
    except Invalid as error:
        fields.take(form, error)
        return _decision_page(request, case, stay, form, status=422)
    except (Refused, Conflict, Stale) as error:
        fresh = _case(request, case.id)
        stale = {"text": str(error), "url": address("case", case.id)} if isinstance(error, Stale) else None
        refusal = None if stale else error
        return _decision_page(request, fresh, stay, form, status=error.status, change=stale, refusal=refusal)
    if not granted:
        return HttpResponseRedirect(address("case", case.id))
    wanted = f"?to={stay.proposed_unit}" if stay.proposed_unit else ""
    return HttpResponseRedirect(address("transfer", case.id) + wanted)


def _listed(request: StaffRequest, case: Case, stay: Handover) -> dict[str, str]:
    """What the lists of duties say of the objector and of the unit it names; empty where the office keeps none."""
    if not duties.count(request.tenant.pk):
        return {}
    items = duties.named(request.tenant.pk, above(case.filing.content_class))
    none = _("清单里没有这类事项")

    def said(unit: UUID) -> str:
        item = items.get(unit)
        return _("第 %(n)d 项：%(text)s") % {"n": item.number, "text": item.text} if item is not None else none

    found = {finding.department_name(stay.to_department): said(stay.to_department)}
    if stay.proposed_unit:
        found[finding.department_name(stay.proposed_unit)] = said(stay.proposed_unit)
    return found


def _decision_page(
    request: StaffRequest,
    case: Case,
    stay: Handover,
    form: DecisionForm,
    *,
    status: int = 200,
    change: dict[str, str] | None = None,
    refusal: HuiyinError | None = None,
) -> HttpResponse:
    at, calendar = now(), calendar_of(request.actor.tenant)
    clock = preview.running(case, Kind.K4S)
    back = preview.taken_back(case, request.tenant, at=at)
    goes_on = preview.running(case, *NOTICE, Kind.K1R) if stay.to_tenant == request.actor.tenant else None
    context = {
        "case": case,
        "stay": stay,
        "form": form,
        "number": short(case.number),
        "head_clock": chips.large("K4s", clock.due_raw, at, calendar) if clock is not None else None,
        "objector": finding.department_name(stay.to_department),
        "reason": OBJECTIONS.label(stay.objection_reason),
        "words": preview.objection_words(case, stay),
        "proposed": finding.department_name(stay.proposed_unit) if stay.proposed_unit else "",
        "listed": _listed(request, case, stay),
        "back": back,
        "back_length": aftermath.length(back.limit) if back.limit is not None else "",
        "goes_on": goes_on,
        "goes_on_name": chips.name_of(goes_on.kind) if goes_on is not None else "",
        "decides": aftermath.may(request.actor, case, "consent").act,
        "change": change,
        "refusal": refusal,
        "worklist_url": address("worklist"),
        "case_url": address("case", case.id),
    }
    return render(request, "desk/objection.html", context, status=status)
