"""The ASGI door: sockets, where realtime is installed, served by a process of its own (`python -m realtime`); else the
same pages."""

import os
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _application() -> Any:
    pages = get_asgi_application()  # sets Django up
    from django.apps import apps  # noqa: PLC0415

    if not apps.is_installed("realtime"):
        return pages
    from realtime.application import application  # noqa: PLC0415

    return application


application = _application()
