"""Papers say what domain §10 wants of each, name nobody without a reason, and are nobody else's."""

from uuid import UUID

import pytest
from django.utils import translation

from cases.models import Event, Handover, Notice, Opinion, Report
from cases.queries import papers
from cases.queries.papers.sheet import ordinal
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, OTHER, do, in_days
from tests.people import actor, client_for, department

UNIT = "住建局"
DESK = ("R5", UNIT)

pytestmark = pytest.mark.django_db


def read(case_id: UUID, kind: str, paper: UUID, code: str = COUNTY, role: str = "R5", unit: str = UNIT) -> str:
    page = client_for(actor(code, role, unit=unit)).get(f"/cases/{case_id}/papers/{kind}/{paper}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "赵晚舟" not in text
    assert "style=" not in text
    return text


def notice(case_id: UUID) -> Notice:
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        found = Notice.objects.filter(case_id=case_id).last()
    assert found is not None
    return found


def signed_for(**changes: object) -> UUID:
    case_id = making.at_unit(unit=UNIT, **changes)
    do(actor(COUNTY, "R5", unit=UNIT), "sign_for", case_id)
    return case_id


def test_numbers_of_demands_in_chinese() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 20, 21, 99)] == ["一", "十", "十一", "二十", "二十一", "九十九"]


def test_d8_names_reception_route_procedure_contact_and_term() -> None:
    case_id = signed_for()
    do(actor(COUNTY, "R5", unit=UNIT), "accept", case_id)
    text = read(case_id, "notice", notice(case_id).id)
    for part in (
        "澄屿县住房和城乡建设局",
        "信访事项受理告知书",
        "住建局〔",
        "受1号",
        "予以受理",
        "处理途径",
        "60 日",
        "最晚",
        "联系单位：澄屿县住房和城乡建设局",
    ):
        assert part in text
    assert "还没有送出" in text


def test_d9_names_route_law_and_body() -> None:
    case_id = signed_for(path="C4")
    route = {
        "path": "C4",
        "procedure": "行政复议",
        "body": "澄屿县人民政府",
        "law": "《行政复议法》第二十条",
        "term_days": 60,
    }
    do(actor(COUNTY, "R5", unit=UNIT), "route", case_id, **route)
    text = read(case_id, "notice", notice(case_id).id)
    for part in (
        "导入法定途径告知书",
        "行政复议",
        "澄屿县人民政府",
        "《行政复议法》第二十条",
        "提出申请的期限",
        "60 日",
    ):
        assert part in text


N1 = {"ground": "N1", "text": "住建局正在办理", "body": "县城管局", "same_facts": True}
N2 = {"ground": "N2", "text": "复核意见 2025 年 3 号", "same_facts": True}
N3 = {"ground": "N3", "text": "不归本单位管", "body": "县自然资源局"}


@pytest.mark.parametrize(
    ("verb", "fields", "parts"),
    [
        ("decline", N1, ("不予受理告知书", "第十九条", "县城管局")),
        ("decline", N2, ("不再受理告知书", "第三十六条", "2025 年 3 号")),
        ("redirect", N3, ("去向告知书", "第二十三条", "县自然资源局")),
    ],
)
def test_d10_d11_and_where_to_go_name_ground_and_law(
    verb: str, fields: dict[str, object], parts: tuple[str, ...]
) -> None:
    case_id = signed_for()
    do(actor(COUNTY, "R5", unit=UNIT), "propose", case_id, verb=verb, fields=fields)
    do(actor(COUNTY, "R8", unit=UNIT), verb, case_id, **fields)
    text = read(case_id, "notice", notice(case_id).id)
    for part in parts:
        assert part in text


def test_d12_names_reason_new_date_and_approver() -> None:
    case_id = making.investigated(unit=UNIT)
    fields = {"days": 15, "reason": "曳引机需原厂供货"}
    do(actor(COUNTY, "R6", unit=UNIT), "propose", case_id, verb="extend", fields=fields)
    do(actor(COUNTY, "R9", unit=UNIT), "extend", case_id, **fields)
    text = read(case_id, "notice", notice(case_id).id)
    for part in ("延期办理告知书", "曳引机需原厂供货", "15 日", "住建 R9 批准", "第三十四条"):
        assert part in text


def test_d8a_and_d26_answer_a_suggestion() -> None:
    case_id = signed_for(klass="A", purpose="01")
    do(actor(COUNTY, "R5", unit=UNIT), "study", case_id)
    assert "建议受理告知书" in read(case_id, "notice", notice(case_id).id)


