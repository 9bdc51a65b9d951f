"""Advice letters (R 40), concerns (V10), and K15 on the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from kernel.alerts.models import Alert
from kernel.clock import now
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused
from supervision import advice as letters
from supervision import concerns
from supervision.models import Advice, Concern
from supervision.orders import overdue
from tenants import context
from tenants.models import Department
from tenants.streams import confidential_stream, department_stream
from tests.cases.making import BUREAU, COUNTY, accepted, in_days
from tests.people import actor, department, tenant
from tests.supervision.ordering import UNIT, desk, heard, officer, order, step

pytestmark = pytest.mark.django_db


def unit() -> Department:
    return department(COUNTY, UNIT)


def test_advice_is_answered_followed_up_and_closed() -> None:
    case = accepted()
    sent = letters.advise(officer(), kind="improve", text="建立电梯维修台账。", to_department=unit().id, cases=[case])
    assert sent.number == "澄屿信〔2026〕建1号"
    assert (sent.due_raw - sent.sent_at).days >= 30
    assert heard("advice.sent") == {department_stream(unit().id)}
    with pytest.raises(Refused):
        letters.answer_advice(officer(), sent.pk, adopted="Y", text="采纳。")
    answered = letters.answer_advice(desk(), sent.pk, adopted="P", text="先建台账，经费另报。", version=1)
    assert (answered.state, answered.adopted) == (Advice.State.ANSWERED, "P")
    with pytest.raises(Conflict):
        letters.answer_advice(desk(), sent.pk, adopted="Y", text="采纳。")
    letters.follow_up(desk(), sent.pk, text="台账已建。")
    assert letters.close_advice(officer(), sent.pk).closed_at is not None


def test_advice_to_a_body_outside_is_recorded_by_who_sent_it() -> None:
    approver = actor(COUNTY, "R4")
    sent = letters.advise(approver, kind="policy", text="完善补贴办法。", to_body="澄屿县委、县人民政府")
    answered = letters.answer_advice(officer(), sent.pk, adopted="Y", text="已列入计划。")
    assert answered.answered_by == officer().user


@pytest.mark.parametrize(
    ("role", "changes", "error"),
    [
        ("R3", {}, Refused),
        ("R15", {}, Refused),
        ("R13", {"kind": "praise"}, Invalid),
        ("R13", {"text": ""}, Invalid),
        ("R13", {"to_body": "县委"}, Invalid),
    ],
)
def test_refused_advice_is_not_kept(role: str, changes: dict[str, str], error: type[HuiyinError]) -> None:
    given = {"kind": "improve", "text": "建立台账。", **changes}
    with pytest.raises(error):
        letters.advise(actor(COUNTY, role), to_department=unit().id, **given)  # type: ignore[arg-type]
    assert Advice.objects.count() == 0


def test_concern_goes_past_the_unit_and_its_bureau() -> None:
    found = concerns.report_concern(actor(COUNTY, "R6"), kind="leak", text="有人把信访人电话告诉了物业公司。")
    assert heard("concern.raised") == {confidential_stream(tenant(BUREAU).pk)}
    with pytest.raises(Refused):
        concerns.listed(actor(BUREAU, "R4"))
    assert not concerns.listed(actor(COUNTY, "R18")).exists()
    with pytest.raises(NotFound):
        concerns.read_concern(actor(COUNTY, "R18"), found)
    reader = actor(BUREAU, "R18")
    assert "物业公司" in str(concerns.read_concern(reader, found).text)
    with context.use(reader.schema):
        from cases.models import Access

        assert Access.objects.filter(kind="concern_read", by=reader.user).count() == 1
    concerns.note_concern(reader, found, text="已向县局负责人核实。")
    assert concerns.close_concern(reader, found, text="已处理当事人。").closed_by == reader.user
    with pytest.raises(Conflict):
        concerns.note_concern(reader, found, text="再记一笔。")
    assert Concern.objects.get(pk=found).notes.count() == 2


def test_nothing_typed_lies_in_clear() -> None:
    made = order(reason="甲乙丙丁理由")
    step(desk(), "reply", made.pk, text="甲乙丙丁反馈")
    sent = letters.advise(officer(), kind="policy", text="甲乙丙丁建议", to_body="甲乙丙丁机关")
    letters.answer_advice(officer(), sent.pk, adopted="N", text="甲乙丙丁答复")
    concerns.report_concern(desk(), kind="leak", text="甲乙丙丁情况", case_number="甲乙丙丁编号")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(supervision|kernel)_'")
        tables = [name for (name,) in cursor.fetchall()] + [f"{officer().schema}.cases_event"]
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%甲乙丙丁%%'")
            assert cursor.fetchone() == (0,), table


def test_k15_reminds_the_unit_then_tells_the_issuer_once_a_rung() -> None:
    made = order(due=in_days(10))
    assert overdue.remind() == 0
    due = made.due_raw
    for days, streams in ((-3, 1), (-1, 1), (1, 2), (15, 2), (30, 2)):
        with time_machine.travel(due + timedelta(days=days), tick=False):
            assert now() > made.issued_at
            overdue.remind()
            overdue.remind()
            told = Alert.objects.filter(kind="order.due", data__days=days)
            assert told.count() == streams
    levels = list(Alert.objects.filter(kind="order.due", stream=department_stream(unit().id)).order_by("id"))
    assert [alert.level for alert in levels] == ["reminder", "reminder", "overdue", "serious", "grave"]
    step(desk(), "reply", made.pk, text="已办结。")
    with time_machine.travel(due + timedelta(days=31), tick=False):
        assert overdue.remind() == 0
