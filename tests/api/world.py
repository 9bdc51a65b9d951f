"""Cases in every state the main path reaches, made once and rolled back at the end of the module that asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from cases import actions
from cases.actions import Upload, wordings
from kernel import files
from tenants import context
from tenants.administration import people_sheet, posts, webhooks
from tests.api.tokens import issued
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, do, in_days
from tests.people import actor, department
from tests.supervision.world import made_supervision

UNIT = "住建局"


@dataclass
class World:
    """Case ids by what they are good for, all of COUNTY unless the name says otherwise; one of each other thing."""

    cases: dict[str, UUID] = field(default_factory=dict)
    draft: UUID | None = None
    attachment: UUID | None = None
    token: UUID | None = None
    webhook: UUID | None = None
    post_request: UUID | None = None
    job: UUID | None = None
    wording: UUID | None = None
    supervised: dict[str, UUID] = field(default_factory=dict)


@contextmanager
def kept_open() -> Iterator[None]:
    """At a request's edges Django would close our connection, and with it the transaction that is rolled back."""
    edges = (request_started, request_finished)
    for edge in edges:
        edge.disconnect(close_old_connections)
    try:
        yield
    finally:
        for edge in edges:
            edge.connect(close_old_connections)


@contextmanager
def made_world() -> Iterator[World]:
    with kept_open(), transaction.atomic():
        yield _make()
        transaction.set_rollback(True)


def _make() -> World:
    world = World()
    cases = world.cases
    clerk = actor(COUNTY, "R3")
    desk, leader = actor(COUNTY, "R5", unit=UNIT), actor(COUNTY, "R8", unit=UNIT)
    cases["registered"] = making.register().case.id
    cases["at_unit"] = making.at_unit()
    cases["waiting"] = making.at_unit()
    do(desk, "sign_for", cases["waiting"])
    cases["accepted"] = making.accepted()
    cases["investigated"] = making.investigated()
    cases["submitted"] = making.submitted()
    cases["checked"] = making.submitted()
    do(actor(COUNTY, "R7", unit=UNIT), "check", cases["checked"])
    cases["signed"] = making.signed()
    cases["served"] = making.served()
    cases["executing"] = making.served(given={"item": "修复电梯", "execute_by": in_days(10).isoformat()})
    cases["sealed"] = making.register(klass="B", purpose="02").case.id
    cases["down"] = making.register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", cases["down"], to_department=department(COUNTY).id, feedback_on=in_days(40))
    cases["elsewhere"] = making.register(making.OTHER).case.id

    cases["objected"] = making.at_unit()
    do(desk, "propose", cases["objected"], verb="object", fields={})
    do(leader, "object", cases["objected"], reason="duty", text="不属本局", law="权责清单")
    cases["objecting"] = making.at_unit()
    do(desk, "propose", cases["objecting"], verb="object", fields={})

    cases["assigned"] = _served_for_report(in_days(30))
    do(desk, "propose", cases["assigned"], verb="report", fields={})
    cases["reported"] = _served_for_report(in_days(30))
    do(desk, "propose", cases["reported"], verb="report", fields={})
    do(leader, "report", cases["reported"], facts="属实", handling="已办", attitude="满意")

    cases["routed"] = making.at_unit()
    do(desk, "sign_for", cases["routed"])
    do(desk, "route", cases["routed"], path="C4", procedure="行政复议", body="县政府", law="《行政复议法》")
    do(desk, "notify", cases["routed"], way="1")
    cases["extending"] = making.investigated()
    do(actor(COUNTY, "R6", unit=UNIT), "propose", cases["extending"], verb="extend", fields={})
    for verb in ("answer", "decline", "redirect"):
        cases[f"to_{verb}"] = making.register().case.id
        do(clerk, "propose", cases[f"to_{verb}"], verb=verb, fields={})
    cases["deferring"] = _deferring()
    cases["suggestion"] = making.at_unit(klass="A", purpose="01")
    do(desk, "sign_for", cases["suggestion"])
    cases["untold"] = making.at_unit()
    for verb in ("sign_for", "accept"):
        do(desk, verb, cases["untold"])
    cases["drafted"] = making.investigated()
    do(actor(COUNTY, "R6", unit=UNIT), "draft", cases["drafted"], answers=making.answers(COUNTY, cases["drafted"]))
    cases["climbing"] = _climbing()
    _files(world)
    _systems(world)
    _administration(world)
    world.supervised = made_supervision()
    return world


