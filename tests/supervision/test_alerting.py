"""What a change of a case tells, to whom, once; nothing of people, nothing of the past, nothing sealed but to R18."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kernel import alerts, outbox
from kernel.alerts import Alert
from kernel.clock import as_of, now
from kernel.outbox import OutboxRow
from supervision import alert_kinds, alerting, places
from supervision.thresholds import PLATFORM, Thresholds, reached
from tenants.actors import root_of
from tenants.models import Membership
from tenants.streams import confidential_desk, confidential_stream, department_stream
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, at_unit, do
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def told(kind: str) -> list[tuple[str, str]]:
    """Stream and words of each alert of this kind, after everybody has heard."""
    outbox.drain()
    alerts.relay()
    rows = list(Alert.objects.filter(kind=kind).order_by("id"))
    return [(row["stream"], row["text"]) for row in alerts.render(rows)]


def desk(code: str) -> str:
    return department_stream(root_of(tenant(code).pk))


def object_(case_id: UUID, code: str = COUNTY, unit: str = "住建局") -> None:
    do(actor(code, "R5", unit=unit), "propose", case_id, verb="object", fields={})
    do(actor(code, "R8", unit=unit), "object", case_id, reason="duty", text="不归我局管。", law="权责清单")


def test_an_objection_is_told_to_the_sender_and_twice_is_harmless() -> None:
    case_id = at_unit()
    object_(case_id)
    ((stream, text),) = told(alert_kinds.OBJECTED)
    assert stream == desk(COUNTY)
    assert "提出异议：不属于本单位职责" in text
    assert "住建局" in text
    assert "不归我局管" not in text
    with making.at(actor(COUNTY, "R4")):
        alerting.hear("t_990123", str(case_id))
    assert len(told(alert_kinds.OBJECTED)) == 1
    row = Alert.objects.get(kind=alert_kinds.OBJECTED)
    assert alert_kinds.case_link(row) == f"/cases/{case_id}/"
    row.stream = desk(BUREAU)
    assert alert_kinds.case_link(row) == f"/region/{COUNTY}/cases/{case_id}/"
    row.stream = confidential_stream(tenant(BUREAU).pk)
    assert alert_kinds.case_link(row) is None


def test_the_second_objection_is_tossing_about() -> None:
    case_id = at_unit()
    object_(case_id)
    do(actor(COUNTY, "R4"), "consent", case_id)
    assert told(alert_kinds.TOSSED) == []
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, "城管局").id)
    object_(case_id, unit="城管局")
    ((stream, text),) = told(alert_kinds.TOSSED)
    assert stream == desk(COUNTY)
    assert "退回或异议 2 次" in text
    assert Alert.objects.get(kind=alert_kinds.TOSSED).level == "serious"


def test_what_two_counties_toss_about_is_told_to_who_is_over_both() -> None:
    city, county = tenant(BUREAU), tenant(COUNTY)
    assert places.over_all([county.pk, city.pk]) == city
    assert places.over_all([county.pk, tenant(making.OTHER).pk]) == city
    assert places.over_all([county.pk]) == county


def test_an_opinion_sent_back_twice_is_told_to_the_unit_and_its_bureau() -> None:
    case_id = making.submitted()
    handler, chief = actor(COUNTY, "R6", unit="住建局"), actor(COUNTY, "R7", unit="住建局")
    do(chief, "send_back", case_id, gates=["facts"], reason="事实不清。")
    assert told(alert_kinds.SENT_BACK) == []
    do(handler, "submit", case_id)
    do(chief, "send_back", case_id, gates=["facts"], reason="仍不清。")
    found = told(alert_kinds.SENT_BACK)
    unit = department_stream(department(COUNTY, "住建局").pk)
    assert {stream for stream, _text in found} == {unit, desk(COUNTY)}
    assert all("退回重办 2 次" in text for _stream, text in found)


APART = (
    "锦澜小区二期 3 号楼电梯停用三个月，维修资金去向不明。",
    "望溪苑上个月起物业费每平方米上涨四角，没有开业主大会。",
    "青禾里门禁卡被停用，说不交垃圾费就不恢复。",
    "云麓家园地下车库积水没人抽，车都停到绿地上去了。",
    "枫桥新村公共收益从来没有公布过，问了说账在总公司。",
    "听澜府楼顶水箱几年没有清洗，水里有铁锈。",
)
ALIKE = (
    "锦澜小区二期的电梯停了三个月，维修资金用到哪里去了没人说。",
    "我母亲住锦澜小区二期，电梯停用以后下不了楼，要求公布维修资金。",
    "锦澜小区二期电梯一直停用，物业推说维修资金批不下来。",
)


def test_filings_that_gather_are_counted_and_no_person_is_named() -> None:
    for n, text in enumerate(APART):
        making.register(content_class="080400", place=COUNTY, text=text, demands=[text])
        found = told(alert_kinds.GATHERING)
        assert len(found) == (2 if n >= 4 else 0)
    assert {stream for stream, _text in found} == {desk(COUNTY), desk(BUREAU)}
    text = found[0][1]
    assert "30 日内登记已达 5 件" in text
    row = Alert.objects.filter(kind=alert_kinds.GATHERING)[0]
    assert (row.case, set(row.data)) == (None, {"place", "content", "count", "days"})


def test_three_filings_that_say_one_matter_are_told_once_before_more_of_a_kind_are() -> None:
    for n, text in enumerate((*ALIKE, *APART)):
        making.register(content_class="080400", place=COUNTY, text=text, demands=[text])
        found = [text for _stream, text in told(alert_kinds.GATHERING)]
        assert sum("有 3 件内容相近" in text for text in found) == (2 if n >= 2 else 0)
        assert sum("登记已达 5 件" in text for text in found) == (2 if n >= 4 else 0)


def test_what_happened_long_ago_is_no_news() -> None:
    with as_of(now() - timedelta(days=20)):
        case_id = at_unit()
        for _ in range(5):
            making.register(content_class="080400", place=COUNTY)
        with as_of(now() + timedelta(days=1)):
            object_(case_id)
    for kind in (alert_kinds.OBJECTED, alert_kinds.GATHERING):
        assert told(kind) == []


def test_what_is_sealed_is_told_to_the_confidential_desk_alone() -> None:
    making.register(klass="B")
    outbox.drain()
    alerts.relay()
    ((stream, text),) = told(alert_kinds.SEALED)
    assert stream == confidential_stream(tenant(COUNTY).pk)
    assert "封存" in text
    assert set(Alert.objects.values_list("stream", flat=True)) == {stream}


def test_where_an_office_has_no_confidential_desk_the_upper_one_hears() -> None:
    county = tenant(COUNTY)
    assert confidential_desk(county) == confidential_stream(county.pk)
    Membership.objects.filter(tenant=county, roles__contains=["R18"]).update(
        valid_from=now().date() - timedelta(days=9), valid_to=now().date() - timedelta(days=2)
    )
    assert confidential_desk(county) == confidential_stream(tenant(BUREAU).pk)


def test_the_numbers_of_a_place_count() -> None:
    assert PLATFORM.cluster_step(4) is None
    assert PLATFORM.cluster_step(12) == (10, "overdue")
    assert Thresholds(cluster_steps=()).cluster_step(99) is None
    assert not reached(3, 0)
    assert not OutboxRow.objects.exists()
