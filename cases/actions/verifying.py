"""verify: the auditor (R20) has the office's whole history checked; how it went stays, in rows nobody can change.

R19 does not: who administers the accounts is one of those the history is there to watch (tenants.roles).
"""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cases import history
from cases.models import Case, Event, Seal, Verification
from kernel.clock import recorded_now
from kernel.errors import Conflict, Refused
from kernel.ids import new_id
from tenants.actors import Actor

AUDITORS = frozenset({"R20"})
TOLD_EACH_S = 5.0
# A run that has not been heard of for so long lost its worker: the sweep begins it anew.
LOST_AFTER_S = 90.0
Step = Verification.Step


@transaction.atomic
def ask_verification(actor: Actor) -> UUID:
    """One run at a time; the worker does it. Refused: not the auditor. Conflict: one is under way."""
    if not actor.roles & AUDITORS:
        raise Refused(_("核验历史由审计员发起。"))
    last = Verification.objects.order_by("-at", "-seq").first()
    if last is not None and last.step != Step.DONE:
        raise Conflict(_("已有一次核验在进行。等它完成，结果会留在这里。"), code="verifying")
    run = new_id()
    Verification.objects.create(run=run, seq=1, step=Step.ASKED, by=actor.user, total=Event.objects.count())
    return run


def lost_run() -> UUID | None:
    """A run of the current office that nobody works on any more."""
    last = Verification.objects.order_by("-at", "-seq").first()
    if last is None or last.step == Step.DONE:
        return None
    silent = (recorded_now() - last.at).total_seconds()
    return last.run if silent > LOST_AFTER_S else None


def carry_out_verification(run: UUID) -> None:
    """In the worker. Each step is a numbered row: of two workers on one run the second to write a number stops."""
    last = Verification.objects.filter(run=run).order_by("-seq").first()
    if last is None or last.step == Step.DONE:
        return
    told: dict[str, Any] = {"run": run, "by": last.by, "total": Event.objects.count()}
    seq, spoken = last.seq, time.monotonic()

    def write(step: Verification.Step, **found: Any) -> None:
        nonlocal seq, spoken
        seq, spoken = seq + 1, time.monotonic()
        with transaction.atomic():
            Verification.objects.create(seq=seq, step=step, **told, **found)

    def hear(count: int) -> None:
        if time.monotonic() - spoken >= TOLD_EACH_S:
            write(Step.GOING, events=count, breaks=len(breaks))

    breaks: list[history.Break] = []
    try:
        write(Step.GOING)
        for found in history.verify(hear):
            breaks.append(found)
        first = breaks[0] if breaks else None
        write(
            Step.DONE,
            events=told["total"],
            cases=Case.objects.count(),
            seals=Seal.objects.count(),
            breaks=len(breaks),
            first_case=first.case if first else None,
            first_seq=first.seq if first else None,
            first_fault=first.fault if first else "",
        )
    except IntegrityError:
        return  # somebody else carries this run out
