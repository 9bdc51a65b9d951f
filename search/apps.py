"""Full-text search over the cases of an office and of the offices below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        from search import telling  # noqa: PLC0415  the models must be loaded first
        from search.documents import files, hearing  # noqa: PLC0415

        hearing.register()
        files.register()
        telling.register()
