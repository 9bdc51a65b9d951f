"""One order, for both sides: what was asked and said, the cases, and the next step of whoever's turn it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases import deadlines
from cases.actions import Upload
from cases.clocks import calendar_of
from cases.codes.orders import OrderStep
from cases.queries import chips
from cases.queries.dossier import Why, WhyLine
from cases.queries.names import Names
from desk import fields
from desk.casefiles import LOCKED
from desk.supervision import forms, home, words
from desk.supervision.forms import Plain
from kernel import files
from kernel.clock import now
from kernel.errors import HuiyinError, Stale
from supervision import orders
from supervision.models import Order
from supervision.orders import reading
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest

FIRST = ("sign_for_order", "reply", "accept_reply", "return_reply", "lift")
STEPS = {
    OrderStep.ISSUED: lambda: _("发出"),
    OrderStep.SEEN: lambda: _("签收"),
    OrderStep.PROGRESS: lambda: _("报告进展"),
    OrderStep.REPLY: lambda: _("书面反馈"),
    OrderStep.ACCEPTED: lambda: _("认可反馈"),
    OrderStep.SENT_BACK: lambda: _("退回重办"),
    OrderStep.ESCALATED: lambda: _("升级督办"),
    OrderStep.LIFTED: lambda: _("解除督办"),
}


@never_cache
@require_GET
def page(request: StaffRequest, order_id: UUID) -> HttpResponse:
    return _page(request, orders.find(request.actor, order_id))


def _page(
    request: StaffRequest,
    order: Order,
    *,
    bad: tuple[str, Plain] | None = None,
    refusal: HuiyinError | None = None,
    stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    names = Names(actor.tenant)
    cases = list(order.cases.values_list("case", flat=True))
    lines = reading.case_lines(actor, cases, titles=True)
    offered = orders.decisions(actor, order)
    context: dict[str, Any] = {
        "order": order,
        "kind": order.get_instrument_display(),
        "state": Order.State(order.state).label,
        "to": names.body(order.to_department_id),
        "sender": names.body(order.department_id),
        "partners": [names.body(pk) for pk in order.partners],
        "basis": order.get_basis_display() if order.basis else "",
        "chip": chips.large("K15", order.due_raw, now(), calendar_of(order.tenant_id)) if order.is_owed else None,
        "why": why(order),
        "cases": [(line, home.case_url(line)) for case in cases if (line := lines.get(case)) is not None],
        "thread": _thread(request, order, names),
        "acts": _acts(request, order, offered, bad),
        "before": order.follows if order.follows_id and _visible(request, order.follows_id) else None,
        "after": [row for row in order.followed_by.all() if _visible(request, row.pk)],
        "refusal": refusal,
        "change": {"text": "", "url": request.path} if stale else None,
        "done": words.done(request.GET.get("done", "")),
        "done_verb": request.GET.get("done", "") if not bad and not refusal else "",
    }
    return render(request, "desk/supervision/order.html", context, status=status)


def _visible(request: StaffRequest, order: UUID) -> bool:
    return reading.visible(request.actor, order)


def why(order: Order) -> Why:
    """依据, 起算, 计数: a day named in a letter."""
    due = deadlines.Due(order.due_raw, order.due_effective, order.due_provisional)
    rows = deadlines.why(
        basis=str(_("《信访工作条例》第四十条：督办函、建议书应在来函确定的期限内书面反馈")),
        started_at=order.issued_at,
        start_event=str(_("发出")),
        length=0,
        unit="date",
        due=due,
        profile_name=tenant_by_id(order.tenant_id).name,
        calendar=calendar_of(order.tenant_id),
    )
    return Why(order.due_raw, [WhyLine(*row) for row in rows[:-1]], provisional=order.due_provisional)


def _acts(
    request: StaffRequest, order: Order, offered: list[str], bad: tuple[str, Plain] | None
) -> list[dict[str, Any]]:
    """Each step open to the reader with its form; the first is the primary one."""
    made = []
    first = next((verb for verb in FIRST if verb in offered), "")
    kept = [bad[0]] if bad is not None and bad[0] not in offered else []  # what was typed stays, whatever came between
    for verb in [*offered, *kept]:
        form = bad[1] if bad is not None and bad[0] == verb else _fresh(request, verb, order)
        made.append(
            {
                "verb": verb,
                "text": words.verb(verb),
                "effect": words.effect(verb),
                "form": form,
                "url": reverse("desk:order_step", args=[order.pk, verb]),
                "primary": verb == first,
                "open": verb == first or (bad is not None and bad[0] == verb),
            }
        )
    return sorted(made, key=lambda act: not act["primary"])


def _fresh(request: StaffRequest, verb: str, order: Order) -> Plain:
    initial: dict[str, Any] = {"version": order.version}
    if verb in ("return_reply", "escalate"):
        initial["due"] = orders.usual_due(request.actor, order.instrument)
    return _offer(request, verb, order, forms.order_form(verb, initial=initial))


def _offer(request: StaffRequest, verb: str, order: Order, form: Plain) -> Plain:
    if verb == "escalate":
        form.choose("instrument", forms.instrument_choices(orders.further(request.actor, order)))
    return form


def _thread(request: StaffRequest, order: Order, names: Names) -> list[dict[str, Any]]:
    rows = list(order.steps.prefetch_related("files").order_by("-id"))
    names.want(people=[row.by for row in rows], departments=[row.department for row in rows])
    return [
        {
            "at": row.at,
            "kind": "paper" if row.kind in (OrderStep.ISSUED, OrderStep.REPLY) else "event",
            "actor": f"{names.body(row.department)} {names.person(row.by)}",
            "text": STEPS[OrderStep(row.kind)](),
            "note": str(row.text or ""),
            "due": row.due_raw,
            "files": [
                {
                    "title": str(file.name),
                    "url": reverse("desk:order_file", args=[order.pk, file.pk]),
                }
                for file in row.files.all()
            ],
        }
        for row in rows
    ]


@never_cache
@require_POST
def step(request: StaffRequest, order_id: UUID, verb: str) -> HttpResponse:
    """One step; what goes wrong keeps what was typed."""
    order = orders.find(request.actor, order_id)
    form = _offer(request, verb, order, forms.order_form(verb, request.POST, request.FILES))
    if not form.is_valid():
        return _page(request, order, bad=(verb, form), status=422)
    try:
        made = _do(request, order_id, verb, form)
    except Stale:
        return _page(request, orders.find(request.actor, order_id), bad=(verb, form), stale=True, status=412)
    except HuiyinError as error:
        if error.fields:
            fields.take(form, error)
            return _page(request, order, bad=(verb, form), status=error.status)
        fresh = orders.find(request.actor, order_id)
        return _page(request, fresh, bad=(verb, form), refusal=error, status=error.status)
    return HttpResponseRedirect(reverse("desk:order", args=[made.pk]) + f"?done={verb}")


def _do(request: StaffRequest, order_id: UUID, verb: str, form: Plain) -> Order:
    given = {name: value for name, value in form.cleaned_data.items() if name != "files"}
    if verb in ("reply", "report_progress"):
        given["files"] = [_kept(file) for file in form.cleaned_data.get("files") or ()]
    made: Order = getattr(orders, verb)(request.actor, order_id, **given)
    return made


def _kept(file: Any) -> Upload:
    if isinstance(file, Upload):
        return file
    got = files.receive(file)
    return Upload(got.sha, got.name, got.mime, got.size)


@require_GET
def file(request: StaffRequest, order_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file of the order, as a download, for both sides."""
    order = orders.find(request.actor, order_id)
    row = reading.file(order, file_id)
    content: Iterator[bytes] = files.stream(row.sha256, office=tenant_by_id(row.tenant).schema_name)
    response = StreamingHttpResponse(content, content_type=row.mime)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(str(row.name))}"
    response.headers["Content-Length"] = str(row.size)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = LOCKED
    return response
