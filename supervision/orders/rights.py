"""Who gives an order, to whom, who answers it, who decides on the answer, who sees it (domain §8). Pure but for names.

An order goes to a body of the own office or of an office below; never sideways, never up. The supervision officer's
instruments are the officer's and the approver's, those of the joint conference its secretary's alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from cases import policy
from cases.codes.orders import Instrument
from kernel.clock import today
from kernel.errors import Invalid, NotFound, Refused
from supervision.models import Order
from tenants import context
from tenants.actors import Actor
from tenants.departments import answered_for
from tenants.models import Department, Tenant

OFFICER = frozenset({"R13", "R4"})
CONFERENCE = frozenset({"R15"})
BY_CONFERENCE = frozenset({Instrument.LISTED, Instrument.TALK, Instrument.CIRCULAR, Instrument.CORRECT})
ISSUERS: Mapping[str, frozenset[str]] = MappingProxyType(
    {instrument: CONFERENCE if instrument in BY_CONFERENCE else OFFICER for instrument in Instrument}
)

# A unit's petition desk and its deputy in charge; where the addressee is a bureau, its triage officer and approver.
ANSWER_FOR_UNIT = frozenset({"R5", "R8"})
ANSWER_FOR_BUREAU = frozenset({"R3", "R4"})
READS_OF_BODY = frozenset({"R3", "R4", "R5", "R7", "R8", "R9", "R13", "R14", "R15"})
READS_OF_SECTION = frozenset({"R6"})


def instruments(actor: Actor) -> list[Instrument]:
    """Those the actor may use, in the order of the rule book."""
    if not (actor.at_desk and actor.may("supervise")):
        return []
    return [instrument for instrument in Instrument if actor.roles & ISSUERS[instrument]]


def check_issuer(actor: Actor, instrument: str) -> None:
    """Refused: the actor's post does not use it."""
    mine = instruments(actor)
    if not mine:
        raise Refused(_("督办由信访局的督查专员、审批人或联席会议秘书发出。"))
    if instrument not in mine:
        if instrument in Instrument.values:
            raise Refused(_("挂牌督办、约谈、通报、责令限期整改由联席会议秘书发出，其他方式由督查专员发出。"))
        raise Invalid(fields={"instrument": [_("选一种督办方式。")]})


def reaches(actor: Actor, office: Tenant) -> bool:
    """Is the office the actor's own, or one below?"""
    return office.pk == actor.tenant or policy.below(actor, office)


def addressee(actor: Actor, department: Department | None) -> Department:
    """The body an order is addressed to. Invalid: none, not a body, the own desk, sideways or up."""
    found = department
    over = found is not None and found.valid_to is not None and found.valid_to <= today()
    if found is None or over or found.kind not in Department.BODIES:
        raise Invalid(fields={"to_department": [_("没有这个单位。按名称、代码或拼音重新查找。")]})
    office = context.tenant_by_id(found.tenant_id)
    if not reaches(actor, office):
        raise Invalid(fields={"to_department": [_("只能督办本级单位和下级，不能督办平级和上级。")]})
    if found.pk == actor.root:
        raise Invalid(fields={"to_department": [_("不能督办本局自己。请选承办单位或下级信访局。")]})
    return found


def answers(actor: Actor, order: Order) -> bool:
    """May the actor sign for the order and answer it? R5 writes and answers for a unit, R8 may too.

    No second signature: the law asks for a written answer of the unit, not of a person (R 40)."""
    if order.to_department_id not in answered_for(actor.unit):
        return False
    return bool(actor.roles & (ANSWER_FOR_BUREAU if actor.at_desk else ANSWER_FOR_UNIT))


def decides(actor: Actor, order: Order) -> bool:
    """May the actor accept, send back, escalate or lift it? The desk that issued it, by who may use the instrument."""
    return actor.tenant == order.tenant_id and Instrument(order.instrument) in instruments(actor)


def above(actor: Actor) -> bool:
    """Does the actor look at orders from the desk of a bureau?"""
    return actor.at_desk and actor.reads == "office" and bool(actor.roles & policy.READS_BELOW)


def visible(actor: Actor) -> Q:
    """The orders the actor may know of: at a desk those of the office and the offices below; in a unit its own."""
    if above(actor):
        path = context.tenant_by_id(actor.tenant).path
        within = Q(to_tenant__path=path) | Q(to_tenant__path__gte=f"{path}/", to_tenant__path__lt=f"{path}0")
        return within | Q(tenant=actor.tenant)
    if not actor.at_desk and actor.roles & (READS_OF_BODY | READS_OF_SECTION):
        return addressed(actor)
    return Q(pk__in=[])


def addressed(actor: Actor) -> Q:
    """What was written to the actor's own body, or to one that left it what it owed."""
    return Q(to_department__in=answered_for(actor.unit))


def section_only(actor: Actor) -> bool:
    """A handler sees an order only with a case the handler may see."""
    return not actor.at_desk and not actor.roles & READS_OF_BODY


def require_answer(actor: Actor, order: Order) -> None:
    if not answers(actor, order):
        raise Refused(_("督办由被督办单位的信访专干或分管领导答复；下级信访局由办信人员或审批人答复。"))


def require_decision(actor: Actor, order: Order) -> None:
    if not decides(actor, order):
        raise Refused(_("反馈由发出督办的信访局认可或退回。"))


def find(actor: Actor, order: UUID) -> Order:
    """NotFound: none such, or not for this person."""
    rows = Order.objects.select_related("tenant", "to_tenant", "department", "to_department")
    found = rows.filter(visible(actor), pk=order).first()
    if found is None or (section_only(actor) and not _has_visible_case(actor, found)):
        raise NotFound
    return found


def _has_visible_case(actor: Actor, order: Order) -> bool:
    ids = list(order.cases.values_list("case", flat=True))
    with context.use(actor.schema):
        return policy.visible(actor).filter(id__in=ids).exists()
