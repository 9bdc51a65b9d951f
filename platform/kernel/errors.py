"""Every refusal a person may meet: one class per HTTP status, a Chinese sentence that says what to do, a way on.

Pages get `kernel/error.html`, the API gets `application/problem+json` (RFC 9457). Both are built here, so that a
refusal reads the same from page, API, middleware and command.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TYPE_PREFIX = "urn:huiyin:error:"
PROBLEM_TYPE = "application/problem+json"
Text = str | Promise


class CrossTenant(RuntimeError):
    """A row of one office was about to be read, written or deleted under another office: a programming error."""


class HuiyinError(Exception):
    """Base of all refusals. `way_on` is the path of the page to go on with, or None."""

    status = 400
    code = "bad-request"
    title: Text = _("这样做不了")
    message: Text = _("请求有误。检查后再试，您填的内容还在。")

    def __init__(
        self,
        message: Text | None = None,
        *,
        code: str | None = None,
        way_on: str | None = None,
        fields: Mapping[str, Sequence[Text]] | None = None,
    ) -> None:
        if message is not None:
            self.message = message
        if code is not None:
            self.code = code
        self.way_on = way_on
        self.fields: dict[str, list[str]] = {name: [str(t) for t in texts] for name, texts in (fields or {}).items()}
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotFound(HuiyinError):
    """Does not exist, or is not yours: the two are one answer."""

    status = 404
    code = "not-found"
    title = _("没有找到")
    message = _("没有这一项，或者不在您的办理范围内。核对编号，或回到工作台查找。")


class Refused(HuiyinError):
    status = 403
    code = "refused"
    title = _("您的岗位不能办这一步")
    message = _("您的岗位没有这项权限。请有权限的同事办理，或请管理员调整岗位。")


class Conflict(HuiyinError):
    """The transition table or the state of things says no."""

    status = 409
    code = "conflict"
    title = _("现在不能办这一步")
    message = _("这件事现在的状态不允许这样办。刷新后看可以办什么。")


class Stale(HuiyinError):
    """The version the caller saw has moved."""

    status = 412
    code = "stale"
    title = _("有人先改了")
    message = _("这件事刚刚被别人改过。您填的内容还在，看过现在的样子再办。")


class PreconditionRequired(HuiyinError):
    status = 428
    code = "precondition-required"
    title = _("缺少版本号")
    message = _("修改时要带上所依据的版本 (If-Match)。先读取，再修改。")


class Invalid(HuiyinError):
    """What was entered cannot stand; `fields` says which and why."""

    status = 422
    code = "invalid"
    title = _("有几处要改")
    message = _("有几处没有填对。改好标出的地方再办，其他内容还在。")


class TooLarge(HuiyinError):
    status = 413
    code = "too-large"
    title = _("文件太大")
    message = _("单个文件不能超过 50 MB。压缩或拆开后再上传。")


class TooMany(HuiyinError):
    status = 429
    code = "too-many"
    title = _("次数太多")
    message = _("尝试次数太多。过几分钟再试。")


class Unavailable(HuiyinError):
    status = 503
    code = "unavailable"
    title = _("暂时不能用")
    message = _("系统正在维护，几分钟后再试。已经保存的内容不会丢失。")


def wants_problem(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def problem(error: HuiyinError) -> dict[str, Any]:
    """The body of a problem answer; optional members are left out when empty."""
    body: dict[str, Any] = {
        "type": TYPE_PREFIX + error.code,
        "title": str(error.title),
        "status": error.status,
        "detail": str(error),
        "code": error.code,
    }
    if error.fields:
        body["fields"] = error.fields
    if error.way_on:
        body["way_on"] = error.way_on
    return body


def _static(name: str) -> str | None:
    """Unless the static files were not collected: the page of an error must not fail itself."""
    try:
        return static(name)
    except ValueError:
        return None


def response_for(request: HttpRequest, error: HuiyinError) -> HttpResponse:
    """The answer to a refusal. Middleware that refuses returns this instead of raising."""
    if wants_problem(request):
        body = json.dumps(problem(error), ensure_ascii=False)
        response = HttpResponse(body, status=error.status, content_type=PROBLEM_TYPE)
    else:
        page = render_to_string(
            "kernel/error.html",
            {"error": error, "stylesheet": _static("kernel/error.css"), "icon": _static("kernel/mark.svg")},
        )
        response = HttpResponse(page, status=error.status)
    response.headers["Cache-Control"] = "no-store"
    return response


class ErrorMiddleware:
    """Turns a refusal raised by a view into its page or problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return response_for(request, exception) if isinstance(exception, HuiyinError) else None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return response_for(request, HuiyinError())


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return response_for(request, Refused())


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return response_for(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500."""
    return response_for(request, _Broken())


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return response_for(request, Refused(_("页面放得太久了。刷新页面后再办，您填的内容还在。"), code="csrf"))


class _Broken(HuiyinError):
    status = 500
    code = "broken"
    title = _("系统出错")
    message = _("系统出错，这一步没有办成，已有的内容没有变。稍后再试；还不行请告诉管理员。")
