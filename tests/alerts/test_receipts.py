"""Who knew what when, and what a reader missed: only of streams the reader holds."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from kernel import alerts, written
from kernel.alerts import Alert, Position, Receipt
from kernel.errors import Invalid, NotFound
from tests.alerts.telling import carried, register, stream, tell
from tests.people import actor

pytestmark = pytest.mark.django_db
ME, OTHER = uuid4(), uuid4()


@pytest.fixture(autouse=True)
def kind() -> None:
    register()


def told(name: str, count: int = 1) -> list[UUID]:
    for _ in range(count):
        tell(name)
    alerts.relay()
    return list(Alert.objects.filter(stream=name).order_by("seq").values_list("pk", flat=True))


def test_delivered_seen_acknowledged() -> None:
    name = stream()
    one, two = told(name, 2)
    alerts.deliver(ME, [name], [one])
    receipt = Receipt.objects.get(alert=one)
    assert (receipt.user, receipt.seen_at, receipt.acknowledged_at) == (ME, None, None)
    alerts.seen(ME, [name], [one, two])
    assert Receipt.objects.filter(user=ME, seen_at__isnull=False, acknowledged_at__isnull=True).count() == 2
    first = Receipt.objects.get(alert=one).seen_at
    alerts.seen(ME, [name], [one])
    assert Receipt.objects.get(alert=one).seen_at == first
    assert alerts.positions(ME, [name]) == {name: 1}
    alerts.deliver(ME, [name], [one, two])
    alerts.deliver(ME, [name], [one])
    assert alerts.positions(ME, [name]) == {name: 2}
    assert alerts.positions(OTHER, [name]) == {}


def test_the_first_who_takes_note_counts_and_later_ones_are_kept() -> None:
    name = stream()
    me, later = actor("990123", "R3"), actor("990123", "R13")
    (one,) = told(name)
    assert alerts.waiting([name]).number == 1
    (row,) = alerts.acknowledge(me.user, [name], [one])
    assert row.acknowledged
    at = row.acknowledged_at
    alerts.acknowledge(later.user, [name], [one])
    alerts.acknowledge(me.user, [name], [one])
    row = Alert.objects.get(pk=one)
    assert (row.acknowledged_by, row.acknowledged_at) == (me.user, at)
    assert Receipt.objects.filter(alert=one, acknowledged_at__isnull=False, seen_at__isnull=False).count() == 2
    assert alerts.waiting([name]).number == 0
    (shown,) = alerts.render([row])
    assert at is not None
    assert shown["acknowledged"] == {"by": me.name, "at": at.isoformat(), "when": written.moment(at)}
    assert shown["seen"] >= shown["delivered"]


@pytest.mark.django_db(transaction=True)
def test_who_listens_hears_that_somebody_took_note() -> None:
    name = stream()
    me = actor("990123", "R3")
    one, two = told(name, 2)
    with carried() as words:
        alerts.acknowledge(me.user, [name], [one])
        alerts.acknowledge(me.user, [name], [one, two])
    assert [(group, body["ids"], body["by"]) for group, body in words] == [
        (alerts.group(name), [str(one)], me.name),
        (alerts.group(name), [str(two)], me.name),
    ]


@pytest.mark.parametrize("call", [alerts.deliver, alerts.seen, alerts.acknowledge])
def test_what_is_not_ones_own_does_not_exist_and_nothing_changes(call: Callable[..., object]) -> None:
    mine, others = stream(), stream()
    (one,), (two,) = told(mine), told(others)
    tell(mine)
    unrelayed = Alert.objects.get(stream=mine, seq__isnull=True).pk
    for streams, ids in (([mine], [one, two]), ([], [one]), ([mine], [uuid4()]), ([mine], [unrelayed])):
        with pytest.raises(NotFound):
            call(ME, streams, ids)
    assert not Receipt.objects.exists()
    assert not Position.objects.exists()
    assert not Alert.objects.filter(acknowledged=True).exists()


def test_what_a_reader_missed() -> None:
    name, quiet = stream(), stream()
    told(name, 5)
    (epoch, head), (still, none) = alerts.heads([name, quiet])[name], alerts.heads([name, quiet])[quiet]
    assert (head, none) == (5, 0)
    places = {name: (epoch, 3), quiet: (still, 0), stream(): (epoch, 0)}
    found = alerts.since([name, quiet], places)
    assert set(found) == {name, quiet}
    assert [alert.seq for alert in found[name].alerts] == [4, 5]
    assert (found[name].reset, found[quiet].reset, found[quiet].alerts) == (False, False, [])


@pytest.mark.parametrize("place", [None, ("other", 3), ("", 3), ("same", 6), ("same", 1), ("same", -1)])
def test_a_place_that_means_nothing_any_more_is_a_reset(place: tuple[str, int] | None) -> None:
    name = stream()
    told(name, 5)
    epoch = alerts.heads([name])[name][0]
    places = {} if place is None else {name: (epoch if place[0] == "same" else place[0], place[1])}
    replay = alerts.since([name], places, limit=3)[name]
    assert (replay.reset, replay.head, replay.alerts) == (True, 5, [])


def test_what_was_told_to_several_of_ones_streams_is_one_alert() -> None:
    section, unit, elsewhere = stream(), stream(), stream()
    tell(section, unit, elsewhere, dedup="late", level="serious")
    alerts.relay()
    mine = [section, unit]
    (row,) = alerts.listed(mine).items
    assert (alerts.waiting(mine).number, alerts.waiting_by_level(mine)) == (1, {"serious": 1})
    with carried() as words:
        (noted,) = alerts.acknowledge(ME, mine, [row.pk])
    assert noted.pk == row.pk
    assert alerts.waiting(mine).number == 0
    (row,) = alerts.listed(mine).items
    assert row.acknowledged_by == ME
    assert alerts.waiting([elsewhere]).number == 1, "whoever hears another stream has not taken note"
    assert not words, "only after the commit"


def test_one_alert_of_several_streams_waits_while_one_of_them_does() -> None:
    section, unit = stream(), stream()
    tell(section, unit, dedup="late")
    alerts.relay()
    for name in (section, unit):
        assert alerts.waiting([section, unit]).number == 1
        assert not alerts.listed([section, unit]).items[0].acknowledged
        alerts.acknowledge(ME, [name], [alerts.listed([name]).items[0].pk])
    assert alerts.waiting([section, unit]).number == 0


def test_after_a_restore_every_place_is_of_another_epoch() -> None:
    name = stream()
    told(name, 2)
    epoch = alerts.heads([name])[name][0]
    assert not alerts.since([name], {name: (epoch, 1)})[name].reset
    call_command("renew_alert_epochs", stdout=StringIO())
    assert alerts.since([name], {name: (epoch, 1)})[name].reset


def test_the_list_page_by_page_what_waits_first() -> None:
    name, other = stream(), stream()
    ids = told(name, 6)
    told(other)
    alerts.acknowledge(ME, [name], [ids[5], ids[2]])
    first = alerts.listed([name], size=4)
    second = alerts.listed([name], size=4, cursor=first.next)
    assert [row.pk for row in [*first.items, *second.items]] == [ids[n] for n in (4, 3, 1, 0, 5, 2)]
    assert second.next is None
    assert alerts.listed([]).items == []
    assert alerts.listed([name], level="grave").items == []
    assert len(alerts.listed([name], waiting=True).items) == 4
    with pytest.raises(Invalid):
        alerts.listed([name], cursor="x")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM kernel_alert",
        "UPDATE kernel_alert SET data = '{}'",
        "UPDATE kernel_alert SET created_at = now()",
        "DELETE FROM kernel_alertreceipt",
        "UPDATE kernel_alertreceipt SET delivered_at = now()",
        'UPDATE kernel_alertreceipt SET "user" = "user"',
        "DELETE FROM kernel_alertstream",
        "TRUNCATE kernel_alert CASCADE",
    ],
)
def test_what_was_told_and_known_stands(statement: str) -> None:
    denied = pytest.raises(ProgrammingError, match="permission denied")
    with denied, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
