"""机构: the tree of departments for the office's administrator (R19): numbers only, no case."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from rest_framework import serializers

from cases import jobs
from cases.api.answers.listed import Out
from cases.api.bodies.filings import Body
from cases.api.bodies.handling import Nothing
from cases.api.fields import Code, Day, Flag, Text, Uid, optional_text
from cases.api.office.acts import TAG, WholeList, act, both, seen
from cases.api.routing import Route, items_of, one
from cases.queries import holding
from tenants.actors import Actor
from tenants.administration import departments, heirs, overview
from tenants.administration.ground import Tree, require_admin
from tenants.models import Department

MOST_POSTS = 500
LONGEST_NAME = 60


class DepartmentHereOut(Out):
    """`open`: open cases that lie with it. `people`: persons with a post there. `seen`: for the next change."""

    id = serializers.UUIDField()
    parent = serializers.UUIDField(source="parent_id", allow_null=True)  # type: ignore[assignment]
    unit = serializers.UUIDField(source="unit_id")
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(Department.Kind.values)
    code = serializers.CharField()
    organ_prefix = serializers.CharField()
    vertical_managed = serializers.BooleanField()
    superior_line = serializers.UUIDField(source="superior_line_id", allow_null=True)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    successor = serializers.UUIDField(source="successor_id", allow_null=True)
    open = serializers.IntegerField()
    people = serializers.IntegerField()
    seen = serializers.CharField()


class Departments(WholeList):
    """Those that ceased too."""

    item = DepartmentHereOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        require_admin(actor)
        tree = Tree.read(actor.tenant)
        return _told(actor, [tree.root, *tree.below(tree.root)])


def _told(actor: Actor, rows: list[Department]) -> list[Department]:
    lying, people = holding.open_by_department(), overview.people_by_department(actor.tenant)
    for row in rows:
        row.open, row.people, row.seen = lying.get(row.pk, 0), people.get(row.pk, 0), departments.seen(row)  # type: ignore[attr-defined]
    return rows


def _one(actor: Actor, department: UUID) -> Department:
    return _told(actor, [Tree.read(actor.tenant).get(department)])[0]


class GivenBody(Body):
    name = Text(max_length=LONGEST_NAME)
    kind = Code([*Department.Kind.values])
    code = optional_text(20)
    short_name = optional_text(20)
    organ_prefix = optional_text(20)
    vertical_managed = Flag(required=False, default=False)
    superior_line = Uid(required=False, allow_null=True, default=None)


class AddDepartmentBody(GivenBody):
    """增设, from today on. Without a code the next free one."""

    parent = Uid()  # type: ignore[assignment]


class ChangeDepartmentBody(GivenBody):
    """修改: the department as it shall be, over what was `seen`."""

    seen = seen()


class MoveDepartmentBody(Body):
    """调整隶属."""

    to = Uid()
    seen = seen()


class CeaseDepartmentBody(Body):
    """撤销 from that day on; `successor` takes over the open cases."""

    successor = Uid()
    on = Day()
    seen = seen()


class FollowBody(Body):
    """Posts of a department that ceased, which go on at its successor."""

    posts = serializers.ListField(child=Uid(), allow_empty=False, max_length=MOST_POSTS)


def add(actor: Actor, *, parent: UUID, **given: Any) -> Department:
    return _one(actor, departments.add(actor, parent=parent, given=departments.Given(**given)).pk)


def change(actor: Actor, *, department_id: UUID, seen: str, **given: Any) -> Department:
    departments.change(actor, department_id, given=departments.Given(**given), seen_as=seen)
    return _one(actor, department_id)


def move(actor: Actor, *, department_id: UUID, to: UUID, seen: str) -> Department:
    departments.move(actor, department_id, to=to, seen_as=seen)
    jobs.succeed_soon(actor.tenant)
    return _one(actor, department_id)


def cease(actor: Actor, *, department_id: UUID, successor: UUID, on: date, seen: str) -> Department:
    departments.cease(actor, department_id, successor=successor, on=on, seen_as=seen)
    jobs.succeed_soon(actor.tenant)
    return _one(actor, department_id)


def keep(actor: Actor, *, department_id: UUID) -> Department:
    departments.keep(actor, department_id)
    return _one(actor, department_id)


def follow(actor: Actor, *, department_id: UUID, posts: list[UUID]) -> Department:
    heirs.follow(actor, department_id, posts=posts)
    return _one(actor, department_id)


ONE = "office/departments/<uuid:department_id>"
OUT = DepartmentHereOut
ROUTES: list[Route] = [
    (
        "office/departments",
        both(
            one(
                Departments,
                "office_departments",
                "机构",
                "The tree, parents first; with the open cases and people of each.",
                items_of("OfficeDepartments", OUT),
                TAG,
            ),
            act("add_department", "增设机构", "From today on.", add, AddDepartmentBody, OUT, made=True),
        ),
    ),
    (f"{ONE}/change", act("change_department", "修改机构", "Name, kind, code.", change, ChangeDepartmentBody, OUT)),
    (
        f"{ONE}/move",
        act("move_department", "调整隶属", "Everything beneath goes along.", move, MoveDepartmentBody, OUT),
    ),
    (
        f"{ONE}/cease",
        act("cease_department", "撤销机构", "Open cases follow to the successor.", cease, CeaseDepartmentBody, OUT),
    ),
    (f"{ONE}/keep", act("keep_department", "收回撤销", "Before its day has come.", keep, Nothing, OUT)),
    (
        f"{ONE}/follow",
        act("follow_department", "岗位转到承接机构", "The people of what ceased.", follow, FollowBody, OUT),
    ),
]
