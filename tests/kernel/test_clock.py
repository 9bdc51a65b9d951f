"""The only source of time."""

from datetime import datetime, timedelta, timezone
from threading import Thread

import pytest
import time_machine

from kernel.clock import TZ, as_of, now, recorded_now, today
from kernel.ids import new_id


def test_time_is_told_in_shanghai_whatever_the_machine_thinks() -> None:
    with time_machine.travel("2026-11-22T17:00:00Z", tick=False):
        assert now().isoformat() == "2026-11-23T01:00:00+08:00"
        assert today().isoformat() == "2026-11-23"


def test_as_of_moves_what_happened_but_not_what_is_recorded() -> None:
    past = datetime(2022, 5, 1, 8, 30, tzinfo=timezone(timedelta(hours=8)))
    with as_of(past):
        assert now() == past
        assert now().tzinfo is TZ
        assert recorded_now() - past > timedelta(days=365)
        with as_of(past - timedelta(days=1)):
            assert today().isoformat() == "2022-04-30"
        assert now() == past
    assert now() > past


def test_as_of_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"), as_of(datetime(2022, 5, 1)):
        pass


def test_as_of_stays_in_its_own_thread() -> None:
    seen: list[datetime] = []
    with as_of(datetime(2022, 5, 1, tzinfo=TZ)):
        thread = Thread(target=lambda: seen.append(now()))
        thread.start()
        thread.join()
    assert seen[0].year > 2022


def test_keys_sort_by_the_time_they_were_made() -> None:
    keys = [new_id() for _ in range(1000)]
    assert keys == sorted(keys)
    assert {key.version for key in keys} == {7}
    assert len(set(keys)) == 1000
