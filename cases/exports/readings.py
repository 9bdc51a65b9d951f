"""查看记录: what the auditor has filtered; that it was taken is itself a line of the log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases.actions import log_access
from cases.queries import readings
from kernel import written
from kernel.errors import Invalid, Refused
from tenants import spreadsheets
from tenants.actors import Actor

MOST_ROWS = 5000


def export(actor: Actor, asked: readings.Asked) -> FileResponse:
    """At most MOST_ROWS; a last line says where it was cut. Raises Refused, Invalid."""
    if not readings.may_read(actor):
        raise Refused
    if faults := asked.faults():
        raise Invalid(fields={name: [text] for name, text in faults.items()})
    lines = list(readings.all_lines(actor, asked, MOST_ROWS + 1))
    rows = [_cells(line) for line in lines[:MOST_ROWS]]
    if len(lines) > MOST_ROWS:
        rows.append([_("只到这里：一次最多 %(n)s 行。缩小日期，分几次导出。") % {"n": MOST_ROWS}])
    filters: dict[str, Any] = replace(asked, number="").address()
    log_access(actor, "log_exported", rows=len(rows), words=bool(asked.number), **filters)
    headings = [_("时间"), _("做了什么"), _("谁"), _("岗位"), _("编号"), _("理由、说明")]
    return spreadsheets.answer(_("查看记录"), headings, rows)


def _cells(line: readings.Line) -> list[str]:
    if line.sealed:
        return [written.moment(line.at), line.kind, "", "", _("封存件"), ""]
    return [written.moment(line.at), line.kind, line.who, line.post, line.full_number, line.detail]
