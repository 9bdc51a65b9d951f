"""The worklist: what is asked for, the soonest due first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases import policy
from cases.codes.channels import CHANNELS
from cases.exports import taking
from cases.models import Case
from cases.queries import listing, worklist, worklist_counts
from cases.queries.asked import Asked
from cases.states import Class
from cases.transitions import SEALED_ROLES
from kernel import written
from kernel.errors import Refused
from tenants import finding
from tenants.actors import Actor
from tenants.context import tenant_by_id

MOST_ROWS = 10_000
AT_A_TIME = 500
SHOWN = ("registered_at",)
READERS = policy.WHOLE_OFFICE | policy.OWN_SECTION


def may_take(actor: Actor, *, sealed: bool = False) -> bool:
    return bool(actor.roles & (SEALED_ROLES if sealed else READERS))


def export(actor: Actor, asked: Asked, *, sealed: bool = False) -> FileResponse:
    """At most MOST_ROWS; a last line says where it was cut. Raises Refused."""
    if not may_take(actor, sealed=sealed):
        raise Refused
    if not sealed and asked.scope not in worklist.scopes_of(actor):
        asked = asked.with_(scope=worklist_counts.default_scope(actor, worklist_counts.scope_counts(actor)))
    known = finding.places(tenant_by_id(actor.tenant))
    names = {place.code: place.name for place in known if not place.detail}
    rows = (_columns(row, case, names) for row, case in _rows(actor, asked, sealed))
    codes: dict[str, Any] = {name: value for name, value in asked.address().items() if name != "text"}
    codes |= {"words": bool(asked.text), "sealed": sealed}
    return taking.answer(actor, "list_exported", _("工作台"), _headings(), rows, most=MOST_ROWS, **codes)


def _rows(actor: Actor, asked: Asked, sealed: bool) -> Iterator[tuple[listing.Row, Case]]:
    """Read on as long as they are asked for."""
    after = ""
    while True:
        found = worklist.read(actor, replace(asked, after=after), sealed=sealed, size=AT_A_TIME, also=SHOWN)
        yield from zip(listing.rows(actor, found.cases), found.cases, strict=True)
        after = found.next
        if not after:
            return


def _headings() -> list[str]:
    return [
        _("编号"),
        _("事项"),
        _("标记"),
        _("信访形式"),
        _("类别"),
        _("属地"),
        _("来自"),
        _("现由"),
        _("科室、承办人"),
        _("状态"),
        _("期限"),
        _("到期"),
        _("登记日期"),
    ]


def _columns(row: listing.Row, case: Case, names: Mapping[str, str]) -> list[str]:
    chip = row.chip
    words = [chip.word, chip.strong, chip.text] if chip is not None else []
    return [
        case.number,
        row.title,
        _("、").join(flag.text for flag in row.flags),
        CHANNELS.label(case.filing.channel),
        str(Class(case.klass).label) if case.klass else "",
        case.filing.place_detail or names.get(case.filing.place, case.filing.place),
        row.source,
        row.holder,
        row.section,
        row.state,
        " ".join(part for part in words if part),
        written.day(row.due) if row.due is not None else "",
        written.day(case.filing.registered_at),
    ]
