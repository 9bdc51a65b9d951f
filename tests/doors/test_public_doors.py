"""Every route of the public host x {anonymous, an office's person, somebody without the flag, the operator}.

Whoever is refused changes nothing: no request, no account, no change on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.cases.making import COUNTY
from tests.doors.public_rows import PUBLIC, PublicDoor
from tests.doors.routes import routes
from tests.operator.asking import HOST, client
from tests.people import actor, client_for, membership

pytestmark = pytest.mark.django_db
COUNTED = (
    "tenants_provisioningrequest",
    "tenants_provisioningbatch",
    "tenants_user",
    "tenants_membership",
    "tenants_change",
    "kernel_outboxrow",
)


def test_every_route_of_the_public_host_has_a_row() -> None:
    known = routes("config.public_urls")
    rows = {door.route for door in PUBLIC}
    missing = [f"add a row to PUBLIC for {name}  ({pattern})" for name, pattern in known.items() if name not in rows]
    assert not missing, "\n" + "\n".join(missing)
    assert not rows - known.keys(), f"rows for routes that are gone: {sorted(rows - known.keys())}"


def test_no_page_of_an_office_stands_there() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("api:me", urlconf="config.public_urls")


def _try(visitor: Client, door: PublicDoor, where: dict[str, Any]) -> int:
    url = reverse(door.route, urlconf="config.public_urls", kwargs=where)
    answer = visitor.get(url, door.form) if door.method == "GET" else visitor.post(url, door.form)
    if answer.streaming:
        list(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code


def _traces() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in COUNTED))
        found = cursor.fetchone()
    assert found is not None
    return found


@contextmanager
def _nothing_happens() -> Iterator[None]:
    with transaction.atomic():
        before = _traces()
        yield
        assert _traces() == before, "the refused attempt left something behind"
        transaction.set_rollback(True)


def _of_an_office() -> Client:
    staff = client_for(actor(COUNTY, "R19"))
    staff.defaults["HTTP_HOST"] = HOST
    return staff


def _without_the_flag() -> Client:
    """A session of the public host whose person is no operator: the flag was taken away meanwhile."""
    return client(membership(COUNTY, "R19").user)


@pytest.mark.parametrize("door", PUBLIC, ids=lambda door: door.id)
def test_who_passes_on_the_public_host(door: PublicDoor) -> None:
    where = door.where()
    anonymous = Client(headers={"host": HOST})
    if door.opened:
        assert _try(anonymous, door, where) in door.passed
        return
    for visitor in (anonymous, _of_an_office()):
        with _nothing_happens():
            assert _try(visitor, door, where) == 302, "nobody is signed in there"
    if not door.own:
        with _nothing_happens():
            assert _try(_without_the_flag(), door, where) == 403, "no operator"
    assert _try(client(), door, where) in door.passed, "the operator"
