"""complete, correct: what was registered is completed until triage, then changed only with a logged reason (T1c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from cases import people, seals
from cases.actions.frame import Side, begin
from cases.actions.registration import Entry, check, clean, group
from cases.clock_kinds import TRIAGE, Kind
from cases.models import Case, Demand, Filing, Handover, Petitioner
from cases.people import Person
from cases.states import Class
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor

TEXTS = ("text", "addressee", "place_detail")
CODES = (
    "source",
    "petition_date",
    "postmark_date",
    "persons",
    "concerned",
    "confidential",
    "joint",
    "place",
    "content_class",
    "purpose",
    "cause",
    "litigation",
    "counted",
    "in_court",
    "in_reconsideration",
    "in_arbitration",
    "public_consent",
)
ON_CASE = ("title", "klass", "path", "important", "urgent")
TRIAGED = ("klass", "path", "important", "urgent")
NEVER_COMPLETED = ("text", "received_at")


def complete(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    changes: dict[str, Any],
    people: Sequence[Person] | None = None,
    demands: Sequence[str] | None = None,
) -> Case:
    """补充 (T1c) until triage: class, place, people, demands; the original text and received_at stay.

    Once the case has been sent on, whoever triages it again may still say its class, path and weight; the rest of what
    was registered is corrected, with a reason.
    """
    wrong = {name: [_("原文和收到时间不能补充，只能写明理由更正。")] for name in changes if name in NEVER_COMPLETED}
    if wrong:
        raise Invalid(fields=wrong)
    return _change(actor, case_id, "complete", "completed", version, changes, people, demands, "")


def correct(
    actor: Actor,
    case_id: UUID,
    *,
    version: int | None = None,
    changes: dict[str, Any],
    people: Sequence[Person] | None = None,
    demands: Sequence[str] | None = None,
    reason: str,
) -> Case:
    """更正 (T1c) at any time, with a reason; received_at needs two persons and moves the clocks."""
    if not clean(reason):
        raise Invalid(fields={"reason": [_("写明更正的理由。")]})
    return _change(actor, case_id, "correct", "corrected", version, changes, people, demands, clean(reason))


def _check_untriaged(case: Case) -> None:
    if Handover.objects.filter(case=case, kind__in=[Handover.Kind.TRANSFER, Handover.Kind.ASSIGN]).exists():
        raise Conflict(_("这件已经分流过，登记内容不能再补充，写明理由更正。"), code="triaged")


@transaction.atomic
def _change(
    actor: Actor,
    case_id: UUID,
    verb: str,
    event: str,
    version: int | None,
    changes: dict[str, Any],
    who: Sequence[Person] | None,
    demands: Sequence[str] | None,
    reason: str,
) -> Case:
    act = begin(actor, case_id, verb, version)
    case, filing = act.case, act.case.filing
    if verb == "complete" and (who is not None or demands is not None or set(changes) - set(TRIAGED)):
        _check_untriaged(case)
    known = {*TEXTS, *CODES, *ON_CASE, "received_at"}
    if unknown := set(changes) - known:
        raise Invalid(fields={name: [_("这一项不能改。")] for name in sorted(unknown)})
    if not changes and who is None and demands is None:
        raise Invalid(_("没有一处改动。改一处再办，或先不办。"))
    before = {name: getattr(case if name in ON_CASE else filing, name) for name in changes}
    moved = "received_at" in changes and changes["received_at"] != filing.received_at
    if moved and act.proposal is None:
        raise Conflict(_("改收到时间要两个人：先由一人提请，再由另一人更正。"), code="needs-proposal")
    after = _merged(case, filing, changes, who)
    check(after, act.at, most_representatives=act.clocks.profile.representatives_max(after.persons))
    for name, value in changes.items():
        setattr(case if name in ON_CASE else filing, name, clean(value) if name in (*TEXTS, "title") else value)
    if case.klass != Class.C:
        case.path = ""
    case.group = group(filing.channel, filing.persons, act.clocks.profile)
    old = dict(before)
    if demands is not None:
        old["demands"] = [d.text for d in case.demands.all()]
        _replace_demands(case, demands)
    if who is not None:
        old["people"] = [p.particulars for p in case.petitioners.all()]
        case.petitioners.all().delete()
        Petitioner.objects.bulk_create(people.rows(case, who))
        filing.anonymous = not any(clean(person.name) for person in who)
    if moved:
        _restart(act.own, filing.received_at)
    if case.klass == Class.B and not case.sealed:
        seals.seal_case(act.own)
        seals.seal_copies(act)
    filing.save()
    new = dict(changes) | ({"demands": list(demands)} if demands is not None else {})
    new |= {"people": [asdict(person) for person in who]} if who is not None else {}
    act.note("change", seals.change_text(old, new, reason))
    changed = [*changes, *(["people"] if who is not None else []), *(["demands"] if demands is not None else [])]
    return act.record(event, fields=sorted(changed))


def _merged(case: Case, filing: Filing, changes: dict[str, Any], who: Sequence[Person] | None) -> Entry:
    base = {name: getattr(filing, name) for name in (*TEXTS, *CODES, "received_at")}
    base |= {name: getattr(case, name) for name in ON_CASE} | changes
    if base["klass"] != Class.C:
        base["path"] = ""
    return Entry(channel=filing.channel, people=who or (), **base)


def _replace_demands(case: Case, demands: Sequence[str]) -> None:
    given = [text for text in map(clean, demands) if text]
    if not given:
        raise Invalid(fields={"demands": [_("至少写一项诉求。")]})
    old = {d.seq: d for d in case.demands.all()}
    for seq, text in enumerate(given, start=1):
        row = old.pop(seq, None) or Demand(case=case, seq=seq)
        row.text = text
        row.save()
    for row in old.values():
        if row.answers.exists():
            raise Conflict(_("这项诉求已有答复，不能删去。"))
        row.delete()


def _restart(side: Side, received: datetime) -> None:
    for clock in list(side.clocks.running):
        if clock.kind in TRIAGE | {Kind.K2} and clock.start_event in ("receipt", "received"):
            clock.started_at = received
            side.clocks.extend(clock, 0)
