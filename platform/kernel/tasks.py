"""The only door to Celery: tasks are declared, sent and scheduled here. A task names its tenant; nothing is ambient."""

import functools
import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import Task, shared_task
from celery.schedules import crontab
from django.db import transaction
from django_tenants.utils import get_tenant_model

from kernel import alerts, failures, heartbeats, idempotency, limits, outbox
from kernel.breaker import Breaker
from kernel.schema import use_schema

When = timedelta | crontab

log = logging.getLogger("huiyin.tasks")
breaker = Breaker(rest_s=30)


@dataclass(frozen=True, slots=True)
class Periodic:
    task: str
    when: When


_periodic: dict[str, Periodic] = {}
_in_task: ContextVar[bool] = ContextVar("huiyin_in_task", default=False)


def task(name: str) -> Callable[[Callable[..., None]], "Task[Any, None]"]:
    """Declare a task under a stable name. Arguments are ids and codes, never personal data. A failure is kept."""

    def declare(function: Callable[..., None]) -> "Task[Any, None]":
        @functools.wraps(function)
        def watched(*args: Any, **kwargs: Any) -> None:
            token = _in_task.set(True)
            try:
                function(*args, **kwargs)
            except Exception as error:
                failures.record(name, error)
                raise
            finally:
                _in_task.reset(token)

        return shared_task(name=name, ignore_result=True)(watched)

    return declare


def tenant_task(name: str) -> Callable[[Callable[..., None]], "Task[Any, None]"]:
    """Declare a task whose first argument is a tenant's id; it runs under that tenant's schema."""

    def declare(function: Callable[..., None]) -> "Task[Any, None]":
        @functools.wraps(function)
        def inside(tenant: str, *args: Any, **kwargs: Any) -> None:
            schema = get_tenant_model().objects.values_list("schema_name", flat=True).get(pk=UUID(tenant))
            with use_schema(schema):
                function(tenant, *args, **kwargs)

        return task(name)(inside)

    return declare


def send(declared: "Task[Any, None]", *args: Any) -> None:
    """Send after the commit, at most once, never waiting longer than a moment. For work a sweep would find anyway."""
    transaction.on_commit(functools.partial(_send, declared, *args), robust=True)


def nudge() -> None:
    """Start the relay now instead of at the next sweep."""
    _send(relay_outbox)


def nudge_alerts() -> None:
    """Let the alerts just told go out now. A task does it itself: another hop through the broker would be heard."""
    if _in_task.get():
        alerts.relay()
    else:
        _send(relay_alerts)


def _send(declared: "Task[Any, None]", *args: Any) -> None:
    """The broker's socket time-outs (CELERY_BROKER_TRANSPORT_OPTIONS, 0.2 s) bound the wait, the breaker its number."""
    if not breaker.allows():
        return
    try:
        declared.apply_async(tuple(str(arg) for arg in args), retry=False, expires=60)
    except Exception as error:  # kombu, redis and socket each have their own; a lost nudge only costs the sweep's 5 s
        breaker.failed()
        log.warning("nudge failed", extra={"code": type(error).__name__})
    else:
        breaker.worked()


def every(seconds: float) -> timedelta:
    return timedelta(seconds=seconds)


def daily(hour: int, minute: int = 0) -> crontab:
    """Once a day, Shanghai time."""
    return crontab(hour=str(hour), minute=str(minute))


def register_periodic(name: str, when: When | float, function: Callable[[], None]) -> None:
    """Run `function` every so many seconds, or by `daily(...)`. Called while the apps load; no tenant is entered."""
    task(f"kernel.tasks.{name}")(function)
    _periodic[name] = Periodic(
        f"kernel.tasks.{name}", timedelta(seconds=when) if isinstance(when, int | float) else when
    )


def beat_schedule() -> dict[str, dict[str, Any]]:
    """What config.celery hands to beat. A run that waited longer than its interval is not made up for."""
    schedule: dict[str, dict[str, Any]] = {}
    for name, entry in _periodic.items():
        schedule[name] = {"task": entry.task, "schedule": entry.when}
        if isinstance(entry.when, timedelta):
            schedule[name]["options"] = {"expires": max(1.0, entry.when.total_seconds())}
    return schedule


@task("kernel.tasks.relay_outbox")
def relay_outbox() -> None:
    outbox.deliver()


def sweep_outbox() -> None:
    outbox.deliver(limit=1000)


register_periodic("sweep_outbox", every(5), sweep_outbox)


@task("kernel.tasks.relay_alerts")
def relay_alerts() -> None:
    alerts.relay()


def sweep_alerts() -> None:
    alerts.relay()


register_periodic("sweep_alerts", every(5), sweep_alerts)


def say_alive() -> None:
    """Beat sent it and a worker ran it."""
    heartbeats.beat("worker")


register_periodic("say_alive", every(heartbeats.EVERY_S), say_alive)


def forget_keys_and_tries() -> None:
    """Idempotency keys after two days, counted tries after one, failed tasks after thirty."""
    idempotency.forget()
    limits.forget()
    failures.forget()


register_periodic("forget_keys_and_tries", daily(3, 20), forget_keys_and_tries)
