"""The organisation of a region."""

from django.apps import AppConfig


class TenantsConfig(AppConfig):
    name = "tenants"
    label = "tenants"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenants import checks, digests  # noqa: F401, PLC0415  checks register themselves
        from tenants.administration import (  # noqa: PLC0415
            jobs,
            people_sheet,  # noqa: F401  its pieces register themselves
            previews,
        )

        digests.register()
        jobs.register()
        previews.register()
