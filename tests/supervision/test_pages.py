"""The pages of supervision: what each side sees and does, and reading down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.codes.contents import content_list
from cases.models import Access, Case
from cases.numbers import short
from supervision import advice as letters
from supervision import concerns
from supervision.models import Advice, Concern, Order, Proposal
from tenants import context
from tests.cases.making import BUREAU, COUNTY, accepted, at_unit, events, in_days, investigated, row, submitted
from tests.people import actor, client_for, department, tenant
from tests.supervision.ordering import UNIT, desk, officer, order, step

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return str(response.content.decode())


def below(case: UUID, code: str = COUNTY) -> str:
    return reverse("desk:below", args=[code, case])


def test_order_is_issued_on_a_page_and_answered_on_another() -> None:
    case, other = accepted(), at_unit()
    mine = client_for(officer())
    new = reverse("desk:order_new")
    page = mine.get(new, {"case": str(case)})
    assert department(COUNTY, UNIT).name in text(page)
    given = {
        "token": page.context["form"]["token"].value(),
        "case": str(case),
        "instrument": "letter",
        "to_department": str(department(COUNTY, UNIT).id),
        "due": in_days(15).isoformat(),
        "reason": "请说明进展。",
    }
    with context.use(officer().schema):
        number = short(row(COUNTY, other).number)
    added = mine.post(new, {**given, "action": "add", "number": number})
    assert str(other) in text(added)
    assert "请说明进展。" in text(added)
    assert "没有编号为" in text(mine.post(new, {**given, "action": "add", "number": "20200101-0001"}))
    bad = mine.post(new, {**given, "due": "", "action": "issue"})
    assert bad.status_code == 422
    assert "定一个反馈日期" in text(bad)
    nobody = mine.post(new, {**given, "to_department": "", "action": "issue"})
    assert nobody.status_code == 422
    assert "选一个单位。" in text(nobody)
    assert "没有这个单位" not in text(nobody)
    done = mine.post(new, {**given, "case": [str(case), str(other)], "action": "issue"})
    made = Order.objects.get()
    assert done.headers["Location"].startswith(reverse("desk:order", args=[made.pk]))
    assert made.cases.count() == 2

    unit = client_for(desk())
    home = unit.get(reverse("desk:supervision"))
    assert "要我们反馈的" in text(home)
    assert "督办" in text(unit.get(reverse("desk:case", args=[case])))
    file = SimpleUploadedFile("说明.txt", "已修好".encode(), "text/plain")
    answer = {"version": "1", "text": "电梯已经修好。", "files": file}
    assert unit.post(reverse("desk:order_step", args=[made.pk, "reply"]), answer).status_code == 302
    stale = unit.post(reverse("desk:order_step", args=[made.pk, "reply"]), {"version": "1", "text": "再报"})
    assert stale.status_code == 412
    assert "再报" in text(stale)
    page = mine.get(reverse("desk:order", args=[made.pk]))
    assert "电梯已经修好。" in text(page)
    (sent,) = [file for event in page.context["thread"] for file in event["files"]]
    assert b"".join(mine.get(sent["url"]).streaming_content) == "已修好".encode()  # type: ignore[attr-defined]
    assert "督办函" in text(mine.get(reverse("desk:order_paper", args=[made.pk])))
    gone = mine.post(reverse("desk:order_step", args=[made.pk, "return_reply"]), {"version": "2", "reason": ""})
    assert gone.status_code == 422
    assert mine.post(reverse("desk:order_step", args=[made.pk, "accept_reply"]), {"version": "2"}).status_code == 302
    assert Order.objects.get().state == Order.State.DONE


def test_effect_says_who_gets_it_and_until_when() -> None:
    case = accepted()
    given = {"case": str(case), "instrument": "urge", "due": in_days(9).isoformat()}
    shown = text(client_for(officer()).get(reverse("desk:order_effect"), given))
    assert UNIT in shown
    assert "催办，1 件" in shown


def test_every_post_sees_its_own_page_and_no_other() -> None:
    made = order()
    seen = {"R13": 200, "R4": 200, "R3": 200, "R14": 200, "R15": 200, "R16": 404, "R19": 404, "R18": 404}
    for role, status in seen.items():
        assert client_for(actor(COUNTY, role)).get(reverse("desk:order", args=[made.pk])).status_code == status, role
    assert client_for(actor(COUNTY, "R16")).get(reverse("desk:supervision")).status_code == 403
    assert client_for(officer(BUREAU)).get(reverse("desk:order", args=[made.pk])).status_code == 200
    assert client_for(actor(COUNTY, "R5", unit="城管局")).get(reverse("desk:order", args=[made.pk])).status_code == 404


def test_a_handler_sees_an_order_with_a_case_of_the_own_section_only() -> None:
    mine, other = investigated(), accepted()
    about, elsewhere = order(mine), order(other)
    handler = client_for(actor(COUNTY, "R6", unit=UNIT))
    shown = text(handler.get(reverse("desk:supervision")))
    assert str(about.pk) in shown
    assert str(elsewhere.pk) not in shown
    assert handler.get(reverse("desk:order", args=[elsewhere.pk])).status_code == 404


def test_sealed_case_of_an_order_is_named_to_nobody() -> None:
    plain, later = accepted(), accepted()
    made = order(plain, later)
    with context.use(tenant(COUNTY)):
        Case.objects.filter(id=later).update(sealed=True)
    for who in (officer(), desk(), officer(BUREAU)):
        page = text(client_for(who).get(reverse("desk:order", args=[made.pk])))
        assert str(plain) in page
        assert str(later) not in page
        assert row(COUNTY, later).number not in page


def test_proposals_are_listed_and_dismissed() -> None:
    case = at_unit()
    unit = department(COUNTY, UNIT)
    found = Proposal.objects.create(
        tenant=tenant(COUNTY),
        to_tenant=tenant(COUNTY),
        to_department=unit,
        trigger="V1",
        case=case,
        evidence=[{"code": "missed", "clock": "K3", "due": "2026-11-20"}],
        at=row(COUNTY, case).updated_at,
    )
    mine = client_for(officer())
    page = text(mine.get(reverse("desk:supervision")))
    assert "告知期限 2026-11-20 已届满" in page
    assert str(unit.id) in text(mine.get(reverse("desk:order_new"), {"proposal": str(found.pk)}))
    away = reverse("desk:proposal_dismiss", args=[found.pk])
    assert mine.post(away, {"reason": ""}).status_code == 422
    assert mine.post(away, {"reason": "等候鉴定。"}).status_code == 302
    assert "没有督办线索" in text(mine.get(reverse("desk:supervision")))


def test_reading_down_is_masked_logged_and_ends_at_the_region() -> None:
    case = submitted(text="我是赵晚舟，电话 13800000016，锦澜小区电梯停用。")
    before = events(COUNTY, case)
    for role in ("R3", "R4", "R13", "R14", "R15"):
        page = client_for(actor(BUREAU, role)).get(below(case))
        assert page.status_code == 200, role
        shown = text(page)
        assert "锦澜小区电梯停用" in shown
        assert "赵晚舟" not in shown
        assert "13800000016" not in shown
        assert "将于期限内办妥" not in shown  # still being written at the unit
    assert events(COUNTY, case) == before
    with context.use(tenant(COUNTY)):
        looks = Access.objects.filter(kind="read_down", case=case)
        assert {look.data["office"] for look in looks} == {str(tenant(BUREAU).pk)}
        assert looks.count() == 5
    reader = client_for(actor(COUNTY, "R20"))
    assert "上级查阅" in text(reader.get(reverse("desk:readings")))


def test_a_title_from_below_stands_in_no_list_and_is_masked_and_logged_where_it_is_shown() -> None:
    case = at_unit(title="赵晚舟反映锦澜小区电梯停用", content_class="080400")
    made = order(case, who=officer(BUREAU))
    above = client_for(officer(BUREAU))

    def looks() -> int:
        with context.use(tenant(COUNTY)):
            return Access.objects.filter(kind="read_down", data__office=str(tenant(BUREAU).pk)).count()

    before, listed = looks(), text(above.get(reverse("desk:supervision")))
    assert "锦澜小区" not in listed
    assert content_list().label("080400") in listed
    assert looks() == before
    page, paper = reverse("desk:order", args=[made.pk]), reverse("desk:order_paper", args=[made.pk])
    for count, address in enumerate((page, paper, below(case)), start=1):
        shown = text(above.get(address))
        assert "反映锦澜小区电梯停用" in shown, address
        assert "赵晚舟" not in shown, address
        assert looks() == before + count, address


@pytest.mark.parametrize(
    ("code", "role", "unit"),
    [(BUREAU, "R2", ""), (BUREAU, "R19", ""), (BUREAU, "R5", UNIT), ("990124", "R4", ""), (COUNTY, "R4", "")],
)
def test_nobody_else_reads_down(code: str, role: str, unit: str) -> None:
    case = accepted()
    assert client_for(actor(code, role, unit=unit)).get(below(case)).status_code == 404
    with context.use(tenant(COUNTY)):
        assert not Access.objects.filter(kind="read_down").exists()


def test_sealed_is_never_read_down() -> None:
    case = accepted()
    with context.use(tenant(COUNTY)):
        Case.objects.filter(id=case).update(sealed=True)
    assert client_for(officer(BUREAU)).get(below(case)).status_code == 404


def test_advice_and_concern_have_their_pages() -> None:
    mine = client_for(officer())
    page = mine.get(reverse("desk:advice_new"))
    given = {
        "token": page.context["form"]["token"].value(),
        "kind": "improve",
        "to_department": str(department(COUNTY, UNIT).id),
        "text": "建立台账。",
        "due": in_days(30).isoformat(),
    }
    assert mine.post(reverse("desk:advice_new"), {**given, "text": ""}).status_code == 422
    assert mine.post(reverse("desk:advice_new"), given).status_code == 302
    letter = Advice.objects.get()
    unit = client_for(desk())
    assert letter.number in text(unit.get(reverse("desk:supervision"))).replace(" ", "")
    answer = {"version": "1", "adopted": "Y", "text": "采纳。"}
    assert unit.post(reverse("desk:advice_step", args=[letter.pk, "answer_advice"]), answer).status_code == 302
    assert mine.post(reverse("desk:advice_step", args=[letter.pk, "follow_up"]), {"text": "已建"}).status_code == 302
    assert "改进工作建议书" in text(mine.get(reverse("desk:advice_paper", args=[letter.pk])))
    assert mine.post(reverse("desk:advice_step", args=[letter.pk, "close_advice"]), {}).status_code == 302
    assert letters.find(officer(), letter.pk).state == Advice.State.CLOSED

    form = unit.get(reverse("desk:concern_new")).context["form"]
    told = {"token": form["token"].value(), "kind": "leak", "text": "电话被告诉了别人。"}
    assert unit.post(reverse("desk:concern_new"), told).status_code == 302
    found = Concern.objects.get()
    above = client_for(actor(BUREAU, "R18"))
    assert "电话被告诉了别人" not in text(above.get(reverse("desk:concerns")))
    assert "电话被告诉了别人" in text(above.get(reverse("desk:concern", args=[found.pk])))
    for who in (actor(COUNTY, "R18"), actor(BUREAU, "R4"), actor(COUNTY, "R4"), desk()):
        assert client_for(who).get(reverse("desk:concern", args=[found.pk])).status_code in (403, 404)
    closing = {"text": "已核实处理。", "action": "close_concern"}
    assert above.post(reverse("desk:concern", args=[found.pk]), closing).status_code == 302
    assert concerns.listed(actor(BUREAU, "R18")).get().closed_at is not None


def test_alerts_lead_to_pages_that_exist() -> None:
    from kernel import alerts
    from kernel.alerts.models import Alert

    made = order()
    step(desk(), "reply", made.pk, text="已办。")
    for alert in Alert.objects.filter(kind__startswith="order."):
        link = alerts.kinds()[alert.kind].link(alert)
        assert link == reverse("desk:order", args=[made.pk])
        assert made.number in alerts.kinds()[alert.kind].text(alert)
