"""The words in which what happened to a case is told, and where they lead."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes import contents
from cases.codes.contents import CONTENTS
from cases.codes.grounds import OBJECTIONS
from cases.numbers import brief
from cases.queries.names import Names
from kernel import alerts
from kernel.alerts import Alert, Kind, Level
from kernel.errors import NotFound
from tenants import context, finding
from tenants.streams import office_of

OBJECTED = "case.objected"
TOSSED = "case.tossed"
SENT_BACK = "case.sent_back"
GATHERING = "filings.gathering"
SEALED = "case.sealed"


def case_link(alert: Alert) -> str | None:
    """The case's page in the reader's own office, or as an upper office reads down. What may be seen there, policy
    says; nobody reads down into what is sealed."""
    if alert.case is None or alert.tenant is None:
        return None
    here = office_of(alert.stream)
    if here in (None, alert.tenant):
        return f"/cases/{alert.case}/"
    if alert.stream.startswith("s:"):
        return None
    return f"/region/{context.tenant_by_id(alert.tenant).code}/cases/{alert.case}/"


def body_name(alert: Alert, key: str) -> str:
    """The office or unit whose department's id stands in the alert."""
    here = office_of(alert.stream) or alert.tenant or UUID(int=0)
    return Names(here).body(str(alert.data.get(key, "")) or None)


def number_of(alert: Alert) -> str:
    """The case's number, as lists of the reader's office write it."""
    here = office_of(alert.stream)
    return brief(str(alert.data["number"]), context.tenant_by_id(here).code if here else "")


def _objected(alert: Alert) -> str:
    told = {
        "number": number_of(alert),
        "unit": body_name(alert, "by"),
        "reason": OBJECTIONS.label(str(alert.data["reason"])),
    }
    return _("%(number)s %(unit)s 提出异议：%(reason)s") % told


def _tossed(alert: Alert) -> str:
    told = {**alert.data, "number": number_of(alert), "unit": body_name(alert, "unit")}
    return _("%(number)s 互相推转：退回或异议 %(objections)d 次，转手 %(hops)d 次，现由 %(unit)s") % told


def _sent_back(alert: Alert) -> str:
    told = {**alert.data, "number": number_of(alert), "unit": body_name(alert, "unit")}
    return _("%(number)s 退回重办 %(times)d 次，%(unit)s") % told


def _gathering(alert: Alert) -> str:
    told = {
        "place": _place(str(alert.data["place"])),
        "content": _content(str(alert.data["content"])),
        "days": alert.data["days"],
        "count": alert.data["count"],
    }
    if alert.data.get("alike"):
        return _("%(place)s %(content)s：%(days)d 日内有 %(count)d 件内容相近，可能是同一件事") % told
    return _("%(place)s %(content)s：%(days)d 日内登记已达 %(count)d 件") % told


def _content(code: str) -> str:
    """A place's own third level is named by the subject above it."""
    label = CONTENTS.label(code)
    return CONTENTS.label(contents.parent(code)) if label == code else label


def _place(code: str) -> str:
    try:
        return finding.place_name(context.tenant_by_code(code).name)
    except NotFound:
        return code


def _sealed(alert: Alert) -> str:
    here = alert.tenant
    if here is None or office_of(alert.stream) == here:
        return _("收到一件检举控告，已封存")
    return _("%(office)s 收到一件检举控告，已封存") % {"office": context.tenant_by_id(here).name}


def register() -> None:
    for kind in (
        Kind(OBJECTED, _objected, case_link, Level.REMINDER, gettext_lazy("提出异议")),
        Kind(TOSSED, _tossed, case_link, Level.SERIOUS, gettext_lazy("互相推转")),
        Kind(SENT_BACK, _sent_back, case_link, Level.OVERDUE, gettext_lazy("退回重办")),
        Kind(GATHERING, _gathering, lambda _alert: None, Level.REMINDER, gettext_lazy("同一地同类")),
        Kind(SEALED, _sealed, case_link, Level.OVERDUE, gettext_lazy("封存件")),
    ):
        alerts.register(kind)
