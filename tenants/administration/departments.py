"""What an administrator does to the tree of departments: add, change, move, cease, keep (domain §2.1, R 24(2)).

What happens to the cases of a department that ceased is the business of `cases.actions.succession`; until it has been
there, they stay where they are, with their holder and clocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Conflict, Invalid
from tenants.actors import Actor
from tenants.administration import changes
from tenants.administration.ground import Tree, check_seen, has_ceased, seen_of, will_cease
from tenants.models import Department

Kind = Department.Kind
INSIDE = frozenset(Kind) - Department.BODIES  # sections and the special offices of a bureau
ADDED = (Kind.UNIT, Kind.SECTION, Kind.REVIEW_BODY, Kind.JOINT_CONF, Kind.SUPERVISION)
DESK_ONLY = frozenset({Kind.REVIEW_BODY, Kind.JOINT_CONF, Kind.SUPERVISION})
DEEPEST = 5
FARTHEST = timedelta(days=366)
CODE = re.compile(r"[0-9A-Za-z-]{1,20}")
SHOWN = (
    "name",
    "short_name",
    "kind",
    "code",
    "organ_prefix",
    "vertical_managed",
    "superior_line_id",
    "parent_id",
    "valid_to",
    "successor_id",
)


@dataclass(frozen=True, slots=True)
class Given:
    """What is written down about a department."""

    name: str
    kind: str
    code: str
    short_name: str = ""
    organ_prefix: str = ""
    vertical_managed: bool = False
    superior_line: UUID | None = None

    def columns(self) -> dict[str, object]:
        return {
            "name": self.name.strip(),
            "kind": self.kind,
            "code": self.code.strip(),
            "short_name": self.short_name.strip(),
            "organ_prefix": self.organ_prefix.strip(),
            "vertical_managed": self.vertical_managed,
            "superior_line_id": self.superior_line,
        }


def seen(row: Department) -> str:
    """The mark a form carries: what it showed."""
    return seen_of(row, *SHOWN)


@transaction.atomic
def add(actor: Actor, *, parent: UUID, given: Given) -> Department:
    """增设, from today on; without a code the next free one. Raises Invalid with fields."""
    tree = Tree.locked(actor)
    above = tree.rows.get(parent)
    errors = _Errors()
    if above is None:
        errors.add("parent", _("没有这个上级。重新选。"))
    else:
        _check_place(errors, tree, above, given.kind, field="parent")
        given = given if given.code.strip() else replace(given, code=next_code(tree, above))
    _check(errors, tree, given, above, None)
    if given.kind not in ADDED:
        errors.add("kind", _("选一种性质。"))
    errors.stop()
    row = Department(tenant_id=actor.tenant, parent=above, valid_from=today(), **given.columns())
    row.save(force_insert=True)
    changes.record(actor.user, actor.tenant, "department.added", row.pk, parent=parent, code=row.code, sort=row.kind)
    return row


@transaction.atomic
def change(actor: Actor, department: UUID, *, given: Given, seen_as: str | None = None) -> Department:
    """修改. A unit stays a unit: its cases have a seat of their own. Raises Invalid, Stale, Conflict."""
    tree = Tree.locked(actor)
    row = tree.get(department)
    check_seen(seen_as, seen(row))
    _check_standing(row)
    errors = _Errors()
    if row.parent_id is None and (given.kind != row.kind or given.name.strip() != row.name):
        errors.add("name", _("本局的名称和性质由平台运维改，这里改不了。"))
    elif given.kind != row.kind and not {given.kind, row.kind} <= INSIDE:
        errors.add("kind", _("单位和科室不能互换。先撤销并指定承接，再增设。"))
    elif row.parent is not None:
        _check_place(errors, tree, row.parent, given.kind, field="kind")
    _check(errors, tree, given, row.parent, row)
    errors.stop()
    changed = [name for name, value in given.columns().items() if getattr(row, name) != value]
    if not changed:
        return row
    was = row.code
    for name, value in given.columns().items():
        setattr(row, name, value)
    row.save()
    codes = {"was": was, "code": row.code} if was != row.code else {}
    changes.record(actor.user, actor.tenant, "department.changed", row.pk, fields=changed, **codes)
    return row


@transaction.atomic
def move(actor: Actor, department: UUID, *, to: UUID, seen_as: str | None = None) -> Department:
    """调整隶属. A section that moves to another unit takes its open cases along (R 24(2)); `unit` follows for all
    beneath it. Raises Invalid, Stale, Conflict."""
    tree = Tree.locked(actor)
    row = tree.get(department)
    check_seen(seen_as, seen(row))
    _check_standing(row)
    if row.parent_id is None:
        raise Conflict(_("本局是最上一级，不能移动。"))
    target = tree.rows.get(to)
    errors = _Errors()
    if target is None:
        errors.add("to", _("没有这个上级。重新选。"))
        errors.stop()
    assert target is not None
    if target.pk == row.parent_id:
        errors.add("to", _("已经在%(name)s下面。选别的上级。") % {"name": target.name})
    elif target.pk == row.pk or any(one.pk == row.pk for one in tree.above(target)):
        errors.add("to", _("不能移到自己或自己的下属下面。"))
    else:
        _check_place(errors, tree, target, row.kind, field="to", moved=row)
        _check_name(errors, tree, row.name, target, row, field="to")
    errors.stop()
    was, old_unit = row.parent_id, row.unit_id
    row.parent = target
    row.save(update_fields=["parent", "unit"])
    for one in tree.below(row):  # parents first: each finds its unit in the row above
        if one.kind in INSIDE:
            one.save(update_fields=["unit"])
    unit = row.unit_id if row.unit_id != old_unit else None
    changes.record(actor.user, actor.tenant, "department.moved", row.pk, was=was, to=to, unit=unit)
    return row


@transaction.atomic
def cease(
    actor: Actor, department: UUID, *, successor: UUID | None, on: date, seen_as: str | None = None
) -> list[Department]:
    """撤销 from that day on, with everything beneath that still stands; all of them are succeeded by `successor`.

    A unit is succeeded by a unit, a section by a section of its unit or the unit itself. Raises Invalid, Stale,
    Conflict.
    """
    tree = Tree.locked(actor)
    row = tree.get(department)
    check_seen(seen_as, seen(row))
    if row.parent_id is None:
        raise Conflict(_("本局不能在这里撤销，由平台运维办理。"))
    if row.valid_to is not None:
        raise Conflict(_("%(name)s已经定于 %(day)s 撤销。") % {"name": row.name, "day": row.valid_to.isoformat()})
    errors = _Errors()
    if not max(today(), row.valid_from) <= on <= today() + FARTHEST:
        errors.add("on", _("撤销日从今天起，最远一年。"))
    heir = tree.rows.get(successor) if successor is not None else None
    if heir is None:
        errors.add("successor", _("选承接的单位或科室：在办件由它接着办。"))
    elif heir not in heirs(tree, row):
        errors.add("successor", _("%(name)s不能承接。单位由单位承接，科室由本单位的科室承接。") % {"name": heir.name})
    errors.stop()
    bodies = [one for one in tree.below(row) if one.kind in Department.BODIES and not has_ceased(one)]
    if bodies:
        names = _("、").join(one.name for one in bodies)
        raise Conflict(_("下面还有单位：%(names)s。先把它们移到别处。") % {"names": names}, code="units-below")
    gone = [row, *(one for one in tree.below(row) if one.valid_to is None or one.valid_to > on)]
    for one in gone:
        one.valid_to, one.successor = on, heir
        one.save(update_fields=["valid_to", "successor"])
        changes.record(actor.user, actor.tenant, "department.ceased", one.pk, on=on, successor=successor)
    return gone


@transaction.atomic
def keep(actor: Actor, department: UUID) -> Department:
    """不撤销: takes back a cessation that has not come yet, of this one and of what would have ceased with it."""
    tree = Tree.locked(actor)
    row = tree.get(department)
    if not will_cease(row):
        raise Conflict(_("只有还没到日子的撤销可以收回。"))
    if row.parent is not None and row.parent.valid_to is not None:
        raise Conflict(_("它随%(name)s一并撤销。先收回上级的撤销。") % {"name": row.parent.name})
    together = [row, *(one for one in tree.below(row) if (one.valid_to, one.successor_id) == _fate(row))]
    for one in together:
        errors = _Errors()
        _check_code(errors, tree, one.code, one)
        errors.stop()
    for one in together:
        one.valid_to, one.successor = None, None
        one.save(update_fields=["valid_to", "successor"])
        changes.record(actor.user, actor.tenant, "department.kept", one.pk)
    return row


def _fate(row: Department) -> tuple[date | None, UUID | None]:
    return row.valid_to, row.successor_id


# --- what may stand where --------------------------------------------------------------------------------------------


def heirs(tree: Tree, row: Department) -> list[Department]:
    """Who may take over: standing, without an end of its own in sight, and not part of what ceases."""
    own = {row.pk, *(one.pk for one in tree.below(row))}
    fit = [one for one in tree.standing() if one.pk not in own]
    if row.kind in Department.BODIES:
        return [one for one in fit if one.kind == Kind.UNIT]
    return [one for one in fit if one.unit_id == row.unit_id]


def places(tree: Tree, kind: str, moved: Department | None = None) -> list[Department]:
    """Where a department of this kind may hang."""
    return [row for row in tree.standing() if not _wrong_place(tree, row, kind, moved)]


def next_code(tree: Tree, parent: Department) -> str:
    """The first free number beneath a parent: what a form proposes."""
    used = {row.code for row in tree.standing()}
    prefix = "" if parent.parent_id is None else parent.code
    return next(code for number in range(1, 10_000) if (code := f"{prefix}{number:02}") not in used)


def _wrong_place(tree: Tree, above: Department, kind: str, moved: Department | None) -> str:
    if above.valid_to is not None:
        return _("%(name)s已撤销或将要撤销。选别的上级。") % {"name": above.name}
    if kind in Department.BODIES and above.kind not in Department.BODIES:
        return _("单位只能放在本局或单位下面，不能放在科室下面。")
    if kind in DESK_ONLY and above.unit_id != tree.root.pk:
        return _("这种机构只设在本局。")
    if moved is not None:
        own = {moved.pk, *(one.pk for one in tree.below(moved))}
        if above.pk in own:
            return _("不能移到自己或自己的下属下面。")
        if kind in INSIDE and tree.root.pk in (moved.unit_id, above.unit_id) and moved.unit_id != above.unit_id:
            return _("本局科室和单位科室办的件不同，不能互移。先撤销并指定承接，再增设。")
    height = 1 + max((_depth(tree, one) for one in [moved, *tree.below(moved)]), default=0) if moved else 1
    inner = height - (_depth(tree, moved) if moved else 0)
    if _depth(tree, above) + inner > DEEPEST:
        return _("层级太深，最多 %(n)d 层。选更高的上级。") % {"n": DEEPEST}
    return ""


def _depth(tree: Tree, row: Department) -> int:
    return sum(1 for _one in tree.above(row))


def _check_place(
    errors: _Errors, tree: Tree, above: Department, kind: str, *, field: str, moved: Department | None = None
) -> None:
    if told := _wrong_place(tree, above, kind, moved):
        errors.add(field, told)


def _check_standing(row: Department) -> None:
    if has_ceased(row):
        raise Conflict(_("%(name)s已撤销，不再改动。") % {"name": row.name}, code="department-ceased")


def _check(errors: _Errors, tree: Tree, given: Given, above: Department | None, row: Department | None) -> None:
    name = given.name.strip()
    if not name:
        errors.add("name", _("写名称。"))
    for field, text, longest in (
        ("name", name, 60),
        ("short_name", given.short_name.strip(), 20),
        ("organ_prefix", given.organ_prefix.strip(), 20),
    ):
        if len(text) > longest:
            errors.add(field, _("最多 %(n)d 个字。") % {"n": longest})
    _check_name(errors, tree, name, above, row)
    _check_code(errors, tree, given.code.strip(), row)
    if given.superior_line is not None and not superiors_of(tree.root.tenant_id, [given.superior_line]):
        errors.add("superior_line", _("上级主管部门从上级信访局的单位里选。"))


def _check_name(
    errors: _Errors, tree: Tree, name: str, above: Department | None, row: Department | None, field: str = "name"
) -> None:
    near = tree.children(above) if above is not None else []
    if any(one.name == name and not has_ceased(one) and (row is None or one.pk != row.pk) for one in near):
        errors.add(field, _("这里已经有“%(name)s”。换个名称，或换个上级。") % {"name": name})


def _check_code(errors: _Errors, tree: Tree, code: str, row: Department | None) -> None:
    if not CODE.fullmatch(code):
        errors.add("code", _("代码用数字、字母和连字符，最多 20 位。"))
        return
    other = next((one for one in tree.standing() if one.code == code and (row is None or one.pk != row.pk)), None)
    if other is not None:
        errors.add("code", _("%(name)s已经用了这个代码。换一个。") % {"name": other.name})


def superiors_of(tenant: UUID, only: Iterable[UUID] | None = None) -> list[Department]:
    """上一级主管部门: the living units of the office above."""
    rows = Department.objects.alive().filter(tenant__children=tenant, kind=Kind.UNIT)
    return list(rows if only is None else rows.filter(pk__in=list(only)))


class _Errors:
    """All of them at once, each at its field."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] = {}

    def add(self, field: str, text: str) -> None:
        self._fields.setdefault(field, []).append(text)

    def stop(self) -> None:
        if self._fields:
            raise Invalid(fields=self._fields)
