"""What follows a change: nothing is lost, nothing blocks, twice is possible, a failure stays in its own row."""

import logging
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kernel import outbox
from kernel.backlog import backlog
from kernel.clock import recorded_now
from kernel.errors import Conflict
from kernel.outbox import OutboxRow, deliver, drain, publish, retry_after, subscribe, subscribed, unpark
from kernel.schema import current

TOPIC = "test"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """No other subscriber, and no broker: the nudges are counted."""
    nudges: list[str] = []
    monkeypatch.setattr(outbox, "_subscribers", {})
    monkeypatch.setattr("kernel.tasks.nudge", lambda: nudges.append("nudge"))
    return nudges


@contextmanager
def later(by: timedelta) -> Iterator[None]:
    """The outbox's clock moves, the machine's does not: other threads live on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "recorded_now", lambda: recorded_now() + by)
        yield


def nothing(schema: str, key: str) -> None:
    pass


def broken(schema: str, key: str) -> None:
    raise LookupError("赵晚舟 13812345616")


def fill(*keys: str, schema: str = "public") -> None:
    with transaction.atomic():
        for key in keys:
            publish(TOPIC, schema, key)


def owed() -> list[str]:
    return list(OutboxRow.objects.order_by("pk").values_list("key", flat=True))


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(RuntimeError):
        publish(TOPIC, "public", "1")


@pytest.mark.django_db(transaction=True)
def test_now_runs_inside_and_falls_with_the_transaction() -> None:
    seen: list[tuple[str, str]] = []
    with subscribed(TOPIC, "a", lambda *said: seen.append(said), "now"), subscribed(TOPIC, "b", nothing):
        with transaction.atomic():
            publish(TOPIC, "t_x", "1")
            assert seen == [("t_x", "1")]
            assert owed() == ["1"]
            transaction.set_rollback(True)
        assert owed() == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_now_subscriber_stops_the_change() -> None:
    with subscribed(TOPIC, "a", broken, "now"), subscribed(TOPIC, "b", nothing):
        with pytest.raises(LookupError), transaction.atomic():
            publish(TOPIC, "public", "1")
        assert owed() == []


@pytest.mark.django_db(transaction=True)
def test_one_row_for_each_later_subscriber_of_the_topic_in_one_statement() -> None:
    with (
        subscribed(TOPIC, "a", nothing),
        subscribed(TOPIC, "b", nothing),
        subscribed("other", "c", nothing),
        transaction.atomic(),
    ):
        statements: list[str] = []
        with connection.execute_wrapper(lambda run, sql, *rest: (statements.append(sql), run(sql, *rest))[1]):
            publish(TOPIC, "t_x", "1")
        assert len(statements) == 1
        rows = OutboxRow.objects.order_by("subscriber").values_list("subscriber", "schema", "key")
        assert list(rows) == [("a", "t_x", "1"), ("b", "t_x", "1")]
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_one_nudge_a_transaction_also_after_a_savepoint_was_rolled_back(alone: list[str]) -> None:
    with subscribed(TOPIC, "a", nothing), transaction.atomic():
        with transaction.atomic():
            publish(TOPIC, "public", "1")
            transaction.set_rollback(True)
        with transaction.atomic():
            publish(TOPIC, "public", "2")
        publish(TOPIC, "public", "3")
        assert alone == []
    assert alone == ["nudge"]
    assert owed() == ["2", "3"]


@pytest.mark.django_db(transaction=True)
def test_a_nudge_that_fails_does_not_reach_the_clerk(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr("kernel.tasks.nudge", fail)
    with subscribed(TOPIC, "a", nothing):
        fill("1")
    assert owed() == ["1"]


@pytest.mark.django_db(transaction=True)
def test_each_row_is_handled_under_its_schema_in_its_own_transaction() -> None:
    seen: list[tuple[str | None, str, bool]] = []

    def handler(schema: str, key: str) -> None:
        seen.append((current(), key, connection.in_atomic_block))

    with subscribed(TOPIC, "a", handler):
        fill("1", schema="t_one")
        fill("2", schema="t_two")
        assert deliver() == 2
    assert seen == [("t_one", "1", True), ("t_two", "2", True)]
    assert owed() == []
    assert current() is None


@pytest.mark.django_db(transaction=True)
def test_what_a_failing_handler_wrote_is_undone_and_the_error_keeps_no_text(caplog: pytest.LogCaptureFixture) -> None:
    def half(schema: str, key: str) -> None:
        OutboxRow.objects.create(topic="x", subscriber="nobody", schema=schema, key="half")
        broken(schema, key)

    with subscribed(TOPIC, "a", half), caplog.at_level(logging.WARNING):
        fill("1")
        assert deliver() == 0
    row = OutboxRow.objects.get()
    assert (row.key, row.attempts, row.last_error_code, row.parked) == ("1", 1, "LookupError", False)
    assert row.next_at > recorded_now()
    assert "赵" not in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_refusal_is_recorded_by_its_code() -> None:
    def refuse(schema: str, key: str) -> None:
        raise Conflict("赵晚舟")

    with subscribed(TOPIC, "a", refuse):
        fill("1")
        deliver()
    assert OutboxRow.objects.get().last_error_code == "conflict"


@pytest.mark.django_db(transaction=True)
def test_a_broken_statement_inside_a_handler_is_contained() -> None:
    def bad_sql(schema: str, key: str) -> None:
        if key == "bad":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")

    with subscribed(TOPIC, "a", bad_sql):
        fill("bad", "good")
        assert deliver() == 1
    assert owed() == ["bad"]
    assert OutboxRow.objects.get().last_error_code == "DataError"


@pytest.mark.django_db(transaction=True)
def test_a_poison_row_blocks_no_other_and_comes_back_later() -> None:
    heard: list[str] = []

    def picky(schema: str, key: str) -> None:
        if key == "poison":
            raise LookupError
        heard.append(key)

    with subscribed(TOPIC, "a", picky):
        fill("poison", *"123456789abcdef")
        assert deliver() == 15
        assert heard == list("123456789abcdef")
        assert deliver() == 0
        with later(timedelta(seconds=6)):
            assert deliver() == 0
        assert OutboxRow.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_a_failing_subscriber_delays_no_other_and_is_asked_little() -> None:
    asked: Counter[str] = Counter()

    def failing(schema: str, key: str) -> None:
        asked["failing"] += 1
        raise LookupError

    def fine(schema: str, key: str) -> None:
        asked["fine"] += 1

    with subscribed(TOPIC, "a-failing", failing), subscribed(TOPIC, "b-fine", fine):
        fill(*(str(number) for number in range(30)))
        assert deliver() == 30
        assert asked == {"fine": 30, "failing": outbox.FAILURES_PER_RUN}
        waiting = OutboxRow.objects.filter(subscriber="a-failing")
        assert waiting.count() == 30
        assert waiting.filter(attempts=0, next_at__lte=recorded_now()).count() == 27


@pytest.mark.django_db(transaction=True)
def test_after_a_day_a_row_is_parked_stays_and_may_be_tried_again() -> None:
    with subscribed(TOPIC, "a", broken):
        fill("1")
        with later(timedelta(days=1, minutes=1)):
            deliver()
            row = OutboxRow.objects.get()
            assert row.parked
        with later(timedelta(days=3)):
            assert deliver() == 0
            (line,) = backlog()
            assert (line.subscriber, line.waiting, line.parked) == ("a", 0, 1)
            assert unpark("a") == 1
    with subscribed(TOPIC, "a", nothing), later(timedelta(days=3)):
        assert deliver() == 1
    assert owed() == []


@pytest.mark.django_db(transaction=True)
def test_a_row_nobody_tried_for_a_day_is_not_parked() -> None:
    with subscribed(TOPIC, "a", nothing):
        fill("1")
        with later(timedelta(days=5)):
            assert deliver() == 1


@pytest.mark.django_db(transaction=True)
def test_rows_of_a_subscriber_this_code_does_not_know_wait() -> None:
    with subscribed(TOPIC, "gone", nothing):
        fill("1")
    assert deliver() == 0
    assert owed() == ["1"]


@pytest.mark.django_db(transaction=True)
def test_a_relay_that_dies_gives_its_rows_back_and_does_not_come_first() -> None:
    class Killed(BaseException):
        pass

    heard: list[str] = []

    def deadly(schema: str, key: str) -> None:
        if key == "deadly":
            raise Killed
        heard.append(key)

    with subscribed(TOPIC, "a", deadly):
        fill("deadly", "1", "2")
        with pytest.raises(Killed):
            deliver()
        fill("3")
        assert deliver() == 1
        with later(outbox.LEASE + timedelta(seconds=1)), pytest.raises(Killed):
            deliver()
        with later(3 * outbox.LEASE):
            OutboxRow.objects.filter(key="deadly").update(parked=True)
            deliver()
    assert heard == ["3", "1", "2"]
    assert owed() == ["deadly"]


@pytest.mark.django_db(transaction=True)
def test_relays_at_once_hear_each_row_and_no_row_twice() -> None:
    heard: Counter[str] = Counter()
    lock = threading.Lock()
    errors: list[BaseException] = []

    def handler(schema: str, key: str) -> None:
        if key == "poison":
            raise LookupError
        with lock:
            heard[key] += 1

    def relay() -> None:
        try:
            for _ in range(5):
                deliver()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    keys = [str(number) for number in range(120)]
    with subscribed(TOPIC, "a", handler):
        fill("poison", *keys)
        threads = [threading.Thread(target=relay) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert heard == Counter(keys)
    assert owed() == ["poison"]


@pytest.mark.django_db(transaction=True)
def test_a_slow_handler_keeps_its_row_though_its_lease_ran_out() -> None:
    entered, leave = threading.Event(), threading.Event()
    calls: list[str] = []

    def slow(schema: str, key: str) -> None:
        calls.append(key)
        entered.set()
        leave.wait(60)

    def relay() -> None:
        deliver()
        connection.close()

    with subscribed(TOPIC, "a", slow):
        fill("1")
        thread = threading.Thread(target=relay)
        thread.start()
        assert entered.wait(60)
        with later(2 * outbox.LEASE):
            assert deliver() == 0
        leave.set()
        thread.join()
    assert calls == ["1"]
    assert owed() == []


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds() -> None:
    with subscribed(TOPIC, "a", nothing):
        fill(*"123456789abcdef")
        assert deliver(limit=4) == 4
        assert len(owed()) == 11


@pytest.mark.django_db
def test_drain_hands_out_all_and_lets_a_failure_show() -> None:
    seen: list[str] = []
    with subscribed(TOPIC, "a", lambda schema, key: seen.append(key)):
        fill(*"123456789abcdef")
        OutboxRow.objects.update(next_at=recorded_now() + timedelta(hours=1))
        assert drain() == 15
    assert seen == list("123456789abcdef")
    with subscribed(TOPIC, "a", broken):
        fill("1")
        with pytest.raises(LookupError):
            drain()


def test_retries_grow_to_an_hour() -> None:
    waits = [retry_after(attempts).total_seconds() for attempts in (1, 2, 3, 10, 11, 500)]
    assert waits == [5, 10, 20, 2560, 3600, 3600]


def test_a_name_belongs_to_one_subscriber() -> None:
    subscribe(TOPIC, "a", nothing)
    subscribe(TOPIC, "a", nothing)
    with pytest.raises(ValueError, match="called a"):
        subscribe(TOPIC, "a", broken)
