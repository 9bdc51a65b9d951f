"""The worklist: what to take up next, soonest due first; filters stay in the address; several signed for at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases import policy
from cases.codes.channels import CHANNELS
from cases.models import Case
from cases.queries import chips, listing, staffing, worklist, worklist_counts
from cases.queries.asked import HIDEABLE
from cases.queries.tally import Count
from cases.states import Class
from cases.transitions import SEALED_ROLES
from desk import signing
from desk.templatetags import desk as parts
from kernel.clock import today
from kernel.kept import Kept
from tenants import finding
from tenants.requests import StaffRequest

READERS = policy.WHOLE_OFFICE | policy.OWN_SECTION


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    return _page(request, request.GET, sealed=False)


@require_GET
def sealed(request: StaffRequest) -> HttpResponse:
    """封存件: the confidential desk's own list; its cases are counted nowhere else (P2)."""
    return _page(request, request.GET, sealed=True)


def _page(
    request: StaffRequest,
    given: Mapping[str, str],
    *,
    sealed: bool,
    outcome: signing.Outcome | None = None,
) -> HttpResponse:
    actor = request.actor
    if not actor.roles & (SEALED_ROLES if sealed else READERS):
        return render(request, "desk/worklist_none.html", {"sealed": sealed}, status=403)
    asked = worklist.Asked.read(given)
    after = given.get("after", "")
    more_only = bool(after and request.htmx)
    scopes: Mapping[str, Count] = {}
    if not sealed and asked.scope not in worklist.scopes_of(actor):
        scopes = worklist_counts.scope_counts(actor)
        asked = asked.with_(scope=worklist_counts.default_scope(actor, scopes))
    found = worklist.read(actor, replace(asked, after=after[:80]), sealed=sealed)
    counted = worklist_counts.Counts()
    if not more_only:
        counted = worklist_counts.counts(actor, replace(asked, after=after), sealed=sealed, scopes=scopes)
    first = asked.tab == "all" and not asked.filtered and not after
    tasks = worklist.tasks(actor) if counted.tasks and first else []
    known = places(request)
    context = _rows(request, asked, found, tasks, outcome, after, counted.groups, known)
    if outcome is not None:
        outcome.say_gone(request, (case.id for case in found.cases))
    if more_only:
        return render(request, "desk/worklist_rows.html", context)
    request.waiting = {"inbox": counted.inbox}
    context |= {
        "sealed": sealed,
        "today": today(),
        "tasks": tasks,
        "scopes": _scopes(request, asked, counted.scopes),
        "tabs": _tabs(request, asked, counted.tabs),
        "clocks": _clocks(request, asked, counted.clocks),
        "classes": [(code, text) for code, text in Class.choices if code != Class.B],
        "places": known if actor.at_desk else {},
        "channels": CHANNELS.choices(),
        "columns": _columns(request, asked),
        "together": _together(request),
        "export_url": _export(asked, sealed=sealed),
        "units": staffing.units(actor.tenant) if actor.at_desk and not sealed else [],
        "register_url": _register(request),
        "kept": asked.address(),
        "text": asked.text,
        "clear_url": _url(request, asked.with_(clock="", klass="", place="", unit=None, channel="", text="")),
        "recent_url": _url(
            request, asked.with_(tab="closed", clock="", klass="", place="", unit=None, channel="", text="")
        ),
        "outcome": outcome,
        "back": urlencode(asked.address()),
        "filter_words": _filter_words(asked),
    }
    template = "desk/worklist_list.html" if request.htmx and outcome is not None else "desk/worklist.html"
    return render(request, template, context)


def _register(request: StaffRequest) -> str:
    if not request.actor.may("register"):
        return ""
    try:
        return reverse("desk:register")
    except NoReverseMatch:
        return ""


# --- rows -------------------------------------------------------------------------------------------------------------


