"""结报: written by the office that answered, read and decided by the offices above (T28a to T28c, T27a)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases import actions, policy
from cases.models import Case
from cases.numbers import short
from cases.queries import chips, dossier, papers, reporting
from cases.queries.hanging import gather
from cases.queries.journey import Journey
from cases.queries.names import Names
from desk import fields
from desk.forms import FORMS, VerbForm
from desk.forms import proposal as proposals
from desk.forms.report import ReportForm
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants.actors import Actor
from tenants.requests import StaffRequest

__all__ = ["report"]

DECISIONS = ("forward_report", "approve_report", "return_report", "prove_execution")


@never_cache
@require_http_methods(["GET", "POST"])
def report(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """One page for everybody on the path: to write, to propose, to pass on, to approve, to return, or to read."""
    case = dossier.find(request.actor, case_id)
    if case.sealed:
        raise NotFound
    if request.method == "POST":
        return _act(request, case)
    page = _Page(request, case)
    if page.nothing:
        raise Conflict(_("这件没有要结报的，也没有收到的结报。"), way_on=reverse("desk:case", args=[case_id]))
    return page.render()


def _act(request: StaffRequest, case: Case) -> HttpResponse:
    action = request.POST.get("action", "")
    if action in DECISIONS:
        return _decide(request, case, action)
    form = ReportForm(request.POST)
    valid = form.is_valid()
    version = form.cleaned_data.get("version") if valid else None
    try:
        if action == "turn_down":
            _turn_down(request, case, version)
            messages.success(request, _("没有批准，提请的人看得见理由。"))
        elif action == "propose":
            _whole(form)
            actions.propose(request.actor, case.id, version=version, verb="report", fields=form.values())
            messages.success(request, _("已提请结报，等候审批。状态和期限不变。"))
        else:
            actions.report(request.actor, case.id, version=version, **form.values())
            messages.success(request, _("已结报。到交办单位之日，反馈期限才停。"))
    except Invalid as error:
        if set(error.fields) & set(form.fields):
            fields.take(form, error)
            return _Page(request, case, form=form).render(error.status)
        return _Page(request, case, form=form, error=error).render(error.status)
    except Stale as error:
        form.data = _at_present(request, case)
        return _Page(request, case, form=form, stale=True).render(error.status)
    except HuiyinError as error:
        return _Page(request, case, form=form, error=error).render(error.status)
    return HttpResponseRedirect(reverse("desk:report", args=[case.id]))


def _at_present(request: StaffRequest, case: Case) -> QueryDict:
    """What was typed, on the version as it stands: sent again it goes through."""
    data = request.POST.copy()
    data["version"] = str(dossier.find(request.actor, case.id).version)
    return data


def _whole(form: ReportForm) -> None:
    """A proposal says what the report will say: the same three parts must be there (as `report` asks)."""
    words = {"facts": _("写明查明的事实。"), "handling": _("写明怎样办的。"), "attitude": _("写明信访人的态度。")}
    wrong = {name: [text] for name, text in words.items() if not form.values()[name].strip()}
    if wrong:
        raise Invalid(fields=wrong)


def _turn_down(request: StaffRequest, case: Case, version: int | None) -> None:
    waiting = dossier.proposed(case, "report")
    if waiting is None:
        raise Conflict(_("这项提请已经有结果了。"))
    reason = request.POST.get("reason", "")
    actions.turn_down(request.actor, case.id, version=version, proposal=waiting.id, reason=reason)


def _decide(request: StaffRequest, case: Case, verb: str) -> HttpResponse:
    """The verbs of the offices above, and the proof of execution, by their own forms."""
    form = FORMS[verb](request.POST, request.FILES, actor=request.actor, case=case)
    if not form.is_valid():
        return _Page(request, case, decision=form).render(422)
    try:
        form.done()
    except Stale as error:
        form.data = _at_present(request, case)
        return _Page(request, case, decision=form, stale=True).render(error.status)
    except Invalid as error:
        fields.take(form, error)
        return _Page(request, case, decision=form).render(error.status)
    except HuiyinError as error:
        return _Page(request, case, decision=form, error=error).render(error.status)
    said = {
        "forward_report": _("已转报。"),
        "approve_report": _("已审核通过。"),
        "return_report": _("已退回重办，承办单位看得见理由。"),
        "prove_execution": _("已记录执行到位。"),
    }
    messages.success(request, said[verb])
    return HttpResponseRedirect(reverse("desk:report", args=[case.id]))


class _Page:
    """What this person sees of the report, and what is open to them."""

    def __init__(
        self,
        request: StaffRequest,
        case: Case,
        *,
        form: ReportForm | None = None,
        decision: VerbForm | None = None,
        stale: bool = False,
        error: HuiyinError | None = None,
    ) -> None:
        self.request, self.case, self.error, self.stale = request, case, error, stale
        self.actor: Actor = request.actor
        self.names = Names(self.actor.tenant)
        gather(case, "reports", "handovers", "clocks", "notices", "opinions")
        self.row = reporting.climbing(case) or reporting.last(case)
        self.waiting = dossier.proposed(case, "report")
        self.decision = decision
        may_write = reporting.ended(case) and reporting.owed(case, self.names) is not None
        self.writes = may_write and self._may("report")
        self.proposes = may_write and not self.writes and self._may("report", propose=True)
        self.form = form or self._form()
        self.decisions = [verb for verb in DECISIONS if self._open(verb)]

    def _may(self, verb: str, *, propose: bool = False) -> bool:
        try:
            policy.require(self.actor, verb, self.case, propose=propose)
        except (Refused, Conflict):
            return False
        return True

    def _open(self, verb: str) -> bool:
        if verb == "prove_execution":
            return self._may(verb) and bool(dossier.to_execute(self.case))
        return reporting.climbing(self.case) is not None and self._may(verb)

    @property
    def nothing(self) -> bool:
        return self.row is None and not self.writes and not self.proposes and not reporting.items(self.case)

    def _form(self) -> ReportForm:
        """Filled with what was proposed, else with what the opinion and its service already say."""
        given: dict[str, Any] = dict(self.waiting.fields) if self.waiting is not None and self.waiting.fields else {}
        if not given and (self.writes or self.proposes):
            given = dict(reporting.suggestion(self.case))
        return ReportForm(initial=given | {"version": self.case.version})

    def _decision(self, verb: str) -> VerbForm:
        if self.decision is not None and self.decision.verb == verb:
            return self.decision
        return FORMS[verb](actor=self.actor, case=self.case, initial={"version": self.case.version})

    def render(self, status: int = 200) -> HttpResponse:
        case, waiting, row = self.case, self.waiting, self.row
        journey = Journey(case, self.actor.tenant, self.names)
        clock = journey.shown_clock()
        mine = waiting is not None and waiting.by == self.actor.user
        context = {
            "case": case,
            "number": short(case.number),
            "chip": chips.large(clock.kind, clock.due_raw, journey.at, journey.calendar) if clock else None,
            "line": journey.line(),
            "steps": journey.steps(),
            "hops": journey.hops,
            "returns": journey.returns,
            "owed": reporting.owed(case, self.names),
            "ending": reporting.ending(case, row),
            "row": row,
            "verdict": reporting.verdict(row) if row is not None else "",
            "sheet": papers.find(self.actor, case, "report", row.id) if row is not None else None,
            "answers": reporting.answers(row) if row is not None else [],
            "items": reporting.items(case),
            "form": self.form,
            "writes": self.writes and not mine and waiting is not None,
            "unasked": self.writes and waiting is None,
            "proposes": self.proposes and waiting is None,
            "asked": {
                "by": self.names.person(waiting.by),
                "at": waiting.at,
                "mine": mine,
                "rows": proposals.rows(waiting, self.names),
            }
            if waiting is not None
            else None,
            "reason_given": self.request.POST.get("reason", ""),
            "decisions": {verb: self._decision(verb) for verb in self.decisions},
            "failed": self.decision.verb if self.decision is not None else "",
            "stale": {"url": reverse("desk:case", args=[case.id])} if self.stale else None,
            "error": self.error,
        }
        return render(self.request, "desk/reports/page.html", context, status=status)
