"""What the wall shows of a part of the region, composed from the figures; the same for screen, desk page and sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes.channels import CHANNELS
from cases.codes.contents import content_list
from cases.codes.grounds import OBJECTIONS
from cases.codes.lists import CodeList
from cases.numbers import short
from cases.queries.names import Id, Names
from desk.ledger_rows import case_url_of
from desk.region_part import Part
from desk.wall.heat import heat
from kernel.clock import today
from supervision import figures, places
from supervision.indicators.ratio import shown
from supervision.measures import DayFlow, Levels, Old
from supervision.past_lists import NO_FIELD
from supervision.seen import RATES, Seen
from supervision.seen import seen as region_seen
from tenants import finding
from tenants.actors import Actor

RATE_LISTS = {"I2'": "notice", "I3": "reply"}  # of a past day
COLUMNS: tuple[tuple[str, str | Promise], ...] = (
    ("open", gettext_lazy("在办")),
    ("soon", gettext_lazy("临期")),
    ("overdue", gettext_lazy("超期")),
    ("serious", gettext_lazy("严重")),
)


@dataclass(frozen=True, slots=True)
class Number:
    """One of the large numbers. `key` names it for updates in place; `shape` is that of its clock."""

    key: str
    label: str
    value: str
    unit: str
    url: str = ""
    shape: str = ""
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A place in the heat table: counts with their lists, then rates with their heat and what they are made of."""

    key: str
    name: str
    url: str
    counts: list[tuple[str, str, str]]
    rates: list[tuple[str, str, int | None, str]]
    levels: Levels


@dataclass(frozen=True, slots=True)
class Tiles:
    numbers: list[Number]
    rows: list[Row]
    row_word: str
    tree: list[dict[str, Any]]
    tree_text: str
    flow: dict[str, Any]
    pairs: list[dict[str, Any]]
    oldest: list[dict[str, Any]]
    sealed: str


def tiles(actor: Actor, part: Part, day: date | None = None) -> Tiles:
    """As things stand now; with `day`, as they stood at its end."""
    seen = region_seen(part.region, day)
    rows, word = _rows(part, seen)
    tree = _tree(part, seen, {row.key: row.name for row in rows})
    return Tiles(
        numbers=_numbers(part, seen),
        rows=rows,
        row_word=word,
        tree=tree,
        tree_text=_tree_text(tree),
        flow=_flow(part, seen),
        pairs=_pairs(part, seen),
        oldest=_oldest(part, actor, seen.oldest),
        sealed=_("少于 5 件") if seen.board.sealed is None else str(seen.board.sealed),
    )


def list_url(part: Part, **asked: str) -> str:
    return part.url("desk:wall_list", **asked) if part.region.lists else ""


def _numbers(part: Part, seen: Seen) -> list[Number]:
    total, today_, reply = seen.board.total, seen.flow[-1], seen.reply
    day, now = today_.day.isoformat(), today_.day == today()

    def level(name: str, label: str, count: int, unit: str, shape: str = "") -> Number:
        return Number(name, label, f"{count:,}", unit, list_url(part, level=name, **seen.when), shape)

    return [
        level("open", _("在办"), total.open, _("件")),
        level("soon", _("临期"), total.soon, _("7 日内"), "soon"),
        level("overdue", _("超期"), total.overdue, _("1–14 日"), "over"),
        level("serious", _("严重超期"), total.serious + total.grave, _("15 日起"), "serious"),
        Number(
            "came",
            _("今日新收") if now else _("当日新收"),
            f"{sum(today_.came.values()):,}",
            _("转交本单位") if part.region.is_unit else _("本区域登记"),
            list_url(part, came=day, **seen.when),
        ),
        Number(
            "closed",
            _("今日办结") if now else _("当日办结"),
            f"{today_.closed:,}",
            _("件"),
            list_url(part, closed=day, **seen.when),
        ),
        Number(
            "reply",
            _("按期答复率 %(month)s 月到期") % {"month": seen.month},
            shown(reply.value, "share"),
            f"{int(reply.numerator):,} / {reply.denominator:,}",
            list_url(part, rate="reply", **seen.when) if seen.when else part.url("desk:statistics"),
            wide=True,
        ),
    ]