def test_d16_answers_each_demand_and_tells_the_remedy() -> None:
    case_id = making.served(unit=UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        row = Opinion.objects.get(case_id=case_id)
    text = read(case_id, "opinion", row.id)
    for part in (
        "信访事项处理意见书", row.number, "一、关于恢复 3 号楼电梯运行。", "二、关于公示维修资金使用明细。",
        "经查属实。", "《物业管理条例》第三十五条", "予以支持", "30 日内", "澄屿县人民政府", "申请复查", "（印章）",
        "抄送：澄屿县信访局",
    ):  # fmt: skip
        assert part in text
    assert "物业管理科" not in text.split('id="paper"')[1]
    back = read(case_id, "service", row.id)
    for part in ("送达回证", "意 1 号", "当面", "签收", "送达人"):
        assert part in back


def test_the_name_is_printed_for_a_reason_that_leaves_a_trace() -> None:
    case_id = making.served(unit=UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        row = Opinion.objects.get(case_id=case_id)
    url = f"/cases/{case_id}/papers/opinion/{row.id}/"
    desk = client_for(actor(COUNTY, "R5", unit=UNIT))
    assert desk.post(url, {"reason": "nosy"}).status_code == 422
    shown = desk.post(url, {"reason": "serve"})
    assert "赵晚舟：" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        last = Event.objects.filter(case_id=case_id).last()
    assert last is not None
    assert (last.kind, last.data["reason"]) == ("read", "serve")


def test_d4_and_d5_tell_the_duties() -> None:
    case_id = making.register(COUNTY).case.id
    unit = department(COUNTY, UNIT)
    do(
        actor(COUNTY, "R4"),
        "assign",
        case_id,
        to_department=unit.id,
        feedback_on=in_days(30),
        letter_text="请主要负责人过问",
    )
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        leg = Handover.objects.get(case_id=case_id)
    text = read(case_id, "letter", leg.id)
    for part in (
        "交办函",
        leg.letter_number,
        "澄屿县住房和城乡建设局：",
        "请主要负责人过问",
        "15 日内",
        "5 个工作日内",
        "办结报告",
        "赵**",
    ):
        assert part in text
    other = making.at_unit(unit=UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        leg = Handover.objects.get(case_id=other)
    assert "转送函" in read(other, "letter", leg.id)
    assert "办结报告" not in read(other, "letter", leg.id)


def test_d17_tells_facts_handling_and_attitude_to_the_assigner() -> None:
    case_id = making.reported(UNIT)
    with making.at(actor(BUREAU, "R4")):
        row = Report.objects.get(case_id=case_id)
        assert [name for name, _text in papers.parts(row)] == ["查明的事实", "办理经过", "执行情况", "信访人的态度"]
    text = read(case_id, "report", row.id, BUREAU, "R4", "")
    for part in ("办结报告", row.number, "临澜市信访局：", "一、查明的事实。", "满意", "予以支持"):
        assert part in text


def test_a_draft_is_the_holders_and_a_paper_is_nobody_elses() -> None:
    case_id = making.submitted(unit=UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        row = Opinion.objects.get(case_id=case_id)
    url = f"/cases/{case_id}/papers/opinion/{row.id}/"
    assert client_for(actor(COUNTY, "R5", unit=UNIT)).get(url).status_code == 200
    for code, role, unit in ((COUNTY, "R3", ""), (COUNTY, "R5", "城管局"), (OTHER, "R5", UNIT)):
        assert client_for(actor(code, role, unit=unit)).get(url).status_code == 404
    served = making.served(unit=UNIT)
    with making.at(actor(COUNTY, "R5", unit=UNIT)):
        mine = Opinion.objects.get(case_id=served)
    assert (
        client_for(actor(COUNTY, "R5", unit=UNIT)).get(f"/cases/{case_id}/papers/opinion/{mine.id}/").status_code == 404
    )
    assert client_for(actor(COUNTY, "R5", unit=UNIT)).get(f"/cases/{case_id}/papers/x/{mine.id}/").status_code == 404


def test_a_paper_is_chinese_whatever_the_reader_chose() -> None:
    case_id = making.served(unit=UNIT)
    who = actor(COUNTY, "R5", unit=UNIT)
    with making.at(who), translation.override("en"):
        sheet = papers.find(who, making.row(COUNTY, case_id), "opinion", Opinion.objects.get(case_id=case_id).id)
    assert "予以支持" in "".join(block.text for block in sheet.blocks)
