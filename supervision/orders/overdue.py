"""K15 on the clock: who owes a written answer is reminded, who is late is told of it together with who asked."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kernel import alerts
from kernel.alerts import Alert, Kind, Level
from kernel.clock import TZ, now
from supervision.models import Advice, Order
from tenants.actors import root_of
from tenants.streams import department_stream

# Days from the day named in the letter (domain §5): reminders to the body alone, then to the issuer too.
REMIND = (-3, -1)
LATE = ((1, Level.OVERDUE), (15, Level.SERIOUS), (30, Level.GRAVE))
KIND = "order.due"


def register() -> None:
    """Called while the app loads."""
    alerts.register(Kind(KIND, _text, _leads, Level.REMINDER, gettext_lazy("督办期限")))


def _text(alert: Alert) -> str:
    days = int(alert.data.get("days", 0))
    n = abs(days)
    if days > 0:
        words = ngettext("%(number)s 逾期 %(n)s 日未书面反馈", "%(number)s 逾期 %(n)s 日未书面反馈", n)
    elif days:
        words = ngettext("%(number)s 还有 %(n)s 日到反馈期限", "%(number)s 还有 %(n)s 日到反馈期限", n)
    else:
        words = _("%(number)s 今天到反馈期限")
    return words % {"number": alert.data.get("number", ""), "n": n}


def _leads(alert: Alert) -> str:
    if "advice" in alert.data:
        return f"/supervision/advice/{alert.data['advice']}/"
    return f"/supervision/orders/{alert.data['order']}/"


def rung(due: date, today: date) -> tuple[int, Level] | None:
    """The last rung reached, as days from the due date."""
    days = (today - due).days
    late = [(offset, level) for offset, level in LATE if days >= offset]
    if late:
        return late[-1]
    early = [offset for offset in REMIND if days >= offset]
    return (early[-1], Level.REMINDER) if early and days <= 0 else None


def remind() -> int:
    """One round; how many were told of, told before or not: a rung is told once, with the days as they are then."""
    soon = now() + timedelta(days=1 - REMIND[0])
    today = now().astimezone(TZ).date()
    told = 0
    owed = Order.objects.filter(state__in=Order.OWED, due_raw__lt=soon).order_by("due_raw")
    for order in owed.iterator(chunk_size=500):
        data = {"order": str(order.pk), "number": order.number}
        to, asked = order.to_department_id, order.department_id
        lower = root_of(order.to_tenant_id) if order.to_tenant_id != order.tenant_id else None
        told += _tell(order, data, {to}, {asked, *({lower} if lower else ())}, today)
    letters = Advice.objects.filter(state=Advice.State.SENT, due_raw__lt=soon).order_by("due_raw")
    for advice in letters.iterator(chunk_size=500):
        data = {"advice": str(advice.pk), "number": advice.number}
        body: set[UUID] = {advice.to_department_id} if advice.to_department_id else set()
        told += _tell(advice, data, body, {advice.department_id}, today)
    return told


@transaction.atomic
def _tell(owed: Order | Advice, data: dict[str, str], body: set[UUID], issuer: set[UUID], today: date) -> int:
    due = owed.due_raw.astimezone(TZ).date()
    found = rung(due, today)
    if found is None:
        return 0
    offset, level = found
    alerts.tell(
        KIND,
        {department_stream(place) for place in (body | issuer if offset > 0 else body)},
        dedup=f"{KIND}:{owed.pk}:{due.isoformat()}:{offset}",
        tenant=owed.tenant_id,
        level=level,
        data={**data, "days": (today - due).days, "due": due.isoformat()},
    )
    return 1