def _rows(part: Part, seen: Seen) -> tuple[list[Row], str]:
    """Offices next below; in an office without any, its units; the least punctual first, never by volume."""
    board = seen.board
    if board.children and part.region.unit is None:
        word = _("地区")
        names = places.short_names(board.children)
        groups = {path.rsplit("/", 1)[-1]: levels for path, levels in board.children.items()}
        if board.own.open:
            groups[""] = board.own
        urls = {code: part.url("desk:wall", office=code, **seen.when) for code in groups if code}
        labels = {code: names.get(code, code) for code in groups} | {"": _("本局")}
    else:
        word = _("单位")
        groups = {str(unit): levels for unit, levels in seen.units.items()}
        known = Names(part.office.pk).want(departments=groups)
        labels = {unit: known.body(unit) for unit in groups}
        whole = part.region.unit is None
        urls = {unit: part.url("desk:wall", unit=unit, **seen.when) for unit in groups} if whole else {}
    made = [_row(part, seen, key, labels[key], urls.get(key, ""), levels) for key, levels in groups.items()]
    return sorted(made, key=lambda row: (-(row.levels.share or 0), row.name)), word


def _row(part: Part, seen: Seen, key: str, name: str, url: str, levels: Levels) -> Row:
    rates = seen.rates.get(key, {})
    late = None if levels.share is None else Decimal(str(levels.share))
    counts = {
        "open": levels.open,
        "soon": levels.soon,
        "overdue": levels.overdue,
        "serious": levels.serious + levels.grave,
    }
    where = {**_where(part, key), **seen.when}
    punctual = [(code, rates[code].value if code in rates else None) for code in RATES]

    def behind(code: str) -> str:
        if seen.when:
            return list_url(part, rate=RATE_LISTS[code], **where)
        return part.url("desk:statistics", **where) if key else ""

    return Row(
        key,
        name,
        url,
        [(column, f"{counts[column]:,}", list_url(part, level=column, **where)) for column, _label in COLUMNS],
        [
            ("late", shown(late, "share"), heat(late, high_is_bad=True), list_url(part, level="late", **where)),
            *((code, shown(value, "share"), heat(value), behind(code)) for code, value in punctual),
        ],
        levels,
    )


def _where(part: Part, key: str) -> dict[str, str]:
    """The row's own part, as the address names it; the region's own office is a part without what is below."""
    if not key:
        return {"only": "own"}
    return {"unit": key} if len(key) > 12 else {"office": key}


