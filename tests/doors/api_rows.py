"""Doors of the API: every noun is read, every verb is called on a case in the right state by the right role."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cases.models import Answer, Case, Opinion, Proposal
from kernel import alerts
from kernel.clock import today
from tenants import context
from tenants.streams import department_stream
from tests.api.calling import Caller
from tests.api.world import UNIT, World
from tests.cases.making import COUNTY, answers, in_days
from tests.doors.api_office_rows import API_OFFICE
from tests.doors.api_search_rows import API_SEARCH
from tests.doors.api_supervision_rows import API_SUPERVISION
from tests.doors.rows import Door, act, anybody, on_the_day, read
from tests.people import actor, department

WORDS = {"facts": "属实", "handling": "已办", "attitude": "满意"}


def _to_unit(world: World) -> dict[str, Any]:
    return {"to_department": str(department(COUNTY, UNIT).id)}


def _alert(world: World) -> dict[str, Any]:
    """One that the desk has to hear."""
    office = context.tenant_by_code(COUNTY)
    stream = department_stream(department(COUNTY).id)
    with transaction.atomic():
        data = {"place": COUNTY, "content": "080400", "count": 5, "days": 30}
        alerts.tell("filings.gathering", [stream], dedup="door", tenant=office.pk, data=data)
    alerts.relay()
    return {"alerts": [str(alerts.listed([stream]).items[0].pk)]}


def _assigned(world: World) -> dict[str, Any]:
    return {**_to_unit(world), "feedback_on": in_days(20).isoformat()}


def _to_section(world: World) -> dict[str, Any]:
    return {"to_department": str(department(COUNTY, "村镇科").id)}


def _file(world: World) -> dict[str, Any]:
    upload = SimpleUploadedFile("新材料.pdf", b"%PDF-1.7 more")
    kept = Caller(actor(COUNTY, "R2")).client.post("/api/v1/files", {"file": upload})
    return {"files": [{"token": kept.json()["token"]}]}


def _item(world: World) -> dict[str, Any]:
    with context.use(context.tenant_by_code(COUNTY)):
        found = Answer.objects.filter(opinion__case=world.cases["executing"]).exclude(item="").first()
    assert found is not None
    return {"answer": str(found.id), "executed_on": today().isoformat(), "proof": "验收单"}


def _proposal(world: World) -> dict[str, Any]:
    with context.use(context.tenant_by_code(COUNTY)):
        found = Proposal.objects.get(case=world.cases["objecting"], status="open")
    return {"proposal": str(found.id), "reason": "是本局的事。"}


def _answers(world: World) -> dict[str, Any]:
    return {"answers": answers(COUNTY, world.cases["investigated"])}


def _opinion(world: World) -> dict[str, Any]:
    with context.use(context.tenant_by_code(COUNTY)):
        return {"kind": "opinion", "paper_id": Opinion.objects.get(case=world.cases["signed"]).id}


def _attachment(world: World) -> dict[str, Any]:
    return {"attachment_id": world.attachment}


def _draft(world: World) -> dict[str, Any]:
    return {"draft_id": world.draft}


OBJECTION = {"reason": "duty", "text": "不属本局", "law": "权责清单"}
ROUTE = {"path": "C4", "procedure": "行政复议", "body": "县政府", "law": "《行政复议法》"}
GROUND = {"ground": "N1", "text": "正在办理。", "body": "县住建局", "same_facts": True}
SETTLED = {"closing_kind": "settled", "reason": "和解协议 1 号"}


def _picked(*names: str, **given: Any) -> Any:
    def form(world: World) -> dict[str, Any]:
        with context.use(context.tenant_by_code(COUNTY)):
            rows = {row.id: row.version for row in Case.objects.filter(id__in=[world.cases[name] for name in names])}
        filled = {name: value(world) if callable(value) else value for name, value in given.items()}
        return {"cases": [{"id": str(pk), "version": version} for pk, version in rows.items()], **filled}

    return form


def _together(verb: str, *names: str, who: str = "R3", unit: str = "", **given: Any) -> Door:
    """Whoever may do none of it is answered a failure for each case."""
    return anybody(f"api:{verb}_together", "POST", _picked(*names, **given), who=who, unit=unit)


def _id_of(name: str) -> Any:
    return lambda world: str(department(COUNTY, name).id)


READ = [
    anybody("api:cases"),
    anybody("api:me"),
    anybody("api:codes"),
    anybody("api:departments"),
    anybody("api:drafts", who="R2"),
    read("api:case", "registered"),
    read("api:case", "accepted", "R5", UNIT),
    read("api:events", "registered"),
    read("api:notes", "investigated", "R5", UNIT),
    read("api:attachments", "registered"),
    read("api:attachment_content", "registered", where=_attachment),
    read("api:all_content", "registered"),
    Door("api:one_draft", "R2", where=_draft),
]
OWN = [
    Door("api:cases", "R2", method="POST", form={"channel": "PHONE", "text": "路灯不亮。"}, wrong="R7"),
    Door("api:drafts", "R2", method="POST", form={"body": {"text": "半句"}}, wrong="R7"),
    Door("api:save_draft", "R2", method="POST", where=_draft, form={"body": {}}),
    Door("api:discard", "R2", method="POST", where=_draft),
    anybody("api:upload", "POST", lambda world: {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 x")}),
]
BEFORE = [
    anybody("api:inbox"),
    anybody("api:approvals", who="R7", unit=UNIT),
    anybody("api:tasks"),
    anybody("api:counts"),
    anybody("api:alerts"),
    anybody("api:acknowledge_alerts", "POST", _alert),
    anybody("api:staff"),
    anybody("api:places"),
    read("api:targets", "registered"),
    read("api:after_transfer", "registered", form=_to_unit),
    read("api:drafting", "drafted", "R6", UNIT),
    read("api:articles", "investigated", "R6", UNIT),
    read("api:earlier", "investigated", "R6", UNIT),
    anybody("api:wordings_to_use", who="R6", unit=UNIT),
    act("api:preview_opinion", "investigated", "R6", _answers),
    read("api:after_service", "signed", "R5", UNIT),
    read("api:reporting", "assigned", "R8", UNIT),
    read("api:papers", "signed", "R5", UNIT),
    read("api:paper", "signed", "R5", UNIT, where=_opinion),
    read("api:receipt", "registered"),
    read("api:registration", "registered"),
    read("api:case_sheet", "accepted", "R5", UNIT),
    anybody("api:book", wrong="R13", refused=frozenset({403})),
    anybody("api:export_worklist", wrong="R20", refused=frozenset({403})),
    anybody("api:export_book", wrong="R13", refused=frozenset({403})),
]
VERBS = [
    act("api:complete", "registered", "R2", {"changes": {"urgent": True}}),
    act("api:correct", "registered", "R3", {"changes": {"place_detail": "3 号楼"}, "reason": "写错"}),
    act("api:reissue_code", "registered", "R2", {"identity_checked": True}),
    act("api:transfer", "registered", "R3", _to_unit),
    act("api:assign", "registered", "R4", _assigned),
    act("api:allot", "accepted", "R5", _to_section),
    act("api:sign_for", "at_unit", "R5", {"promised_on": in_days(30).isoformat()}),
    act("api:sign_for", "down", "R3"),
    act("api:object", "objecting", "R8", OBJECTION),
    act("api:consent", "objected", "R4", {"text": "同意退回，另行转送。"}),
    act("api:refuse", "objected", "R4", {"text": "属住建局职责。"}),
    act("api:accept", "waiting", "R5"),
    act("api:route", "waiting", "R5", ROUTE),
    act("api:study", "suggestion", "R5"),
    act("api:decline", "to_decline", "R4", GROUND),
    act("api:redirect", "to_redirect", "R4", {"ground": "N3", "text": "不属本局。", "body": "县法院"}),
    act("api:answer", "to_answer", "R4", {"text": "已当面答复。", "way": "0"}),
    act("api:notify", "untold", "R5", {"way": "1"}),
    act("api:record_result", "routed", "R5", {"number": "复议 1 号", "result": "维持", "ended_on": on_the_day}),
    act("api:contact", "accepted", "R5", {"way": "phone", "text": "说明程序。"}),
    act("api:note", "registered", "R3", {"text": "备注"}),
    act("api:attach", "registered", "R2", _file),
    act("api:extend", "extending", "R9", {"days": 10, "reason": "情况复杂"}),
    act("api:draft", "investigated", "R6", _answers),
    act("api:submit", "drafted", "R6"),
    act("api:check", "submitted", "R7"),
    act("api:sign", "checked", "R8"),
    act("api:send_back", "submitted", "R7", {"gates": ["facts"], "reason": "补充事实"}),
    act("api:serve", "signed", "R5", {"way": "0", "received_on": on_the_day}),
    act("api:prove_execution", "executing", "R5", _item),
    act("api:report", "assigned", "R8", WORDS),
    act("api:forward_report", "climbing", "R3"),
    act("api:approve_report", "reported", "R4", {"text": "同意办结。"}),
    act("api:return_report", "reported", "R4", {"gate": "form", "reason": "格式不对"}),
    act("api:defer", "deferring", "R4", {"feedback_on": in_days(60).isoformat()}),
    act("api:close", "served", "R5", SETTLED),
    act("api:unmask", "registered", "R3", {"reason": "contact"}),
    act("api:read_sealed", "sealed", "R18", wrong="R3"),
    act("api:propose", "registered", "R3", {"verb": "assign"}),
    act("api:turn_down", "objecting", "R8", _proposal),
]
SEVERAL = [
    _together("sign_for", "down"),
    _together("allot", "accepted", "registered", who="R5", unit=UNIT, to_department=_id_of("村镇科")),
    _together("transfer", "registered", "to_answer", to_department=_id_of(UNIT)),
    _together("assign", "registered", to_department=_id_of(UNIT), feedback_on=in_days(20).isoformat()),
]
API: list[Door] = [*READ, *OWN, *BEFORE, *VERBS, *SEVERAL, *API_OFFICE, *API_SEARCH, *API_SUPERVISION]
