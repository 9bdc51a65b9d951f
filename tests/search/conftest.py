"""A real Elasticsearch for the tests that ask for one, started once for all workers; and both backends, one after the
other, for the tests that hold them to the same answers."""

import os
from collections.abc import Iterator
from itertools import count

import pytest
from pytest_django import Settings

from infra import services
from infra.env import GroundError
from search import client
from search.elastic import indices, mapping
from search.elastic.backend import Elastic
from search.elastic.bulk import Copy, bulk
from search.embedded.backend import Embedded
from search.models import Document
from tenants import context
from tenants.models import Tenant

_run = count(1)


class InPostgres(Embedded):
    def catch_up(self) -> None:
        """Documents are found where they are written."""


class InElasticsearch(Elastic):
    def catch_up(self) -> None:
        """Elasticsearch has the documents of all offices as they are now."""
        for province in sorted({office.path.partition("/")[0] for office in Tenant.objects.all()}):
            if not indices.live(province):
                indices.swap(province, indices.create(province))
            copies: list[Copy] = []
            for office in Tenant.objects.filter(path__startswith=province):
                with context.use(office):
                    copies += [
                        Copy(
                            name=indices.write_name(province),
                            key=mapping.key(office.schema_name, row.case),
                            revision=row.revision,
                            source=mapping.source(row, office),
                        )
                        for row in Document.objects.all()
                    ]
            assert {said.kind for said in bulk(copies)} <= {"heard"}
            indices.refresh(province)


@pytest.fixture(scope="session")
def elasticsearch_url() -> Iterator[str]:
    """Where it listens. ELASTICSEARCH_TEST_URL names one that runs anyway, say a full distribution."""
    if given := os.environ.get("ELASTICSEARCH_TEST_URL"):
        yield given
        return
    try:
        with services.lease(search=True) as env:
            yield env["ELASTICSEARCH_URL"]
    except GroundError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def elasticsearch(elasticsearch_url: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Search goes to Elasticsearch, in indexes of this test's own."""
    monkeypatch.setattr(client, "SEARCH_S", 60.0)  # its first answers are slow, the more so on a busy machine
    settings.ELASTICSEARCH_URL = elasticsearch_url
    settings.ELASTICSEARCH_PREFIX = f"test-{os.getpid()}-{next(_run)}"
    client.forget()
    yield elasticsearch_url
    settings.ELASTICSEARCH_URL = elasticsearch_url
    client.forget()
    for index in client.work("GET", f"/{settings.ELASTICSEARCH_PREFIX}-*", params={"features": "aliases"}):
        indices.drop(index)


@pytest.fixture(params=["embedded", "elasticsearch"])
def backend(request: pytest.FixtureRequest) -> InPostgres | InElasticsearch:
    """Each of the two, empty; `catch_up` after documents were written."""
    if request.param == "embedded":
        return InPostgres()
    request.getfixturevalue("elasticsearch")
    return InElasticsearch()
