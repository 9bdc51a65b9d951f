"""查看记录: what the auditor has filtered; that it was taken is itself a line of the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases.exports import taking
from cases.queries import readings
from kernel import written
from kernel.errors import Invalid, Refused
from tenants.actors import Actor

MOST_ROWS = 5000


def export(actor: Actor, asked: readings.Asked) -> FileResponse:
    """At most MOST_ROWS; a last line says where it was cut. Raises Refused, Invalid."""
    if not readings.may_read(actor):
        raise Refused
    if faults := asked.faults():
        raise Invalid(fields={name: [text] for name, text in faults.items()})
    rows = map(_cells, readings.all_lines(actor, asked, MOST_ROWS + 1))
    filters: dict[str, Any] = {"words": bool(asked.number), **replace(asked, number="").address()}
    headings = [_("时间"), _("做了什么"), _("谁"), _("岗位"), _("编号"), _("理由、说明")]
    return taking.answer(actor, "log_exported", _("查看记录"), headings, rows, most=MOST_ROWS, **filters)


def _cells(line: readings.Line) -> list[str]:
    if line.sealed:
        return [written.moment(line.at), line.kind, "", "", _("封存件"), ""]
    return [written.moment(line.at), line.kind, line.who, line.post, line.full_number, line.detail]
