"""Reading down: an office above opens a case of one below, masked; the look is kept in that office, for its auditor."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from cases import policy
from cases.actions import log_access
from cases.codes.accesses import Look
from cases.queries import below
from kernel.errors import NotFound
from tenants import context
from tenants.actors import Actor


def read_down(actor: Actor, code: str, case_id: UUID) -> dict[str, Any]:
    """`cases.queries.below.shown` of it. NotFound for whatever may not be seen, as for what does not exist."""
    office = context.tenant_by_code(code)
    if not policy.reads_below(actor, office):
        raise NotFound
    with context.use(office), transaction.atomic():
        case = below.find(actor, office, case_id)
        log_access(actor, Look.READ_DOWN, case=case.id, office=actor.tenant)
        return below.shown(case, office)
