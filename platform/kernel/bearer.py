"""How another system enters the API. Apart from `kernel.api`: the framework reads its settings before its views."""

from typing import Any

from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request


class TokenAuthentication(BaseAuthentication):
    """As the membership middleware found it by its header: no session, so no CSRF token either."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        token = getattr(request._request, "api_token", None)
        return None if token is None else (request._request.user, token)

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="huiyin"'
