"""The shape of every step of an order: right, locks (Custody of its cases, then the order), version, state, then the
step, its files, the histories of the cases and the alert, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cases import deadlines
from cases.actions import Upload
from cases.actions.supervising import Watched, supervise, watch
from cases.clocks import calendar_of
from cases.codes.orders import OrderStep
from kernel import files
from kernel.clock import TZ, now
from kernel.errors import Conflict, Invalid, NotFound, Stale
from supervision.models import Order, OrderCase, Step, StepFile
from supervision.orders import rights
from tenants.actors import Actor

LONGEST = 5000
MOST_FILES = 30
LATEST_DAYS = 366


class Act:
    """A step in progress."""

    def __init__(self, actor: Actor, order: Order, watched: list[Watched]) -> None:
        self.actor, self.order, self.watched = actor, order, watched
        self.at = now()

    @property
    def cases(self) -> list[UUID]:
        return [one.custody.case for one in self.watched]

    def step(
        self, kind: OrderStep, text: str | None = None, *, due: datetime | None = None, given: Sequence[Upload] = ()
    ) -> Step:
        row = Step.objects.create(
            order=self.order,
            kind=kind,
            by=self.actor.user,
            department=self.actor.department,
            at=self.at,
            text=text,
            due_raw=due,
        )
        keep_files(self.actor, row, given)
        return row

    def tell_cases(self, kind: OrderStep, due: datetime | None = None) -> None:
        """In the history of each case; whether it is still under an order is known under the lock of its Custody."""
        others = OrderCase.objects.filter(case__in=self.cases, order__state__in=Order.OPEN)
        supervise(
            self.watched,
            kind,
            supervised=others.values_list("case", flat=True),
            order=self.order.pk,
            instrument=self.order.instrument,
            number=self.order.number,
            due=due,
        )

    def save(self, *names: str) -> Order:
        self.order.version += 1
        self.order.save(update_fields=["version", *names])
        return self.order


def begin(
    actor: Actor,
    order_id: UUID,
    version: int | None,
    require: Callable[[Actor, Order], None],
    states: Iterable[str],
) -> Act:
    """NotFound: not the actor's to see. Refused: not this post's step. Conflict: not from this state. Stale: the order
    has moved on since `version`."""
    found = rights.find(actor, order_id)
    require(actor, found)
    watched = watch(actor, found.cases.values_list("case", flat=True))
    order = Order.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if version is not None and version != order.version:
        raise Stale
    if order.state not in set(states):
        raise Conflict(
            _("这份督办现在是“%(state)s”，不能办这一步。刷新后再看。") % {"state": Order.State(order.state).label}
        )
    return Act(actor, order, watched)


def said(field: str, text: str, missing: str) -> str:
    """What was typed, or Invalid at its field."""
    plain = text.strip()
    if not plain:
        raise Invalid(fields={field: [missing]})
    if len(plain) > LONGEST:
        raise Invalid(fields={field: [_("太长了，最多 %(n)s 字。") % {"n": LONGEST}]})
    return plain


def due_of(actor: Actor, day: date | None, field: str = "due") -> deadlines.Due:
    """K15: the day named in the letter, by the calendar of the office that names it."""
    today = now().astimezone(TZ).date()
    if day is None:
        raise Invalid(fields={field: [_("定一个反馈日期。")]})
    if day <= today:
        raise Invalid(fields={field: [_("反馈日期要在今天之后。")]})
    if (day - today).days > LATEST_DAYS:
        raise Invalid(fields={field: [_("反馈日期最晚在一年之内。")]})
    return deadlines.due_on(day, calendar_of(actor.tenant))


def keep_files(actor: Actor, step: Step, given: Sequence[Upload]) -> None:
    """Files were stored under the sender's office before; here each becomes a row of the step."""
    if len(given) > MOST_FILES:
        raise Invalid(fields={"files": [_("一次最多 %(n)s 份材料。") % {"n": MOST_FILES}]})
    for one in given:
        if not files.exists(one.sha256, office=actor.schema):
            raise NotFound
        StepFile.objects.create(
            step=step, tenant=actor.tenant, sha256=one.sha256, name=one.name, mime=one.mime, size=one.size
        )
