"""案卷单: one case on A4, with its whole history or a part of it, masked; each one is logged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases import actions, policy
from cases.codes import CHANNELS, content_list
from cases.codes.accesses import Look
from cases.models import Case
from cases.queries import dossier
from cases.queries.journey import Journey
from cases.queries.names import Names
from cases.queries.timeline import FILTERS, Timeline
from cases.states import Class, State
from desk import dates, origin, places, receipts
from desk.casepage import history_words
from kernel.clock import now
from tenants import finding
from tenants.context import tenant_by_id
from tenants.requests import StaffRequest


@never_cache
@require_GET
def sheet(request: StaffRequest, case_id: UUID) -> HttpResponse:
    case = dossier.find(request.actor, case_id)
    context = told(request, case, request.GET.get("history", "all"))
    wanted = context["history_wanted"]
    context |= {
        "choices": [
            {"url": f"{reverse('desk:sheet', args=[case.id])}?history={name}", "text": text, "current": name == wanted}
            for name, text in history_words().items()
        ],
        "url": origin.case_url(case.id, origin.of(request)),
    }
    return render(request, "desk/case/sheet.html", context)


def told(request: StaffRequest, case: Case, wanted: str) -> dict[str, Any]:
    """What the paper says; that it was handed out is written down here."""
    actor = request.actor
    names = Names(actor.tenant)
    journey = Journey(case, actor.tenant, names)
    readable = policy.may_read_people(actor, case)
    timeline = Timeline(case, actor.tenant, names, words=readable, units=actor.units)
    wanted = wanted if wanted in FILTERS else "all"
    running, over = dossier.clocks(journey, names)
    actions.log_access(actor, Look.SHEET_PRINTED, case=case.id, history=wanted)
    return {
        "case": case,
        "number": receipts.spaced(case.number),
        "rows": _rows(request, case, journey),
        "steps": journey.steps(),
        "running": running,
        "over": over,
        "demands": dossier.demands(case),
        "people": dossier.people(actor, case),
        "files": dossier.files(actor, case, names),
        "history": timeline.lines(wanted),
        "history_name": history_words()[wanted],
        "history_wanted": wanted,
        "intact": timeline.intact(),
        "office": tenant_by_id(actor.tenant),
        "by": finding.person_name(actor.user),
        "at": now(),
    }


def _rows(request: StaffRequest, case: Case, journey: Journey) -> list[tuple[str, Any]]:
    filing, line = case.filing, journey.line()
    held = " ".join(part for part in (line.holder_note, line.holder) if part)
    rows = [
        (_("标题"), case.title),
        (_("类别"), Class(case.klass).label if case.klass else ""),
        (_("信访形式"), CHANNELS.label(filing.channel)),
        (_("收到时间"), dates.moment(filing.received_at)),
        (_("登记时间"), dates.moment(filing.registered_at)),
        (_("问题属地"), places.words(request.tenant, filing.place, filing.place_detail)),
        (_("内容分类"), content_list().label(filing.content_class) if filing.content_class else ""),
        (_("信访人数"), str(filing.persons)),
        (_("状态"), State(case.state).label),
        (_("现由"), held),
        (_("自"), dates.moment(line.since)),
        (_("下一步"), line.next),
    ]
    return [row for row in rows if row[1]]
