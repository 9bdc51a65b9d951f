"""Named places on desk pages that other apps fill, so that the desk needs to know none of them.

`config` fills them: `slots.fill("case.aside", provider)`. A provider gets the request and the values the page hands
over; it answers safe markup, or None for nothing. Names in use: `topbar`, `topbar.search`, `head`, `register.aside`,
`case.aside`, `opinion.aside`, `office.tabs`, `operator.health`.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Provider = Callable[[HttpRequest, Mapping[str, Any]], SafeString | None]

_providers: dict[str, list[Provider]] = defaultdict(list)


def fill(name: str, provider: Provider) -> None:
    """Put `provider` in the slot; several stand in the order they came."""
    if provider not in _providers[name]:
        _providers[name].append(provider)


def empty(name: str) -> None:
    _providers.pop(name, None)


def filled(name: str) -> bool:
    return bool(_providers.get(name))


def render(name: str, request: HttpRequest, values: Mapping[str, Any]) -> SafeString:
    """What all providers of the slot answer, joined; each escapes its own."""
    pieces = (provider(request, values) for provider in _providers.get(name, ()))
    return mark_safe("".join(piece for piece in pieces if piece))  # noqa: S308  every piece is a SafeString
