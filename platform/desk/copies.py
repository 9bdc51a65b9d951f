"""抄送 on the page of a hand-over: who is named already, who is put forward, who was found by typing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case
from desk.units import Table
from tenants import finding
from tenants.finding import Found
from tenants.models import Tenant

MOST_FOUND = 6


@dataclass(frozen=True, slots=True)
class Choice:
    id: UUID
    name: str
    note: str
    on: bool


@dataclass(frozen=True, slots=True)
class Copies:
    """`label` says what a search found; "" where none was made."""

    rows: list[Choice]
    label: str = ""

    @property
    def named(self) -> list[Choice]:
        return [row for row in self.rows if row.on]


class CopyField(forms.Field):
    """Several units, each once. Whether each may get a copy is the action's to say."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"invalid": gettext_lazy("抄送里有查不到的单位。按名称、代码或拼音重新查找。")}  # noqa: RUF012

    def to_python(self, value: object) -> list[UUID]:
        given = value if isinstance(value, (list, tuple)) else []
        try:
            return list(dict.fromkeys(UUID(str(one)) for one in given if one))
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error


def ids(values: Iterable[object]) -> list[UUID]:
    """What stands in the form, as far as it can be read."""
    found = []
    for value in values:
        try:
            found.append(UUID(str(value)))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def shown(
    case: Case, office: Tenant, query: str, chosen: Sequence[UUID], to: UUID | None, table: Table | None = None
) -> Copies:
    """Named first, then those found; without a query those of the table whose place the case is about."""
    named = finding.by_ids(office, chosen)
    asked = query.strip()
    found: list[Found] = []
    label = ""
    if asked:
        found = [one for one in finding.units(office, asked, place=case.filing.place_detail, most=50)[0] if one.copied]
        label = _("“%(query)s”找到 %(n)d 个可以抄送的单位") % {"query": asked, "n": len(found)}
        if not found:
            label = _("没有符合“%(query)s”、可以抄送的单位。换个简称、代码或拼音首字母试试。") % {"query": asked}
    elif table is not None:
        found = [row.found for row in table.rows if row.found.suited == "place"]
    known = {one.id for one in named} | {to}
    rows = [_choice(one, office, on=True) for one in named]
    rows += [_choice(one, office, on=False) for one in found[:MOST_FOUND] if one.id not in known]
    return Copies(rows, label)


def _choice(one: Found, office: Tenant, *, on: bool) -> Choice:
    note = one.office if one.tenant != office.pk and one.office != one.name else ""
    if one.suited == "place" and not on:
        note = _("问题属地")
    return Choice(one.id, one.name, note, on)
