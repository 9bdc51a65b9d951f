"""After an upgrade documents and indexes are made anew by themselves, and go on where a run was stopped."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import connection

from kernel import outbox
from search import documents
from search.elastic import indices, mapping
from search.embedded.columns import columns
from search.indexing import comparing, renewal
from search.models import Document
from tenants import context
from tests.cases.making import COUNTY, register
from tests.people import tenant

SAMPLE = {"title": "錦瀾小區Ａ棟 電梯，停用", "narrative": "自 2026-05-11 起停用。", "files": "维修资金 9.6 万元"}


def test_the_shape_is_raised_with_what_documents_hold() -> None:
    """Where this fails, documents that stand do not have what new ones have: raise SHAPE and write down the pair."""
    held = columns("990123202608241000183", "锦溆街道", SAMPLE, datetime(2026, 8, 23, 18, tzinfo=UTC))
    assert (documents.SHAPE, sha256(repr(held).encode()).hexdigest()[:8]) == (5, "7f308330")


@pytest.mark.django_db(transaction=True)
def test_documents_of_an_older_shape_are_made_anew_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [register().case.id for _n in range(3)]
    outbox.drain()
    county = tenant(COUNTY)
    with context.use(county), connection.cursor() as cursor:
        cursor.execute("UPDATE search_document SET shared_terms = '', inner_terms = ''")
    assert county in renewal.old()
    monkeypatch.setattr("search.documents.writing.BATCH", 1)
    monkeypatch.setattr(renewal, "RUN_S", -1.0)  # each run has time for one slice
    for _run in range(2):
        renewal.run()
    (left,) = (one for one in renewal.waiting() if one.office == county)
    assert left.done == 2
    monkeypatch.setattr(renewal, "RUN_S", 60.0)
    renewal.run()
    assert renewal.old() == []
    with context.use(county):
        assert Document.objects.filter(case__in=cases, revision__gt=1).exclude(shared_terms="").count() == 3
    outbox.drain()
    renewal.run()
    assert not outbox.OutboxRow.objects.exists(), "what is of the present shape is left alone"


@pytest.mark.django_db(transaction=True)
def test_an_index_that_is_missing_or_maps_otherwise_is_built(
    elasticsearch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register()
    outbox.drain()
    renewal.run()
    (first,) = indices.live("990000")
    assert indices.shapes() == {"990000": mapping.SHAPE}
    assert not list(comparing.differences(tenant(COUNTY)))
    renewal.run()
    assert indices.live("990000") == [first]
    monkeypatch.setattr(mapping, "SHAPE", "another")
    renewal.run()
    assert indices.live("990000") != [first]
