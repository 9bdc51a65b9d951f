"""The language of a page: what the person chose, else Chinese. What the browser prefers is not asked."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tenants.models import User

KNOWN = {code for code, _name in settings.LANGUAGES}
COOKIE_AGE_S = 365 * 24 * 3600


class LanguageMiddleware:
    """Stands where Django's LocaleMiddleware would."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        asked = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = asked if asked in KNOWN else settings.LANGUAGE_CODE
        with translation.override(language):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response


def remember(response: HttpResponseBase, language: str) -> None:
    """Keep the choice in this browser: pages before the sign-in know no person."""
    if language in KNOWN:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=COOKIE_AGE_S,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def back(request: HttpRequest, default: str = "/") -> str:
    """Where the form says to go on, if that is a page of this host."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return asked if safe else default


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if chosen in KNOWN and isinstance(request.user, User) and request.user.language != chosen:
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    response = HttpResponseRedirect(back(request))
    remember(response, chosen)
    return response
