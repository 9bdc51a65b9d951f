"""Drafting an opinion: what is typed is kept, what is missing is said, two writers do not overwrite one another."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from cases.actions import wordings as acts
from cases.models import Opinion
from kernel.ids import new_id
from tests.cases import making
from tests.cases.making import COUNTY, OTHER
from tests.people import actor, client_for

UNIT = "住建局"
WHOLE = {
    "outcome": "SUPPORT",
    "facts": "经现场查看，电梯自 5 月 11 日停用。",
    "reasons": "责令物业公司更换曳引机",
    "law": "《特种设备安全法》第四十二条",
    "item": "更换曳引机，检验合格后启用",
    "execute_by": "2027-03-15",
}

pytestmark = pytest.mark.django_db


def handler(nth: int = 0) -> Client:
    return client_for(actor(COUNTY, "R6", unit=UNIT, nth=nth))


def typed(*answers: dict[str, str], **rest: str) -> dict[str, str]:
    found = {f"d{n}-{name}": value for n, given in enumerate(answers, 1) for name, value in given.items()}
    return found | rest


def stored(case_id: object) -> Opinion:
    with making.at(actor(COUNTY, "R6", unit=UNIT)):
        return Opinion.objects.get(case_id=case_id)


def test_the_page_shows_every_demand_and_what_is_missing() -> None:
    case_id = making.investigated(unit=UNIT)
    page = handler().get(f"/cases/{case_id}/opinion/").content.decode()
    assert "信访事项处理意见书" in page
    assert "恢复 3 号楼电梯运行" in page
    assert "还差 8 项才能送审" in page
    assert "第 1 项诉求没有结论" in page
    assert "办公室主任 核稿 → 分管领导 签发" in page
    assert "澄屿县人民政府" in page
    assert "说明办理程序" in page
    assert "style=" not in page
    assert "赵晚舟" not in page


def test_autosave_answers_with_the_version_and_what_is_still_missing() -> None:
    case_id = making.investigated(unit=UNIT)
    browser = handler()
    answer = browser.post(f"/cases/{case_id}/opinion/draft/", typed(WHOLE, opinion_version="")).json()
    assert answer["version"] == 1
    assert answer["said"].endswith("已存")
    assert "还差 4 项才能送审" in answer["todo"]
    assert "予以支持" in answer["outcomes"]["d1"]
    again = browser.post(f"/cases/{case_id}/opinion/draft/", typed(WHOLE, WHOLE, opinion_version="1")).json()
    assert "都写齐了" in again["todo"]
    assert len(stored(case_id).body["answers"]) == 2


def test_nothing_typed_saves_nothing() -> None:
    case_id = making.investigated(unit=UNIT)
    assert handler().post(f"/cases/{case_id}/opinion/draft/", {}).status_code == 204


def test_a_second_writer_is_told_and_loses_nothing() -> None:
    case_id = making.investigated(unit=UNIT)
    first, second = handler(), handler(1)
    url = f"/cases/{case_id}/opinion/"
    first.post(f"{url}draft/", typed(WHOLE, opinion_version=""))
    assert "刚存过这份草稿" in second.get(url).content.decode()
    first.post(f"{url}draft/", typed(WHOLE, opinion_version="1"))
    refused = second.post(f"{url}draft/", typed({**WHOLE, "facts": "另一种说法。"}, opinion_version="1"))
    assert refused.status_code == 412
    assert "电梯自 5 月 11 日停用" in refused.json()["html"]
    page = second.post(url, typed({**WHOLE, "facts": "另一种说法。"}, opinion_version="1", action="save"))
    assert page.status_code == 412
    assert "另一种说法。" in page.content.decode()
    assert "用我写的" in page.content.decode()
    mine = typed({**WHOLE, "facts": "另一种说法。"}, opinion_version="1", overwrite="2")
    assert second.post(url, mine).status_code == 302
    assert "另一种说法。" in [given["facts"] for given in stored(case_id).body["answers"].values()]


def test_a_draft_begun_elsewhere_is_not_overwritten_unseen() -> None:
    case_id = making.investigated(unit=UNIT)
    url = f"/cases/{case_id}/opinion/draft/"
    handler().post(url, typed(WHOLE, opinion_version=""))
    assert handler(1).post(url, typed(WHOLE, opinion_version="")).status_code == 412
    refused = handler().post(url, typed({**WHOLE, "facts": "另一种说法。"}, opinion_version=""))
    assert refused.status_code == 412
    assert "这份草稿在另一个窗口存过" in refused.json()["html"]
    assert "电梯自 5 月 11 日停用" in refused.json()["html"]


@pytest.mark.parametrize("seen", ["", "1"])
def test_what_is_sent_again_because_no_answer_came_is_no_other_window(seen: str) -> None:
    case_id = making.investigated(unit=UNIT)
    url, browser = f"/cases/{case_id}/opinion/draft/", handler()
    for version in ("", seen)[: 2 if seen else 1]:
        browser.post(url, typed(WHOLE, opinion_version=version))
    again = browser.post(url, typed({**WHOLE, "facts": f"{WHOLE['facts']}又写了一句。"}, opinion_version=seen))
    assert again.status_code == 200
    assert "又写了一句" in stored(case_id).body["answers"][next(iter(stored(case_id).body["answers"]))]["facts"]


def test_submitting_what_is_not_finished_keeps_it_and_says_what_is_missing() -> None:
    case_id = making.investigated(unit=UNIT)
    page = handler().post(f"/cases/{case_id}/opinion/", typed(WHOLE, {**WHOLE, "law": ""}, action="submit"))
    assert page.status_code == 422
    text = page.content.decode()
    assert "第 2 项诉求没有写明依据" in text
    assert 'href="#d2-law"' in text
    assert stored(case_id).status == "draft"
    assert making.row(COUNTY, case_id).state == "S50"


def test_a_whole_opinion_is_submitted_without_a_script() -> None:
    case_id = making.investigated(unit=UNIT)
    answer = handler().post(f"/cases/{case_id}/opinion/", typed(WHOLE, WHOLE, action="submit"))
    assert answer.status_code == 302
    assert making.row(COUNTY, case_id).state == "S58"
    again = handler().post(f"/cases/{case_id}/opinion/", typed(WHOLE, WHOLE, action="submit"))
    assert again.status_code == 409


def test_what_was_sent_back_says_which_gate_and_why() -> None:
    case_id = making.submitted(unit=UNIT)
    making.do(actor(COUNTY, "R7", unit=UNIT), "send_back", case_id, gates=["facts", "policy"], reason="查清停用的日期")
    page = handler().get(f"/cases/{case_id}/opinion/").content.decode()
    assert "第 1 次退回重办" in page
    assert "事实、政策" in page
    assert "查清停用的日期" in page
    assert "经查属实" in page


def test_the_preview_marks_what_is_not_written_and_saves_nothing() -> None:
    case_id = making.investigated(unit=UNIT)
    paper = handler().post(f"/cases/{case_id}/opinion/preview/", typed(WHOLE)).content.decode()
    assert "住建局〔" in paper
    assert "意 __ 号（草稿）" in paper
    assert "赵**：" in paper
    assert "paper-gap" in paper
    assert "2027 年 3 月 15 日前完成" in paper
    with making.at(actor(COUNTY, "R6", unit=UNIT)):
        assert not Opinion.objects.filter(case_id=case_id).exists()


def test_an_important_case_goes_to_the_head() -> None:
    case_id = making.investigated(unit=UNIT, important=True)
    page = handler().get(f"/cases/{case_id}/opinion/").content.decode()
    assert "主要负责人 签发" in page
    assert "核稿 →" not in page


def test_a_suggestion_is_answered_by_letter() -> None:
    case_id = making.at_unit(unit=UNIT, klass="A", purpose="01")
    desk = actor(COUNTY, "R5", unit=UNIT)
    making.do(desk, "sign_for", case_id)
    making.do(desk, "study", case_id)
    making.do(desk, "notify", case_id, way="1")
    who = actor(COUNTY, "R6", unit=UNIT)
    making.do(desk, "allot", case_id, to_department=who.department, handler=who.user)
    page = handler().get(f"/cases/{case_id}/opinion/").content.decode()
    assert "建议答复函" in page
    assert "部分采纳" in page
    assert "申请复查" not in page


def test_only_the_holders_handlers_draft() -> None:
    case_id = making.investigated(unit=UNIT)
    url = f"/cases/{case_id}/opinion/"
    assert client_for(actor(COUNTY, "R8", unit=UNIT)).get(url).status_code == 403
    assert client_for(actor(COUNTY, "R6", unit="城管局")).get(url).status_code == 404
    assert client_for(actor(OTHER, "R6", unit=UNIT)).get(url).status_code == 404
    assert handler().get(f"/cases/{new_id()}/opinion/").status_code == 404


def test_html_in_a_field_is_text() -> None:
    case_id = making.investigated(unit=UNIT)
    bad = {**WHOLE, "facts": "<script>alert(1)</script>"}
    paper = handler().post(f"/cases/{case_id}/opinion/preview/", typed(bad)).content.decode()
    assert "<script>" not in paper
    answer = handler().post(f"/cases/{case_id}/opinion/draft/", typed({**bad, "execute_by": "9999-99-99"}))
    assert answer.status_code == 200
    assert "没有写完成日期" in answer.json()["todo"]


def test_articles_are_found_for_the_demand_that_is_written() -> None:
    case_id = making.investigated(unit=UNIT)
    browser = handler()
    page = browser.get(f"/cases/{case_id}/opinion/").content.decode()
    assert "输入名称、条号或几个字" in page
    found = browser.get(f"/cases/{case_id}/opinion/laws/", {"law_q": "处理意见书"}).content.decode()
    assert 'data-cite="《信访工作条例》第三十二条"' in found
    none = browser.get(f"/cases/{case_id}/opinion/laws/", {"law_q": "<script>没有"}).content.decode()
    assert "没有符合" in none
    assert "<script>" not in none


def test_standard_wording_of_the_office_stands_beside_the_form() -> None:
    case_id = making.investigated(unit=UNIT)
    with making.at(actor(COUNTY, "R19")) as admin:
        acts.write_wording(admin, kind="facts", title="现场查看", text="某日到现场查看，情况属实。")
        acts.write_wording(admin, kind="letter", title="先联系", text="请先联系信访人。")
    page = handler().get(f"/cases/{case_id}/opinion/").content.decode()
    assert "某日到现场查看" in page
    assert "请先联系信访人" not in page


def test_two_people_with_the_draft_open_are_told_of_one_another() -> None:
    case_id = making.investigated(unit=UNIT)
    first, second = handler(), handler(1)
    names = [actor(COUNTY, "R6", unit=UNIT, nth=n).name for n in (0, 1)]
    assert "也开着这份草稿" not in first.get(f"/cases/{case_id}/opinion/").content.decode()
    assert f"{names[0]}也开着这份草稿" in second.get(f"/cases/{case_id}/opinion/").content.decode()
    url = f"/cases/{case_id}/opinion/presence/"
    assert f"{names[1]}也开着这份草稿" in first.post(url).content.decode()
    assert second.post(url, {"left": "1"}).status_code == 204
    assert "也开着" not in first.post(url).content.decode()
    version = making.row(COUNTY, case_id).version
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=90), tick=False):
        assert "也开着" not in second.post(url).content.decode()
    assert making.row(COUNTY, case_id).version == version


def test_what_the_unit_answered_before_on_the_subject_stands_beside_draft_and_approval() -> None:
    before = making.served(unit=UNIT, content_class="080400", demands=["恢复 3 号楼电梯运行"])
    making.served(unit=UNIT, content_class="080500", demands=["恢复 3 号楼电梯运行"])
    making.served(unit="城管局", content_class="080400", demands=["恢复 3 号楼电梯运行"])
    case_id = making.investigated(unit=UNIT, content_class="080400")
    own, address = client_for(actor(COUNTY, "R6", unit=UNIT)), f"/cases/{case_id}/earlier/"
    assert f'hx-get="{address}"' in own.get(f"/cases/{case_id}/opinion/").content.decode()
    found = own.get(address).content.decode()
    assert found.count("以此为底稿") == 1
    assert f"/cases/{before}/" in found
    desk, handler_ = actor(COUNTY, "R8", unit=UNIT), actor(COUNTY, "R6", unit=UNIT)
    making.do(handler_, "draft", case_id, answers=making.answers(COUNTY, case_id))
    making.do(handler_, "submit", case_id)
    making.do(actor(COUNTY, "R7", unit=UNIT), "check", case_id)
    leader = client_for(desk)
    assert f'hx-get="{address}"' in leader.get(f"/approvals/{stored(case_id).id}/").content.decode()
    found = leader.get(address).content.decode()
    assert "以往答复：同类事项" in found
    assert "以此为底稿" not in found
    assert f"/cases/{before}/" in found
