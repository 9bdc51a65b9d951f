"""Documents come to Elasticsearch by the outbox: what changes is found, what is refused stands with the operator, and
a server that is away costs no case write anything."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django import Settings

from cases.models import Case
from kernel import outbox
from kernel.clock import recorded_now
from kernel.outbox import OutboxRow
from search import client, documents
from search.elastic import indices, mapping
from search.indexing import building, comparing, copying
from search.indexing.models import Build, Difference
from search.models import Document
from tenants import context
from tests.cases.making import COUNTY, do, register
from tests.operator.asking import client as operator
from tests.people import actor, client_for, department, tenant

PROVINCE = "990000"


def rebuilt() -> Build:
    *_, build = building.reindex(PROVINCE)
    return build


def copied(case_id: UUID, code: str = COUNTY) -> dict[str, Any]:
    """What Elasticsearch holds of that office's row."""
    key = mapping.key(tenant(code).schema_name, case_id)
    found = client.work("GET", f"/{indices.read_name(PROVINCE)}/_doc/{key}")
    return {**found["_source"], "version": found["_version"]}


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_what_changes_is_copied_and_what_is_sealed_leaves_a_tombstone() -> None:
    rebuilt()
    case_id = register(text="锦澜小区电梯停用。").case.id
    outbox.drain()
    first = copied(case_id)
    assert (first["shown"]["narrative"], first["state"], first["version"]) == ("锦澜小区电梯停用。", "S10", 1)
    do(actor(COUNTY, "R3"), "transfer", case_id, to_department=department(COUNTY, "住建局").id)
    outbox.drain()
    assert (copied(case_id)["state"], copied(case_id)["version"]) == ("S20", 2)
    with context.use(tenant(COUNTY)):
        Case.objects.filter(id=case_id).update(sealed=True)
    documents.write(tenant(COUNTY), [case_id])
    outbox.drain()
    gone = copied(case_id)
    assert gone == {"schema": "t_990123", "case": str(case_id), "removed": True, "version": 3}


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_what_is_told_late_changes_nothing() -> None:
    rebuilt()
    case_id = register().case.id
    outbox.drain()
    with transaction.atomic():
        outbox.publish_each(documents.TOPIC, tenant(COUNTY).schema_name, [str(case_id)] * 2)
    assert outbox.drain() == 2
    assert copied(case_id)["version"] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_a_document_that_is_refused_is_set_aside_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    rebuilt()
    whole = mapping.source
    poison, well = register().case.id, register().case.id

    def spoilt(document: Document, office: Any) -> dict[str, Any]:
        return whole(document, office) | ({"unknown": 1} if document.case == poison else {})

    monkeypatch.setattr(mapping, "source", spoilt)
    outbox.drain()
    (row,) = outbox.parked()
    assert (row.subscriber, row.key, row.last_error_code) == (
        copying.SUBSCRIBER,
        str(poison),
        "strict_dynamic_mapping_exception",
    )
    assert copied(well)["version"] == 1
    monkeypatch.undo()
    outbox.unpark(copying.SUBSCRIBER)
    outbox.drain()
    assert copied(poison)["version"] == 1


@pytest.mark.django_db
def test_a_server_that_is_away_blames_no_row_and_holds_up_no_case(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    client.forget()
    Build.objects.create(province=PROVINCE, index="case-v1", state=Build.State.LIVE)
    case_id = register().case.id
    OutboxRow.objects.exclude(subscriber=documents.DOCUMENTS).delete()
    assert outbox.deliver() == 1
    with context.use(tenant(COUNTY)):
        assert Document.objects.filter(case=case_id).exists()
    assert outbox.deliver() == 0
    row = OutboxRow.objects.get(subscriber=copying.SUBSCRIBER)
    assert (row.attempts, row.parked, row.last_error_code) == (0, False, "search-down")
    OutboxRow.objects.update(created_at=recorded_now() - timedelta(seconds=9))
    assert copying.LATE < copying.lag() < timedelta(minutes=5)


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_who_searches_while_documents_are_on_their_way_is_told() -> None:
    rebuilt()
    register(text="锦澜小区电梯停用。")
    clerk = client_for(actor(COUNTY, "R3"))
    OutboxRow.objects.update(created_at=recorded_now() - timedelta(seconds=9))
    late = clerk.get("/search/", {"q": "电梯停用"}).content.decode()
    assert re.search(r"索引晚了 (9|1\d) 秒，刚登记、刚改过的件可能还查不到", late)
    assert "锦澜小区" not in late
    outbox.drain()
    indices.refresh(PROVINCE)
    found = clerk.get("/search/", {"q": "电梯停用"}).content.decode()
    assert "索引晚了" not in found
    assert "锦澜小区" in found


@pytest.mark.django_db
def test_without_elasticsearch_nothing_is_owed_to_it(settings: Settings) -> None:
    settings.ELASTICSEARCH_URL = ""
    register()
    outbox.drain()
    assert copying.lag() == timedelta(0)
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_differences_are_found_in_both_layers_and_what_is_on_its_way_is_none() -> None:
    office = tenant(COUNTY)
    missing, stale, unmade, late = (register().case.id for _ in range(4))
    outbox.drain()
    rebuilt()
    assert comparing.check(office) == 0
    surplus = UUID(int=1)
    with context.use(office):
        Document.objects.filter(case=stale).update(revision=7)
        Case.objects.filter(id=unmade).update(version=99)
    key = mapping.key(office.schema_name, missing)
    client.work("DELETE", f"/{indices.write_name(PROVINCE)}/_doc/{key}")
    client.work(
        "PUT",
        f"/{indices.write_name(PROVINCE)}/_doc/{mapping.key(office.schema_name, surplus)}",
        {"schema": office.schema_name, "case": str(surplus), "removed": False},
    )
    do(actor(COUNTY, "R3"), "transfer", late, to_department=department(COUNTY, "住建局").id)
    assert comparing.check(office) == 4
    assert set(Difference.objects.values_list("layer", "kind", "case")) == {
        ("index", "missing", missing),
        ("index", "stale", stale),
        ("index", "surplus", surplus),
        ("document", "stale", unmade),
    }
    assert comparing.report().count == 4


@pytest.mark.django_db
@pytest.mark.usefixtures("elasticsearch")
def test_the_operator_sees_how_late_search_is_and_what_is_being_built() -> None:
    rebuilt()
    Build.objects.create(province=PROVINCE, index="case-990000-v9", done=40, total=100, aside=2)
    Difference.objects.create(schema="t_990123", case=UUID(int=1), layer="index", kind="missing")
    register()
    OutboxRow.objects.update(created_at=recorded_now() - timedelta(days=2))
    page = operator().get("/health/").content.decode()
    for said in ("Elasticsearch", "case-990000-v9", "40 / 100", "搁置 2 件", "1728", "t_990123", "索引 缺少"):
        assert said in page, said
