"""Every route x {anonymous, no membership, other tenant, wrong department, right role}.

A route without a row fails, with the line to add. Whoever is refused changes nothing: no event, no row, no outbox.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from infra.bench.pages import measured_doors
from tenants import context
from tenants.actors import Actor
from tenants.middleware import SESSION_POST, SESSION_TENANT
from tests.api.world import World, made_world
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.doors.api_rows import API
from tests.doors.desk_rows import DESK
from tests.doors.office_rows import OFFICE
from tests.doors.region_rows import REGION
from tests.doors.routes import routes
from tests.doors.rows import Door
from tests.doors.search_rows import SEARCH
from tests.people import actor, client_for

DOORS = [*API, *DESK, *OFFICE, *REGION, *SEARCH]
OFFICES = (COUNTY, BUREAU, OTHER)
SHARED = (
    "kernel_outboxrow",
    "tenants_custody",
    "tenants_change",
    "tenants_user",
    "tenants_membership",
    "tenants_postrequest",
    "tenants_job",
    "tenants_apitoken",
    "tenants_webhook",
    "tenants_delivery",
    "supervision_snapshot",
    "supervision_ledgerchange",
    "kernel_alertreceipt",
    "supervision_order",
    "supervision_step",
    "supervision_proposal",
    "supervision_advice",
    "supervision_advicenote",
    "supervision_concern",
    "supervision_concernnote",
)
COUNTED = (
    "cases_event",
    "cases_case",
    "cases_draft",
    "cases_proposal",
    "cases_attachment",
    "cases_note",
    "cases_clock",
    "cases_access",
    "cases_verification",
)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), made_world() as made:
        yield made


# --- the table is whole ----------------------------------------------------------------------------------------------


def _lines(missing: dict[str, str], listed: str) -> str:
    return "\n".join(f"add a row to {listed} for {name}  ({pattern})" for name, pattern in sorted(missing.items()))


def test_every_route_has_a_row() -> None:
    known = routes("config.urls")
    rows = {door.route for door in DOORS}
    missing = {name: pattern for name, pattern in known.items() if name not in rows}
    assert not missing, "\n" + _lines(missing, "API (api_rows.py) or DESK (desk_rows.py)")
    assert not rows - known.keys(), f"rows for routes that are gone: {sorted(rows - known.keys())}"


# --- the attempts ----------------------------------------------------------------------------------------------------


def _url(door: Door, world: World) -> str:
    return reverse(door.route, urlconf="config.urls", kwargs=door.address(world))


def _try(client: Client, door: Door, world: World) -> int:
    """The status of the attempt, over the version as it stands."""
    url, sent, version = _url(door, world), door.sent(world), _version(door, world)
    if door.method == "GET":
        response = client.get(url, sent)
    elif door.is_api and door.route != "api:upload":
        headers = {"If-Match": f'"{version}"'}
        response = client.post(url, sent, content_type="application/json", headers=headers)
    else:
        response = client.post(url, {"version": version, **sent} if door.case else sent)
    if response.streaming:
        list(response.streaming_content)  # read to its end, a file is closed
    return response.status_code


def _version(door: Door, world: World) -> int:
    if door.version is not None:
        return door.version(world)
    with context.use(context.tenant_by_code(COUNTY)):
        return Case.objects.get(id=world.cases[door.case]).version if door.case else 1


def _traces() -> tuple[Any, ...]:
    """How much there is of everything a change would leave behind, in every office."""
    parts = [f"(SELECT count(*) FROM {table})" for table in SHARED]
    for code in OFFICES:
        schema = context.tenant_by_code(code).schema_name
        parts += [f"(SELECT count(*) FROM {schema}.{table})" for table in COUNTED]
        parts.append(f"(SELECT sum(version) FROM {schema}.cases_case)")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        found = cursor.fetchone()
    assert found is not None
    return found


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def _nothing_happens() -> Iterator[None]:
    with _undone():
        before = _traces()
        yield
        assert _traces() == before, "the refused attempt left something behind"


def _anonymous() -> Client:
    return Client(headers={"host": context.tenant_by_code(COUNTY).host})


def _without_post() -> Client:
    """Somebody of another office, whose session is of this one, without a post here."""
    visitor = client_for(actor(OTHER, "R3"))
    session = visitor.session
    session[SESSION_TENANT], session[SESSION_POST] = str(context.tenant_by_code(COUNTY).pk), ""
    session.save()
    visitor.defaults["HTTP_HOST"] = context.tenant_by_code(COUNTY).host
    return visitor


def _with_a_cookie_of_another_host() -> Client:
    visitor = client_for(actor(OTHER, "R3"))
    visitor.defaults["HTTP_HOST"] = context.tenant_by_code(COUNTY).host
    return visitor


def _same_role_elsewhere(door: Door) -> Actor:
    return actor(OTHER, door.who, unit=door.unit)


OUTSIDE = {True: frozenset({401}), False: frozenset({302})}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.id)
def test_who_passes(door: Door, world: World) -> None:
    """All five attempts at one door, refusals first: they must not have changed what the right person finds."""
    if not door.open:
        for visitor in (_anonymous(), _with_a_cookie_of_another_host()):
            with _nothing_happens():
                assert _try(visitor, door, world) in OUTSIDE[door.is_api], "nobody is signed in"
        if not door.postless:
            visitor = _without_post()
            with _nothing_happens():
                assert _try(visitor, door, world) == 403, "no post in this office"
    if door.case:
        visitor = client_for(_same_role_elsewhere(door))
        with _nothing_happens():
            assert _try(visitor, door, world) == 404, "another office's case does not exist"
    if door.wrong:
        visitor = client_for(door.stranger())
        with _nothing_happens():
            assert _try(visitor, door, world) in door.refused, "the wrong department"
    visitor = _anonymous() if door.open else client_for(door.right())
    with _undone():
        assert _try(visitor, door, world) in door.passed, "the right role"


# --- what a page may cost --------------------------------------------------------------------------------------------

MOST_STATEMENTS = 30


@pytest.mark.parametrize("door", measured_doors(), ids=lambda door: door.id)
def test_a_page_asks_little(door: Door, world: World) -> None:
    """Once warm: names, roles and lists of offices are remembered for a minute."""
    visitor = client_for(door.right())
    with _undone():
        _try(visitor, door, world)
        url, sent = _url(door, world), door.sent(world)
        with CaptureQueriesContext(connection) as asked:
            visitor.get(url, sent)
    texts = [query["sql"][:90] for query in asked if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(texts) <= MOST_STATEMENTS, "\n".join(texts)
