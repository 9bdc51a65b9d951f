"""Ties the apps together once all are loaded."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Registers the checks; subscribers of apps above `cases` are wired here as they appear."""

    name = "config"

    def ready(self) -> None:
        from config import celery, checks  # noqa: F401, PLC0415  settings must be complete first
