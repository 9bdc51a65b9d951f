"""Brings the transport of `kernel.push`, and says that a process of its own should be heard of."""

from datetime import timedelta

from django.apps import AppConfig

PROCESS = "realtime"
SILENT = timedelta(seconds=60)


class RealtimeConfig(AppConfig):
    name = "realtime"

    def ready(self) -> None:
        from kernel import heartbeats, push  # noqa: PLC0415  after the apps have loaded
        from realtime import transport  # noqa: PLC0415

        push.carry(transport.publish)
        heartbeats.expect(PROCESS, SILENT)
