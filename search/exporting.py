"""查询结果 as a spreadsheet: within rights, masked as on the page, at most MOST_ROWS, written down for the auditor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases.codes.accesses import Look
from cases.exports import taking
from kernel import written
from kernel.errors import Invalid
from search import address, cards, gateway
from search.rights import rights_of
from search.shapes import FACETS, Asked
from tenants.actors import Actor

MOST_ROWS = 5000
AT_A_TIME = 200


def export(actor: Actor, asked: Asked) -> FileResponse:
    """At most MOST_ROWS; a last line says where it was cut. Raises Refused, Invalid, Unavailable."""
    rights_of(actor)
    if address.is_empty(asked):
        raise Invalid(_("先输入要找的，或者选条件，再导出。"))
    codes: dict[str, Any] = {name: ",".join(asked.chosen[name]) for name in FACETS if asked.chosen.get(name)}
    codes |= {"words": bool(asked.text), "first": asked.since, "last": asked.until}
    rows = _rows(actor, asked)
    return taking.answer(actor, Look.HITS_EXPORTED, _("查询结果"), _headings(), rows, most=MOST_ROWS, **codes)


def _rows(actor: Actor, asked: Asked) -> Iterator[list[str]]:
    """Read on as long as they are asked for."""
    asked = replace(asked, after="", size=AT_A_TIME)
    while True:
        found = gateway.search(actor, asked)
        yield from map(_columns, cards.of_hits(actor, found.hits))
        if not found.after:
            break
        asked = replace(asked, after=found.after)
    if found.fallen_back:
        yield [_("全文检索服务中断，这里只有本单位的件。")]


def _headings() -> list[str]:
    return [
        _("编号"),
        _("事项"),
        _("标记"),
        _("属地"),
        _("现由"),
        _("科室、承办人"),
        _("状态"),
        _("期限"),
        _("到期"),
        _("登记日期"),
        _("所在单位"),
    ]


def _columns(card: cards.Card) -> list[str]:
    chip = card.chip
    said = [chip.word, chip.strong, chip.text] if chip is not None else []
    return [
        card.full_number,
        card.plain_title,
        _("、").join(flag.text for flag in card.flags),
        card.place,
        card.holder,
        card.section,
        card.state,
        " ".join(part for part in said if part),
        written.day(card.due) if card.due is not None else "",
        written.day(card.registered),
        card.office,
    ]
