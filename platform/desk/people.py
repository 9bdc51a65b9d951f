"""Signing in and out, choosing a post, passwords: allauth's flows with our limits and words, one office a session."""

import time
from collections.abc import Callable
from typing import Any, ClassVar
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from desk import language, navigation, posts
from desk.office import role_words
from kernel import limits
from kernel.errors import Refused, response_for
from tenants import digests, passwords, rights
from tenants.middleware import SESSION_TENANT
from tenants.models import User
from tenants.requests import StaffRequest

BY_ACCOUNT = "signin.account"
BY_ADDRESS = "signin.address"
SEEN_EACH_S, MOST_SEEN = 60.0, 10_000
# What a person may do before the password that somebody else set has been changed.
BEFORE_NEW_PASSWORD = frozenset({"account_change_password", "account_logout", "language", "sign_out_everywhere"})


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """allauth's settings and texts that need code. Failures count per account and, generously, per address."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("用户名或密码不对。检查大小写后再试；忘了密码，找本单位管理员。"),
        "too_many_login_attempts": gettext_lazy("已连续输错 5 次，请 5 分钟后再试，或找本单位管理员。"),
        "account_inactive": gettext_lazy("这个账号已停用。要恢复，找本单位管理员。"),
        "password_ended": gettext_lazy("一次性密码已过 72 小时，不能再用。请本单位管理员再给一个。"),
        "operator_password_ended": gettext_lazy(
            "一次性密码已过 72 小时，不能再用。在平台机器上运行 create_operator --renew 再发一个。"
        ),
        "operators_only": gettext_lazy("这里只供平台运维登录。办件请用本单位的网址。"),
        "operators_elsewhere": gettext_lazy("运维账号只能在平台网址登录，不能进入单位。"),
        "enter_current_password": gettext_lazy("现在的密码不对。再输一遍。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No passing messages: a page says what now holds."""

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        account, address = _account(credentials), self.get_client_ip(request)
        if not limits.allowed(BY_ADDRESS, address, *limits.PER_ADDRESS):
            raise ValidationError(_("这个地址上输错的次数太多，请 5 分钟后再试。"), code="too_many_login_attempts")
        # Counted before the password is looked at, so that many tries at once cannot all slip through.
        if not limits.allowed(BY_ACCOUNT, account, *limits.PER_ACCOUNT) or not limits.hit(
            BY_ACCOUNT, account, *limits.PER_ACCOUNT
        ):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Raises ValidationError when the limit is reached, or when a right password meets a disabled account."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            limits.forgive(BY_ACCOUNT, _account(credentials))
            if not user.is_active:
                raise self.validation_error("account_inactive")
            outside = outside_offices(request)
            if outside != user.is_operator:
                raise self.validation_error("operators_only" if outside else "operators_elsewhere")
            if passwords.ended(user):
                raise self.validation_error("operator_password_ended" if outside else "password_ended")
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        limits.hit(BY_ADDRESS, self.get_client_ip(request), *limits.PER_ADDRESS)

    def login(self, request: StaffRequest, user: Any) -> None:
        super().login(request, user)
        if outside_offices(request):
            request.session[SESSION_TENANT] = ""  # the public host's
        else:
            posts.enter(request, user, request.tenant)

    def logout(self, request: HttpRequest) -> None:
        user = request.user
        super().logout(request)
        if isinstance(user, User):
            rights.changed(user.pk)

    def set_password(self, user: Any, password: str) -> None:
        passwords.taken_over(user)
        super().set_password(user, password)


def outside_offices(request: HttpRequest) -> bool:
    """On the public host, where only the operator signs in."""
    return getattr(request, "tenant", None) is None


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username", "")).casefold()


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """User name and password; user names are lower case, whatever was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("用户名")
        self.fields["login"].widget.attrs = {"autocomplete": "username", "autocapitalize": "none", "autofocus": True}
        self.fields["password"].label = _("密码")
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs = {"autocomplete": "current-password"}

    def clean_login(self) -> str:
        return str(super().clean_login()).lower()


class SignIn(LoginView):  # type: ignore[misc]  # allauth has no types
    form_class = SignInForm
    template_name = "desk/signin.html"
    redirect_field_name = "next"

    def get_form_class(self) -> type[forms.Form]:
        return SignInForm

    def get_template_names(self) -> list[str]:
        return ["desk/operator/signin.html" if outside_offices(self.request) else self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth's own adds sites and sign-up, which there are none of.
        return {
            "form": kwargs.get("form") or self.get_form(),
            "redirect_field_name": "next",
            "redirect_field_value": self.request.GET.get("next") or self.request.POST.get("next", ""),
        }

    def form_valid(self, form: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().form_valid(form)
        if isinstance(self.request.user, User):
            language.remember(response, self.request.user.language)
            choosing = not outside_offices(self.request) and "membership" not in self.request.session
            if choosing and isinstance(response, HttpResponseRedirect):
                return HttpResponseRedirect(f"{reverse('desk:posts')}?{urlencode({'next': response.url})}")
        return response


class SignOut(LogoutView):  # type: ignore[misc]  # allauth has no types
    """By POST only; a link must not sign anybody out."""

    http_method_names: ClassVar[list[str]] = ["post"]

    def get_redirect_url(self) -> str:
        return reverse("account_login")


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("现在的密码")
        self.fields["password1"].label = _("新密码")
        self.fields["password1"].help_text = _("至少 10 个字，不用常见密码，不含用户名。")
        self.fields["password2"].label = _("再输一遍新密码")
        for name, kind in (("oldpassword", "current"), ("password1", "new"), ("password2", "new")):
            self.fields[name].widget.attrs = {"autocomplete": f"{kind}-password"}
        self.fields["oldpassword"].help_text = ""

    def clean_oldpassword(self) -> str:
        """A session left open is no way to try passwords either."""
        account = self.user.get_username()
        if not limits.allowed(BY_ACCOUNT, account, *limits.PER_ACCOUNT):
            raise Adapter().validation_error("too_many_login_attempts")
        try:
            return str(super().clean_oldpassword())
        except ValidationError:
            limits.hit(BY_ACCOUNT, account, *limits.PER_ACCOUNT)
            raise

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = forms.Form.clean(self) or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("两遍不一样。再输一遍。"))
        if first and first == cleaned.get("oldpassword"):
            self.add_error("password1", _("新密码要和现在的不同。"))
        return cleaned


@method_decorator(login_required, name="dispatch")
class NewPassword(PasswordChangeView):  # type: ignore[misc]  # allauth has no types
    form_class = NewPasswordForm
    template_name = "desk/password.html"

    def get_form_class(self) -> type[forms.Form]:
        return NewPasswordForm

    def get_success_url(self) -> str:
        return "/"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "form": kwargs.get("form") or self.get_form(),
            "forced": self.request.user.must_change_password,
            "back": "/" if outside_offices(self.request) else reverse("desk:account"),
        }

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Every other sign-in of the person ends; this one goes on."""
        response: HttpResponseBase = super().form_valid(form)
        _end_sessions(self.request, keep_this=True)
        return response


