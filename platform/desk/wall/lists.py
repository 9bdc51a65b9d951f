"""The matters behind a number of the wall: numbers and codes; opening one goes through policy and is logged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.codes.channels import CHANNELS
from cases.codes.contents import content_list
from desk import dates
from desk.ledger_rows import lines
from desk.region_part import Part
from desk.wall.tiles import day_of
from kernel.clock import TZ
from kernel.errors import Invalid
from kernel.paging import page as keyset
from supervision import figures, past_lists
from supervision.measures import LEVELS as EACH
from supervision.measures import OPEN, Level, at_level
from supervision.past_lists import NO_FIELD
from tenants.requests import StaffRequest

LEVELS: tuple[Level, ...] = (*EACH, "late")


@never_cache
@require_GET
def page(request: StaffRequest) -> HttpResponse:
    part = Part.read(request, request.GET)
    if (day := day_of(request.GET.get("day", ""))) is not None:
        return _past(request, part, day)
    condition, words, order, kept = _asked(request.GET)
    known = figures.rows(part.region)
    if kept.get("came"):
        known = figures.came(part.region, _day("since", kept["since"]), _day("came", kept["came"]))
    rows = known.filter(condition, sealed=False)
    if request.GET.get("only") == "own":
        rows, kept = rows.filter(path=part.region.path), {**kept, "only": "own"}
    found = keyset(rows, order, request.GET.get("after") or None)
    context = {
        "part": part,
        "words": words,
        "lines": lines(found.items, request.actor),
        "more": part.url("desk:wall_list", **kept, after=found.next) if found.next else "",
        "back": part.url("desk:wall"),
    }
    return _render(request, context)


def _render(request: StaffRequest, context: dict[str, Any]) -> HttpResponse:
    more = request.htmx and request.GET.get("after")
    return render(request, "desk/statistics/rows_more.html" if more else "desk/wall/list.html", context)


def _past(request: StaffRequest, part: Part, day: date) -> HttpResponse:
    """As they stood at the end of a past day, from the changes its numbers are made of."""
    _condition, words, _order, kept = _asked(request.GET)
    own = request.GET.get("only") == "own"
    kept |= {"day": f"{day}"} | ({"only": "own"} if own else {})
    after = request.GET.get("after", "")[:9]
    skip = int(after) if after.isdecimal() else 0
    rows, more = past_lists.matters(part.region, _then(kept, day, own=own), skip)
    context = {
        "part": part,
        "words": words,
        "past": day,
        "lines": lines(rows, request.actor, day),
        "more": part.url("desk:wall_list", **kept, after=f"{skip + len(rows)}") if more else "",
        "back": part.url("desk:wall", day=f"{day}"),
    }
    return _render(request, context)


def _then(kept: Mapping[str, str], day: date, *, own: bool) -> past_lists.Asked:
    narrow: dict[str, Any] = {"field": kept.get("field", ""), "channel": kept.get("channel", ""), "own": own}
    if "pair" in kept:
        a, b = (UUID(one) for one in kept["pair"].split(","))
        return past_lists.Asked(day, "pair", pair=(a, b), **narrow)
    for what in ("came", "closed"):
        if what in kept:
            last = min(_day(what, kept[what]), day)
            return past_lists.Asked(last, what, since=_day("since", kept["since"]), **narrow)
    if "rate" in kept:
        return past_lists.Asked(day, "notice" if kept["rate"] == "notice" else "reply", own=own)
    if "level" not in kept:
        raise Invalid(fields={"level": [_("不知道要看哪一类。从态势页点一个数进来。")]})
    return past_lists.Asked(day, "level", level=next(known for known in LEVELS if known == kept["level"]), **narrow)


def _asked(given: Mapping[str, str]) -> tuple[Q, str, tuple[str, str], dict[str, str]]:
    """The condition, its words, the order, and what the address needs for the next page. Invalid: nothing known."""
    late_first, new_first = ("due_raw", "case"), ("-registered_at", "case")
    also, topic, kept = _narrowed(given)
    level = next((known for known in LEVELS if known == given.get("level")), None)
    if level is not None:
        condition = at_level(level)
        if level == "serious":
            condition |= at_level("grave")
        return condition & also, _join(_level(level), topic), late_first, {"level": level, **kept}
    for name, words in (("came", _("%(day)s 新收")), ("closed", _("%(day)s 办结")), ("due", _("%(day)s 到期"))):
        if given.get(name):
            day = _day(name, given[name])
            since = _day("since", given["since"]) if given.get("since") else day
            condition = Q() if name == "came" else _within({"closed": "closed_at", "due": "due_raw"}[name], since, day)
            span = dates.day(day) if since == day else dates.between(since, day)
            kept |= {"since": f"{since}"}
            if name == "due":
                condition &= OPEN
            order = new_first if name == "came" else late_first
            return condition & also, _join(words % {"day": span}, topic), order, {name: given[name], **kept}
    rates = {"notice": _("应告知"), "reply": _("应答复")}
    if (rate := given.get("rate", "")) in rates and given.get("day"):
        return also, rates[rate], late_first, {"rate": rate}
    if pair := given.get("pair", "")[:80]:
        return _passed(pair), _("互相推转"), late_first, {"pair": pair}
    raise Invalid(fields={"level": [_("不知道要看哪一类。从态势页点一个数进来。")]})


def _within(column: str, first: date, last: date) -> Q:
    begin, until = (datetime.combine(day, time(), TZ) for day in (first, last + timedelta(days=1)))
    return Q((f"{column}__gte", begin), (f"{column}__lt", until))


def _narrowed(given: Mapping[str, str]) -> tuple[Q, str, dict[str, str]]:
    """To a content field, or a channel: the condition, its words, and what the address needs."""
    field, channel = given.get("field", "")[:2], given.get("channel", "")[:8]
    if field == NO_FIELD:
        return Q(content_class=""), _("未定"), {"field": field}
    if field:
        return Q(content_class__startswith=field), content_list().label(f"{field}0000"), {"field": field}
    if channel:
        return Q(channel=channel), CHANNELS.label(channel), {"channel": channel}
    return Q(), "", {}


def _level(level: str) -> str:
    words = {
        "open": _("在办"),
        "soon": _("临期"),
        "overdue": _("超期"),
        "serious": _("严重超期"),
        "grave": _("特别严重"),
        "late": _("已超期"),
    }
    return words[level]


def _join(first: str, second: str) -> str:
    return f"{first} · {second}" if second else first


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={name: [_("日期写成 2026-11-23 的样子。")]}) from None


def _passed(pair: str) -> Q:
    """Open matters that the two had one after the other, whichever was first."""
    try:
        a, b = (str(UUID(part)) for part in pair.split(","))
    except ValueError:
        raise Invalid(fields={"pair": [_("不知道是哪两个单位。从态势页点进来。")]}) from None
    either = Q(passes__contains=[{"a": a, "b": b}]) | Q(passes__contains=[{"a": b, "b": a}])
    return OPEN & either & (Q(hand_backs__gt=0) | Q(hops__gt=0))
