"""Where figures are taken: a clone of the tests' template, entered as the application's role, dropped afterwards."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from infra import services
from infra.env import VAR
from infra.testing import database as ground


@contextlib.contextmanager
def scratch() -> Iterator[ground.Databases]:
    """Settings loaded for a database of our own; nudges and files reach nobody else's. One a process."""
    with ExitStack() as stack:
        env = os.environ if ground.is_external() else stack.enter_context(services.lease())
        databases = ground.Databases(env["OWNER_DATABASE_URL"], env["DATABASE_URL"])
        name = ground.clone_name("bench")
        databases.clone(name, databases.ensure_template())
        stack.callback(databases.drop, name)
        media = tempfile.mkdtemp(prefix="huiyin-bench-")
        stack.callback(shutil.rmtree, media, ignore_errors=True)
        os.environ.update(databases.environment(name))
        os.environ.update(
            DJANGO_SETTINGS_MODULE="config.settings",
            CELERY_BROKER_URL="memory://",
            MEDIA_ROOT=media,
            HUIYIN_VAR=str(VAR),
        )
        import config.wsgi  # noqa: F401  sets Django up, its logs too

        for handler in logging.getLogger().handlers:  # written as ever, but not to the table's reader
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(stack.enter_context(Path(os.devnull).open("w")))
        stack.callback(leave)
        yield databases


def leave() -> None:
    """Close what this process holds: a database with sessions is not dropped, nor cloned."""
    from django.db import connections

    default: Any = connections["default"]  # the stubs know no pool
    default.close()
    default.close_pool()


def switch(name: str) -> None:
    """Work in another database of the same server from here on."""
    from django.db import connections

    from tenants import context

    leave()
    for parameters in (connections.settings["default"], connections["default"].settings_dict):
        parameters["NAME"] = name
    context.forget()
