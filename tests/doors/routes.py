"""Every address the two hosts know, by the name of its view."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes(urlconf: str) -> dict[str, str]:
    """name -> pattern, as people would read it. A route without a name is listed by its pattern."""
    return dict(_walk(get_resolver(urlconf), "", ""))


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        pattern = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLPattern):
            name = entry.name or pattern
            yield f"{space}{name}", pattern
        else:
            yield from _walk(entry, pattern, f"{space}{entry.namespace}:" if entry.namespace else space)
