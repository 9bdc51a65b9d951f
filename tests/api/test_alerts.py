"""Alerts through the API: what a post hears, note taken by a person; another system reads and takes none."""

from __future__ import annotations

import pytest

from kernel import alerts
from kernel.alerts import Alert
from tenants.streams import department_stream
from tests.alerts.telling import register, tell
from tests.api.calling import Caller
from tests.api.tokens import System, issued
from tests.people import actor

pytestmark = pytest.mark.django_db
COUNTY, CITY = "990123", "990100"


@pytest.fixture
def rows() -> list[Alert]:
    """Two of the county's desk and one of the city's."""
    register()
    for code, n in ((COUNTY, 1), (COUNTY, 2), (CITY, 3)):
        tell(department_stream(actor(code, "R3").root), n=n)
    alerts.relay()
    return list(Alert.objects.order_by("id"))


def test_a_post_hears_its_own_and_a_person_takes_note(rows: list[Alert]) -> None:
    clerk = Caller(actor(COUNTY, "R3"))
    first = clerk.get("alerts", size=1).json()
    assert [one["text"] for one in first["items"]] == ["提醒2"]
    assert [one["text"] for one in clerk.get("alerts", cursor=first["next"]).json()["items"]] == ["提醒1"]
    told = clerk.post("alerts/acknowledge", {"alerts": [str(rows[1].pk)]})
    assert told.json()["items"][0]["acknowledged"]["by"] == clerk.who.name
    assert [one["text"] for one in clerk.get("alerts", waiting="true").json()["items"]] == ["提醒1"]
    assert clerk.get("alerts", level="grave").json()["items"] == []


def test_of_anothers_alert_no_note_is_taken(rows: list[Alert]) -> None:
    clerk = Caller(actor(COUNTY, "R3"))
    assert clerk.post("alerts/acknowledge", {"alerts": [str(rows[0].pk), str(rows[2].pk)]}).status_code == 404
    assert clerk.post("alerts/acknowledge", {"alerts": []}).status_code == 422
    assert not Alert.objects.filter(acknowledged=True).exists()


def test_another_system_reads_and_takes_no_note(rows: list[Alert]) -> None:
    _token, secret = issued(COUNTY, "R3")
    system = System(COUNTY, secret)
    assert len(system.get("alerts").json()["items"]) == 2
    assert system.post("alerts/acknowledge", {"alerts": [str(rows[0].pk)]}).status_code == 403
    assert not Alert.objects.filter(acknowledged=True).exists()
