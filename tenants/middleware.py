"""Who is asking, and in which office: the host names the tenant, the session belongs to it, a post makes the actor.

Without a valid post no view runs but those `config.settings` names.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from kernel.errors import HuiyinError, NotFound, Refused, TooMany, Unavailable, response_for, wants_problem
from tenants import context, posts, steps, tokens
from tenants.actors import actor_for
from tenants.models import Tenant, User

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SESSION_TENANT = "tenant"  # str of the tenant's id
SESSION_POST = "membership"  # str of the membership's id


class SignInNeeded(HuiyinError):
    status = 401
    code = "sign-in"


class TenantMiddleware:
    """request.tenant, and its schema for the length of the request; None on the operator's own hosts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.get_host().rsplit(":", 1)[0].rstrip(".").lower()
        tenant = context.tenant_by_host(host)
        request.tenant = tenant  # type: ignore[attr-defined]
        request.actor = None  # type: ignore[attr-defined]
        request.posts = None  # type: ignore[attr-defined]  # of the person in this office, once read
        request.api_token = None  # type: ignore[attr-defined]  # of another system
        if tenant is None:
            if host not in settings.PUBLIC_HOSTS:
                return response_for(request, NotFound(_("这个网址没有对应的单位。核对网址，或问本单位管理员。")))
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            with context.nobody():
                return self.get_response(request)
        if tenant.status == Tenant.Status.PENDING or not steps.serves(tenant.schema_rev):
            return response_for(request, Unavailable(_("本单位的系统正在升级，几分钟后再试。已经保存的内容不会丢失。")))
        with context.use(tenant):
            return self.get_response(request)


class MembershipMiddleware:
    """request.actor, or an answer in its place. Validity is asked at every request: a post that ended ends now."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and not _session_is_here(request):
            _forget_person(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
        name = request.resolver_match.view_name if request.resolver_match else ""
        if tenant is not None and wants_problem(request) and (secret := tokens.given(request)) is not None:
            return _with_token(request, tenant, secret)
        user = request.user
        if not isinstance(user, User):
            return None if name in settings.OPEN_VIEWS else _to_sign_in(request)
        if tenant is None:
            return _outside_offices(request, user, name)
        mine = [] if user.is_operator else posts.held(user.pk, tenant.pk)
        request.posts = mine  # type: ignore[attr-defined]
        chosen = request.session.get(SESSION_POST)
        post = next((row for row in mine if str(row.pk) == chosen), mine[0] if len(mine) == 1 else None)
        if post is not None:
            post.user = user
            request.actor = actor_for(post, mine)  # type: ignore[attr-defined]
            return None
        if name in settings.OPEN_VIEWS or name in settings.POSTLESS_VIEWS:
            return None
        return _without_post(request, several=bool(mine))


def _outside_offices(request: HttpRequest, user: User, name: str) -> HttpResponseBase | None:
    """The public host is the operator's alone."""
    if user.is_operator or name in settings.OPEN_VIEWS or name in settings.POSTLESS_VIEWS:
        return None
    return response_for(request, Refused(_("这里只供平台运维登录。办件请用本单位的网址。"), code="no-operator"))


def _with_token(request: HttpRequest, tenant: Tenant, secret: str) -> HttpResponseBase | None:
    """Another system. A session that came along counts for nothing: the header was sent on purpose."""
    try:
        token = tokens.read(secret, tenant)
    except HuiyinError as refusal:
        answer = response_for(request, refusal)
        if refusal.status == TooMany.status:
            answer.headers["Retry-After"] = "60"
        if refusal.status == tokens.TokenRefused.status:
            answer.headers["WWW-Authenticate"] = 'Bearer realm="huiyin", error="invalid_token"'
        return answer
    request.user = tokens.Machine(token)  # type: ignore[assignment]  # authenticated, and no person
    request.api_token = token  # type: ignore[attr-defined]
    request.posts = []  # type: ignore[attr-defined]
    request.actor = tokens.actor(token)  # type: ignore[attr-defined]
    return None


def _without_post(request: HttpRequest, *, several: bool) -> HttpResponseBase:
    if several and not wants_problem(request):
        return _redirect(request, settings.CHOOSE_POST_VIEW)
    if several:
        return response_for(request, Refused(_("您在本单位有几个岗位。先选一个再办。"), code="choose-post"))
    text = _("您在本单位没有在任的岗位。请管理员为您设岗，或换一个网址登录。")
    return response_for(request, Refused(text, code="no-post", way_on=resolve_url(settings.CHOOSE_POST_VIEW)))


def _session_is_here(request: HttpRequest) -> bool:
    tenant: Tenant | None = request.tenant  # type: ignore[attr-defined]
    return bool(request.session.get(SESSION_TENANT, "") == ("" if tenant is None else str(tenant.pk)))


def _forget_person(request: HttpRequest) -> None:
    """The cookie was issued by another host: here it is nobody's. The session itself lives on where it belongs."""
    request.session = import_module(settings.SESSION_ENGINE).SessionStore()
    request.user = AnonymousUser()


def _to_sign_in(request: HttpRequest) -> HttpResponseBase:
    if wants_problem(request):
        return response_for(request, SignInNeeded(_("先登录，再办这一步。")))
    return _redirect(request, settings.LOGIN_URL)


def _redirect(request: HttpRequest, view: str) -> HttpResponseBase:
    """Back to the page afterwards, unless it was a form: that cannot be sent again."""
    target = resolve_url(view)
    if request.method == "GET" and request.get_full_path() != "/":
        target += "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
