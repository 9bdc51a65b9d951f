"""Who hears what follows from the post."""

import pytest

from tenants.streams import confidential_stream, department_stream, office_of, streams_of, user_stream
from tests.people import actor, department, tenant

pytestmark = pytest.mark.django_db
COUNTY = "990123"


def test_a_clerk_at_the_desk_hears_the_desk() -> None:
    who = actor(COUNTY, "R3")
    streams = set(streams_of(who))
    assert user_stream(who.user) in streams
    assert department_stream(who.root) in streams
    assert confidential_stream(who.tenant) not in streams


def test_a_handler_hears_the_own_section_only() -> None:
    who = actor(COUNTY, "R6")
    assert set(streams_of(who)) == {user_stream(who.user), department_stream(who.department)}


def test_a_unit_hears_itself_and_no_other() -> None:
    who = actor(COUNTY, "R5", unit="住建局")
    streams = set(streams_of(who))
    assert department_stream(who.unit) in streams
    assert department_stream(who.root) not in streams


@pytest.mark.parametrize("role", ["R19", "R20"])
def test_who_reads_no_case_hears_only_what_is_personal(role: str) -> None:
    who = actor(COUNTY, role)
    assert streams_of(who) == [user_stream(who.user)]


def test_the_confidential_desk_hears_its_own_stream() -> None:
    who = actor(COUNTY, "R18")
    streams = set(streams_of(who))
    assert confidential_stream(who.tenant) in streams
    assert department_stream(who.root) not in streams or who.reads != "sealed"


def test_a_stream_tells_its_office() -> None:
    office = tenant(COUNTY)
    assert office_of(department_stream(department(COUNTY, "住建局").pk)) == office.pk
    assert office_of(confidential_stream(office.pk)) == office.pk
    assert office_of(user_stream(actor(COUNTY, "R3").user)) is None
