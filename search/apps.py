"""Full-text search over the cases of an office and of the offices below it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        from search import telling  # noqa: PLC0415  the models must be loaded first
        from search.api import routes  # noqa: PLC0415
        from search.documents import files, hearing  # noqa: PLC0415
        from search.indexing import copying  # noqa: PLC0415

        routes.register()
        # In the order in which a change goes on: what one of them writes, the next hears in the same run.
        hearing.register()
        copying.register()
        telling.register()
        files.register()
