"""Settings come from the environment, else from var/env, which the embedded servers write. No secret has a default."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PROJECT = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("HUIYIN_VAR") or PROJECT / "var")


def _pairs(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


_FILE = _pairs(VAR / "env")


def secret(name: str) -> str:
    """A value that must be given; says where from."""
    value = os.environ.get(name) or _FILE.get(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: start the services (make setup) or set it in the environment.")
    return value


def option(name: str, default: str) -> str:
    return os.environ.get(name) or _FILE.get(name) or default


def flag(name: str) -> bool:
    return option(name, "") in {"1", "true", "yes", "on"}


def database(url: str) -> dict[str, Any]:
    """Django's connection parameters for `postgresql://user:password@host:port/name?option=value`; a socket folder may
    stand in `host=`."""
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }
