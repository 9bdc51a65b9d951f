"""Administration and audit by the API: the pages' functions under the session's rights, four eyes and all."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

import pytest
from openpyxl import load_workbook

from cases.jobs import verify_office
from cases.models import Access
from kernel.clock import today
from tenants import context
from tenants.administration import jobs
from tenants.models import Change, User
from tests.api.calling import Caller
from tests.api.client import Api, Problem
from tests.api.tokens import System, issued
from tests.cases.making import BUREAU, COUNTY, in_days, investigated, register
from tests.people import actor, client_for, department, membership, tenant

pytestmark = pytest.mark.django_db


def api(role: str, nth: int = 0) -> Api:
    return Api(client_for(actor(COUNTY, role, nth=nth)))


def changes(kind: str) -> int:
    return Change.objects.filter(tenant=tenant(COUNTY), kind=kind).count()


def test_a_department_is_added_changed_and_ceased_over_what_was_seen() -> None:
    admin = api("R19")
    made = admin.add_department(parent=str(department(COUNTY).id), name="民政局", kind="unit", code="91")
    listed = {row["id"]: row for row in admin.office_departments()["items"]}
    assert listed[made["id"]] == made
    assert next(iter(listed.values()))["parent"] is None
    given = {"name": "县民政局", "kind": "unit", "code": "91", "seen": made["seen"]}
    changed = admin.change_department(department_id=made["id"], **given)
    assert changed["name"] == "县民政局"
    with pytest.raises(Problem) as stale:
        admin.change_department(department_id=made["id"], **given)
    assert stale.value.status == 412
    heir = str(department(COUNTY, "城管局").id)
    tomorrow = in_days(1).isoformat()
    ceased = admin.cease_department(department_id=made["id"], successor=heir, on=tomorrow, seen=changed["seen"])
    assert (ceased["valid_to"], ceased["successor"]) == (tomorrow, heir)
    assert admin.keep_department(department_id=made["id"])["valid_to"] is None
    with pytest.raises(Problem) as wrong:
        admin.add_department(parent=str(department(BUREAU).id), name="民政局", kind="unit")
    assert wrong.value.fields.keys() >= {"parent"}
    assert changes("department.added") == 1


def test_a_person_is_invited_once_told_the_password_and_leaves() -> None:
    admin = api("R19")
    desk = str(department(COUNTY, "督查科").id)
    made = admin.invite(username="lin-wangshu", name="林望舒", department=desk, roles=["R13"])
    person = User.objects.get(username="lin-wangshu")
    assert person.check_password(made["password"])
    found = next(row for row in admin.every("office_people", text="林望舒"))
    assert [post["roles"] for post in found["posts"]] == [["R13"]]
    assert made["password"] not in str(found)
    admin.lock(user_id=person.pk)
    assert admin.office_person(user_id=person.pk)["active"] is False
    admin.unlock(user_id=person.pk)
    (post,) = found["posts"]
    told = admin.change_post(post_id=post["id"], roles=["R13", "R2"], seen=post["seen"])
    assert (told["request"], told["post"]["roles"]) == (None, ["R13", "R2"])
    assert admin.leave(user_id=person.pk)["posts"] == []
    assert str(person.pk) in {row["id"] for row in admin.every("office_people", state="left")}
    assert (changes("person.invited"), changes("person.left")) == (1, 1)


def test_what_takes_two_waits_for_the_other_administrator() -> None:
    first, second = api("R19"), api("R19", nth=1)
    person = membership(COUNTY, "R2").user_id
    told = first.give_post(user_id=person, department=str(department(COUNTY, "督查科").id), roles=["R4"])
    assert told["post"] is None
    (row,) = [one for one in second.requests()["items"] if one["id"] == told["request"]["id"]]
    assert (row["mine"], row["kind"], row["roles"]) == (True, "give", ["R4"])
    with pytest.raises(Problem) as own:
        first.consent_request(request_id=row["id"])
    assert (own.value.status, own.value.code) == (403, "four-eyes")
    done = second.consent_request(request_id=row["id"])
    assert (done["request"]["status"], done["password"], done["half"]) == ("done", None, None)
    assert row["id"] in {one["id"] for one in first.requests(status="decided")["items"]}
    reset = first.reset_password(user_id=person)
    assert reset["password"] is None
    password = second.consent_request(request_id=reset["request"])["password"]
    assert User.objects.get(pk=person).check_password(password)
    again = Caller(actor(COUNTY, "R19", nth=1)).post(f"office/requests/{reset['request']}/consent")
    assert again.status_code == 409


def test_reference_is_brought_row_by_row_and_days_are_set() -> None:
    admin = api("R19")
    rows = [
        {"department": "城管局", "text": "路灯维护", "contents": ["080400"]},
        {"department": "月球局", "text": "观月"},
    ]
    told = admin.bring_duties(rows=rows)
    assert (told["new"], [row["row"] for row in told["refused"]]) == (1, [2])
    assert admin.bring_duties(rows=rows[:1])["same"] == 1
    assert "路灯维护" in {row["text"] for row in admin.duties()["items"]}
    law = {"law": "某县物业管理办法", "number": "第三条", "title": "业主的义务"}
    assert admin.bring_laws(rows=[law])["new"] == 1
    assert admin.laws()["items"][0]["own"] is True
    wording = admin.add_wording(kind="letter", title="先联系", text="请先联系信访人。")
    assert wording in admin.wordings()["items"]
    admin.end_wording(wording_id=wording["id"])
    assert wording not in admin.wordings()["items"]
    day = in_days(3)
    assert admin.add_days(first=day.isoformat(), worked=True, name="补班", source="文件 1 号")["count"] == 1
    (row,) = [one for one in admin.local_days(year=day.year)["items"] if one["day"] == day.isoformat()]
    assert (row["own"], row["worked"]) == (True, True)
    admin.remove_day(day=day.isoformat())
    assert changes("calendar.removed") == 1
    days = [{"day": in_days(n).isoformat(), "worked": False, "name": "纪念日"} for n in (4, 5)]
    assert admin.bring_days(rows=days, source="文件 2 号")["count"] == 2
    with pytest.raises(Problem) as twice:
        admin.bring_days(rows=days[:1] * 2, source="文件 2 号")
    assert twice.value.fields.keys() == {"rows"}
    told = admin.rules()
    found = {row["param"]: row for group in told["groups"] for row in group["rules"]}
    assert (found["K1"]["value"], found["K1"]["unit"], told["layers"][-1]["national"]) == (15, "d", True)


def test_people_are_brought_row_by_row_in_the_background() -> None:
    admin = api("R19")
    rows = [
        {"username": "lin-wangshu", "name": "林望舒", "department": "督查科", "roles": ["R13"]},
        {"username": "mo-ting", "name": "莫汀", "department": "月球科", "roles": ["R2"]},
    ]
    told = admin.bring_people(rows=rows)
    assert (told["new"], [row["row"] for row in told["refused"]]) == (1, [2])
    jobs.carry_out(UUID(told["id"]))
    done = admin.people_job(job_id=told["id"])
    assert (done["status"], done["done"], len(done["refused"])) == ("done", 1, 1)
    assert User.objects.filter(username="lin-wangshu").exists()
    assert admin.bring_people(rows=rows[:1])["known"] == 1


def test_no_system_administers_and_no_administrator_audits() -> None:
    system = System(COUNTY, issued(COUNTY, "R3")[1])
    for path in ("office/people", "office/departments", "office/tokens", "office/webhooks", "readings"):
        assert system.get(path).status_code == 403
    assert system.post("office/departments", {}).status_code in {403, 422}
    assert Caller(actor(COUNTY, "R19")).get("readings").status_code == 403
    assert Caller(actor(COUNTY, "R20")).get("office/people").status_code == 403
    tokens = api("R19").tokens()["items"]
    assert [token["name"] for token in tokens] == ["12345 热线"]
    assert "secret" not in str(tokens)


def test_a_token_is_told_in_two_halves_and_a_receiver_its_secret_once() -> None:
    first, second = api("R19"), api("R19", nth=1)
    place, until = str(department(COUNTY).pk), in_days(30).isoformat()
    asked = first.ask_token(name="热线", department=place, role="R3", verbs=["read"], expires_on=until)
    (request,) = second.requests()["items"]
    assert request["token"]["id"] == asked["token"]["id"]
    done = second.consent_request(request_id=request["id"])
    system = System(COUNTY, f"{asked['half']}.{done['half']}")
    assert system.get("me").status_code == 200
    first.revoke_token(token_id=asked["token"]["id"])
    assert system.get("me").status_code == 401
    hook = first.add_webhook(name="平台", url="https://192.0.2.1/events", kinds=["registered"])
    assert hook["secret"] not in str(first.webhooks())
    assert first.switch_webhook(webhook_id=hook["webhook"]["id"], active=False)["active"] is False
    assert list(first.every("deliveries", webhook_id=hook["webhook"]["id"])) == []
    first.remove_webhook(webhook_id=hook["webhook"]["id"])
    assert first.webhooks()["items"] == []


def test_the_office_page_is_published_over_what_was_seen() -> None:
    admin = api("R19")
    shown = {"address": "锦溆路 1 号", "hours": "工作日 8:30–12:00", "phone": "0000-1234567"}
    seen = admin.office_page()["seen"]
    assert admin.publish(**shown, seen=seen)["address"] == "锦溆路 1 号"
    with pytest.raises(Problem) as stale:
        admin.publish(**{**shown, "phone": "0000-7654321"}, seen=seen)
    assert stale.value.status == 412


def test_a_writer_picks_articles_wording_and_earlier_answers() -> None:
    case_id = investigated()
    handler = Api(client_for(actor(COUNTY, "R6", unit="住建局")))
    assert handler.articles(case_id=case_id, text="信访")["items"]
    assert handler.earlier(case_id=case_id)["items"] == []
    api("R19").add_wording(kind="reasons", title="公示", text="维修资金的使用已公示。")
    assert [row["title"] for row in handler.wordings_to_use()["items"]] == ["公示"]
    with pytest.raises(Problem) as refused:
        api("R3").articles(case_id=case_id)
    assert refused.value.status == 403


def test_the_auditor_reads_takes_along_and_has_the_history_checked() -> None:
    number = register().case.number
    clerk, auditor = api("R3"), api("R20")
    clerk.export_worklist(tab="all")
    first: list[dict[str, Any]] = list(auditor.every("readings", size=1))
    assert "导出列表" in {line["kind"] for line in first}
    day = today().isoformat()
    told = auditor.readings(tab="changes", number=number, first=day, last=day)["items"]
    assert [line["number"] for line in told] == [number]
    with pytest.raises(Problem) as order:
        auditor.readings(first=day, last=in_days(-1).isoformat())
    assert order.value.fields.keys() == {"last"}
    sheet = auditor.export_readings(tab="changes", number=number)
    rows = list(load_workbook(BytesIO(sheet)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert [row[4] for row in rows[1:]] == [number]
    with context.use(context.tenant_by_code(COUNTY)):
        (look,) = Access.objects.filter(kind="log_exported").values_list("data", flat=True)
    assert (look["rows"], number in str(look)) == (1, False)
    run = auditor.verify()
    with pytest.raises(Problem) as busy:
        auditor.verify()
    assert busy.value.code == "verifying"
    verify_office(str(tenant(COUNTY).pk), run["id"])
    (done,) = auditor.verifications()["items"]
    assert (done["step"], done["whole"], done["breaks"]) == ("done", True, 0)
