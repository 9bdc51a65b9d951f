"""The relay: gapless whatever commits when, in order, told once; a relay that dies loses nothing."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from kernel import alerts, outbox, tasks
from kernel.alerts import Alert, relaying
from tests.alerts.telling import KIND, carried, register, seqs, stream, tell, transport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No broker: the nudges are counted."""
    register()
    nudges: list[str] = []
    monkeypatch.setattr(tasks, "_send", lambda declared, *args: nudges.append(declared.name))
    return nudges


def in_threads(count: int, work: Callable[[int], None]) -> None:
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def test_fifty_writers_who_commit_out_of_order_leave_no_gap() -> None:
    one, other = stream(), stream()
    done = threading.Event()
    # The pool holds 8 connections: that many transactions are open at once, whoever is first to begin.
    writers, each = 50, 4
    gate = threading.Semaphore(6)

    def write(number: int) -> None:
        rng = random.Random(number)
        for n in range(each):
            with gate:
                with transaction.atomic():
                    alerts.tell(KIND, [one, other], dedup=f"{number}.{n}", data={"n": n})
                    time.sleep(rng.random() / 100)  # who told first commits last, as chance will have it
                connection.close()

    def relay() -> None:
        while not done.is_set():
            alerts.relay()
            connection.close()
        connection.close()

    with carried() as words:
        relays = [threading.Thread(target=relay) for _ in range(2)]
        for thread in relays:
            thread.start()
        try:
            in_threads(writers, write)
        finally:
            done.set()
            for thread in relays:
                thread.join()
        alerts.relay()
    for name in (one, other):
        assert seqs(name) == list(range(1, writers * each + 1))
        pushed = [body["seq"] for _group, body in words if body["stream"] == name]
        assert pushed == seqs(name), "pushed once each, in order"
        assert alerts.heads([name])[name][1] == writers * each
    assert not Alert.objects.filter(seq__isnull=True).exists()


def test_a_rolled_back_transaction_tells_nothing() -> None:
    name = stream()
    with transaction.atomic():
        alerts.tell(KIND, [name], dedup="1")
        transaction.set_rollback(True)
    tell(name, dedup="2")
    alerts.relay()
    assert seqs(name) == [1]


def test_a_double_is_quiet_and_the_same_dedup_is_told_to_another_stream() -> None:
    name, other = stream(), stream()
    tell(name, dedup="x")
    alerts.relay()
    tell(name, other, dedup="x")
    tell(name, dedup="y")
    alerts.relay()
    assert seqs(name) == [1, 2]
    assert seqs(other) == [1]


def test_outside_a_transaction_or_of_no_kind_it_is_refused() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        alerts.tell(KIND, [stream()], dedup="1")
    with pytest.raises(ValueError, match="No kind"), transaction.atomic():
        alerts.tell("no-such-kind", [stream()], dedup="1")


def test_a_relay_killed_between_its_commit_and_the_push_loses_nothing() -> None:
    class Killed(BaseException):
        pass

    def die(group: str, body: Any) -> None:
        raise Killed

    name = stream()
    epoch, _head = alerts.heads([name])[name]
    tell(name)
    tell(name)
    with transport(die), pytest.raises(Killed):
        alerts.relay()
    tell(name)
    with carried() as words:
        assert alerts.relay() == 1, "the lock was let go"
    assert [body["seq"] for _group, body in words] == [3]
    replay = alerts.since([name], {name: (epoch, 0)})[name]
    assert [alert.seq for alert in replay.alerts] == [1, 2, 3]


def test_a_relay_killed_before_its_commit_leaves_all_to_the_next() -> None:
    class Killed(BaseException):
        pass

    def die(cursor: Any, *args: Any) -> None:
        if "alertstream SET head" in args[0]:
            raise Killed
        cursor(*args)

    name = stream()
    tell(name)
    with connection.execute_wrapper(die), pytest.raises(Killed):
        alerts.relay()
    assert seqs(name) == [None]
    assert alerts.relay() == 1
    assert seqs(name) == [1]


def test_one_relay_at_a_time_and_what_came_meanwhile_is_its_affair() -> None:
    name = stream()
    entered, leave = threading.Event(), threading.Event()

    def slow(group: str, body: Any) -> None:
        entered.set()
        assert leave.wait(30)

    def first() -> None:
        alerts.relay()
        connection.close()

    with transport(slow):
        tell(name)
        thread = threading.Thread(target=first)
        thread.start()
        assert entered.wait(30)
        tell(name)
        assert alerts.relay() == 0
        leave.set()
        thread.join()
    assert seqs(name) == [1, 2]


def test_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaying, "BATCH", 3)
    name = stream()
    for _ in range(8):
        tell(name)
    assert alerts.relay() == 8
    assert seqs(name) == list(range(1, 9))


def test_a_transport_that_fails_raises_nothing_and_is_asked_once(caplog: pytest.LogCaptureFixture) -> None:
    asked: list[str] = []

    def broken(group: str, body: Any) -> None:
        asked.append(group)
        raise OSError("down")

    name = stream()
    for _ in range(5):
        tell(name)
    with transport(broken):
        assert alerts.relay() == 5
    assert asked == [alerts.group(name)]
    assert seqs(name) == [1, 2, 3, 4, 5]


def test_without_a_transport_nothing_is_made() -> None:
    name = stream()
    tell(name)
    assert alerts.relay() == 1


def test_a_commit_nudges_once_and_a_task_relays_by_itself(quiet: list[str]) -> None:
    name = stream()
    with transaction.atomic():
        alerts.tell(KIND, [name], dedup="1")
        alerts.tell(KIND, [name], dedup="2")
    assert quiet == ["kernel.tasks.relay_alerts"]
    assert seqs(name) == [None, None]

    @tasks.task("tests.alerts.tells")
    def tells() -> None:
        tell(name, dedup="3")

    tells()
    assert quiet == ["kernel.tasks.relay_alerts"]
    assert seqs(name) == [1, 2, 3]


def test_what_a_later_subscriber_tells_goes_out_in_the_task_that_delivers(quiet: list[str]) -> None:
    name = stream()

    def hear(schema: str, key: str) -> None:
        alerts.tell(KIND, [name], dedup=key)

    with outbox.subscribed("test", "test.tells", hear):
        with transaction.atomic():
            outbox.publish("test", "public", "1")
        assert quiet == ["kernel.tasks.relay_outbox"]
        with carried() as words:
            tasks.relay_outbox()
    assert [body["seq"] for _group, body in words] == [1]
    assert quiet == ["kernel.tasks.relay_outbox"], "one hop through the broker"


def test_the_words_are_of_each_language_and_the_sweep_is_scheduled() -> None:
    name = stream()
    tell(name, n=7, level="grave")
    with carried() as words:
        alerts.relay()
    ((group, body),) = words
    assert group == alerts.group(name)
    assert ":" not in group
    assert body["in"]["zh-hans"]["text"] == "提醒7"
    assert body["in"]["en"]["level_name"] != body["in"]["zh-hans"]["level_name"] == "特别严重"
    assert "sweep_alerts" in tasks.beat_schedule()


def test_a_kind_whose_words_fail_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(alert: Alert) -> str:
        raise LookupError

    monkeypatch.setitem(alerts.kinds.__globals__["_kinds"], "broken", alerts.Kind("broken", broken, lambda alert: None))
    name = stream()
    with transaction.atomic():
        alerts.tell("broken", [name], dedup="1")
    tell(name, n=2)
    alerts.relay()
    texts = [row["text"] for row in alerts.render(Alert.objects.filter(stream=name).order_by("seq"))]
    assert texts == ["提醒", "提醒2"]
