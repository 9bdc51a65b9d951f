"""A whole region from a spreadsheet: what each row asks for, which cannot stand, in which order they are made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.errors import HuiyinError
from tenants import provisioning, sheets
from tenants.models import Department, Domain, Tenant
from tenants.organisation import add_department, add_person
from tenants.roles import ADMIN, BESIDE_ADMIN, KNOWN
from tenants.sheets import Line, Sheet

OFFICES = Sheet(
    "机构",
    ("机构", "单位", "offices", "tenants"),
    {
        "code": ("代码", "code", "行政区划代码"),
        "name": ("名称", "name"),
        "level": ("层级", "level"),
        "parent": ("上级", "parent", "上级代码"),
        "host": ("域名", "host", "网址"),
        "short_name": ("简称", "short_name"),
        "letter_prefix": ("文号代字", "letter_prefix"),
        "address": ("地址", "address"),
        "phone": ("电话", "phone"),
        "hours": ("接待时间", "hours"),
    },
    ("code", "name", "level"),
)
DEPARTMENTS = Sheet(
    "部门",
    ("部门", "departments"),
    {
        "office": ("机构", "office", "机构代码"),
        "code": ("代码", "code"),
        "name": ("名称", "name"),
        "kind": ("性质", "kind"),
        "parent": ("上级", "parent", "上级代码"),
        "short_name": ("简称", "short_name"),
        "organ_prefix": ("机关代字", "organ_prefix"),
        "duties": ("职责", "duties"),
    },
    ("office", "code", "name"),
)
PEOPLE = Sheet(
    "人员",
    ("人员", "people"),
    {
        "username": ("用户名", "username"),
        "name": ("姓名", "name"),
        "office": ("机构", "office", "机构代码"),
        "department": ("部门", "department", "部门代码"),
        "roles": ("角色", "roles", "岗位"),
    },
    ("username", "name", "office", "roles"),
)
SHEETS = (OFFICES, DEPARTMENTS, PEOPLE)

_LEVELS = {
    **{level.value: level.value for level in Tenant.Level},
    **{"省": "province", "省级": "province", "市": "prefecture", "市级": "prefecture", "地级": "prefecture"},
    **{"县": "county", "县级": "county", "区": "county", "区县": "county", "国家": "nation"},
}
_KINDS: dict[str, str] = {
    **{kind.value: kind.value for kind in Department.Kind},
    **{str(kind.label): kind.value for kind in Department.Kind},
    "": Department.Kind.UNIT.value,
}
USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}\Z")
OPTIONAL = ("short_name", "letter_prefix", "address", "phone", "hours")
_LENGTHS = {"name": 60, "short_name": 20, "letter_prefix": 20, "address": 200, "phone": 40, "hours": 200}


@dataclass(frozen=True, slots=True)
class Done:
    """One row carried out, or what it would do."""

    sheet: Sheet
    line: Line
    new: bool


class Region:
    """The rows of a file, checked against each other and against what exists. `errors` stand in the lines."""

    def __init__(self, path: Path) -> None:
        self.lines = sheets.read(path, SHEETS)
        self._existing = {t.code: t for t in Tenant.objects.filter(valid_to__isnull=True)}
        self._hosts: dict[str, str] = dict(Domain.objects.values_list("domain", "tenant__code"))
        self._check_offices()
        self._order = self._in_order()
        self._check_departments()
        self._check_people()

    @property
    def offices(self) -> list[Line]:
        return self._order

    def refused(self) -> int:
        return sum(1 for lines in self.lines.values() for line in lines if line.errors)

    def write_errors(self, path: Path) -> int:
        return sheets.write_errors(path, [(sheet, self.lines[sheet.title]) for sheet in SHEETS])

    def carry_out(self, *, dry_run: bool = False) -> Iterator[Done]:
        """Rows one after the other, each a transaction; a row that fails keeps its reason and the next one goes on."""
        for line in self._order:
            if not line.errors:
                yield from self._done(OFFICES, line, dry_run)
        for sheet in (DEPARTMENTS, PEOPLE):
            for line in self.lines[sheet.title]:
                if not line.errors:
                    yield from self._done(sheet, line, dry_run)

    # --- checks ------------------------------------------------------------------------------------------------------
    def _check_offices(self) -> None:
        seen: dict[str, int] = {}
        hosts: dict[str, str] = {}
        for line in self.lines[OFFICES.title]:
            code = line["code"]
            if code in seen:
                line.errors.append(_("代码 %(code)s 与第 %(row)d 行重复。") % {"code": code, "row": seen[code]})
            seen.setdefault(code, line.number)
            level = _LEVELS.get(line["level"].lower())
            if line["level"] and level is None:
                line.errors.append(_("层级“%(level)s”不认识。填 省级、市级 或 县级。") % {"level": line["level"]})
            line.cells["level"] = level or ""
            line.cells["host"] = line["host"].lower()
            _too_long(line)
            if not line["short_name"] and code not in self._existing:
                _collect(line, partial(provisioning.short_of, line["name"]))
            self._check_host(line, hosts)
            self._check_existing(line)

    def _check_host(self, line: Line, hosts: dict[str, str]) -> None:
        host, code = line["host"], line["code"]
        if not host:
            return
        taken = hosts.setdefault(host, code) != code or self._hosts.get(host, code) != code
        if taken or host in settings.PUBLIC_HOSTS:
            line.errors.append(_("域名 %(host)s 已被其他单位使用。") % {"host": host})
            return
        _collect(line, lambda: provisioning.check_host_name(host))

    def _check_existing(self, line: Line) -> None:
        there = self._existing.get(line["code"])
        if there is None:
            if line["level"] and line["code"]:
                _collect(line, lambda: provisioning.check(code=line["code"], level=line["level"], host="", parent=None))
            return
        if there.name != line["name"] or (line["level"] and there.level != line["level"]):
            text = _("代码 %(code)s 已是“%(name)s”。改名请在机构管理里办。")
            line.errors.append(text % {"code": there.code, "name": there.name})

    def _in_order(self) -> list[Line]:
        """Parents before children; a row whose parent is refused, or that stands above itself, is refused too."""
        lines = {line["code"]: line for line in reversed(self.lines[OFFICES.title]) if line["code"]}
        parents = {code: self._parent(line, lines) for code, line in lines.items()}
        order: list[Line] = []
        state: dict[str, bool] = {}

        def place(code: str, below: tuple[str, ...]) -> None:
            line, parent = lines[code], parents[code]
            if code in below:
                line.errors.append(_("上级绕成了圈：%(codes)s") % {"codes": " → ".join((*below, code))})
                return
            if code in state:
                return
            if parent in lines and parent is not None:
                place(parent, (*below, code))
                self._check_parent(line, lines[parent])
            line.cells["parent"] = parent or ""
            state[code] = True
            order.append(line)

        for code in [line["code"] for line in self.lines[OFFICES.title] if line["code"]]:
            place(code, ())
        return order

    def _parent(self, line: Line, lines: dict[str, Line]) -> str | None:
        named = line["parent"]
        for code in [named] if named else provisioning.ancestors_of(line["code"]):
            level = lines[code]["level"] if code in lines else getattr(self._existing.get(code), "level", None)
            if level is not None and (named or _above(level, line["level"])):
                return code
        if named:
            line.errors.append(_("没有代码为 %(code)s 的上级。先开通上级，或改正代码。") % {"code": named})
        return None

    def _check_parent(self, line: Line, above: Line) -> None:
        if above.errors and line["code"] not in self._existing:
            line.errors.append(_("上级 %(code)s 那一行有问题，先改正它。") % {"code": above["code"]})
        elif above["level"] and line["level"] and not _above(above["level"], line["level"]):
            line.errors.append(_("上级“%(name)s”的层级不高于本级。") % {"name": above["name"]})

    def _good_offices(self) -> set[str]:
        return set(self._existing) | {line["code"] for line in self._order if not line.errors}

    def _check_departments(self) -> None:
        offices = self._good_offices()
        known = set(Department.objects.filter(valid_to__isnull=True).values_list("tenant__code", "code"))
        for line in self.lines[DEPARTMENTS.title]:
            if line["office"] not in offices:
                line.errors.append(_("没有代码为 %(code)s 的机构。") % {"code": line["office"]})
            kind = _KINDS.get(line["kind"])
            if kind is None or kind == Department.Kind.BUREAU:
                line.errors.append(_("性质“%(kind)s”不认识。填 单位 或 科室。") % {"kind": line["kind"]})
            line.cells["kind"] = kind or ""
            if line["parent"] and (line["office"], line["parent"]) not in known:
                text = _("没有代码为 %(code)s 的上级部门。上级部门要写在前面的行。")
                line.errors.append(text % {"code": line["parent"]})
            _too_long(line)
            if not line.errors:
                known.add((line["office"], line["code"]))
        self._departments = known | {(office, "") for office in offices}

    def _check_people(self) -> None:
        for line in self.lines[PEOPLE.title]:
            if not USERNAME.match(line["username"]):
                line.errors.append(_("用户名只能用小写字母、数字和 . _ @ -。"))
            if (line["office"], line["department"]) not in self._departments:
                line.errors.append(
                    _("机构 %(office)s 没有代码为 %(code)s 的部门。")
                    % {"office": line["office"], "code": line["department"]}
                )
            roles = set(re.split(r"[\s,，、;；]+", line["roles"].upper())) - {""}
            if unknown := sorted(roles - KNOWN):
                line.errors.append(_("角色不认识：%(roles)s。填 R2 至 R21。") % {"roles": "、".join(unknown)})
            elif ADMIN in roles and not roles <= BESIDE_ADMIN:
                line.errors.append(_("管理员 R19 不能同时承担办件岗位。"))
            line.cells["roles"] = " ".join(sorted(roles))
            if len(line["name"]) > 40:
                line.errors.append(_("姓名太长。"))

    # --- doing -------------------------------------------------------------------------------------------------------
    def _done(self, sheet: Sheet, line: Line, dry_run: bool) -> Iterator[Done]:
        if (
            sheet is OFFICES
            and (above := line["parent"])
            and any(other.errors for other in self._order if other["code"] == above and above not in self._existing)
        ):
            line.errors.append(_("上级 %(code)s 没有开通成功。") % {"code": above})
            return
        new = sheet is not OFFICES or line["code"] not in self._existing
        if not dry_run:
            try:
                with transaction.atomic():
                    _carry_out(sheet, line)
            except HuiyinError as error:
                line.errors += _texts(error)
                return
        yield Done(sheet, line, new)


def _carry_out(sheet: Sheet, line: Line) -> None:
    if sheet is OFFICES:
        provisioning.provision(**office(line.cells))
        return
    tenant = Tenant.objects.get(code=line["office"], valid_to__isnull=True)
    rows = [line.cells]
    staff(tenant, rows if sheet is DEPARTMENTS else [], rows if sheet is PEOPLE else [])


def office(cells: Mapping[str, str]) -> dict[str, Any]:
    """What `provision` is to make of a row; an empty cell says nothing."""
    extra = {name: cells[name] for name in OPTIONAL if cells.get(name)}
    plain = {name: cells[name] for name in ("code", "name", "level")}
    return {**plain, "parent": cells.get("parent") or None, "host": cells.get("host", ""), **extra}


def staff(
    tenant: Tenant, departments: Iterable[Mapping[str, str]] = (), people: Iterable[Mapping[str, str]] = ()
) -> None:
    """Departments, then people of one office, from checked rows; nobody gets a password here."""
    here = Department.objects.filter(tenant=tenant, valid_to__isnull=True)
    for cells in departments:
        add_department(
            tenant,
            cells["name"],
            code=cells["code"],
            kind=cells["kind"],
            parent=here.get(code=cells["parent"]) if cells.get("parent") else None,
            short_name=cells.get("short_name", ""),
            organ_prefix=cells.get("organ_prefix", ""),
            duties=cells.get("duties", ""),
        )
    for cells in people:
        post = here.get(code=cells["department"]) if cells.get("department") else here.get(parent__isnull=True)
        posts = [(post, cells["roles"].split())]
        add_person(cells["username"], cells["name"], posts=posts, must_change_password=True)


def _above(level: str, other: str) -> bool:
    return provisioning.LEVELS.get(level, 99) < provisioning.LEVELS.get(other, 0)


def _too_long(line: Line) -> None:
    for name, most in _LENGTHS.items():
        if len(line[name]) > most:
            line.errors.append(_("“%(text)s…”太长，最多 %(n)d 字。") % {"text": line[name][:10], "n": most})


def _collect(line: Line, check: Callable[[], object]) -> None:
    try:
        check()
    except HuiyinError as error:
        line.errors += _texts(error)


def _texts(error: HuiyinError) -> list[str]:
    return [text for texts in error.fields.values() for text in texts] or [str(error)]
