from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("信访事项")

    def ready(self) -> None:
        from cases import jobs, leaving, webhooks  # noqa: PLC0415  the models must be loaded first

        jobs.register()
        leaving.register()
        webhooks.register()
