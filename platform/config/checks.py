"""What must hold before a process serves anybody; `manage.py check --deploy` adds Django's own list."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

SHORTEST_TOKEN = 32


@register()
def keys_are_usable(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every key is 32 bytes in base64, and the current one is among them: else the first write would fail."""
    found: list[CheckMessage] = []
    named = {f"HUIYIN_KEYS[{key_id}]": key for key_id, key in settings.HUIYIN_KEYS.items()}
    named |= {name: getattr(settings, name) for name in ("HUIYIN_HASH_KEY", "HUIYIN_SIGNING_KEY")}
    for name, key in named.items():
        try:
            size = len(base64.b64decode(key, validate=True))
        except binascii.Error:
            size = -1
        if size != 32:
            found.append(Error(f"{name} is not 32 bytes in base64.", id="huiyin.E001"))
    if settings.HUIYIN_KEY_CURRENT not in settings.HUIYIN_KEYS:
        found.append(Error("HUIYIN_KEY_CURRENT names no key of HUIYIN_KEYS.", id="huiyin.E002"))
    return found


@register()
def nobody_guesses_the_way_to_the_metrics(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Nobody limits how often it is tried: it has to be long."""
    short = 0 < len(settings.METRICS_TOKEN) < SHORTEST_TOKEN
    return [Error(f"METRICS_TOKEN has fewer than {SHORTEST_TOKEN} characters.", id="huiyin.E004")] if short else []


@register()
def tenant_apps_do_not_meet_shared_ones(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """An app in both lists would have its tables twice, and a query would silently read the nearer one."""
    both = set(settings.SHARED_APPS) & set(settings.TENANT_APPS)
    return [Error(f"{app} is shared and a tenant's at once.", id="huiyin.E003") for app in sorted(both)]
