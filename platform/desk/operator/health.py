"""服务健康: what each part says of itself now; what does not answer says so, and the page still comes."""

from __future__ import annotations

from django.db import Error
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from desk.operator.requests import OperatorRequest, entries
from kernel import broker, heartbeats, status
from supervision import check
from tenants import offices, steps

MANY_CONNECTIONS = 0.8  # of what the server allows
FULL_PERCENT = 90


@require_GET
def page(request: OperatorRequest) -> HttpResponse:
    room = status.room()
    head, stored = steps.head(), offices.stored_head()
    totals = offices.totals()
    context = {
        "entries": entries(request.path),
        "database": _database(),
        "broker": broker.look(),
        "processes": [{"pulse": one, "name": _name(one.name), "does": _does(one.name)} for one in heartbeats.pulses()],
        "room": room,
        "room_full": room is not None and room.used_percent >= FULL_PERCENT,
        "version": heartbeats.code_version(),
        "head": head,
        "stored": stored,
        "behind": max(head - stored, 0),
        "lagging": totals.lagging,
        "books": check.report(),
    }
    return render(request, "desk/operator/health.html", context)


def _database() -> dict[str, object] | None:
    try:
        found = status.database()
    except Error:
        return None
    crowded = found.connections >= found.most_connections * MANY_CONNECTIONS
    return {"facts": found, "crowded": crowded}


def _name(process: str) -> str:
    return {
        "worker": _("任务进程"),
        "beat": _("定时进程"),
        "owner-worker": _("开通进程"),
        "realtime": _("实时进程"),
    }.get(process, process)


def _does(process: str) -> str:
    return {
        "worker": _("投递队列，办夜间的事"),
        "beat": _("按时发起任务"),
        "owner-worker": _("开通和升级机构"),
        "realtime": _("把提醒即时送到浏览器"),
    }.get(process, "")
