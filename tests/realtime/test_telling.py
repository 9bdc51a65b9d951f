"""From the commit to the socket, and back: told once, in order, with receipts."""

import asyncio
from typing import Any
from uuid import UUID

from django.db import transaction

from kernel import alerts, push
from kernel.alerts import Alert, Receipt
from realtime import transport
from realtime.subscriptions import Subscriptions
from supervision.ticks import Tick
from tenants.actors import actor_for
from tenants.organisation import add_person
from tenants.streams import department_stream, streams_of, user_stream
from tests.cases.making import BUREAU, COUNTY, OTHER, do, register
from tests.people import actor, department, tenant
from tests.realtime.crowd import crowded
from tests.realtime.ground import Live, Socket, Valkey, as_person, tell, until

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


def test_figures_of_an_office_are_told_to_the_desks_above_it_and_nowhere_else(live: Live) -> None:
    """At most once a second, whatever happens in between; a unit's clerk has no wall."""
    path = tenant(COUNTY).path
    readers = [Socket(live, actor(code, "R4")) for code in (COUNTY, BUREAU)]
    others = [Socket(live, actor(OTHER, "R4")), Socket(live, actor(COUNTY, "R5"))]
    for _number in range(20):
        push.push(f"wall.{COUNTY}", {"path": path})
    for reader in readers:
        assert reader.until("figures")["paths"] == [path]
        assert reader.until("figures")["paths"] == [path], "what came within the second, told together"
    push.push(f"wall.{COUNTY}", {"path": path})
    for reader in readers:
        reader.until("figures")
        assert sum(word["type"] == "figures" for word in reader.words) == 3
    for other in others:
        tell([user_stream(other.who.user)])
        other.until_alerts(1)
        assert not any(word["type"] == "figures" for word in other.words)
    for reader in [*readers, *others]:
        reader.close()


def test_a_change_of_a_case_says_that_figures_changed_once_a_commit(live: Live) -> None:
    reader = Socket(live, actor(BUREAU, "R14"))
    case = register().case
    assert reader.until("figures")["paths"] == [tenant(COUNTY).path]
    with transaction.atomic():
        for text in ("甲", "乙"):
            do(actor(COUNTY, "R3"), "note", case.id, text=text)
        ticks = [entry for entry in transaction.get_connection().run_on_commit if isinstance(entry[1], Tick)]
        assert len(ticks) == 1
    assert reader.until("figures")["paths"] == [tenant(COUNTY).path]
    case = register(BUREAU).case
    assert reader.until("figures")["paths"] == [tenant(BUREAU).path]
    do(actor(BUREAU, "R3"), "transfer", case.id, to_department=department(COUNTY).pk)
    assert reader.until("figures")["paths"] == [tenant(COUNTY).path]  # of both, in a word
    reader.close()


def test_a_burst_to_many_sockets_arrives_whole(live: Live) -> None:
    """300 alerts at once to 200 sockets of 40 people; nobody is let go, nothing lost, nothing twice."""
    section = department(COUNTY, "村镇科")
    people = [add_person(f"crowd-{number}", "众人", posts=[(section, ["R6"])]) for number in range(40)]
    crowd = [as_person(actor_for(user.memberships.with_places().get())) for user in people]
    with crowded(live, crowd, each=5, expected=300) as seqs:
        tell([department_stream(section.pk)], 300)
    assert seqs == [list(range(1, 301))] * 200


def test_a_subscription_that_idles_for_longer_than_ten_seconds_still_hears(valkey: Valkey) -> None:
    """redis-py 8 ends a read after five seconds of its own; the layer's settings must not let it."""

    async def idle() -> tuple[str, Any]:
        heard: asyncio.Future[tuple[str, Any]] = asyncio.get_running_loop().create_future()
        listening = Subscriptions(lambda group, body: heard.set_result((group, body)))
        tasks = [asyncio.create_task(listening.listen()), asyncio.create_task(listening.follow())]
        await listening.want(["al.idle"])
        assert listening.complete
        await asyncio.sleep(10.5)
        await asyncio.to_thread(transport.publish, "al.idle", {"type": "alert"})
        async with asyncio.timeout(120):
            found = await heard
        for task in tasks:
            task.cancel()
        return found

    assert asyncio.run(idle()) == ("al.idle", {"type": "alert"})
