"""No alert lost, none shown twice, whatever dies on the way."""

import random
from uuid import uuid4

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from kernel import alerts
from tenants.streams import department_stream, user_stream
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.conftest import Clones
from tests.people import actor
from tests.realtime.ground import KIND, Live, Socket, Stalled, Valkey, tell, until

ENVIRONMENT = {"REALTIME_LOOK_S": "1", "REALTIME_GOODBYE_S": "12"}


def seqs(reader: Socket, stream: str) -> list[int]:
    return [item["seq"] for item in reader.alerts if item["stream"] == stream]


def test_valkey_killed_and_restarted_while_alerts_are_told(live: Live, valkey: Valkey) -> None:
    """Also what was said while it was away, and what it accepted before the process had subscribed again."""
    who = actor(COUNTY, "R3")
    stream = department_stream(who.department)
    reader = Socket(live, who)
    for number in range(30):
        if number == 8:
            valkey.kill()
        if number == 20:
            valkey.start()
        tell([stream])
    reader.until_alerts(30)
    assert seqs(reader, stream) == list(range(1, 31))
    tell([stream])
    reader.until_alerts(31)
    reader.close()


def test_a_socket_opened_while_valkey_is_away_is_told_all_the_same(live: Live, valkey: Valkey) -> None:
    who = actor(COUNTY, "R9")
    stream = user_stream(who.user)
    valkey.kill()
    reader = Socket(live, who)
    tell([stream], 3)
    reader.until_alerts(3)
    valkey.start()
    tell([stream], 3)
    reader.until_alerts(6)
    assert seqs(reader, stream) == [1, 2, 3, 4, 5, 6]
    reader.close()


def test_the_process_killed_and_started_again(live: Live) -> None:
    who = actor(OTHER, "R3")
    stream = department_stream(who.department)
    reader = Socket(live, who)
    tell([stream], 5)
    reader.until_alerts(5)
    live.kill()
    try:
        reader.until("")
    except ConnectionClosed:
        tell([stream], 7)
    live.start()
    again = Socket(live, who, reader.places)
    again.until_alerts(7)
    tell([stream])
    again.until_alerts(8)
    assert seqs(reader, stream) + seqs(again, stream) == list(range(1, 14))
    again.close()


def test_a_laptop_that_was_offline_gets_what_it_missed_or_is_told_to_read_anew(live: Live) -> None:
    who = actor(BUREAU, "R3")
    stream = department_stream(who.department)
    reader = Socket(live, who)
    reader.close()
    tell([stream], 120)
    again = Socket(live, who, reader.places)
    assert [item["seq"] for item in again.until_alerts(120)] == list(range(1, 121))
    again.close()

    behind = {stream: dict(again.places[stream], last=again.places[stream]["last"] - 119)}
    tell([stream], 381)
    at_the_edge = Socket(live, who, {**again.places, **behind})
    assert len(at_the_edge.until_alerts(500)) == 500
    at_the_edge.close()
    tell([stream])
    too_far = Socket(live, who, {**again.places, **behind})
    assert too_far.words[0]["streams"][stream]["reset"]
    assert not too_far.alerts
    tell([stream])
    assert [item["seq"] for item in too_far.until_alerts(1)] == [503]
    too_far.close()

    other_epoch = {stream: {"epoch": str(uuid4()), "last": 500}}
    assert Socket(live, who, other_epoch).words[0]["streams"][stream]["reset"]


def test_after_a_restore_of_the_database_all_are_told_to_read_anew(live: Live) -> None:
    who = actor(BUREAU, "R9")
    stream = user_stream(who.user)
    reader = Socket(live, who)
    tell([stream])
    reader.until_alerts(1)
    alerts.renew_epochs()
    assert reader.until("start")["streams"][stream]["reset"]
    tell([stream])
    assert reader.until_alerts(2)[-1]["seq"] == 2
    reader.close()


def test_fifty_writers_that_commit_out_of_order(live: Live, clones: Clones) -> None:
    """Rows appear behind others that were told already: order and completeness are the relay's."""
    who = actor(OTHER, "R9")
    stream = user_stream(who.user)
    reader = Socket(live, who)
    tell([stream])
    columns = "id, stream, kind, level, data, dedup, created_at, acknowledged"
    insert = (
        f"INSERT INTO public.kernel_alert ({columns}) VALUES (%s, %s, '{KIND}', 'notice', '{{}}', %s, now(), false)"
    )
    writers = []
    for _number in range(50):
        writer = psycopg.connect(clones.databases.environment(clones.name)["DATABASE_URL"])
        writer.execute(insert, [alerts.Alert().pk, stream, uuid4().hex])
        writers.append(writer)
    random.Random(5).shuffle(writers)
    for number, writer in enumerate(writers):
        writer.commit()
        writer.close()
        if number % 7 == 0:
            alerts.relay()
    alerts.relay()
    reader.until_alerts(51)
    assert seqs(reader, stream) == list(range(1, 52))
    assert len({item["id"] for item in reader.alerts}) == 51
    reader.close()


@pytest.mark.parametrize("wakes", [True, False], ids=["reads on in time", "reads no more"])
def test_a_slow_reader_is_let_go_and_delays_nobody(live: Live, wakes: bool) -> None:
    """Closed, with a word if it reads on; memory as before; it comes back and has missed nothing."""
    slow, quick = actor(COUNTY, "R3", nth=1), actor(COUNTY, "R4")
    stream = department_stream(slow.department)
    reader, stalled = Socket(live, quick), Stalled(live, slow)
    place, told = dict(reader.places[stream]), 0
    while told < 1000:
        tell([stream], 250)
        told += 250
        reader.until_alerts(told)
        reader.ack()
        if told == 250:
            before = live.memory_kib
    assert live.memory_kib - before < 4 * 1024
    if not wakes:
        until(stalled.cut, "the connection is cut")
    got, code = stalled.wake()
    assert code == (4408 if wakes else None)
    assert [item["seq"] for item in got] == list(range(place["last"] + 1, place["last"] + len(got) + 1))
    assert len(got) < told - 200
    place["last"] += max(len(got), told - 400)  # also where it could read nothing: 500 are kept for who comes back
    again = Socket(live, slow, {stream: place})
    missed = reader.places[stream]["last"] - place["last"]
    assert [item["seq"] for item in again.until_alerts(missed)][-1] == reader.places[stream]["last"]
    reader.close()
    again.close()
