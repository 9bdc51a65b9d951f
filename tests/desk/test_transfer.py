"""Sending on by page: found by any name, the receiver's dates before the act, two pairs of eyes, nothing lost."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Handover, Proposal
from cases.queries import loads
from cases.queries.names import Names
from cases.states import State
from desk import units
from desk.forms import proposal
from kernel.clock import now, today
from tenants import context, finding, profiles
from tenants.finding import Where
from tenants.models import Department, Duty
from tenants.profile_data import Rule, Ruleset
from tests.cases.making import at, at_unit, do, in_days, register, row
from tests.people import actor, client_for, department, tenant

CITY, COUNTY, OTHER = "990100", "990123", "990124"

pytestmark = pytest.mark.django_db


def url(case_id: UUID, part: str = "") -> str:
    return f"/cases/{case_id}/transfer/{part}"


def form(case: Case, to: Department | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "action": "send",
        "version": case.version,
        "klass": "C",
        "path": "C6",
        "way": "transfer",
        "to": str(to.id) if to is not None else "",
        "note": "请先电话联系。",
        **changes,
    }


@pytest.fixture
def clerk() -> Client:
    return client_for(actor(COUNTY, "R3"))


@pytest.fixture
def first_letters_are_assigned() -> Iterator[None]:
    """As some places rule; what was rolled back must not stay in this process."""
    rule = Rule("assign_first_letters", 1, "flag", "", "《澄屿县办法》第九条")
    profiles.seed((Ruleset(COUNTY, "澄屿县 2025 年版", date(2025, 6, 1), None, (rule,)),))
    yield
    profiles.invalidate()


@pytest.mark.usefixtures("first_letters_are_assigned")
def test_where_first_letters_are_assigned_none_is_merely_transferred(clerk: Client) -> None:
    unit = department(COUNTY, "住建局")
    letter, visit = (register(channel=channel, content_class="010203").case for channel in ("LETTER", "VISIT"))
    page = clerk.get(url(letter.id)).content.decode()
    assert re.search(r'value="assign"[^>]* checked', page)
    assert "本地规定初次来信一律交办" in page
    before = row(COUNTY, letter.id).version
    refused = clerk.post(url(letter.id), form(letter, unit))
    assert refused.status_code == 422
    assert "方式改为“交办”" in refused.content.decode()
    assert row(COUNTY, letter.id).version == before
    day = (today() + timedelta(days=30)).isoformat()
    asked = form(letter, unit, way="assign", feedback_on=day, action="propose")
    assert clerk.post(url(letter.id), asked).status_code == 302
    assert clerk.post(url(visit.id), form(visit, unit)).status_code == 302


def test_units_are_found_by_name_code_sound_and_duties() -> None:
    office = tenant(COUNTY)
    unit = department(COUNTY, "住建局")
    Department.objects.filter(pk=unit.pk).update(duties="物业管理；老旧小区电梯更新")
    for query in ("住房", "住建", "21", "zfh", "zhufang", "zj", "电梯"):
        rows, _total = finding.units(office, query)
        assert unit.id in [found.id for found in rows], query
    found = finding.units(office, "电梯")[0][0]
    assert found.duty == "老旧小区电梯更新"
    marked = finding.units(office, "住房")[0][0].pieces
    assert marked[0] == ("住房", True)
    assert finding.units(office, "没有这个")[1] == 0


def test_without_a_query_own_units_and_offices_below_in_one_question() -> None:
    office = tenant(CITY)
    with CaptureQueriesContext(connection) as asked:
        rows, total = finding.units(office)
    assert len(asked) == 1
    assert {found.where for found in rows} == {Where.UNIT, Where.BELOW}
    assert total == 4


def test_upward_sideways_own_desk_and_ceased_are_shown_but_not_open() -> None:
    office, old, heir = tenant(COUNTY), department(COUNTY, "城管局"), department(COUNTY, "住建局")
    Department.objects.filter(pk=old.pk).update(valid_to=today() - timedelta(days=1), successor=heir)
    context.forget()
    where = {found.name: found.where for found in finding.units(office, "局", most=50)[0]}
    assert where["临澜市信访局"] == Where.UPPER
    assert where["汀岚县信访局"] == Where.SIDEWAYS
    assert where["澄屿县信访局"] == Where.DESK
    assert where["城市管理局"] == Where.CEASED
    assert finding.units(office, "办信科")[0][0].where == Where.SECTION


def test_places_are_read_from_name_code_or_sound() -> None:
    office = tenant(COUNTY)
    assert (finding.place(office, "990123 锦溆街道").code, finding.place(office, "990123 锦溆街道").detail) == (
        COUNTY,
        "锦溆街道",
    )
    assert finding.place(office, "汀岚县 河口").code == OTHER
    assert finding.place(office, "cyx 锦溆").code == COUNTY
    assert finding.place(office, "锦澜小区").detail == "锦澜小区"
    assert finding.place(office, "").code == ""


def test_the_page_shows_dates_luggage_and_masked_words(clerk: Client) -> None:
    case = register(COUNTY, text="赵晚舟反映：电梯停用，电话 13800000016。").case
    page = clerk.get(url(case.id), {"to": str(department(COUNTY, "住建局").id)}).content.decode()
    assert "住建局 · 告知" in page
    assert "过后不能退回" in page
    assert "原文、诉求 2 项、材料 0 份" in page
    assert "13800000016" not in page
    assert "赵晚舟" not in page
    assert "style=" not in page


def test_transferring_sends_it_with_class_and_letter_in_one_go(clerk: Client) -> None:
    case = register(COUNTY, klass="", purpose="05").case
    unit = department(COUNTY, "住建局")
    answer = clerk.post(url(case.id), form(case, unit))
    assert answer.status_code == 302
    after = row(COUNTY, case.id)
    assert (after.state, after.unit, after.klass, after.path) == (State.S20, unit.id, "C", "C6")
    with at(actor(COUNTY, "R3")):
        assert Handover.objects.get(case=after).letter_text == "请先电话联系。"


def test_a_bureau_below_gets_it_by_relay() -> None:
    case = register(CITY).case
    clerk = client_for(actor(CITY, "R3"))
    page = clerk.get(url(case.id, "after/"), {"to": str(department(COUNTY).id), "way": "transfer"}).content.decode()
    assert "分流" in page
    assert clerk.post(url(case.id), form(case, department(COUNTY))).status_code == 302
    assert row(CITY, case.id).state == State.S99
    assert row(COUNTY, case.id).state == State.S20


def test_what_is_missing_is_said_and_everything_typed_stays(clerk: Client) -> None:
    case = register(COUNTY, klass="", purpose="05").case
    answer = clerk.post(url(case.id), form(case, klass="", note="x" * 50))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "先定类别" in page
    assert "选一个单位" in page
    assert "x" * 50 in page
    assert row(COUNTY, case.id).version == case.version


@pytest.mark.parametrize(
    ("code", "name"), [(CITY, ""), (OTHER, ""), (COUNTY, ""), (COUNTY, "办信科"), (COUNTY, "物业管理科")]
)
def test_who_cannot_receive_is_refused_at_the_field(clerk: Client, code: str, name: str) -> None:
    case = register(COUNTY).case
    answer = clerk.post(url(case.id), form(case, department(code, name)))
    assert answer.status_code == 422
    assert 'id="to_error"' in answer.content.decode()
    assert row(COUNTY, case.id).state == State.S10


def test_two_clerks_at_once_the_second_is_told_and_loses_nothing(clerk: Client) -> None:
    case = register(COUNTY).case
    do(actor(COUNTY, "R2"), "note", case.id, text="看过。")
    answer = clerk.post(url(case.id), form(case, department(COUNTY, "住建局")))
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "看现在的样子" in page
    assert "请先电话联系。" in page
    fresh = row(COUNTY, case.id)
    assert f'name="version" value="{fresh.version}"' in page
    assert clerk.post(url(case.id), form(fresh, department(COUNTY, "住建局"))).status_code == 302
    again = clerk.post(url(case.id), form(row(COUNTY, case.id), department(COUNTY, "住建局")))
    assert again.status_code == 403  # the unit holds it now
    assert "请先电话联系。" in again.content.decode()


def test_a_group_goes_to_the_leader_who_sends_it(clerk: Client) -> None:
    case = register(COUNTY, persons=9).case
    unit = department(COUNTY, "住建局")
    page = clerk.get(url(case.id)).content.decode()
    assert 'value="propose"' in page
    assert 'value="send"' not in page
    assert clerk.post(url(case.id), form(case, unit)).status_code == 403
    assert clerk.post(url(case.id), form(case, unit, action="propose")).status_code == 302
    waiting = row(COUNTY, case.id)
    assert waiting.state == State.S10
    leader = client_for(actor(COUNTY, "R4"))
    page = leader.get(url(case.id)).content.decode()
    assert "提请转送" in page
    assert "请先电话联系。" in page
    assert 'value="turn_down"' in page
    assert f'value="{unit.id}" checked' in page
    assert leader.post(url(case.id), form(waiting, unit)).status_code == 302
    assert row(COUNTY, case.id).state == State.S20


def test_a_leader_turns_down_with_a_reason(clerk: Client) -> None:
    case = register(COUNTY, persons=9).case
    clerk.post(url(case.id), form(case, department(COUNTY, "住建局"), action="propose"))
    leader = client_for(actor(COUNTY, "R4"))
    version = row(COUNTY, case.id).version
    answer = leader.post(url(case.id), {"action": "turn_down", "version": version, "reason": " "})
    assert answer.status_code == 422
    assert "写明不批准的理由" in answer.content.decode()
    assert (
        leader.post(url(case.id), {"action": "turn_down", "version": version, "reason": "应转城管局。"}).status_code
        == 302
    )
    with at(actor(COUNTY, "R4")):
        assert Proposal.objects.get().status == "declined"
    assert row(COUNTY, case.id).state == State.S10


def test_assigning_needs_a_date_and_the_leader(clerk: Client) -> None:
    case, unit = register(COUNTY).case, department(COUNTY, "住建局")
    missing = clerk.post(url(case.id), form(case, unit, action="propose", way="assign"))
    assert missing.status_code == 422
    assert "反馈日期" in missing.content.decode()
    dated = form(case, unit, action="propose", way="assign", feedback_on=in_days(30).isoformat())
    assert clerk.post(url(case.id), dated).status_code == 302
    leader = client_for(actor(COUNTY, "R4"))
    assert in_days(30).isoformat() in leader.get(url(case.id)).content.decode()
    dated |= {"action": "send", "version": row(COUNTY, case.id).version}
    assert leader.post(url(case.id), dated).status_code == 302
    assert row(COUNTY, case.id).state == State.S21


def test_an_accusation_found_at_triage_is_sealed_not_sent(clerk: Client) -> None:
    case = register(COUNTY, klass="", purpose="05").case
    sent = clerk.post(url(case.id), form(case, department(COUNTY, "住建局"), klass="B"))
    assert sent.status_code == 422
    assert clerk.post(url(case.id), form(case, klass="B", action="seal")).url == "/"
    assert row(COUNTY, case.id).sealed
    assert clerk.get(url(case.id)).status_code == 404


def test_doors() -> None:
    case = register(COUNTY).case
    assert client_for(actor(OTHER, "R3")).get(url(case.id)).status_code == 404
    assert client_for(actor(COUNTY, "R5", unit="住建局")).get(url(case.id)).status_code == 404
    assert client_for(actor(COUNTY, "R2")).get(url(case.id)).status_code == 403
    assert client_for(actor(OTHER, "R3")).get(url(case.id, "units/"), {"q": "局"}).status_code == 404
    sent = at_unit(COUNTY)
    assert client_for(actor(COUNTY, "R3")).get(url(sent)).status_code in (403, 409)


def test_loads_are_counted_for_the_own_office_only_in_few_questions() -> None:
    case_id = at_unit(COUNTY)
    at_unit(OTHER)
    desk = actor(COUNTY, "R5", unit="住建局")
    for verb, fields in (("sign_for", {}), ("accept", {}), ("notify", {"way": "1"})):
        do(desk, verb, case_id, **fields)
    at_unit(COUNTY)
    with at(actor(COUNTY, "R3")), CaptureQueriesContext(connection) as asked:
        found = loads.loads(now())
    assert len(asked) == 4
    load = found[department(COUNTY, "住建局").id]
    assert (load.open, load.over, load.objections) == (2, 0, 0)
    assert (load.kept, load.ended) == (1, 1)
    assert load.told_days is not None
    late = now() + timedelta(days=30)
    with at(actor(COUNTY, "R3")):
        assert loads.loads(late)[department(COUNTY, "住建局").id].over == 1


@pytest.mark.parametrize("hostile", ["' OR 1=1 --", "<script>", "%", "\\", "\x00", "局" * 3000])
def test_any_search_text_is_only_text(clerk: Client, hostile: str) -> None:
    case = register(COUNTY).case
    answer = clerk.get(url(case.id, "units/"), {"q": hostile, "to": "no-uuid"})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()
    wrong = clerk.post(
        url(case.id), {**form(case), "note": hostile, "to": "x", "feedback_on": "9999-99-99", "way": "?"}
    )
    assert wrong.status_code == 422


def test_dates_far_away_are_refused_in_words(clerk: Client) -> None:
    case = register(COUNTY).case
    answer = client_for(actor(COUNTY, "R4")).post(
        url(case.id), form(case, department(COUNTY, "住建局"), way="assign", feedback_on=date.max.isoformat())
    )
    assert answer.status_code == 422
    assert "最远一年" in answer.content.decode()


def test_a_remark_stays_with_the_unit_that_wrote_it() -> None:
    """What the page promises: 绝不移送 本局内部备注, inside one office too."""
    case = register(COUNTY).case
    do(actor(COUNTY, "R3"), "note", case.id, text="领导打过招呼，先压一压。")
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, "住建局").id)
    desk = client_for(actor(COUNTY, "R5", unit="住建局"))
    assert "先压一压" not in desk.get(f"/cases/{case.id}/").content.decode()
    assert "先压一压" in client_for(actor(COUNTY, "R3")).get(f"/cases/{case.id}/").content.decode()


def test_copies_are_found_by_typing_named_and_removed(clerk: Client) -> None:
    case, unit, other = register(COUNTY).case, department(COUNTY, "住建局"), department(COUNTY, "城管局")
    found = clerk.get(url(case.id, "copies/"), {"cq": "csgl"}).content.decode()
    assert f'name="copy" value="{other.id}"' in found
    assert "checked" not in found
    named = clerk.get(url(case.id, "copies/"), {"cq": "", "copy": [str(other.id)]}).content.decode()
    assert f'value="{other.id}" checked' in named
    above = clerk.get(url(case.id, "copies/"), {"cq": "临澜"}).content.decode()
    assert str(department(CITY).id) in above
    assert str(department(OTHER).id) not in clerk.get(url(case.id, "copies/"), {"cq": "汀岚"}).content.decode()
    page = clerk.post(url(case.id), form(case, unit, action="find", cq="城管", copy=[str(other.id)]))
    assert f'value="{other.id}" checked' in page.content.decode()
    assert "请先电话联系。" in page.content.decode()
    after = clerk.get(url(case.id, "after/"), {"to": str(unit.id), "copy": [str(other.id)]}).content.decode()
    assert "城市管理局" in after
    assert clerk.post(url(case.id), form(case, unit, copy=[str(other.id)])).status_code == 302
    with at(actor(COUNTY, "R3")):
        assert Handover.objects.get(case=case).copy_to == [other.id]
    assert "抄送：" in clerk.get(f"/cases/{case.id}/").content.decode()


def test_a_copy_that_cannot_be_is_said_at_its_field(clerk: Client) -> None:
    case, unit = register(COUNTY).case, department(COUNTY, "住建局")
    answer = clerk.post(url(case.id), form(case, unit, copy=[str(unit.id)]))
    assert answer.status_code == 422
    assert 'id="copy_error"' in answer.content.decode()
    assert row(COUNTY, case.id).version == case.version
    assert clerk.post(url(case.id), form(case, unit, copy=["x"])).status_code == 422


def test_a_proposal_keeps_the_copies_and_the_leader_may_change_them(clerk: Client) -> None:
    case, unit, other = register(COUNTY, persons=9).case, department(COUNTY, "住建局"), department(COUNTY, "城管局")
    clerk.post(url(case.id), form(case, unit, action="propose", copy=[str(other.id)]))
    leader = client_for(actor(COUNTY, "R4"))
    assert f'value="{other.id}" checked' in leader.get(url(case.id)).content.decode()
    with at(actor(COUNTY, "R4")) as who:
        waiting = Proposal.objects.get()
        assert proposal.complete(waiting)
        said = proposal.rows(waiting, Names(who.tenant))
        assert {"label": "抄送", "value": "城市管理局"} in said
        proposal.carry_out(who, waiting, version=None)
        assert Handover.objects.get(case=case).copy_to == [other.id]


def duty(unit: Department, number: int, text: str, *contents: str) -> None:
    Duty.objects.create(tenant=unit.tenant, department=unit, number=number, text=text, contents=list(contents))


def test_the_list_of_duties_puts_its_unit_first_and_says_why(clerk: Client) -> None:
    unit, other = department(COUNTY, "住建局"), department(COUNTY, "城管局")
    duty(other, 12, "油烟扰民", "080500")
    duty(unit, 3, "城乡建设", "080000")
    case = register(COUNTY, content_class="080500").case
    page = clerk.get(url(case.id)).content.decode()
    assert "权责清单第 12 项：油烟扰民" in page
    assert "权责清单第 3 项：城乡建设" in page
    assert page.index(str(other.id)) < page.index(str(unit.id))
    found = clerk.get(url(case.id, "units/"), {"q": "油烟"}).content.decode()
    assert str(other.id) in found
    assert str(unit.id) not in found
    duty(department(OTHER, "住建局"), 1, "油烟扰民", "080500")
    assert "汀岚县" not in clerk.get(url(case.id, "units/"), {"q": "油烟"}).content.decode()


def test_a_unit_below_names_the_bureau_that_reaches_it() -> None:
    case = register(CITY).case
    found = client_for(actor(CITY, "R3")).get(url(case.id, "units/"), {"q": "住建局"}).content.decode()
    assert "下级的单位由澄屿县信访局转送" in found
    assert f"?to={department(COUNTY).id}" in found


def test_many_cases_at_once_are_put_forward_by_what_they_share() -> None:
    duty(department(COUNTY, "城管局"), 12, "油烟扰民", "080500")
    ids = [register(COUNTY, content_class="080500").case.id for _n in range(2)]
    other = register(COUNTY, content_class="020200").case.id
    with at(actor(COUNTY, "R3")):
        cases = list(Case.objects.select_related("filing").filter(id__in=[*ids, other]))
        same = [case for case in cases if case.id in ids]
        assert units.table(same, tenant(COUNTY), "", None).rows[0].found.item is not None
        assert units.table(cases, tenant(COUNTY), "", None).rows[0].found.item is None
