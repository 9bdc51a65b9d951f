"""Queues, health and the list of offices: facts and codes, never content; what is down says so."""

from datetime import timedelta
from typing import Any

import pytest
import redis
from celery.beat import PersistentScheduler
from django.db import OperationalError

from config.celery import HeardScheduler, app
from kernel import failures, heartbeats, outbox, tasks
from kernel.clock import recorded_now
from kernel.heartbeats import Heartbeat
from kernel.outbox import OutboxRow
from tenants.models import Change, Tenant
from tests.operator.asking import client, made, office

pytestmark = pytest.mark.django_db


def _parked(subscriber: str = "search", schema: str = "t_990123", count: int = 1) -> None:
    past = recorded_now() - timedelta(days=2)
    for _number in range(count):
        OutboxRow.objects.create(
            topic="case",
            subscriber=subscriber,
            schema=schema,
            key="0192-secret-key",
            created_at=past,
            attempts=21,
            last_error_code="ConnectionError",
            parked=True,
        )


def test_what_waits_and_what_was_given_up_is_listed_without_content() -> None:
    _parked(count=2)
    OutboxRow.objects.create(topic="case", subscriber="alerts", schema="t_990124", key="another-key")
    page = client().get("/queues/").content.decode()
    assert "放回 2 条" in page
    assert "ConnectionError" in page
    assert "澄屿县信访局" in page
    assert "alerts" in page
    assert "secret-key" not in page
    assert "another-key" not in page


def test_parked_rows_are_put_back_with_a_trace_in_their_office() -> None:
    _parked(count=2)
    _parked(schema="t_990124")
    _parked("alerts")
    assert client().post("/queues/replay/", {"subscriber": "search"}).status_code == 302
    assert OutboxRow.objects.filter(subscriber="search", parked=False).count() == 3
    assert OutboxRow.objects.filter(subscriber="alerts", parked=True).count() == 1
    told = {(change.tenant.code, change.data["count"]) for change in Change.objects.filter(kind="queue.replayed")}  # type: ignore[union-attr]
    assert told == {("990123", 2), ("990124", 1)}


def test_queues_say_when_the_broker_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise redis.ConnectionError

    assert "celery" in client().get("/queues/").content.decode()
    monkeypatch.setattr(redis.Redis, "execute_command", away)
    assert "Valkey 没有回应，队列长度不知" in client().get("/queues/").content.decode()
    page = client().get("/health/").content.decode()
    assert "办件不受影响" in page


def test_a_task_that_failed_is_kept_with_its_code_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(limit: int = 0) -> int:
        raise ValueError("赵晚舟 13800000000")

    monkeypatch.setattr(outbox, "deliver", breaks)
    with pytest.raises(ValueError, match="赵晚舟"):
        tasks.relay_outbox()
    page = client().get("/queues/").content.decode()
    assert "kernel.tasks.relay_outbox" in page
    assert "ValueError" in page
    assert "赵晚舟" not in page
    failures.TaskFailure.objects.update(at=recorded_now() - timedelta(days=31))
    tasks.forget_keys_and_tries()
    assert failures.latest() == []


def test_each_process_is_heard_or_said_to_be_down() -> None:
    page = client().get("/health/").content.decode()
    assert page.count("没有运行") == 4
    assert page.count("从未听到") == 4
    tasks.say_alive()
    heartbeats.beat("beat")
    Heartbeat.objects.create(name="owner-worker", at=recorded_now() - timedelta(minutes=5))
    silent = {"owner-worker": False, "realtime": False}
    assert {one.name: one.alive for one in heartbeats.pulses()} == {"worker": True, "beat": True, **silent}
    page = client().get("/health/").content.decode()
    assert page.count("没有运行") == 2
    assert "PostgreSQL" in page
    assert "ms" in page


@pytest.mark.django_db(transaction=True)
def test_beat_says_it_lives_and_goes_on_without_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PersistentScheduler, "tick", lambda *args, **kwargs: 300.0)
    scheduler = HeardScheduler(app, lazy=True)
    assert scheduler.tick() == heartbeats.EVERY_S
    assert heartbeats.pulse("beat").alive
    Heartbeat.objects.all().delete()
    scheduler.tick()  # a moment later: not each time
    assert not heartbeats.pulse("beat").alive

    def away(name: str) -> None:
        raise OperationalError

    monkeypatch.setattr(heartbeats, "beat", away)
    assert HeardScheduler(app, lazy=True).tick() == heartbeats.EVERY_S
    assert app.conf.beat_scheduler == "config.celery:HeardScheduler"


def test_health_says_when_steps_or_offices_lag(monkeypatch: pytest.MonkeyPatch) -> None:
    Tenant.objects.filter(code="990123").update(schema_rev=1)
    monkeypatch.setattr("tenants.steps.head", lambda: 99)
    page = client().get("/health/").content.decode()
    assert "步没有写入" in page
    assert 'href="/offices/?status=lagging">1</a>' in page


@pytest.mark.parametrize("text", ["澄屿", "990123", "chengyu", "cyxxfj", "CYX", "chengyu.localhost"])
def test_an_office_is_found_by_name_code_and_sound(text: str) -> None:
    page = client().get("/offices/", {"q": text}).content.decode()
    assert "澄屿县信访局" in page
    assert "汀岚县信访局" not in page


def test_no_match_says_what_to_do() -> None:
    page = client().get("/offices/", {"q": "没有的局"}).content.decode()
    assert "没有的局" in page
    assert "澄屿县信访局" not in page


@pytest.mark.usefixtures("as_owner")
def test_a_page_of_offices_asks_the_same_few_questions_whatever_their_number(
    django_assert_max_num_queries: Any,
) -> None:
    top = office("990000")
    Tenant.objects.bulk_create(
        Tenant(
            code=f"98{number:04}",
            name=f"{number} 号县信访局",
            level="county",
            parent=top,
            path=f"990000/98{number:04}",
            schema_name=f"t_98{number:04}",
            status="ready",
            schema_rev=1,
        )
        for number in range(3000)
    )
    visitor = client()
    visitor.get("/health/")
    with django_assert_max_num_queries(12):
        page = visitor.get("/offices/").content.decode()
    assert page.count("<tr>") == 52
    seen = 0
    while 'hx-get="' in page:
        more = page.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
        page = visitor.get(more, headers={"HX-Request": "true"}).content.decode()
        seen += 1
    assert seen == 60


def test_what_operators_did_is_listed() -> None:
    _parked()
    visitor = client(made())
    visitor.post("/queues/replay/", {"subscriber": "search"})
    page = visitor.get("/changes/").content.decode()
    assert "重发队列" in page
    assert "祁望舒" in page
    assert "澄屿县信访局" in page
    assert "重发队列" in visitor.get(f"/offices/{office().pk}/").content.decode()
