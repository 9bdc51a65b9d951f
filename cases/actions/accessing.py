"""log_access: what a person took out or opened beside the verbs of a case, for the auditor (R20, P13).

A look at one petitioner's data is `unmask`, an event of that case's chain. What concerns many cases (a list exported, a
book printed) or a file goes here: one row of `Access`, which nobody can change. Administration has its own record
(`tenants.administration.changes`); the two stand side by side on the auditor's page.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from cases.codes.accesses import LOOKS
from cases.models import Access
from tenants.actors import Actor

Code = str | int | bool | date | UUID | None


def log_access(actor: Actor, kind: str, /, *, case: UUID | None = None, **data: Code) -> None:
    """`kind` is one of Look. `data`: codes, dates, ids and `rows` (how many); what was typed is told as `words=True`.

    Inside the request that hands the thing out, before the first byte leaves.
    """
    if kind not in LOOKS:
        raise ValueError(f"No look {kind!r}: cases.codes.accesses names them all.")
    plain: dict[str, Any] = {
        name: value if isinstance(value, bool | int | str) else str(value)
        for name, value in data.items()
        if value not in (None, "", False)
    }
    Access.objects.create(kind=kind, by=actor.user, department=actor.department, case=case, data=plain)