def _climbing() -> UUID:
    """Assigned by the prefecture, answered below, and the report lies at the county's desk."""
    case_id = making.register(BUREAU).case.id
    do(actor(BUREAU, "R4"), "assign", case_id, to_department=department(COUNTY).id, feedback_on=in_days(40))
    do(actor(COUNTY, "R3"), "sign_for", case_id)
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, UNIT).id)
    _serve(_accept(case_id))
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb="report", fields={})
    do(actor(COUNTY, "R8", unit=UNIT), "report", case_id, facts="属实", handling="已办", attitude="满意")
    return case_id


def _assigned(feedback: object) -> UUID:
    case_id = making.register().case.id
    target = department(COUNTY, UNIT).id
    do(actor(COUNTY, "R4"), "assign", case_id, to_department=target, feedback_on=feedback)
    return _accept(case_id)


def _accept(case_id: UUID) -> UUID:
    desk = actor(COUNTY, "R5", unit=UNIT)
    do(desk, "sign_for", case_id)
    do(desk, "accept", case_id)
    do(desk, "notify", case_id, way="1")
    return case_id


def _served_for_report(feedback: object) -> UUID:
    return _serve(_assigned(feedback))


def _serve(case_id: UUID) -> UUID:
    handler = actor(COUNTY, "R6", unit=UNIT)
    do(actor(COUNTY, "R5", unit=UNIT), "allot", case_id, to_department=handler.department, handler=handler.user)
    do(handler, "contact", case_id, way="phone", text="说明办理程序。")
    do(handler, "draft", case_id, answers=making.answers(COUNTY, case_id, outcome="EXPLAIN"))
    do(handler, "submit", case_id)
    do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    do(actor(COUNTY, "R8", unit=UNIT), "sign", case_id)
    do(actor(COUNTY, "R5", unit=UNIT), "serve", case_id, way="0", received_on=making.in_days(0))
    return case_id


def _deferring() -> UUID:
    case_id = _assigned(in_days(30))
    do(actor(COUNTY, "R9", unit=UNIT), "propose", case_id, verb="defer", fields={"feedback_on": str(in_days(60))})
    return case_id


def _files(world: World) -> None:
    clerk = actor(COUNTY, "R2")
    with context.use(clerk.schema):
        kept = files.receive(SimpleUploadedFile("现场.pdf", b"%PDF-1.7 plain"))
        upload = Upload(kept.sha, kept.name, kept.mime, kept.size)
        case = actions.attach(clerk, world.cases["registered"], files=[upload])
        world.attachment = case.attachments.get().id
        world.draft = actions.save_draft(clerk, body={"text": "半句"}).id


def _systems(world: World) -> None:
    """Another system's token, and where the office's events go: nobody is there."""
    world.token = issued(COUNTY, "R3", "read")[0].pk
    admin = actor(COUNTY, "R19")
    with context.use(admin.schema):
        world.webhook = webhooks.add(admin, name="平台", url="https://192.0.2.1/events", kinds=[], known=[])[0].pk


def _administration(world: World) -> None:
    """What the second administrator has asked of the first, and a spreadsheet that was looked at."""
    first, second = actor(COUNTY, "R19"), actor(COUNTY, "R19", nth=1)
    person = actor(COUNTY, "R2").user
    world.post_request = posts.give(second, person, department=department(COUNTY, "办信科").id, roles=["R4"]).pk
    with context.use(first.schema):
        words = {"kind": "reasons", "title": "先行告知", "text": "请先与物业服务企业联系。"}
        world.wording = wordings.write_wording(first, **words).pk
    sheet = "用户名,姓名,部门,角色\nlin-wangshu,林望舒,办信科,R3\n"
    world.job = people_sheet.plan(first, SimpleUploadedFile("人员.csv", sheet.encode())).pk
