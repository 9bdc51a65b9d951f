"""Addresses on a tenant's host."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

PARTS = {"api/v1/": "cases.api.urls", "": "desk.urls"}


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(module)) for prefix, module in PARTS.items() if _exists(module)
]

handler400 = "kernel.errors.bad_request"
handler403 = "kernel.errors.permission_denied"
handler404 = "kernel.errors.page_not_found"
handler500 = "kernel.errors.server_error"
