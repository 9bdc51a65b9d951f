"""unmask: personal data in clear, for a reason, leaving a trace (T38, P1); the read moves no version.

open_file, take_files: material is personal data too. Each file opened is a row of the log; all of them taken out at
once, and any look into an accusation, is an event of the case as well.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import history, policy, seals
from cases.actions.accessing import log_access
from cases.actions.frame import begin, locked
from cases.codes.accesses import Look
from cases.codes.services import Unmask
from cases.models import Attachment, Case, Petitioner
from kernel.clock import now
from kernel.errors import Invalid, NotFound
from kernel.ids import new_id
from tenants.actors import Actor

SEALED_READ = "sealed"
FILE_READ, FILES_TAKEN = "file", "files"


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


@transaction.atomic
def open_file(actor: Actor, case_id: UUID, file_id: UUID) -> Attachment:
    """One file, to look at or to keep. NotFound: not of a case the actor may know of, or not for this post."""
    case = _readable(actor, case_id)
    found = Attachment.objects.filter(case=case, id=file_id).first()
    if found is None:
        raise NotFound
    log_access(actor, Look.FILE_READ, case=case.id, file=found.id)
    if case.sealed:
        _trace(_locked(case), actor, "read", FILE_READ)
    return found


@transaction.atomic
def take_files(actor: Actor, case_id: UUID) -> list[Attachment]:
    """All files of a case at once, in the order they came; NotFound where there are none."""
    case = _readable(actor, case_id)
    found = list(Attachment.objects.filter(case=case))
    if not found:
        raise NotFound
    log_access(actor, Look.FILES_TAKEN, case=case.id, rows=len(found))
    _trace(_locked(case), actor, "read", FILES_TAKEN)
    return found


def _readable(actor: Actor, case_id: UUID) -> Case:
    case = policy.visible(actor).filter(id=case_id).first()
    if case is None or not policy.may_read_people(actor, case):
        raise NotFound
    return case


def _locked(case: Case) -> Case:
    """The row whose head the next event moves."""
    found = locked(case.id)
    if found is None:
        raise NotFound
    return found[0]


def _trace(case: Case, actor: Actor, kind: str, reason: str) -> None:
    event = history.chain(case, kind, actor, {"reason": reason}, event_id=new_id(), at=now())
    case.save(update_fields=["head_seq", "head_hash"])
    event.save(force_insert=True)
