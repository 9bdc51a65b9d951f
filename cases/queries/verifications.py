"""How each check of the office's whole history went: the auditor's list, newest first (R20)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from cases.actions.verifying import AUDITORS
from cases.models import Case, Verification
from cases.numbers import short
from cases.queries.names import Names
from cases.queries.readings import sees_sealed
from kernel.errors import Refused
from tenants.actors import Actor

SHOWN = 30
Step = Verification.Step

FAULTS: dict[str, Callable[[], str]] = {
    "missing": lambda: _("缺这一条"),
    "chain": lambda: _("与前一条接不上"),
    "content": lambda: _("内容与当时写下的不同"),
    "sealed": lambda: _("与签封时不同"),
    "seal": lambda: _("签封的链条接不上"),
    "signature": lambda: _("签封的签名不符"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """`share` is per cent of the events checked; `place` names the first break, a sealed case by no number."""

    id: UUID
    asked_at: datetime
    who: str
    step: str
    share: int
    events: int
    total: int
    cases: int
    seals: int
    done_at: datetime | None
    breaks: int
    place: str
    fault: str

    @property
    def whole(self) -> bool:
        return self.step == Step.DONE and not self.breaks


def runs(actor: Actor) -> list[Run]:
    """Raises Refused for whoever is no auditor."""
    if not actor.roles & AUDITORS:
        raise Refused
    asked = list(Verification.objects.filter(step=Step.ASKED).order_by("-at")[:SHOWN])
    ids = [row.run for row in asked]
    last = {row.run: row for row in Verification.objects.filter(run__in=ids).order_by("run", "-seq").distinct("run")}
    broken = {row.first_case for row in last.values() if row.first_case}
    cases = {case.id: case for case in Case.objects.filter(id__in=broken).only("id", "number", "sealed")}
    names = Names(actor.tenant).want(people=[row.by for row in asked])
    return [_run(actor, row, last[row.run], cases, names) for row in asked]


def _run(actor: Actor, asked: Verification, last: Verification, cases: dict[UUID, Case], names: Names) -> Run:
    done = last.step == Step.DONE
    return Run(
        id=asked.run,
        asked_at=asked.at,
        who=names.person(asked.by),
        step=last.step,
        share=100 if done else min(99, last.events * 100 // last.total) if last.total else 0,
        events=last.events,
        total=last.total,
        cases=last.cases,
        seals=last.seals,
        done_at=last.at if done else None,
        breaks=last.breaks,
        place=_place(actor, last, cases),
        fault=FAULTS[last.first_fault]() if last.first_fault in FAULTS else last.first_fault,
    )


def _place(actor: Actor, last: Verification, cases: dict[UUID, Case]) -> str:
    if last.first_seq is None:
        return ""
    if last.first_case is None:
        return _("第 %(seq)s 次签封") % {"seq": last.first_seq}
    case = cases.get(last.first_case)
    hidden = case is not None and case.sealed and not sees_sealed(actor)
    number = _("封存件") if hidden or case is None else short(case.number)
    return _("%(number)s 第 %(seq)s 条") % {"number": number, "seq": last.first_seq}
