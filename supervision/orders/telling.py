"""What the other side hears of an order: issued, answered, sent back, accepted, escalated, lifted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.codes.orders import INSTRUMENTS
from kernel import alerts
from kernel.alerts import Alert, Kind, Level
from kernel.clock import TZ
from supervision.models import Advice, Order, OrderCase
from tenants.actors import root_of
from tenants.streams import confidential_stream, department_stream, user_stream

__all__ = ["register", "tell_advised", "tell_concern", "tell_issuer", "tell_referred", "tell_unit"]

TO_UNIT: dict[str, tuple[Callable[[], str], str]] = {
    "order.issued": (lambda: _("收到%(instrument)s %(number)s，%(due)s前书面反馈"), Level.REMINDER),
    "order.sent_back": (lambda: _("%(number)s 的反馈被退回重办，%(due)s前重新反馈"), Level.REMINDER),
    "order.accepted": (lambda: _("%(number)s 的反馈已获认可"), Level.NOTICE),
    "order.escalated": (lambda: _("%(number)s 已升级督办"), Level.OVERDUE),
    "order.lifted": (lambda: _("%(number)s 已解除督办"), Level.NOTICE),
    "advice.sent": (lambda: _("收到建议书 %(number)s，%(due)s前书面反馈是否采纳"), Level.REMINDER),
}
TO_ISSUER: dict[str, tuple[Callable[[], str], str]] = {
    "order.seen": (lambda: _("%(number)s 已签收"), Level.NOTICE),
    "order.progress": (lambda: _("%(number)s 报告了进展"), Level.NOTICE),
    "order.answered": (lambda: _("%(number)s 已书面反馈，等候认可"), Level.REMINDER),
    "order.referred": (lambda: _("下级信访局提请督办：%(number)s"), Level.OVERDUE),
    "advice.answered": (lambda: _("建议书 %(number)s 已书面反馈"), Level.NOTICE),
}


def _says(words: Callable[[], str]) -> Callable[[Alert], str]:
    def text(alert: Alert) -> str:
        return words() % {
            "number": alert.data.get("number", ""),
            "instrument": INSTRUMENTS.label(str(alert.data.get("instrument", ""))),
            "due": alert.data.get("due", ""),
        }

    return text


def _leads(alert: Alert) -> str | None:
    if "advice" in alert.data:
        return f"/supervision/advice/{alert.data['advice']}/"
    return f"/supervision/orders/{alert.data['order']}/" if "order" in alert.data else None


def register() -> None:
    """Called while the app loads."""
    for code, (words, level) in {**TO_UNIT, **TO_ISSUER}.items():
        alerts.register(Kind(code, _says(words), _leads, level, gettext_lazy("督办")))
    alerts.register(
        Kind(
            "concern.raised", _concern, lambda _alert: "/supervision/concerns/", Level.SERIOUS, gettext_lazy("专项线索")
        )
    )


def _concern(_alert: Alert) -> str:
    return _("收到一条泄露、打击报复或作风方面的线索")


def _day(moment: datetime) -> str:
    return moment.astimezone(TZ).date().isoformat()


def _order_data(order: Order) -> dict[str, str]:
    return {
        "order": str(order.pk),
        "number": order.number,
        "instrument": order.instrument,
        "due": _day(order.due_raw),
    }


def tell_unit(order: Order, kind: str) -> None:
    """The body addressed; where it is a unit of a lower office, that office's desk too."""
    streams = {department_stream(order.to_department_id)}
    if order.to_tenant_id != order.tenant_id:
        streams.add(department_stream(root_of(order.to_tenant_id)))
    _tell(order, kind, streams)


def tell_issuer(order: Order, kind: str) -> None:
    _tell(order, kind, {department_stream(order.department_id), user_stream(order.issued_by)})


def _tell(order: Order, kind: str, streams: set[str]) -> None:
    cases = list(OrderCase.objects.filter(order=order).values_list("case", flat=True)[:2])
    alerts.tell(
        kind,
        streams,
        dedup=f"{kind}:{order.pk}:{order.version}",
        case=cases[0] if len(cases) == 1 else None,
        tenant=order.to_tenant_id,
        data=_order_data(order),
    )


def tell_referred(order: Order, upper: UUID) -> None:
    """The desk of the upper office, to which an order was put up."""
    _tell(order, "order.referred", {department_stream(upper)})


def tell_advised(advice: Advice, kind: str) -> None:
    """advice.sent: who shall answer, where that is a body of the platform; advice.answered: who sent it."""
    if kind == "advice.answered":
        streams = {department_stream(advice.department_id), user_stream(advice.sent_by)}
    elif advice.to_department_id is None:
        return
    else:
        streams = {department_stream(advice.to_department_id)}
    data = {"advice": str(advice.pk), "number": advice.number, "due": _day(advice.due_raw)}
    alerts.tell(kind, streams, dedup=f"{kind}:{advice.pk}:{advice.version}", tenant=advice.tenant_id, data=data)


def tell_concern(concern: UUID, tenant: UUID) -> None:
    """The confidential desk of the upper office, and nobody else."""
    alerts.tell("concern.raised", {confidential_stream(tenant)}, dedup=f"concern:{concern}")
