"""The main job through the API: the same actions, the same refusals, versions as ETags."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Event
from kernel.clock import today
from tenants import context
from tenants.actors import Actor
from tests.api.calling import Caller
from tests.cases.making import COUNTY, OTHER, answers, at_unit, do, in_days, investigated, register, row, served
from tests.people import actor, department

pytestmark = pytest.mark.django_db


def call(who: Actor, verb: str, case_id: UUID, /, **body: Any) -> Any:
    found = Caller(who).verb(verb, case_id, **body)
    assert found.status_code == 200, found.content.decode()
    return found.json()


def test_registered_and_passed_to_a_unit_and_answered() -> None:
    clerk = Caller(actor(COUNTY, "R2"))
    given = {
        "channel": "VISIT",
        "text": "锦澜小区电梯停用。",
        "demands": ["恢复电梯"],
        "people": [{"name": "赵晚舟", "phone": "13800000016"}],
        "klass": "C",
    }
    made = clerk.post("cases", given)
    assert made.status_code == 201, made.content.decode()
    assert made.headers["ETag"] == '"1"'
    told = made.json()
    case_id = UUID(told["case"]["id"])
    assert made.headers["Location"] == f"/api/v1/cases/{case_id}"
    assert len(told["query_code"]) == 12

    call(actor(COUNTY, "R3"), "transfer", case_id, to_department=str(department(COUNTY, "住建局").id))
    desk, handler = actor(COUNTY, "R5", unit="住建局"), actor(COUNTY, "R6", unit="住建局")
    for verb in ("sign_for", "accept"):
        call(desk, verb, case_id)
    call(desk, "notify", case_id, way="1")
    call(desk, "allot", case_id, to_department=str(handler.department), handler=str(handler.user))
    assert call(handler, "contact", case_id, way="phone", text="说明程序。")["state"] == "S50"
    drafted = Caller(handler).post(f"cases/{case_id}/draft", {"answers": answers(COUNTY, case_id)})
    assert drafted.status_code == 200, drafted.content
    call(handler, "submit", case_id)
    call(actor(COUNTY, "R7", unit="住建局"), "check", case_id)
    call(actor(COUNTY, "R8", unit="住建局"), "sign", case_id)
    done = call(desk, "serve", case_id, way="0", received_on=today().isoformat())
    assert done["state"] == "S61"
    assert done["due"]["kind"] == "K9"

    full = Caller(desk).case(case_id)
    assert [person["name"] for person in full["people"]] == ["赵**"]
    assert {clock["kind"] for clock in full["clocks"] if clock["stopped_at"] is None} == {"K9"}
    assert [line["label"] for line in full["clocks"][0]["why"]][:3] == ["依据", "起算", "计数"]
    assert full["opinions"][0]["answers"][0]["outcome"] == "SUPPORT"
    assert full["opinions"][0]["service"]["received_on"] == today().isoformat()
    assert [stay["kind"] for stay in full["handovers"]] == ["transfer", "allot"]
    kinds = [event["kind"] for event in Caller(desk).get(f"cases/{case_id}/events").json()["items"]]
    assert kinds[0] == "registered"
    assert kinds[-1] == "served"


def test_copies_are_named_in_the_answer_and_refused_at_their_member() -> None:
    case_id, clerk = register(COUNTY).case.id, actor(COUNTY, "R3")
    unit, other = department(COUNTY, "住建局"), department(COUNTY, "城管局")
    wrong = Caller(clerk).verb("transfer", case_id, to_department=str(unit.id), copy_to=[str(unit.id)])
    assert wrong.status_code == 422
    assert "copy_to" in wrong.json()["fields"]
    call(clerk, "transfer", case_id, to_department=str(unit.id), copy_to=[str(other.id)])
    stay = Caller(clerk).case(case_id)["handovers"][0]
    assert stay["copy_to"] == [{"id": str(other.id), "name": "城市管理局"}]


def test_an_assigned_case_is_reported_back_with_two_persons() -> None:
    case_id = register(COUNTY).case.id
    do(
        actor(COUNTY, "R4"),
        "assign",
        case_id,
        to_department=department(COUNTY, "住建局").id,
        feedback_on=in_days(30),
    )
    clerk = actor(COUNTY, "R5", unit="住建局")
    body = {"reason": "duty", "text": "不属本局", "law": "权责清单"}
    told = call(clerk, "propose", case_id, verb="object", fields={"reason": "duty", "text": "不属本局"})
    assert told["awaiting"] == ["object"]
    leader = actor(COUNTY, "R8", unit="住建局")
    full = Caller(leader).case(case_id)
    assert full["proposals"][0]["fields"] == {"reason": "duty", "text": "不属本局"}
    assert {"verb": "object", "propose": False} in full["available"]
    assert call(leader, "object", case_id, **body)["state"] == "S24"
    assert call(actor(COUNTY, "R4"), "refuse", case_id, text="属住建局职责。")["state"] == "S21"


def test_a_proposal_is_checked_as_far_as_it_goes_and_may_be_turned_down() -> None:
    case_id = at_unit()
    clerk = actor(COUNTY, "R5", unit="住建局")
    wrong = Caller(clerk).verb("propose", case_id, verb="object", fields={"reason": "whim"})
    assert wrong.status_code == 422
    assert "fields.reason" in wrong.json()["fields"]
    unknown = Caller(clerk).verb("propose", case_id, verb="object", fields={"colour": 1})
    assert "fields.colour" in unknown.json()["fields"]
    call(clerk, "propose", case_id, verb="object")
    proposal = Caller(clerk).case(case_id)["proposals"][0]["id"]
    told = call(actor(COUNTY, "R8", unit="住建局"), "turn_down", case_id, proposal=proposal, reason="是我们的事。")
    assert told["awaiting"] == []


def test_the_version_seen_must_be_named_and_hold() -> None:
    case_id = register().case.id
    clerk = Caller(actor(COUNTY, "R3"))
    body = {"text": "已电话联系。"}
    assert clerk.post(f"cases/{case_id}/note", body).status_code == 428
    seen = clerk.get(f"cases/{case_id}").headers["ETag"]
    assert clerk.post(f"cases/{case_id}/note", body, **{"If-Match": seen}).status_code == 200
    stale = clerk.post(f"cases/{case_id}/note", body, **{"If-Match": seen})
    assert stale.status_code == 412
    assert stale.headers["Content-Type"] == "application/problem+json"
    assert stale.json()["code"] == "stale"
    assert clerk.post(f"cases/{case_id}/note", body, **{"If-Match": "7"}).status_code == 400
    assert len(clerk.get(f"cases/{case_id}/notes").json()["items"]) == 1


def test_the_same_key_registers_once_and_never_something_else() -> None:
    clerk = Caller(actor(COUNTY, "R2"))
    body = {"channel": "LETTER", "text": "路灯不亮。"}
    key = {"Idempotency-Key": "a1b2c3d4-once"}
    first, second = clerk.post("cases", body, **key), clerk.post("cases", body, **key)
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["ETag"] == first.headers["ETag"]
    other = clerk.post("cases", {**body, "text": "另一件。"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len(clerk.get("cases").json()["items"]) == 1


def test_a_look_at_people_in_clear_leaves_a_trace_every_time() -> None:
    case_id = register().case.id
    clerk = Caller(actor(COUNTY, "R3"))
    for _look in range(2):
        found = clerk.post(f"cases/{case_id}/unmask", {"reason": "contact"}, **{"Idempotency-Key": "same-key-again"})
        assert found.json()["people"][0]["phone"] == "13800000016"
    with context.use(context.tenant_by_code(COUNTY)):
        assert Event.objects.filter(case_id=case_id, kind="read").count() == 2
    assert row(COUNTY, case_id).version == 1


def test_what_is_not_yours_does_not_exist() -> None:
    case_id = register(OTHER).case.id
    stranger = Caller(actor(COUNTY, "R3"))
    for path in ("", "/events", "/notes", "/attachments"):
        assert stranger.get(f"cases/{case_id}{path}").status_code == 404
    refused = stranger.post(f"cases/{case_id}/note", {"text": "?"}, **{"If-Match": '"1"'})
    assert refused.status_code == 404


def test_a_file_is_attached_by_who_uploaded_it_and_comes_back_as_it_was() -> None:
    case_id = register().case.id
    clerk, colleague = Caller(actor(COUNTY, "R2")), Caller(actor(COUNTY, "R3"))
    upload = SimpleUploadedFile("现场 照片.pdf", b"%PDF-1.7 plain", content_type="text/html")
    kept = clerk.client.post("/api/v1/files", {"file": upload})
    assert kept.status_code == 201, kept.content.decode()
    assert kept.json()["mime"] == "application/pdf"
    files = [{"token": kept.json()["token"]}]
    assert colleague.verb("attach", case_id, files=files).json()["fields"].keys() == {"files.0.token"}
    assert clerk.verb("attach", case_id, files=files).status_code == 200
    listed = colleague.get(f"cases/{case_id}/attachments").json()["items"][0]
    assert listed["name"] == "现场 照片.pdf"
    back = colleague.get(f"cases/{case_id}/attachments/{listed['id']}/content")
    assert b"".join(back.streaming_content) == b"%PDF-1.7 plain"
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%8E%B0")
    assert "sandbox" in back.headers["Content-Security-Policy"]


def test_a_token_is_worth_nothing_elsewhere_or_broken() -> None:
    clerk = Caller(actor(COUNTY, "R2"))
    kept = clerk.client.post("/api/v1/files", {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")}).json()["token"]
    body = {"channel": "LETTER", "files": [{"token": kept}]}
    assert Caller(actor(OTHER, "R2")).post("cases", body).status_code == 422
    for broken in ("x", "AAAA", kept[:-8], "中文" * 20):
        assert clerk.post("cases", {"channel": "LETTER", "files": [{"token": broken}]}).status_code == 422
    assert clerk.post("cases", body).status_code == 201


def test_a_draft_is_saved_over_the_version_seen_and_goes_when_registered() -> None:
    clerk = Caller(actor(COUNTY, "R2"))
    made = clerk.post("drafts", {"body": {"text": "半句"}})
    assert made.status_code == 201, made.content
    at = f"drafts/{made.json()['id']}"
    seen = made.headers["ETag"]
    assert clerk.post(f"{at}/save_draft", {"body": {"text": "整句"}}, **{"If-Match": seen}).status_code == 200
    assert clerk.post(f"{at}/save_draft", {"body": {}}, **{"If-Match": seen}).status_code == 412
    assert clerk.get(at).json()["body"] == {"text": "整句"}
    assert Caller(actor(COUNTY, "R3")).get(at).status_code == 404
    assert clerk.post("cases", {"channel": "PHONE", "text": "整句", "draft": made.json()["id"]}).status_code == 201
    assert clerk.get("drafts").json()["items"] == []
    again = clerk.post("drafts", {"body": {}}).json()["id"]
    assert clerk.post(f"drafts/{again}/discard").status_code == 204


def test_an_accusation_is_listed_for_the_confidential_desk_alone() -> None:
    case_id = register(klass="B", purpose="02", text="某局长收受好处。").case.id
    assert Caller(actor(COUNTY, "R3")).get("cases").json()["items"] == []
    desk = Caller(actor(COUNTY, "R18"))
    full = desk.case(case_id)
    assert "好处" not in str(full)
    assert "好处" in desk.post(f"cases/{case_id}/read_sealed").json()["text"]
    with context.use(context.tenant_by_code(COUNTY)):
        assert Event.objects.filter(case_id=case_id, kind="read").count() == 1


def test_a_supervisor_sees_the_case_and_nothing_of_the_people() -> None:
    case_id = register().case.id
    supervisor = Caller(actor(COUNTY, "R13"))
    assert supervisor.case(case_id)["people"] == []
    for path in ("notes", "attachments"):
        assert supervisor.get(f"cases/{case_id}/{path}").status_code == 403
    assert supervisor.post(f"cases/{case_id}/unmask", {"reason": "contact"}).status_code == 403


def test_what_the_office_owes_without_holding_it_is_listed_apart() -> None:
    case_id = register("990100").case.id
    do(actor("990100", "R4"), "assign", case_id, to_department=department(COUNTY).id, feedback_on=in_days(40))
    clerk, head = actor(COUNTY, "R3"), Caller(actor("990100", "R4"))
    do(clerk, "propose", case_id, verb="object", fields={})
    do(actor(COUNTY, "R4"), "object", case_id, reason="place", text="不属本县", law="《信访工作条例》第二十二条")
    assert head.get("cases").json()["items"] == []
    owed = head.get("cases", status="owed").json()["items"]
    assert [(item["id"], item["task"], item["held_here"]) for item in owed] == [(str(case_id), "objection", False)]
    assert call(head.who, "consent", case_id)["state"] == "S10"


def test_the_worklist_is_paged_by_due_date_and_filtered() -> None:
    made = [register(channel="LETTER").case.id for _n in range(3)]
    registered = register(channel="PHONE")
    clerk = Caller(actor(COUNTY, "R3"))
    first = clerk.get("cases", size=3).json()
    second = clerk.get("cases", size=3, cursor=first["next"]).json()
    found = [item["id"] for item in first["items"] + second["items"]]
    assert found == [str(pk) for pk in [*made, registered.case.id]]
    assert second["next"] is None
    phoned = clerk.get("cases", channel="PHONE").json()["items"]
    assert [item["id"] for item in phoned] == [str(registered.case.id)]
    short = phoned[0]["short_number"]
    assert [item["short_number"] for item in clerk.get("cases", number=short).json()["items"]] == [short]
    assert clerk.get("cases", scope="mine").json()["items"] == []
    at_unit()
    assert len(clerk.get("cases", unit=department(COUNTY, "住建局").id).json()["items"]) == 1
    for wrong in (
        {"size": "0"},
        {"size": "x"},
        {"cursor": "x"},
        {"state": "S00"},
        {"colour": "1"},
        {"number": "1\x00234"},
    ):
        assert clerk.get("cases", **wrong).status_code == 422, wrong


def test_a_handler_lists_the_own_cases_only() -> None:
    mine = investigated()
    at_unit(unit="城管局")
    handler = Caller(actor(COUNTY, "R6", unit="住建局"))
    assert [item["id"] for item in handler.get("cases", scope="mine").json()["items"]] == [str(mine)]
    assert len(handler.get("cases").json()["items"]) == 1


def test_receivers_are_own_units_and_bureaus_below() -> None:
    clerk = Caller(actor("990100", "R3"))
    found = {item["short_name"] or item["name"] for item in clerk.get("departments").json()["items"]}
    assert {"住建局", "城管局"} <= found
    assert any("澄屿" in name for name in found)
    assert not any("物业" in name for name in found)
    assert [d["short_name"] for d in clerk.get("departments", text="zfhcx").json()["items"]] != []


def test_who_is_asking_and_which_codes_there_are() -> None:
    told = Caller(actor(COUNTY, "R3")).get("me").json()
    assert told["office"]["code"] == COUNTY
    assert "transfer" in told["verbs"]
    assert {code["code"] for code in Caller(actor(COUNTY, "R3")).get("codes").json()["channel"]} >= {"NET", "VISIT"}


def test_a_form_without_its_token_is_refused() -> None:
    who = actor(COUNTY, "R2")
    strict = Client(enforce_csrf_checks=True, headers={"host": context.tenant_by_id(who.tenant).host})
    strict.cookies = Caller(who).client.cookies
    found = strict.post("/api/v1/cases", {"channel": "NET", "text": "?"}, content_type="application/json")
    assert (found.status_code, found.json()["code"]) == (403, "csrf")


def test_execution_is_proved_and_only_then_the_case_is_closed() -> None:
    case_id = served(given={"item": "修复电梯", "execute_by": in_days(10).isoformat()})
    desk = actor(COUNTY, "R5", unit="住建局")
    full = Caller(desk).case(case_id)
    assert full["state"] == "S65"
    item = full["opinions"][0]["answers"][0]["id"]
    told = call(desk, "prove_execution", case_id, answer=item, executed_on=today().isoformat(), proof="验收单")
    assert told["state"] in {"S61", "S65"}
