"""登记簿: the registrations of a period, in their order, with the petitioner masked."""

from __future__ import annotations

from django.http import FileResponse
from django.utils.translation import gettext as _

from cases.exports import taking
from cases.queries import book
from kernel import written
from kernel.errors import Invalid, Refused
from tenants.actors import Actor

MOST_ROWS = 5000


def export(actor: Actor, period: book.Period) -> FileResponse:
    """At most MOST_ROWS; a last line says where it was cut. Raises Refused, Invalid."""
    if not book.may_read(actor):
        raise Refused
    if faults := period.faults():
        raise Invalid(fields={name: [text] for name, text in faults.items()})
    rows = map(_cells, book.all_entries(actor, period, MOST_ROWS + 1))
    days = {"first": period.first, "last": period.last}
    headings = [
        _("编号"),
        _("收到"),
        _("登记"),
        _("渠道"),
        _("信访人"),
        _("住址"),
        _("反映的问题"),
        _("人数"),
        _("登记人"),
        _("现由"),
        _("办理情况"),
    ]
    return taking.answer(actor, "register_exported", _("登记簿"), headings, rows, most=MOST_ROWS, **days)


def _cells(entry: book.Entry) -> list[str]:
    return [
        entry.full_number,
        written.moment(entry.received),
        written.moment(entry.registered),
        entry.channel,
        entry.who,
        entry.address,
        entry.title,
        str(entry.persons),
        entry.clerk,
        entry.holder,
        entry.result,
    ]
