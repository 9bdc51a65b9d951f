"""The web process: gunicorn config.wsgi. Every body and every query is read as UTF-8, whatever a header claims."""

import gc
import os
import re
from collections.abc import Iterable
from typing import Any

import pypinyin  # noqa: F401  read when it is first asked: no request should wait for that
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()
# What was loaded by now stays for the life of the process: the collector need not look through it in each request.
gc.collect()
gc.freeze()
_CHARSET = re.compile(r";\s*charset\s*=[^;]*", re.IGNORECASE)


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """A charset that is no text encoding (zlib, idna) breaks Django's request before anything could refuse it."""
    if kind := environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = _CHARSET.sub("", kind)
    return _django(environ, start_response)
