"""Subscribers that hear many things in a call: each once, an answer for each, and a failed call is no row's fault."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from django.db import transaction

from kernel import outbox
from kernel.backlog import waiting_since
from kernel.clock import recorded_now
from kernel.outbox import HEARD, OutboxRow, Told, Verdict, deliver, drain, publish, publish_each
from kernel.schema import current

Answer = Callable[[Told], Verdict]


class Listener:
    """Hears of `things`, and says of each what `answer` says."""

    def __init__(self, answer: Answer = lambda told: HEARD) -> None:
        self.answer = answer
        self.calls: list[list[Told]] = []
        outbox.subscribe_many("things", "listener", self)

    def __call__(self, told: Sequence[Told]) -> list[Verdict]:
        assert current() is None
        self.calls.append(list(told))
        return [self.answer(one) for one in told]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})
    monkeypatch.setattr("kernel.tasks.nudge", lambda: None)


def changed(*keys: str, schema: str = "t_x") -> None:
    with transaction.atomic():
        publish_each("things", schema, keys)


@pytest.mark.django_db
def test_all_that_waits_is_told_in_one_call_each_thing_once() -> None:
    listener = Listener()
    changed("1", "2", "1")
    changed("1", schema="t_y")
    assert deliver() == 4
    assert listener.calls == [[Told("t_x", "1"), Told("t_x", "2"), Told("t_y", "1")]]
    assert not OutboxRow.objects.exists()


@pytest.mark.django_db
def test_each_row_has_the_answer_given_for_it() -> None:
    said = {"1": HEARD, "2": Verdict("again", "busy"), "3": Verdict("aside", "mapper_parsing")}
    Listener(lambda told: said[told.key])
    changed("1", "2", "3")
    assert deliver() == 2
    left = {row.key: row for row in OutboxRow.objects.all()}
    assert set(left) == {"2", "3"}
    assert not left["2"].parked
    assert left["2"].last_error_code == "busy"
    assert left["2"].next_at > recorded_now()
    assert left["3"].parked
    assert [row.last_error_code for row in outbox.parked()] == ["mapper_parsing"]
    assert waiting_since("listener") == left["2"].created_at


@pytest.mark.django_db
def test_a_call_that_fails_blames_no_row() -> None:
    def away(told: Told) -> Verdict:
        raise ConnectionError

    listener = Listener(away)
    changed("1", "2")
    OutboxRow.objects.update(created_at=recorded_now() - timedelta(days=3))
    assert deliver() == 0
    assert len(listener.calls) == 1
    assert set(OutboxRow.objects.values_list("attempts", "parked", "last_error_code")) == {
        (0, False, "ConnectionError")
    }
    OutboxRow.objects.update(next_at=recorded_now())
    listener.answer = lambda told: HEARD
    assert deliver() == 2


@pytest.mark.django_db
def test_an_answer_that_is_missing_is_a_failed_call() -> None:
    outbox.subscribe_many("things", "listener", lambda told: [])
    changed("1")
    assert deliver() == 0
    assert OutboxRow.objects.count() == 1


@pytest.mark.django_db
def test_drain_tells_many_too_and_lets_a_failure_show() -> None:
    said = [HEARD]
    listener = Listener(lambda told: said[-1])
    with transaction.atomic():
        publish("things", "t_x", "1")
    assert drain() == 1
    assert listener.calls == [[Told("t_x", "1")]]
    said.append(Verdict("again", "busy"))
    changed("2")
    with pytest.raises(RuntimeError, match="busy"):
        drain()


@pytest.mark.django_db
def test_publish_each_is_not_for_those_who_hear_now() -> None:
    outbox.subscribe("things", "now", lambda schema, key: None, "now")
    with pytest.raises(RuntimeError, match="now"):
        changed("1")
