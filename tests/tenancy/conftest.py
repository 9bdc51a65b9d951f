"""The same row, with the same id, in every office of the template; it says whose it is."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.db import connection, connections

from cases.models import Case, Counter, Filing
from config.environment import database
from kernel.backend.connection import Connection
from kernel.clock import now
from tenants.context import use

OFFICES = ("t_990000", "t_990100", "t_990123", "t_990124")
A, B = "t_990123", "t_990124"
SAME = UUID(int=7)


def make_case(schema: str) -> Case:
    """A bare case whose number is the office's schema; the same ids everywhere."""
    moment = now()
    filing = Filing.objects.create(
        id=SAME,
        number=schema,
        channel="NET",
        received_at=moment,
        registered_at=moment,
        registered_by=SAME,
        tenant=SAME,
        department=SAME,
    )
    return Case.objects.create(
        id=SAME,
        filing=filing,
        number=schema,
        title=schema,
        state="S10",
        seat="bureau",
        department=SAME,
        unit=SAME,
        held_since=moment,
        origin=SAME,
        profile=SAME,
        updated_at=moment,
    )


def _fill() -> None:
    for schema in OFFICES:
        with use(schema):
            Counter.objects.create(id=SAME, kind=schema, period="1", value=1)
            make_case(schema)


@pytest.fixture
def rows(db: None) -> None:
    _fill()


@pytest.fixture
def committed_rows(transactional_db: None) -> None:
    _fill()
    connection.close()


@pytest.fixture(params=["server reports its path", "path is remembered"])
def either_server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL 18 tells the path it has; older servers do not, and then our own memory must be right."""
    if request.param == "path is remembered":
        monkeypatch.setattr(Connection, "known_path", lambda self: self.path)


def whose() -> str:
    """The office whose row the ORM finds here."""
    return Counter.objects.get(pk=SAME).kind


@pytest.fixture
def as_owner(transactional_db: None, database_env: dict[str, str]) -> Iterator[None]:
    """This process signs in as the owner, as `manage.py owner_worker` does; the clone is thrown away afterwards."""
    default = connections["default"]
    saved = {key: default.settings_dict[key] for key in ("USER", "PASSWORD")}
    owner = database(database_env["OWNER_DATABASE_URL"])
    _sign_in(owner)
    yield
    _sign_in(saved)


def _sign_in(who: dict[str, str]) -> None:
    default = connections["default"]
    default.close()
    default.close_pool()
    default.settings_dict.update(USER=who["USER"], PASSWORD=who["PASSWORD"])
