"""The Celery application: `celery -A config.celery worker|beat`. Tasks live in kernel.tasks and nowhere else."""

import logging
import os
import time
from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("huiyin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.imports = ("kernel.tasks",)
app.set_default()

log = logging.getLogger("huiyin.beat")


class HeardScheduler(PersistentScheduler):
    """Beat that says it lives. A database that is away must not end it: the schedule goes on without."""

    _said = 0.0

    def tick(self, *args: Any, **kwargs: Any) -> float:
        from django.db import Error, connection  # noqa: PLC0415  the apps load after this module

        from kernel import heartbeats  # noqa: PLC0415

        if time.monotonic() - self._said >= heartbeats.EVERY_S:
            self._said = time.monotonic()
            try:
                heartbeats.beat("beat")
            except Error as error:
                log.warning("no heartbeat", extra={"code": type(error).__name__})
            connection.close()
        return min(float(super().tick(*args, **kwargs)), heartbeats.EVERY_S)


app.conf.beat_scheduler = "config.celery:HeardScheduler"
