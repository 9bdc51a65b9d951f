"""V10 (R 46(1)(5)(6)): suspected leak, retaliation, rude conduct. Anybody at work may report it; it goes to the
confidential desk of the next upper office, past the unit and its bureau, and is read there alone.

report_concern 反映, read_concern, note_concern 记录处理, close_concern 办结.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.actions import log_access
from cases.codes.accesses import Look
from cases.transitions import SEALED_ROLES
from kernel.clock import now
from kernel.errors import Conflict, Invalid, NotFound, Refused
from kernel.ids import new_id
from supervision.models import Concern, ConcernNote
from supervision.orders import telling
from supervision.orders.frame import said
from tenants import context
from tenants.actors import Actor
from tenants.models import Membership

LONGEST_NUMBER = 60


def desk_for(actor: Actor) -> UUID:
    """The office whose confidential desk hears of it: the next upper one that has somebody there; the topmost's own."""
    here = context.tenant_by_id(actor.tenant)
    while here.parent_id is not None:
        here = context.tenant_by_id(here.parent_id)
        staffed = Membership.objects.alive().filter(tenant=here, roles__overlap=sorted(SEALED_ROLES))
        if staffed.exists():
            break
    found: UUID = here.pk
    return found


@transaction.atomic
def report_concern(
    actor: Actor, *, kind: str, text: str, case_number: str = "", concern_id: UUID | None = None
) -> UUID:
    """反映. The reporter gets the id back and never reads it again: that too would show who reported."""
    if concern_id is not None and Concern.objects.filter(pk=concern_id, by=actor.user).exists():
        return concern_id
    if kind not in Concern.Kind.values:
        raise Invalid(fields={"kind": [_("选一类情况。")]})
    if len(case_number.strip()) > LONGEST_NUMBER:
        raise Invalid(fields={"case_number": [_("太长了，最多 %(n)s 字。") % {"n": LONGEST_NUMBER}]})
    row = Concern.objects.create(
        id=concern_id or new_id(),
        tenant_id=actor.tenant,
        to_tenant_id=desk_for(actor),
        kind=kind,
        case_number=case_number.strip() or None,
        text=said("text", text, _("写明时间、单位和情况。")),
        by=actor.user,
        department=actor.department,
        at=now(),
    )
    telling.tell_concern(row.pk, row.to_tenant_id)
    return row.pk


def reads(actor: Actor) -> bool:
    return actor.at_desk and bool(actor.roles & SEALED_ROLES)


def listed(actor: Actor) -> QuerySet[Concern]:
    """Those of the actor's own confidential desk, open ones first. Refused: everybody else."""
    if not reads(actor):
        raise Refused(_("这里只由检举控告专人查看。"))
    rows = Concern.objects.filter(to_tenant=actor.tenant).select_related("tenant").defer("text", "case_number")
    return rows.order_by("closed_at", "-id")


@transaction.atomic
def read_concern(actor: Actor, concern_id: UUID) -> Concern:
    """One of them, in clear: each look leaves a trace."""
    found = listed(actor).filter(pk=concern_id).defer(None).first()
    if found is None:
        raise NotFound
    with context.use(actor.schema):
        log_access(actor, Look.CONCERN_READ, sealed=True)
    return found


@transaction.atomic
def note_concern(actor: Actor, concern_id: UUID, *, text: str) -> ConcernNote:
    """记录处理."""
    concern = _locked(actor, concern_id)
    words = said("text", text, _("写明怎样处理的。"))
    return ConcernNote.objects.create(concern=concern, by=actor.user, at=now(), text=words)


@transaction.atomic
def close_concern(actor: Actor, concern_id: UUID, *, text: str) -> Concern:
    """办结, with the result."""
    concern = _locked(actor, concern_id)
    note_concern(actor, concern_id, text=text)
    concern.closed_by, concern.closed_at = actor.user, now()
    concern.version += 1
    concern.save(update_fields=["closed_by", "closed_at", "version"])
    return concern


def _locked(actor: Actor, concern_id: UUID) -> Concern:
    found = listed(actor).filter(pk=concern_id).exists()
    if not found:
        raise NotFound
    concern = Concern.objects.select_for_update(of=("self",)).get(pk=concern_id)
    if concern.closed_at is not None:
        raise Conflict(_("这条已经办结。"))
    return concern