class SeenMiddleware:
    """When and from where a session was last used, for the list of sign-ins: written once a minute, not each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._until: dict[tuple[str, str, str], float] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            told = (key, get_adapter().get_client_ip(request), request.META.get("HTTP_USER_AGENT", ""))
            if self._until.get(told, 0.0) < time.monotonic():
                UserSession.objects.create_from_request(request)
                if len(self._until) >= MOST_SEEN:
                    self._until.clear()
                self._until[told] = time.monotonic() + SEEN_EACH_S
        return self.get_response(request)


class PasswordMiddleware:
    """A password that somebody else set opens nothing but the page that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        match = request.resolver_match
        if not getattr(request.user, "must_change_password", False):
            return None
        if match is not None and match.url_name in BEFORE_NEW_PASSWORD:
            return None
        way_on = reverse("account_change_password")
        if request.path_info.startswith("/api/"):
            return response_for(request, Refused(_("先改密码，再办件。"), code="change-password", way_on=way_on))
        return HttpResponseRedirect(way_on)


# --- pages ------------------------------------------------------------------------------------------------------------


def home(request: StaffRequest) -> HttpResponse:
    """Where this person's work starts; a role whose page does not exist yet is told what comes."""
    start = navigation.home(request.actor.roles)
    if start is not None:
        return HttpResponseRedirect(start)
    roles = [
        (role_words.name(code), role_words.FOR[code]()) for code in sorted(request.actor.roles & role_words.FOR.keys())
    ]
    return render(request, "desk/later.html", {"roles": roles})


@login_required
@never_cache
def choose_post(request: StaffRequest) -> HttpResponse:
    """Several posts in one office: everything one does carries the post one chose."""
    user, tenant = request.user, request.tenant
    if request.method == "POST":
        actor = posts.choose(request, user, tenant, request.POST.get("membership", ""))
        if actor is not None:
            target = language.back(request)
            return HttpResponseRedirect(target if posts.keeps(actor, target) else "/")
        return HttpResponseRedirect(reverse("desk:posts"))
    held = posts.held(user, tenant)
    if len(held) == 1 and posts.choose(request, user, tenant, str(held[0].pk)):
        return HttpResponseRedirect(language.back(request))
    shown = posts.shown(held, request.session.get("membership"))
    return render(request, "desk/posts.html", {"posts": shown, "next": language.back(request, "")})


@never_cache
def account(request: StaffRequest) -> HttpResponse:
    """The person's own account: names as others see them, and where they are signed in."""
    user = request.user
    rows = [
        {"label": _("姓名"), "value": user.name},
        {"label": _("用户名"), "value": user.username},
        *(
            {"label": _("岗位"), "value": f"{post.department} {post.roles}"}
            for post in posts.shown(posts.held(user, request.tenant), None)
        ),
    ]
    sessions = [
        {
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "ip": session.ip,
            "browser": _browser(session.user_agent),
            "current": session.is_current(),
        }
        for session in sorted(UserSession.objects.purge_and_list(user), key=lambda s: s.last_seen_at, reverse=True)
    ]
    return render(
        request,
        "desk/account.html",
        {"account_rows": rows, "sessions": sessions, "current_text": _("这里"), "digest": digests.of(user)},
    )


def _browser(agent: str) -> str:
    known = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    return next((name for mark, name in known if mark in agent), _("其他"))


def _end_sessions(request: HttpRequest, *, keep_this: bool) -> None:
    for session in UserSession.objects.filter(user=request.user):
        if not (keep_this and session.is_current()):
            session.end()
    if isinstance(request.user, User):
        rights.changed(request.user.pk)


@require_POST
@login_required
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    _end_sessions(request, keep_this=True)
    return HttpResponseRedirect(reverse("desk:account"))


@require_POST
@login_required
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    _end_sessions(request, keep_this=False)
    logout(request)
    return HttpResponseRedirect(reverse("account_login"))


def landing(request: HttpRequest) -> HttpResponse:
    """The public host: no office is listed, none can be entered. The operator goes on to the work."""
    if isinstance(request.user, User) and request.user.is_operator:
        return HttpResponseRedirect(reverse("operator:offices"))
    return render(request, "desk/landing.html")
