"""unmask: personal data in clear, for a reason, leaving a trace (T38, P1); the read moves no version."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import history, seals
from cases.actions.frame import begin
from cases.codes.services import Unmask
from cases.models import Case, Petitioner
from kernel.clock import now
from kernel.errors import Invalid
from kernel.ids import new_id
from tenants.actors import Actor

SEALED_READ = "sealed"


@transaction.atomic
def unmask(actor: Actor, case_id: UUID, *, reason: str) -> list[dict[str, str]]:
    """查看原文: [{role, name, phone, id_type, id_number, address, ...}]; `reason` is a code of Unmask."""
    if reason not in Unmask.values:
        raise Invalid(fields={"reason": [_("选一个查看理由。")]})
    act = begin(actor, case_id, "unmask")
    people = Petitioner.objects.filter(case=act.case).order_by("seq")
    found = [{"role": person.role, **person.particulars} for person in people]
    _trace(act.case, actor, "read", reason)
    return found


@transaction.atomic
def read_sealed(actor: Actor, case_id: UUID) -> dict[str, str]:
    """The words of an accusation: each look of R18 is an event (P2)."""
    act = begin(actor, case_id, "unmask")
    found = seals.words(act.case)
    _trace(act.case, actor, "read", SEALED_READ)
    return found


def _trace(case: Case, actor: Actor, kind: str, reason: str) -> None:
    event = history.chain(case, kind, actor, {"reason": reason}, event_id=new_id(), at=now())
    case.save(update_fields=["head_seq", "head_hash"])
    event.save(force_insert=True)
