"""权责清单 from a spreadsheet: what each unit of the office answers for, kept by its administrator (R19)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from tenants.actors import Actor
from tenants.administration.changes import record
from tenants.administration.ground import Tree, require_admin
from tenants.administration.reference_sheets import Plan, contents, day, doubles, too_long
from tenants.models import Department, Duty
from tenants.sheets import Line, Sheet

DUTIES = Sheet(
    "权责清单",
    ("权责清单", "权责", "duties"),
    {
        "department": ("单位", "责任单位", "部门", "department"),
        "number": ("序号", "项", "编号", "number"),
        "text": ("事项", "权责事项", "职责", "text"),
        "contents": ("内容分类", "分类", "contents"),
        "law": ("依据", "法律依据", "law"),
        "valid_from": ("起始日期", "生效日期", "valid_from"),
        "valid_to": ("终止日期", "失效日期", "valid_to"),
    },
    ("department", "text"),
)
COLUMNS = ("text", "contents", "law", "valid_from", "valid_to")
LONGEST = {"text": 200, "law": 200}
LAST_NUMBER = 9999


def rows(office: UUID) -> list[Duty]:
    """The lists in force, unit by unit."""
    found = Duty.objects.alive().filter(tenant=office).select_related("department")
    return list(found.order_by("department__code", "department__pinyin", "number"))


def check(actor: Actor, lines: list[Line], codes: Mapping[str, str]) -> Plan:
    """What the lines would do now. `codes`: content classes by code and by name. Raises Refused."""
    require_admin(actor)
    return _Checks(actor.tenant, codes).plan(lines)[0]


@transaction.atomic
def put(actor: Actor, lines: list[Line], codes: Mapping[str, str]) -> Plan:
    """Writes what stands, under the office's lock; refused lines delay no other. Raises Refused."""
    Tree.locked(actor)
    plan, made = _Checks(actor.tenant, codes).plan(lines)
    Duty.objects.bulk_create([row for row in made if row._state.adding])
    Duty.objects.bulk_update([row for row in made if not row._state.adding], COLUMNS)
    if made:
        record(actor.user, actor.tenant, "duty.imported", new=plan.count("new"), changed=plan.count("changed"))
    return plan


class _Checks:
    """The office read once; each line becomes a row to write, or says what is wrong with it."""

    def __init__(self, office: UUID, codes: Mapping[str, str]) -> None:
        self.office, self.codes = office, codes
        self.places: dict[str, list[UUID]] = {}
        bodies = Department.objects.alive().filter(tenant=office, kind__in=Department.BODIES)
        for place in bodies:
            for called in {place.code, place.name, place.short_name} - {""}:
                self.places.setdefault(called, []).append(place.pk)
        standing = Duty.objects.filter(tenant=office, valid_to__isnull=True)
        self.known = {(row.department_id, row.number): row for row in standing}
        self.last: dict[UUID, int] = {}
        for department, number in self.known:
            self.last[department] = max(number, self.last.get(department, 0))

    def plan(self, lines: list[Line]) -> tuple[Plan, list[Duty]]:
        given = {line.number: self._given(line) for line in lines}
        keys: dict[int, object] = {n: (row["department_id"], row["number"]) for n, row in given.items() if row}
        doubles(lines, keys)
        plan, made = Plan(lines), []
        for line in lines:
            values = given[line.number]
            if line.errors or values is None:
                plan.fates[line.number] = ""
                continue
            row = self.known.get((values["department_id"], values["number"]))
            if row is None:
                made.append(Duty(tenant_id=self.office, **values))
                plan.fates[line.number] = "new"
            elif any(getattr(row, name) != values[name] for name in COLUMNS):
                for name in COLUMNS:
                    setattr(row, name, values[name])
                made.append(row)
                plan.fates[line.number] = "changed"
            else:
                plan.fates[line.number] = "same"
        return plan, made

    def _given(self, line: Line) -> dict[str, Any] | None:
        places = self.places.get(line["department"], [])
        if line["department"] and len(places) != 1:
            text = _("有几个单位叫“%(name)s”，写单位代码。") if places else _("没有单位“%(name)s”。")
            line.errors.append(text % {"name": line["department"][:40]})
        too_long(line, DUTIES, LONGEST)
        subjects = contents(line, self.codes)
        if line["number"] and not (line["number"].isdecimal() and 1 <= int(line["number"]) <= LAST_NUMBER):
            line.errors.append(_("序号写 1 到 %(n)d 的整数，或留空。") % {"n": LAST_NUMBER})
        before = self._before(line, places[0]) if len(places) == 1 and not line.errors else None
        since = day(line, "valid_from", before.valid_from if before is not None else today())
        until = day(line, "valid_to", None)
        if since and until and until < since:
            line.errors.append(_("终止日期早于起始日期。"))
        if line.errors or len(places) != 1:
            return None
        number = before.number if before is not None else int(line["number"]) if line["number"] else self._next(places)
        return {
            "department_id": places[0],
            "number": number,
            "text": line["text"],
            "contents": subjects,
            "law": line["law"],
            "valid_from": since,
            "valid_to": until,
        }

    def _before(self, line: Line, place: UUID) -> Duty | None:
        """The item meant: by its number, or without one by its words."""
        if line["number"]:
            return self.known.get((place, int(line["number"])))
        same = (row for (department, _n), row in self.known.items() if department == place and row.text == line["text"])
        return next(same, None)

    def _next(self, places: list[UUID]) -> int:
        self.last[places[0]] = self.last.get(places[0], 0) + 1
        return self.last[places[0]]


def cells(row: Duty, names: Mapping[str, str]) -> list[str]:
    """A row as the sheet has it, so that what was taken out can be changed and brought back."""
    until: date | None = row.valid_to
    return [
        row.department.name,
        str(row.number),
        row.text,
        _("、").join(names.get(code, code) for code in row.contents),
        row.law,
        row.valid_from.isoformat(),
        until.isoformat() if until else "",
    ]
