"""The subscriber that keeps the documents: what changed in a case is made anew, many cases at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, transaction

from cases.actions.frame import Written
from kernel import outbox, telling
from kernel.errors import NotFound
from kernel.outbox import HEARD, Told, Verdict
from search.documents.making import is_shut
from search.documents.writing import write
from search.models import Document
from tenants import context

SUBSCRIBER = "search.documents"
SEALING = "search.sealing"


def hear(told: Sequence[Told]) -> list[Verdict]:
    """An office after the other; where one case spoils a call, each is tried alone and answers for itself."""
    by_office: defaultdict[str, list[Told]] = defaultdict(list)
    for one in told:
        by_office[one.schema].append(one)
    said: dict[Told, Verdict] = {}
    for schema, theirs in sorted(by_office.items()):
        if _try(schema, theirs) is None:
            said |= dict.fromkeys(theirs, HEARD)
        else:
            for one in theirs:
                code = _try(schema, [one])
                said[one] = Verdict("again", code) if code else HEARD
    return [said[one] for one in told]


def _try(schema: str, told: Sequence[Told]) -> str | None:
    """None, or what went wrong; what was half done is undone. A database that is away is no case's fault."""
    try:
        with transaction.atomic():
            write(context.tenant_by_schema(schema), [UUID(one.key) for one in told])
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, NotFound, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        return type(error).__name__
    return None


def shut(schema: str, key: str) -> None:
    """In the transaction that seals a case its document goes: nothing of an accusation is found a moment longer. Any
    other change is not even looked at here."""
    written = telling.about()
    if isinstance(written, Written) and is_shut(written.case) and not (written.new or written.quiet):
        office, case = context.tenant_by_schema(schema), UUID(key)
        telling.together().send()
        with context.use(office):
            stands = Document.objects.filter(case=case, removed=False).exists()
        if stands:
            write(office, [case])


def register() -> None:
    outbox.subscribe("case", SEALING, shut, "now")
    outbox.subscribe_many("case", SUBSCRIBER, hear)
