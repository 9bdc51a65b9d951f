"""The desk holds pages only; it has no tables."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "desk"

    def ready(self) -> None:
        from desk import printing  # noqa: PLC0415  the models must be loaded first
        from desk.supervision import aside  # noqa: PLC0415

        printing.register()
        aside.register()
