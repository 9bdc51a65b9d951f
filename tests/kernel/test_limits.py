"""Tries are counted in the database: across processes, without a way past the limit by being quick."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from kernel import limits
from kernel.clock import recorded_now
from kernel.limits import Attempt, allowed, forget, forgive, hit


@pytest.mark.django_db
def test_the_sixth_try_is_refused_and_another_account_is_not() -> None:
    tries = [hit("sign-in", "zhao", 5, 300) for _ in range(7)]
    assert tries.count(True) == 5
    assert tries[:5] == [True] * 5
    assert not allowed("sign-in", "zhao", 5, 300)
    assert allowed("sign-in", "qian", 5, 300)
    assert hit("other", "zhao", 5, 300)


@pytest.mark.django_db
def test_a_burst_over_the_edge_of_a_window_is_not_two_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    edge = limits._window(recorded_now(), 300)
    monkeypatch.setattr(limits, "recorded_now", lambda: edge - timedelta(seconds=1))
    assert all(hit("sign-in", "zhao", 5, 300) for _ in range(5))
    monkeypatch.setattr(limits, "recorded_now", lambda: edge + timedelta(seconds=1))
    assert sum(hit("sign-in", "zhao", 5, 300) for _ in range(5)) <= 1
    monkeypatch.setattr(limits, "recorded_now", lambda: edge + timedelta(seconds=601))
    assert hit("sign-in", "zhao", 5, 300)


@pytest.mark.django_db
def test_success_forgives_and_old_rows_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(6):
        hit("sign-in", "zhao", 5, 300)
    forgive("sign-in", "zhao")
    assert allowed("sign-in", "zhao", 5, 300)
    hit("sign-in", "zhao", 5, 300)
    assert forget() == 0
    monkeypatch.setattr(limits, "recorded_now", lambda: recorded_now() + timedelta(days=2))
    assert forget() == 1


@pytest.mark.django_db
def test_who_it_was_is_not_stored() -> None:
    hit("sign-in", "zhaowanzhou", 5, 300)
    assert b"zhao" not in bytes(Attempt.objects.get().subject_hash)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_get_more_than_the_limit() -> None:
    passed: list[bool] = []

    def burst() -> None:
        for _ in range(5):
            passed.append(hit("sign-in", "zhao", 5, 300))
        connection.close()

    threads = [threading.Thread(target=burst) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 40
    assert passed.count(True) == 5
