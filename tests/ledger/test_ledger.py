"""One row per matter, as its holder has it, in the transaction of the change."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kernel.clock import now
from kernel.errors import Conflict
from supervision import check, ledger, renewal
from supervision.models import Books, LedgerChange, LedgerRow, Unfolded
from tenants.models import User
from tests.cases import making
from tests.cases.making import BUREAU, COUNTY, do
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db


def row(case: UUID) -> LedgerRow:
    return LedgerRow.objects.get(case=case)


def drift(*codes: str) -> list[ledger.Drift]:
    return [found for code in codes for found in ledger.compare(tenant(code))]


def test_a_registered_case_is_in_the_books() -> None:
    case = making.register(content_class="080400", persons=6).case
    found = row(case.id)
    assert (found.path, found.origin_path) == (tenant(COUNTY).path, tenant(COUNTY).path)
    assert (found.state, found.channel, found.content_class, found.group) == ("S10", "VISIT", "080400", True)
    assert found.due_kind == "K1"
    assert found.due_raw == found.triage_due
    assert found.triaged_at is None
    (change,) = LedgerChange.objects.filter(case=case.id)
    assert change.before is None
    assert change.after["state"] == "S10"
    assert Unfolded.objects.filter(change=change.id).exists()


def test_the_row_follows_the_case_down_and_names_its_steps() -> None:
    case = making.register(BUREAU).case
    do(actor(BUREAU, "R4"), "assign", case.id, to_department=department(COUNTY).id, feedback_on=making.in_days(30))
    down = row(case.id)
    assert (down.holder, down.path) == (tenant(COUNTY).pk, tenant(COUNTY).path)
    assert down.origin_path == tenant(BUREAU).path
    assert down.triaged_at is not None
    assert down.triaged_at <= now()
    assert down.feedback_due is not None
    do(actor(COUNTY, "R3"), "sign_for", case.id)
    do(actor(COUNTY, "R3"), "transfer", case.id, to_department=department(COUNTY, "住建局").id)
    at_unit = row(case.id)
    assert at_unit.seat == "unit"
    assert at_unit.unit_received_at is not None
    assert at_unit.notice_due is not None
    assert [debt["kind"] for debt in at_unit.debts] == []
    assert at_unit.transfers == 2
    (relay,) = at_unit.relays
    assert (relay["path"], relay["unit"]) == (tenant(COUNTY).path, str(department(COUNTY).pk))
    assert (down.relays[0]["due"], down.relays[0]["done"], relay["done"] is None) == (relay["due"], None, False)
    assert (at_unit.origin_unit, at_unit.holder) == (department(BUREAU).pk, tenant(COUNTY).pk)


def test_a_reply_is_measured_from_acceptance_to_service() -> None:
    case_id = making.served()
    found = row(case_id)
    assert found.accepted_at is not None
    assert found.reply_due is not None
    assert found.served_at is not None
    assert found.accepted_at < found.served_at < found.reply_due
    assert found.due_raw is None  # the petitioner's window is no duty
    assert [clock["kind"] for clock in found.clocks] == ["K9"]


def test_what_an_upper_office_owes_stands_in_the_row() -> None:
    case_id = making.reported()
    found = row(case_id)
    assert found.path == tenant(COUNTY).path
    assert [(debt["kind"], debt["office"]) for debt in found.debts] == [("K5s", str(tenant(BUREAU).pk))]
    do(actor(BUREAU, "R4"), "approve_report", case_id)
    assert row(case_id).debts == []
    assert drift(BUREAU, COUNTY) == []


def test_a_hand_back_and_the_next_unit_make_a_pass() -> None:
    case_id = making.at_unit()
    desk, head = actor(COUNTY, "R5", unit="住建局"), actor(COUNTY, "R8", unit="住建局")
    do(desk, "propose", case_id, verb="object", fields={})
    reason = {"reason": "duty", "text": "不属于本单位。", "law": "三定方案"}
    do(head, "object", case_id, **reason)
    assert row(case_id).objections == 1
    do(actor(COUNTY, "R4"), "consent", case_id)
    back = row(case_id)
    assert (back.hand_backs, back.unit_received_at, back.due_kind) == (1, None, "K1p")
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, "城管局").id)
    (found,) = row(case_id).passes
    assert (found["a"], found["b"]) == (str(department(COUNTY, "住建局").pk), str(department(COUNTY, "城管局").pk))
    assert found["reason"] == "duty"


def test_a_sealed_case_says_so_and_so_does_its_change() -> None:
    case = making.register(klass="B").case
    assert row(case.id).sealed
    assert LedgerChange.objects.get(case=case.id).after["sealed"]


def test_a_ground_is_a_code() -> None:
    case_id = making.at_unit()
    do(actor(COUNTY, "R5", unit="住建局"), "sign_for", case_id)
    do(actor(COUNTY, "R5", unit="住建局"), "propose", case_id, verb="redirect", fields={})
    fields = {"ground": "N3", "text": "不属于本单位职权。", "body": "城管局"}
    do(actor(COUNTY, "R8", unit="住建局"), "redirect", case_id, **fields)
    assert row(case_id).ground == "N3"


def test_what_is_refused_leaves_the_books_alone() -> None:
    case_id = making.at_unit()
    before = LedgerRow.objects.values().get(case=case_id)
    with pytest.raises(Conflict), transaction.atomic():
        do(actor(COUNTY, "R5", unit="住建局"), "accept", case_id)
    assert LedgerRow.objects.values().get(case=case_id) == before


def test_drift_is_named_and_made_good() -> None:
    kept, gone, stray = (making.at_unit() for _ in range(3))
    LedgerRow.objects.filter(case=kept).update(channel="FAX", hops=7)
    LedgerRow.objects.filter(case=gone).delete()
    LedgerRow.objects.filter(case=stray).update(case=UUID(int=7))
    found = {(one.case, one.column) for one in drift(COUNTY)}
    assert found == {(kept, "channel"), (kept, "hops"), (gone, "row"), (stray, "row"), (UUID(int=7), "row")}
    done = list(ledger.rebuild(tenant(COUNTY)))
    assert done[-1][1] == 4
    assert drift(COUNTY) == []
    assert not LedgerRow.objects.filter(case=UUID(int=7)).exists()


def test_a_note_changes_no_count() -> None:
    case_id = making.at_unit()
    changes = LedgerChange.objects.filter(case=case_id).count()
    with CaptureQueriesContext(connection) as asked:
        do(actor(COUNTY, "R5", unit="住建局"), "note", case_id, text="电话无人接听。")
    assert not any("supervision_ledger" in query["sql"] for query in asked)
    assert LedgerChange.objects.filter(case=case_id).count() == changes
    assert row(case_id).version < making.row(COUNTY, case_id).version


def test_a_row_holds_no_words() -> None:
    case_id = making.served()
    told = str(LedgerRow.objects.values().get(case=case_id)) + str(list(LedgerChange.objects.values()))
    for word in ("电梯", "赵晚舟", "13800000016", "锦澜"):
        assert word not in told


def test_the_nightly_check_keeps_case_and_column_for_the_operator() -> None:
    case_id = making.at_unit()
    assert check.report().at is None
    check.run()
    assert (check.report().count, check.report().at is None) == (0, False)
    LedgerRow.objects.filter(case=case_id).update(hops=3, sealed=True, next_rung_at=None)
    check.run()
    told = check.report()
    assert {(one.case, one.column) for one in told.drifts} == {(case_id, "hops"), (case_id, "sealed")}
    assert (told.count, told.cases) == (2, 1)
    assert row(case_id).next_rung_at is not None
    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.create_user("watcher", is_operator=True))
    page = client.get("/health/").content.decode()
    assert f"{told.drifts[0].number} hops" in page
    list(ledger.rebuild(tenant(COUNTY)))
    check.run()
    assert check.report().count == 0


def test_a_case_that_comes_back_to_an_office_brings_its_whole_path() -> None:
    case_id = making.register(BUREAU).case.id
    for _ in range(2):
        do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(COUNTY).id)
        do(actor(COUNTY, "R3"), "propose", case_id, verb="object", fields={})
        do(actor(COUNTY, "R4"), "object", case_id, reason="duty", text="不属于本县。", law="三定方案")
        do(actor(BUREAU, "R4"), "consent", case_id)
    do(actor(BUREAU, "R3"), "transfer", case_id, to_department=department(COUNTY).id)
    found = row(case_id)
    assert (found.transfers, found.hand_backs, found.objections) == (3, 2, 2)
    assert drift(BUREAU, COUNTY) == []


def test_books_of_an_older_shape_are_made_anew_by_themselves() -> None:
    case = making.accepted()
    right = row(case)
    LedgerRow.objects.filter(case=case).update(unit_received_at=None, transfers=9)
    renewal.run()
    made = row(case)
    assert (made.unit_received_at, made.transfers) == (right.unit_received_at, right.transfers)
    assert renewal.old() == []
    LedgerRow.objects.filter(case=case).update(transfers=9)
    renewal.run()
    assert row(case).transfers == 9  # once; what differs later is the nightly check's to tell
    Books.objects.filter(office=tenant(COUNTY).pk).update(shape=1)
    assert renewal.old() == [tenant(COUNTY)]
