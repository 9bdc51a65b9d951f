"""The table of laws from a spreadsheet: an office's own by its administrator (R19), everybody's by the operator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tenants.actors import NOBODY, Actor
from tenants.administration.changes import record
from tenants.administration.ground import Tree, require_admin
from tenants.administration.reference_sheets import Plan, contents, day, doubles, too_long
from tenants.models import Law, LawArticle
from tenants.sheets import Line, Sheet

LAWS = Sheet(
    "法规条文",
    ("法规条文", "法规", "laws"),
    {
        "law": ("法规", "法规名称", "名称", "law"),
        "number": ("条", "条款", "条号", "article"),
        "title": ("内容提要", "提要", "title"),
        "text": ("条文", "全文", "text"),
        "contents": ("内容分类", "分类", "contents"),
        "issued": ("文号", "年份", "issued"),
        "valid_from": ("施行日期", "valid_from"),
        "valid_to": ("废止日期", "valid_to"),
    },
    ("law", "number"),
)
LONGEST = {"law": 120, "number": 40, "title": 200, "text": 5000, "issued": 80}
COLUMNS = ("title", "text", "contents", "seq")
OF_LAW = ("issued", "valid_from", "valid_to")
EARLIEST = date(1949, 10, 1)
_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def check(actor: Actor, lines: list[Line], codes: Mapping[str, str]) -> Plan:
    require_admin(actor)
    return _Checks(actor.tenant, codes).plan(lines)


@transaction.atomic
def put(actor: Actor, lines: list[Line], codes: Mapping[str, str]) -> Plan:
    """The office's own table. Raises Refused."""
    Tree.locked(actor)
    return _write(actor.tenant, actor.user, lines, codes)


@transaction.atomic
def put_for_all(lines: list[Line], codes: Mapping[str, str], *, by: UUID = NOBODY, dry_run: bool = False) -> Plan:
    """The table of every office; the operator's."""
    return _Checks(None, codes).plan(lines) if dry_run else _write(None, by, lines, codes)


def _write(office: UUID | None, by: UUID, lines: list[Line], codes: Mapping[str, str]) -> Plan:
    checks = _Checks(office, codes)
    plan = checks.plan(lines)
    for law in checks.laws.values():
        if law._state.adding or law.pk in checks.moved:
            law.save()
    LawArticle.objects.bulk_create([row for row in checks.made if row._state.adding])
    LawArticle.objects.bulk_update([row for row in checks.made if not row._state.adding], COLUMNS)
    if plan.writes or checks.moved:
        record(by, office, "law.imported", new=plan.count("new"), changed=plan.count("changed"))
    return plan


class _Checks:
    def __init__(self, office: UUID | None, codes: Mapping[str, str]) -> None:
        self.office, self.codes = office, codes
        self.laws = {law.title: law for law in Law.objects.filter(tenant=office, valid_to__isnull=True)}
        standing = LawArticle.objects.filter(law__in=list(self.laws.values())).select_related("law")
        self.known = {(row.law.title, row.number): row for row in standing}
        self.moved: set[UUID] = set()
        self.made: list[LawArticle] = []

    def plan(self, lines: list[Line]) -> Plan:
        given = {line.number: self._given(line) for line in lines}
        keys: dict[int, object] = {n: (row["law"], row["number"]) for n, row in given.items() if row}
        doubles(lines, keys)
        plan = Plan(lines)
        for line in lines:
            values = given[line.number]
            fits = values is not None and not line.errors
            plan.fates[line.number] = self._fate(values) if values is not None and fits else ""
        return plan

    def _fate(self, values: dict[str, Any]) -> str:
        law = self.laws.get(values["law"])
        moved = law is not None and any(
            values[name] not in (None, "") and getattr(law, name) != values[name] for name in OF_LAW
        )
        if law is None:
            law = Law(tenant_id=self.office, title=values["law"], valid_from=values["valid_from"] or EARLIEST)
            law.issued, law.valid_to = values["issued"], values["valid_to"]
            self.laws[law.title] = law
        elif moved:
            for name in OF_LAW:
                if values[name] not in (None, ""):
                    setattr(law, name, values[name])
            self.moved.add(law.pk)
        row = self.known.get((values["law"], values["number"]))
        if row is None:
            self.made.append(LawArticle(law=law, number=values["number"], **{n: values[n] for n in COLUMNS}))
            return "new"
        if any(getattr(row, name) != values[name] for name in COLUMNS):
            for name in COLUMNS:
                setattr(row, name, values[name])
            self.made.append(row)
            return "changed"
        return "changed" if moved else "same"

    def _given(self, line: Line) -> dict[str, Any] | None:
        too_long(line, LAWS, LONGEST)
        title = line["law"].strip("《》 ")
        if line["law"] and not title:
            line.errors.append(_("写法规的名称。"))
        subjects = contents(line, self.codes)
        since, until = day(line, "valid_from", None), day(line, "valid_to", None)
        if since and until and until < since:
            line.errors.append(_("废止日期早于施行日期。"))
        if line.errors:
            return None
        return {
            "law": title,
            "number": line["number"],
            "seq": order(line["number"], line.number),
            "title": line["title"],
            "text": line["text"],
            "contents": subjects,
            "issued": line["issued"],
            "valid_from": since,
            "valid_to": until,
        }


def order(number: str, line: int) -> int:
    """第三十五条 is 35, 35 too; what has no number stands after those that have, as in the file."""
    found = re.search(r"\d+", number)
    if found:
        return min(int(found.group()), 99_999)
    said = re.search(r"第([零〇一二两三四五六七八九十百千]+)条", number)
    return _spoken(said.group(1)) if said else 100_000 + line


def _spoken(text: str) -> int:
    total, ones = 0, 0
    for sign in text:
        if sign in _UNITS:
            total += (ones or 1) * _UNITS[sign]
            ones = 0
        else:
            ones = _DIGITS[sign]
    return total + ones


def cells(row: LawArticle, names: Mapping[str, str]) -> list[str]:
    law = row.law
    since = law.valid_from.isoformat() if law.valid_from > EARLIEST else ""
    subjects = _("、").join(names.get(code, code) for code in row.contents)
    ended = law.valid_to.isoformat() if law.valid_to else ""
    return [law.title, row.number, row.title, row.text, subjects, law.issued, since, ended]
