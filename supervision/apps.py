"""The region as an upper office sees it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = _("督办")

    def ready(self) -> None:
        from supervision import (  # noqa: PLC0415  the models must be loaded first
            alerting,
            check,
            ledger,
            renewal,
            rewind,
            rollup,
            rounds,
            sweep,
            ticks,
        )
        from supervision.api import routes  # noqa: PLC0415
        from supervision.orders import overdue, telling  # noqa: PLC0415

        routes.register()
        alerting.register()
        ledger.register()
        check.register()
        rollup.register()
        renewal.register()
        rewind.register()
        sweep.register()
        ticks.register()
        telling.register()
        overdue.register()
        rounds.register()
