"""A case as an office above may read it (reading down): read-only, names and numbers hidden in what was written too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from cases import policy
from cases.models import Case, Opinion, Petitioner
from cases.numbers import short
from cases.people import Known
from cases.queries import dossier, labels
from cases.queries.journey import Journey
from cases.queries.listing import flags_of
from cases.queries.names import Names
from cases.queries.timeline import Timeline
from cases.states import Class, State
from kernel.errors import NotFound
from tenants import finding
from tenants.actors import Actor
from tenants.models import Tenant

LINES = 60
# What another office did inside itself: read and noted there.
INSIDE = frozenset({"read", "noted"})
# What a unit is still writing is its own.
ISSUED = (Opinion.Status.SIGNED, Opinion.Status.SERVED)


def find(actor: Actor, office: Tenant, case_id: UUID) -> Case:
    """In that office's context. NotFound for whatever may not be seen, the same as for what does not exist."""
    case = Case.objects.select_related("filing").filter(id=case_id, sealed=False).first()
    if case is None or not policy.sees_below(actor, office, case):
        raise NotFound
    return case


def shown(case: Case, tenant: Tenant) -> dict[str, Any]:
    """Read while in that office: everything is words and values, so that nothing is asked for later."""
    names = Names(tenant.pk)
    journey = Journey(case, tenant.pk, names)
    known = _known([case])[case.id]
    running, over = dossier.clocks(journey, names)
    issued = Opinion.objects.filter(case=case, status__in=ISSUED).exists()
    demands = [(d, d.outcome if issued else "", d.reply if issued else "") for d in dossier.demands(case)]
    lines = [line for line in Timeline(case, tenant.pk, names, words=False).lines() if line.sort not in INSIDE]
    return {
        "case": case,
        "office": tenant,
        "number": short(case.number),
        "state": State(case.state).label,
        "klass": Class(case.klass).label if case.klass else "",
        "place": finding.place_words(tenant, case.filing.place, ""),
        "flags": flags_of(case, journey.trail),
        "title": known.hidden(case.title),
        "line": journey.line(),
        "steps": list(journey.steps()),
        "hops": journey.hops,
        "returns": journey.returns,
        "text": known.hidden(case.filing.text),
        "demands": [
            {"text": known.hidden(d.text), "outcome": outcome, "reply": known.hidden(reply), "missing": ""}
            for d, outcome, reply in demands
        ],
        "answered": sum(bool(outcome) for _d, outcome, _reply in demands),
        "running": list(running),
        "over": list(over),
        "history": [
            {
                "at": line.at,
                "kind": "event",
                "actor": line.actor,
                "text": line.text,
                "paper": {"title": line.paper.title, "url": ""} if line.paper else None,
                "tail": line.tail,
                "note": line.note,
                "files": [],
            }
            for line in lines[:LINES]
        ],
        "verb": labels.verb("supervise"),
    }


def titles(cases: Sequence[Case]) -> dict[UUID, str]:
    """As a list of the office above shows them. Read while in that office."""
    known = _known(cases)
    return {case.id: known[case.id].hidden(case.title) for case in cases}


def _known(cases: Sequence[Case]) -> dict[UUID, Known]:
    found: dict[UUID, list[Petitioner]] = {case.id: [] for case in cases}
    for person in Petitioner.objects.filter(case__in=found):
        found[person.case_id].append(person)
    return {case: Known.of(people) for case, people in found.items()}
