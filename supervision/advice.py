"""Advice letters (三项建议, R 14, 40): to a body of the platform, or to one outside; answered in writing, followed up.

advise 发出建议书, answer_advice 书面反馈 (adopted, partly, not), follow_up 记录跟进, close_advice 了结.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases import deadlines, numbers
from cases.actions.supervising import supervisable, watch
from cases.clocks import calendar_of
from kernel.clock import TZ, now, today
from kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from kernel.ids import new_id
from supervision.models import Advice, AdviceNote
from supervision.orders import rights, telling
from supervision.orders.frame import due_of, said
from tenants import context
from tenants.actors import Actor
from tenants.departments import answered_for
from tenants.models import Department
from tenants.profiles import Limit, profile_for

ADVISERS = frozenset({"R4", "R13"})
WORD = "建"
MOST_CASES = 50
LONGEST_BODY = 60


def may_advise(actor: Actor) -> bool:
    return actor.at_desk and actor.may("supervise") and bool(actor.roles & ADVISERS)


def limit(actor: Actor) -> Limit:
    """K15 of the place: 30 days unless it says otherwise."""
    return profile_for(context.tenant_by_id(actor.tenant).code, today()).require("K15")


def usual_due(actor: Actor) -> date:
    found = limit(actor)
    due = deadlines.due(now(), found.value, found.unit, calendar_of(actor.tenant))
    return due.raw.astimezone(TZ).date()


@transaction.atomic
def advise(
    actor: Actor,
    *,
    kind: str,
    text: str,
    to_department: UUID | None = None,
    to_body: str = "",
    cases: Sequence[UUID] = (),
    due: date | None = None,
    advice_id: UUID | None = None,
) -> Advice:
    """建议书 D22. To a unit of the platform or, for the party committee, the government or who has authority, to a body
    named in words. The basis are ids of cases alone."""
    if not may_advise(actor):
        raise Refused(_("建议书由信访局的督查专员或审批人发出。"))
    if advice_id is not None and (made := Advice.objects.filter(pk=advice_id, sent_by=actor.user).first()):
        return made
    if kind not in Advice.Kind.values:
        raise Invalid(fields={"kind": [_("选一种建议。")]})
    body = to_body.strip()
    if bool(body) == (to_department is not None):
        raise Invalid(fields={"to_department": [_("选一个单位，或写明平台以外的机关，二者择一。")]})
    if len(body) > LONGEST_BODY:
        raise Invalid(fields={"to_body": [_("太长了，最多 %(n)s 字。") % {"n": LONGEST_BODY}]})
    target = rights.addressee(actor, Department.objects.filter(pk=to_department).first()) if to_department else None
    words = said("text", text, _("写明依据和建议。"))
    ends = due_of(actor, due or usual_due(actor))
    if len(set(cases)) > MOST_CASES:
        raise Invalid(fields={"cases": [_("一份建议书最多 %(n)s 件。") % {"n": MOST_CASES}]})
    for one in watch(actor, cases):
        supervisable(actor, one)
    with context.use(actor.schema):
        desk = Department.objects.get(pk=actor.root)
        number = numbers.paper_number(desk, context.tenant_by_id(actor.tenant), WORD, now())
    advice = Advice.objects.create(
        id=advice_id or new_id(),
        tenant_id=actor.tenant,
        department_id=actor.root,
        to_tenant_id=target.tenant_id if target else None,
        to_department=target,
        to_body=body or None,
        kind=kind,
        number=number,
        text=words,
        cases=sorted(set(cases)),
        sent_by=actor.user,
        sent_at=now(),
        due_raw=ends.raw,
        due_effective=ends.effective,
        due_provisional=ends.provisional,
    )
    telling.tell_advised(advice, "advice.sent")
    return advice


def visible(actor: Actor) -> Q:
    """Letters of the own office and, in a body addressed, those to it."""
    if rights.above(actor):
        return Q(tenant=actor.tenant) | rights.addressed(actor)
    if not actor.at_desk and actor.roles & rights.READS_OF_BODY:
        return rights.addressed(actor)
    return Q(pk__in=[])


def running(actor: Actor) -> QuerySet[Advice]:
    """Those not yet closed that the reader may know of, first due first."""
    return Advice.objects.filter(visible(actor)).exclude(state=Advice.State.CLOSED).order_by("due_raw", "id")


def find(actor: Actor, advice: UUID) -> Advice:
    rows = Advice.objects.select_related("tenant", "department", "to_tenant", "to_department")
    found = rows.filter(visible(actor), pk=advice).first()
    if found is None:
        raise NotFound
    return found


def answers(actor: Actor, advice: Advice) -> bool:
    """The body addressed itself; for one outside the platform the desk that sent it records what came in writing."""
    if advice.to_department_id is None:
        return advice.tenant_id == actor.tenant and may_advise(actor)
    if advice.to_department_id not in answered_for(actor.unit):
        return False
    return bool(actor.roles & (rights.ANSWER_FOR_BUREAU if actor.at_desk else rights.ANSWER_FOR_UNIT))


@transaction.atomic
def answer_advice(
    actor: Actor,
    advice_id: UUID,
    *,
    version: int | None = None,
    adopted: str,
    text: str,
    answered_on: date | None = None,
) -> Advice:
    """书面反馈是否采纳 (R 40(4)). `answered_on`: the day of the letter, where it came on paper."""
    advice = _locked(actor, advice_id, version)
    if not answers(actor, advice):
        raise Refused(_("建议书由收到的单位书面反馈。"))
    if advice.state != Advice.State.SENT:
        raise Conflict(_("这份建议书已经反馈。刷新后再看。"))
    if adopted not in Advice.Adoption.values:
        raise Invalid(fields={"adopted": [_("选是否采纳。")]})
    words = said("text", text, _("写明采纳的办法，或不采纳的理由。"))
    day = answered_on or today()
    if not advice.sent_at.astimezone(TZ).date() <= day <= today():
        raise Invalid(fields={"answered_on": [_("反馈日期在发出之后、今天之前。")]})
    advice.state, advice.adopted, advice.answer = Advice.State.ANSWERED, adopted, words
    advice.answered_by, advice.answered_on, advice.answered_at = actor.user, day, now()
    _save(advice, "state", "adopted", "answer", "answered_by", "answered_on", "answered_at")
    telling.tell_advised(advice, "advice.answered")
    return advice


@transaction.atomic
def follow_up(actor: Actor, advice_id: UUID, *, version: int | None = None, text: str) -> AdviceNote:
    """记录跟进: what became of it; by either side, once it is answered."""
    advice = _locked(actor, advice_id, version)
    if not (answers(actor, advice) or _own(actor, advice)):
        raise Refused(_("跟进由发出或收到建议书的单位记录。"))
    if advice.state != Advice.State.ANSWERED:
        raise Conflict(_("反馈之后、了结之前才记录跟进。"))
    note = AdviceNote.objects.create(
        advice=advice,
        by=actor.user,
        department=actor.department,
        at=now(),
        text=said("text", text, _("写明落实情况。")),
    )
    _save(advice)
    return note


@transaction.atomic
def close_advice(actor: Actor, advice_id: UUID, *, version: int | None = None) -> Advice:
    """了结: nothing more is to be followed up."""
    advice = _locked(actor, advice_id, version)
    if not _own(actor, advice):
        raise Refused(_("建议书由发出的信访局了结。"))
    if advice.state != Advice.State.ANSWERED:
        raise Conflict(_("书面反馈之后才能了结。"))
    advice.state, advice.closed_at = Advice.State.CLOSED, now()
    _save(advice, "state", "closed_at")
    return advice


def acts(actor: Actor, advice: Advice) -> list[str]:
    """What the actor may do with it now, for a page."""
    if advice.state == Advice.State.SENT:
        return ["answer_advice"] if answers(actor, advice) else []
    if advice.state != Advice.State.ANSWERED:
        return []
    found = ["follow_up"] if answers(actor, advice) or _own(actor, advice) else []
    return [*found, *(["close_advice"] if _own(actor, advice) else [])]


def _own(actor: Actor, advice: Advice) -> bool:
    return advice.tenant_id == actor.tenant and may_advise(actor)


def _locked(actor: Actor, advice_id: UUID, version: int | None) -> Advice:
    found = find(actor, advice_id)
    advice = Advice.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if version is not None and version != advice.version:
        raise Stale
    return advice


def _save(advice: Advice, *names: str) -> None:
    advice.version += 1
    advice.save(update_fields=["version", *names])
