"""What the indexes of all provinces are at: shared tables."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IndexingConfig(AppConfig):
    name = "search.indexing"
    label = "indexing"
    verbose_name = _("检索索引")

    def ready(self) -> None:
        from search.indexing import comparing, renewal  # noqa: PLC0415  the models must be loaded first

        comparing.register()
        renewal.register()
