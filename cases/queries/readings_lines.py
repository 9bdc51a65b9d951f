"""A line of the auditor's page: when, what kind, by whom from which post, on what number, with what reason code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from cases.codes.accesses import LOOKS, Look
from cases.models import Access, Case, Event
from cases.numbers import short
from cases.queries import event_names, labels
from cases.queries.names import Names
from kernel.clock import TZ
from tenants.actors import Actor
from tenants.administration import words
from tenants.models import Change, Department, User

# Codes that say why or what part, and nothing of what the case is about.
TOLD = ("reason", "ground", "gate", "gates", "fields")


@dataclass(frozen=True, slots=True)
class Told:
    """A row of any source, brought to one shape."""

    at: datetime
    id: UUID
    kind: str
    by: UUID
    department: UUID | None
    case: UUID | None
    subject: UUID | None
    data: dict[str, Any]
    happened: datetime | None
    source: str

    @property
    def key(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"

    @classmethod
    def of(cls, row: Event | Access | Change) -> Told:
        if isinstance(row, Event):
            return cls(
                row.recorded_at, row.id, row.kind, row.actor, row.department, row.case_id, None, row.data,
                row.happened_at, "event",
            )  # fmt: skip
        if isinstance(row, Access):
            return cls(row.at, row.id, row.kind, row.by, row.department, row.case, None, row.data, None, "look")
        return cls(row.at, row.id, row.kind, row.by, None, None, row.subject, row.data, None, "administration")


@dataclass(frozen=True, slots=True)
class Line:
    """`sealed`: kind and time alone are told. `said_on`: the day it is said to have happened, where that is another."""

    at: datetime
    kind: str
    who: str = ""
    post: str = ""
    number: str = ""
    full_number: str = ""
    detail: str = ""
    said_on: date | None = None
    sealed: bool = False


class Writer:
    """Names and numbers of a page are read together: four questions, whatever the number of lines."""

    def __init__(self, actor: Actor, *, hide: bool) -> None:
        self.actor, self.hide = actor, hide

    def lines(self, rows: Sequence[Told]) -> list[Line]:
        ids = {row.case for row in rows if row.case}
        cases = (
            {case.id: case for case in Case.objects.filter(id__in=ids).only("id", "number", "sealed")} if ids else {}
        )
        names = Names(self.actor.tenant).want(
            people=[row.by for row in rows], departments=[row.department for row in rows]
        )
        subjects = _subjects([row.subject for row in rows if row.subject])
        return [self._line(row, cases.get(row.case) if row.case else None, names, subjects) for row in rows]

    def _line(self, row: Told, case: Case | None, names: Names, subjects: dict[UUID, str]) -> Line:
        bare = Line(at=row.at, kind=_kind(row))
        if self.hide and (row.data.get("sealed") is True or (case is not None and case.sealed)):
            return replace(bare, sealed=True)
        happened = row.happened.astimezone(TZ).date() if row.happened else None
        return replace(
            bare,
            who=names.person(row.by),
            post=names.full(row.department) if row.department else "",
            number=short(case.number) if case else "",
            full_number=case.number if case else "",
            detail=_detail(row, subjects),
            said_on=happened if happened != row.at.astimezone(TZ).date() else None,
        )


def _kind(row: Told) -> str:
    if row.source == "look":
        return LOOKS.label(row.kind)
    return words.name(row.kind) if row.source == "administration" else event_names.name(row.kind)


def _detail(row: Told, subjects: dict[UUID, str]) -> str:
    if row.source == "administration":
        about = subjects.get(row.subject, "") if row.subject else ""
        return _joined([about, words.told(row.data)])
    if row.source == "look":
        return _joined(_look(row.kind, row.data))
    if row.kind in ("proposed", "turned_down", "proposal_decided") and row.data.get("verb"):
        return labels.verb(str(row.data["verb"]))
    return _joined([labels.code(name, row.data[name]) for name in TOLD if row.data.get(name)])


def _look(kind: str, data: dict[str, Any]) -> list[str]:
    """How many, of what: filters are told by name, what was typed is not kept."""
    found = []
    if "rows" in data:
        counted = _("%(n)s 份") if kind == Look.FILES_TAKEN else _("%(n)s 行")
        found.append(counted % {"n": data["rows"]})
    if data.get("first") or data.get("last"):
        found.append(_("%(first)s 至 %(last)s") % {"first": data.get("first", "…"), "last": data.get("last", "…")})
    if data.get("words"):
        found.append(_("按文字筛选"))
    if data.get("reason"):
        found.append(labels.code("reason", data["reason"]))
    return found


def _joined(parts: Sequence[str]) -> str:
    return _("，").join(part for part in parts if part)


def _subjects(ids: Sequence[UUID]) -> dict[UUID, str]:
    """Departments and people by their own names."""
    if not ids:
        return {}
    found: dict[UUID, str] = dict(Department.objects.filter(id__in=ids).values_list("id", "name"))
    return found | dict(User.objects.filter(id__in=ids).values_list("id", "name"))
