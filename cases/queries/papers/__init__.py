"""Statutory papers as structured text (domain §10); reading only. What a person may print is decided in `find`."""

from __future__ import annotations

from uuid import UUID

from django.utils import translation

from cases import policy
from cases.models import Case, Handover, Notice, Opinion, Report
from cases.queries.names import Names
from cases.queries.papers.notices import notice, service
from cases.queries.papers.offices import letter, parts, report
from cases.queries.papers.opinion import opinion
from cases.queries.papers.sheet import Block, Clear, Sheet, organ
from kernel.errors import NotFound
from tenants.actors import Actor
from tenants.context import tenant_by_id

__all__ = ["KINDS", "Block", "Sheet", "find", "letter", "notice", "opinion", "organ", "parts", "report", "service"]

KINDS = ("notice", "opinion", "letter", "report", "service")
NOT_ISSUED = (Opinion.Status.DRAFT, Opinion.Status.SUBMITTED, Opinion.Status.CHECKED)


def find(actor: Actor, case: Case, kind: str, paper: UUID, clear: Clear | None = None) -> Sheet:
    """The paper of a case the actor may see. NotFound: none such, or not for this person.

    A draft is the holder's own; papers name people, so who may not read the people reads no paper.
    """
    if case.sealed or not policy.may_read_people(actor, case):
        raise NotFound
    with translation.override("zh-hans"):
        found = _find(actor, case, kind, paper, clear)
    if found is None:
        raise NotFound
    return found


def _find(actor: Actor, case: Case, kind: str, paper: UUID, clear: Clear | None) -> Sheet | None:
    tenant = tenant_by_id(actor.tenant)
    names = Names(actor.tenant)
    if kind == "notice":
        told = Notice.objects.filter(case=case, id=paper).first()
        return notice(case, told, tenant, clear) if told is not None else None
    if kind == "opinion":
        row = Opinion.objects.filter(case=case, id=paper).first()
        if row is None or (row.status in NOT_ISSUED and not policy.holds(actor, case)):
            return None
        return opinion(case, row, tenant, clear)
    if kind == "service":
        served = (
            Opinion.objects.filter(case=case, id=paper).first() or Notice.objects.filter(case=case, id=paper).first()
        )
        return service(case, served, tenant, names, clear) if served is not None else None
    if kind == "letter":
        stay = Handover.objects.filter(case=case, id=paper).exclude(letter_number="").first()
        return letter(case, stay, tenant, clear) if stay is not None else None
    if kind == "report":
        climbed = Report.objects.filter(case=case, id=paper).first()
        return report(case, climbed, tenant, names) if climbed is not None else None
    return None