def _tree(part: Part, seen: Seen, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Late matters by place and content field, for a treemap: name, value, heat by the share that is serious; a place
    leads down to it, a field to its list."""
    topics = content_list()
    places: dict[str, dict[str, Levels]] = {}
    for (path, field), levels in seen.cells.items():
        if levels.late:
            key = "" if path == part.region.path else path.rsplit("/", 1)[-1]
            places.setdefault(key, {})[field] = levels
    made = []
    for key, fields in places.items():
        whole = figures.total(fields.values())
        children = [
            {
                "name": _topic(topics, field),
                "value": levels.late,
                "heat": _gravity(levels),
                "url": list_url(part, level="late", field=field or NO_FIELD, **_where(part, key), **seen.when),
            }
            for field, levels in sorted(fields.items(), key=lambda item: -item[1].late)
        ]
        made.append(
            {
                "name": names.get(key) or (part.unit.name if part.unit else part.office.short_name or part.office.name),
                "value": whole.late,
                "heat": _gravity(whole),
                "url": part.url("desk:wall", office=key, **seen.when) if key else "",
                "children": children,
            }
        )
    return sorted(made, key=lambda place: -place["value"])


def _topic(topics: CodeList, field: str) -> str:
    return topics.label(f"{field}0000") if field else _("未定")


def _gravity(levels: Levels) -> int:
    """0 to 5 by how many of the late are serious or grave."""
    share = (levels.serious + levels.grave) / levels.late
    return sum(share >= step for step in (0.05, 0.11, 0.15, 0.25, 0.5))


def _tree_text(tree: list[dict[str, Any]]) -> str:
    if not tree:
        return _("没有超期件")
    whole = sum(place["value"] for place in tree)
    place, field = max(
        ((place, child) for place in tree for child in place["children"]), key=lambda pair: pair[1]["value"]
    )
    return _("超期 %(whole)s 件按地区与内容分类的树图，最多的是%(place)s的%(field)s，%(n)s 件") % {
        "whole": whole,
        "place": place["name"],
        "field": field["name"],
        "n": field["value"],
    }


def _flow(part: Part, seen: Seen) -> dict[str, Any]:
    """Series of the last days: one a channel that occurs, and what was closed. `table`: each number with its list;
    `fields`: what came, by content."""
    days, fields, topics = seen.flow, seen.fields, content_list()
    span = {"since": f"{days[0].day}", "came": f"{days[-1].day}", **seen.when}
    channels = [(code, label) for code, label in CHANNELS.choices() if any(day.came.get(code) for day in days)]
    came, closed = sum(sum(day.came.values()) for day in days), sum(day.closed for day in days)
    return {
        "days": [f"{day.day:%m-%d}" for day in days],
        "series": [{"name": str(label), "data": [day.came.get(code, 0) for day in days]} for code, label in channels],
        "closed": {"name": _("办结"), "data": [day.closed for day in days]},
        "table": [
            (
                f"{day.day:%m-%d}",
                [
                    *(
                        _listed(part, day.came.get(code, 0), came=f"{day.day}", channel=code, **_then_of(seen, day))
                        for code, _label in channels
                    ),
                    _listed(part, day.closed, closed=f"{day.day}", **_then_of(seen, day)),
                ],
            )
            for day in days
        ],
        "fields": [
            (_topic(topics, field), *_listed(part, number, **span, field=field or "-"))
            for field, number in sorted(fields.items(), key=lambda item: (-item[1], item[0]))
        ],
        "text": _("近 %(days)s 日每日新收与办结：共新收 %(came)s 件，办结 %(closed)s 件")
        % {"days": len(days), "came": came, "closed": closed},
    }


def _then_of(seen: Seen, day: DayFlow) -> dict[str, str]:
    """Looking back each day of the flow is as it stood at its own end."""
    return {"day": f"{day.day}"} if seen.when else {}


def _listed(part: Part, number: int, **asked: str) -> tuple[int, str]:
    return number, list_url(part, **asked) if number else ""


def _pairs(part: Part, seen: Seen) -> list[dict[str, Any]]:
    found = seen.pairs
    names = Names(part.own.pk).want(departments=[key for pair in found for key in (pair.a, pair.b)])
    return [
        {
            "key": f"{pair.a}-{pair.b}",
            "a": _placed(part, names, pair.a),
            "b": _placed(part, names, pair.b, beside=pair.a),
            "reason": OBJECTIONS.label(pair.reason) if pair.reason else "",
            "cases": pair.cases,
            "days": f"{pair.days:.1f}",
            "url": list_url(part, pair=f"{pair.a},{pair.b}", **seen.when),
        }
        for pair in found
    ]


def _oldest(part: Part, actor: Actor, found: list[Old]) -> list[dict[str, Any]]:
    """A matter that has left the region since leads nowhere."""
    names = Names(actor.tenant).want(departments=[old.unit for old in found], tenants=[old.holder for old in found])
    topics = content_list()
    return [
        {
            "key": str(old.case),
            "days": old.days,
            "level": "grave" if old.days >= 30 else "serious" if old.days >= 15 else "over",
            "topic": topics.label(old.content_class) if old.content_class else short(old.number),
            "number": old.number,
            "body": _placed(part, names, old.unit),
            "url": case_url_of(old.holder, old.case, actor) if old.path.startswith(part.own.path) else "",
        }
        for old in found
    ]


def _placed(part: Part, names: Names, department: Id, beside: Id = None) -> str:
    """A body with the place of its office, where that is not the one looked at nor that of `beside`: 松墩县 教育局."""
    found, other, body = names.department(department), names.department(beside), names.body(department)
    if found is None or body == found.tenant.name or found.tenant in (part.office, other and other.tenant):
        return body
    place = finding.place_name(found.tenant.name)
    return body if body.startswith(place) else f"{place} {body}"


def day_of(text: str) -> date | None:
    """A day before today that the address asks to look back to; None: now."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found < today() else None
