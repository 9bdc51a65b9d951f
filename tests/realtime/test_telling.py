"""From the commit to the socket, and back: told once, in order, with receipts."""

from uuid import UUID

from kernel import alerts
from kernel.alerts import Alert, Receipt
from tenants.streams import streams_of
from tests.cases.making import COUNTY
from tests.people import actor
from tests.realtime.ground import Live, Socket, tell, until

ENVIRONMENT = {"REALTIME_LOOK_S": "300"}


def test_an_alert_arrives_as_the_poll_would_tell_it_and_leaves_receipts(live: Live) -> None:
    who = actor(COUNTY, "R3")
    streams = streams_of(who)
    reader = Socket(live, who)
    assert sorted(reader.places) == sorted(streams)
    tell(streams)
    told = reader.until_alerts(len(streams))
    rows = Alert.objects.filter(stream__in=streams)
    assert sorted(told, key=lambda item: item["id"]) == sorted(alerts.render(rows), key=lambda item: item["id"])

    reader.ack()
    until(lambda: Receipt.objects.filter(user=who.user).count() == len(streams), "receipts")
    assert alerts.positions(who.user, streams) == dict.fromkeys(streams, 1)
    reader.say({"type": "seen", "ids": [told[0]["id"]]})
    until(lambda: Receipt.objects.filter(user=who.user, seen_at__isnull=False).count() == 1, "seen")

    alerts.acknowledge(who.user, streams, [UUID(told[0]["id"])])
    word = reader.until("acknowledged")
    assert word["ids"] == [told[0]["id"]]
    reader.close()