def _rows(
    request: StaffRequest,
    asked: worklist.Asked,
    found: worklist.Page,
    tasks: Sequence[Case],
    outcome: signing.Outcome | None,
    after: str,
    groups: Mapping[str, Count],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """Sections of the table; rows of tasks and of the list are read together."""
    rows = listing.rows(request.actor, [*tasks, *found.cases])
    failed = outcome.failed if outcome else {}
    address = reverse("desk:case", args=[NO_CASE]).replace(str(NO_CASE), "{}")
    dated, chip = cache(partial(parts.when, shape="short_day")), cache(parts.clock)
    none = chips.Chip("hold", word=_("没有在走的期限"))
    shown = [
        {
            "row": row,
            "key": f"{row.id}:{row.version}",
            "url": address.format(row.id),
            "flags": parts.flags(row.flags),
            "chip": chip(row.chip or none),
            "due": dated(row.closed_at or row.due),
            "due_note": _("办结") if row.closed_at else row.due_note,
            "place": case.filing.place_detail or names.get(case.filing.place, case.filing.place),
            "failed": failed.get(row.id, ""),
            "group": worklist.group_of(case),
        }
        for row, case in zip(rows, [*tasks, *found.cases], strict=True)
    ]
    sections = []
    if tasks:
        title = _("等本局决定 %(n)s 件") % {"n": len(tasks)}
        sections.append({"title": title, "note": "", "rows": shown[: len(tasks)], "pick": False})
    listed = shown[len(tasks) :]
    if asked.tab == "closed":
        sections.append({"title": "", "note": "", "rows": listed, "pick": False})
    else:
        note = _("按需续载，每次 50 件") if found.next and groups else ""
        sections += _groups(listed, groups, worklist.group_of_key(after), note)
    more = _url(request, asked, after=found.next) if found.next else ""
    long_ = any(" " in row.number for row in rows)
    return {
        "long_numbers": long_,
        "asked": asked,
        "rows": listed,
        "sections": sections,
        "more": more,
        "failed": failed,
    }


NO_CASE = UUID(int=0)


def _groups(
    shown: Sequence[dict[str, Any]], counted: Mapping[str, Count], before: str, note: str
) -> list[dict[str, Any]]:
    """One section a due group; a stretch that goes on in the group above it needs no new heading."""
    counted_words = {
        "over": _("已超期 %(n)s 件"),
        "today": _("今天到期 %(n)s 件"),
        "week": _("本周到期 %(n)s 件"),
        "later": _("以后 %(n)s 件"),
    }
    words = {"over": _("已超期"), "today": _("今天到期"), "week": _("本周到期"), "later": _("以后")}
    made = []
    for name, members in groupby(shown, key=lambda row: str(row["group"])):
        title = counted_words[name] % {"n": counted[name]} if name in counted else words[name]
        made.append({"title": "" if name == before else title, "note": "", "rows": list(members), "pick": True})
    if made:
        made[-1]["note"] = note
    return made


_places: Kept[UUID, dict[str, str]] = Kept()


def places(request: StaffRequest) -> dict[str, str]:
    """Regions by code."""
    return _places.get(
        request.tenant.pk,
        lambda: {known.code: known.name for known in finding.places(request.tenant) if not known.detail},
    )


# --- addresses --------------------------------------------------------------------------------------------------------


def _filter_words(asked: worklist.Asked) -> str:
    """What was asked for, where it was not typed."""
    return _("所选条件") if asked.filtered else ""


_address = cache(reverse)


def _url(request: StaffRequest, asked: worklist.Asked, *, after: str = "") -> str:
    path = request.path if request.path == _address("desk:sealed") else _address("desk:worklist")
    query = urlencode(asked.address() | ({"after": after} if after else {}))
    return f"{path}?{query}" if query else path


def _scopes(request: StaffRequest, asked: worklist.Asked, counted: dict[str, Count]) -> list[dict[str, Any]]:
    whole = _("本局") if request.actor.at_desk else _("本单位")
    words = {"mine": _("我的"), "department": _("本科室"), "office": whole}
    return [
        {"url": _url(request, asked.with_(scope=scope)), "text": words[scope], "count": count,
         "current": scope == asked.scope}
        for scope, count in counted.items()
    ]  # fmt: skip


def _tabs(request: StaffRequest, asked: worklist.Asked, counted: dict[str, Count]) -> list[dict[str, Any]]:
    words = {
        "all": _("全部在办"),
        "triage": _("待分流"),
        "sign": _("待签收"),
        "notice": _("待告知"),
        "handling": _("办理中"),
        "approval": _("审核签发中"),
        "serve": _("待送达"),
        "window": _("复查期内"),
        "route": _("导入法定途径"),
        "objection": _("异议"),
        "report": _("已结报"),
        "awaiting": _("待审批"),
        "closed": _("近期办结"),
    }
    # Seldom used tabs show when something lies there; the rest keep their place.
    seldom = {"objection", "report", "awaiting"}
    return [
        {"url": _url(request, asked.with_(tab=tab, clock="")), "text": text, "count": counted[tab],
         "current": tab == asked.tab}
        for tab, text in words.items()
        if tab not in seldom or counted[tab] or tab == asked.tab
    ]  # fmt: skip


def _export(asked: worklist.Asked, *, sealed: bool) -> str:
    query = asked.address() | ({"sealed": "1"} if sealed else {})
    return f"{_address('desk:worklist_export')}?{urlencode(query)}"


def _columns(request: StaffRequest, asked: worklist.Asked) -> list[dict[str, Any]]:
    """Each column one may do without; its address shows it or leaves it out."""
    texts = {"place": _("属地"), "move": _("从 → 现由"), "state": _("状态"), "clock": _("期限")}
    return [
        {
            "text": texts[name],
            "shown": name not in asked.hidden,
            "url": _url(request, asked.with_(hidden=tuple(sorted({*asked.hidden} ^ {name})))),
        }
        for name in HIDEABLE
    ]


def _together(request: StaffRequest) -> list[tuple[str, str]]:
    """What this post does to several cases, beside signing for them."""
    offered = {"allot": _("分派"), "transfer": _("转送"), "assign": _("交办")}
    actor = request.actor
    return [(verb, text) for verb, text in offered.items() if actor.may(verb) or actor.may_propose(verb)]


def _clocks(request: StaffRequest, asked: worklist.Asked, counted: dict[str, Count]) -> list[dict[str, Any]]:
    words = {
        "grave": _("特别严重"),
        "serious": _("严重超期"),
        "over": _("超期"),
        "soon": _("临期"),
        "ok": _("正常"),
        "hold": _("暂停"),
    }
    return [
        {"url": _url(request, asked.with_(clock="" if clock == asked.clock else clock)), "text": text,
         "count": counted[clock], "shape": clock, "current": clock == asked.clock}
        for clock, text in words.items()
        if clock in counted and (counted[clock] or clock not in ("grave", "hold") or clock == asked.clock)
    ]  # fmt: skip


@require_POST
def sign_for(request: StaffRequest) -> HttpResponse:
    """批量签收 from the worklist; the list comes back as it was asked for."""
    outcome = signing.sign_for(request, request.POST.getlist("case"))
    given = QueryDict(request.POST.get("back", "")[:2000])
    return _page(request, {name: given.get(name, "") for name in given}, sealed=False, outcome=outcome)
