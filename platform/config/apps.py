"""Ties the apps together once all are loaded."""

from django.apps import AppConfig, apps


class ConfigConfig(AppConfig):
    """Registers the checks and hands the declared periodic tasks to beat; every other app has loaded by now."""

    name = "config"

    def ready(self) -> None:
        from config import checks  # noqa: F401, PLC0415  registers itself
        from config.celery import app  # noqa: PLC0415  settings must be complete first
        from kernel.tasks import beat_schedule  # noqa: PLC0415

        app.conf.beat_schedule = beat_schedule()
        if apps.is_installed("realtime"):
            from desk import slots  # noqa: PLC0415
            from realtime import topbar  # noqa: PLC0415

            slots.fill("head", topbar.head)
            slots.fill("topbar", topbar.topbar)
        if apps.is_installed("search"):
            from config import searching  # noqa: PLC0415

            searching.join()
