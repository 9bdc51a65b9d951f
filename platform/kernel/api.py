"""What every call of the API shares: who asks, which version they saw, the same thing only once, one form of refusal.

A view names its serializers and one method that calls the action; nothing else is decided in it.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView, set_rollback

from kernel import errors, paging
from kernel.errors import PROBLEM_TYPE, HuiyinError, Invalid, PreconditionRequired, Refused, problem
from kernel.idempotency import Answer, Asked, answer_once


class Acting(Protocol):
    """What the kernel knows of `tenants.actors.Actor`."""

    @property
    def user(self) -> UUID: ...
    @property
    def schema(self) -> str: ...


def actor_of(request: Request) -> Any:
    """`request.actor`, set by the membership middleware. Raises Refused."""
    actor = getattr(request._request, "actor", None)
    if actor is None:
        raise Refused(_("您在这个单位没有岗位。请管理员为您设岗后再办。"), code="no-membership")
    return actor


def etag(version: int) -> str:
    return f'"{version}"'


def if_match(request: Request) -> int:
    """The version the caller saw. Raises PreconditionRequired (428) without the header, 400 when it is no version.

    A weak tag counts: proxies that compress weaken it. Whether it is stale (412) is decided under the action's lock.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise PreconditionRequired()
    plain = given.removeprefix("W/")
    if len(plain) < 3 or plain[0] != '"' or plain[-1] != '"' or not plain[1:-1].isdecimal() or len(plain) > 12:
        raise HuiyinError(_("If-Match 应是读取时 ETag 给出的版本。先读取，再修改。"), code="if-match")
    return int(plain[1:-1])


class ActionView(APIView):
    """POST: parse `body`, call `act`, answer with `answer`.

        class Close(ActionView):
            body, answer = CloseBody, CaseOut
            def act(self, actor, data, version, *, case_id):
                return actions.close_case(actor, case_id, version=version, **data)

    `act` runs in one transaction. An answer that has a `version` gets it as ETag.
    """

    body: ClassVar[type[BaseSerializer[Any]] | None] = None
    answer: ClassVar[type[BaseSerializer[Any]] | None] = None
    success: ClassVar[int] = 200
    needs_version: ClassVar[bool] = True  # False where something new is made
    remembers: ClassVar[bool] = True  # False for a look at personal data: each one is asked anew and leaves its trace

    def act(self, actor: Any, data: dict[str, Any], version: int | None, *rest: Any, **where: Any) -> Any:
        """A view names the parts of its address: `*, case_id: UUID`."""
        raise NotImplementedError

    def location(self, result: Any) -> str | None:
        """The path of what was made, for 201."""
        return None

    def get_serializer_class(self) -> type[BaseSerializer[Any]] | None:
        return self.body

    def post(self, request: Request, **where: Any) -> Response:
        actor = actor_of(request)
        version = if_match(request) if self.needs_version else None
        data = parse(self.body, request)
        perform = partial(self._perform, actor, data, version, where)
        key = request.headers.get("Idempotency-Key") if self.remembers else None
        if key is None:
            with transaction.atomic():
                done = perform()
        else:
            asked = Asked(actor.schema, actor.user, key, f"{request.method} {request.path}", _comparable(request.data))
            done = answer_once(asked, perform)
        headers = done.headers | ({"Idempotency-Replayed": "true"} if done.replayed else {})
        return Response(done.body, status=done.status, headers=headers)

    def _perform(self, actor: Any, data: dict[str, Any], version: int | None, where: Mapping[str, Any]) -> Answer:
        result = self.act(actor, data, version, **where)
        headers = {}
        if isinstance(seen := getattr(result, "version", None), int):
            headers["ETag"] = etag(seen)
        if place := self.location(result):
            headers["Location"] = place
        body = None if self.answer is None else self.answer(result, context={"request": self.request}).data
        return Answer(204 if body is None and self.success == 200 else self.success, body, headers)


def parse(serializer: type[BaseSerializer[Any]] | None, request: Request) -> dict[str, Any]:
    """The checked body; unknown members are refused, since a misspelt one would silently do nothing."""
    if serializer is None:
        return {}
    checked = serializer(data=request.data, context={"request": request})
    known = getattr(checked, "fields", None)
    unknown = sorted(set(request.data) - set(known)) if known is not None and isinstance(request.data, Mapping) else []
    if unknown:
        raise Invalid(fields={name: [_("没有这一项。核对名称。")] for name in unknown})
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def _comparable(data: Any) -> Any:
    """The body for comparison: files by their content."""
    if isinstance(data, UploadedFile):
        digest = hashlib.sha256()
        for part in data.chunks():
            digest.update(part)
        data.seek(0)
        return ["file", data.name, digest.hexdigest()]
    if hasattr(data, "lists"):
        return {name: [_comparable(value) for value in values] for name, values in data.lists()}
    if isinstance(data, Mapping):
        return {str(name): _comparable(value) for name, value in data.items()}
    return [_comparable(value) for value in data] if isinstance(data, list) else data


# Refusals ------------------------------------------------------------------------------------------------------------


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal of the API as a problem; what is none (a bug) goes on to Django."""
    refusal = as_refusal(error)
    if refusal is None:
        return None
    set_rollback()
    headers = {"Cache-Control": "no-store"}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(problem(refusal), status=refusal.status, headers=headers, content_type=PROBLEM_TYPE)


def as_refusal(error: Exception) -> HuiyinError | None:
    if isinstance(error, HuiyinError):
        return error
    if isinstance(error, Http404):
        return errors.NotFound()
    if isinstance(error, exceptions.ValidationError):
        return Invalid(fields=dict(_fields(error.detail)))
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF"):
        return Refused(_("页面放得太久了。刷新页面后再办，您填的内容还在。"), code="csrf")
    if isinstance(error, exceptions.APIException):
        return _KNOWN.get(type(error), partial(_other, error))()
    return Refused() if isinstance(error, PermissionDenied) else None


def _fields(detail: Any, path: str = "") -> list[tuple[str, list[str]]]:
    """Nested messages under dotted names: demands.0.text."""
    if isinstance(detail, Mapping):
        return [found for name, inner in detail.items() for found in _fields(inner, f"{path}.{name}" if path else name)]
    if isinstance(detail, list) and any(isinstance(inner, Mapping | list) for inner in detail):
        return [found for place, inner in enumerate(detail) for found in _fields(inner, f"{path}.{place}")]
    texts = [str(text) for text in (detail if isinstance(detail, list) else [detail])]
    return [(path or "non_field_errors", texts)] if texts else []


def _other(error: exceptions.APIException) -> HuiyinError:
    refusal = HuiyinError(code=str(error.default_code).replace("_", "-"))
    refusal.status = error.status_code
    return refusal


def _sign_in() -> HuiyinError:
    refusal = HuiyinError(_("还没有登录，或登录已过期。登录后再办，您填的内容还在。"), code="sign-in")
    refusal.status, refusal.title = 401, _("请先登录")
    return refusal


_KNOWN: dict[type[exceptions.APIException], Callable[[], HuiyinError]] = {
    exceptions.NotAuthenticated: _sign_in,
    exceptions.AuthenticationFailed: _sign_in,
    exceptions.PermissionDenied: Refused,
    exceptions.NotFound: errors.NotFound,
    exceptions.Throttled: errors.TooMany,
}


# Lists ---------------------------------------------------------------------------------------------------------------


class KeysetPagination(BasePagination):
    """`{"items": [...], "next": cursor | null}`; the view names `ordering`, ending with a unique column."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        params = request.query_params
        found = paging.page(queryset, view.ordering, params.get("cursor") or None, paging.size_from(params))
        self._next = found.next
        return found.items

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"items": data, "next": self._next})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {"type": "string", "nullable": True}
        return {
            "type": "object",
            "required": ["items", "next"],
            "properties": {"items": schema, "next": following},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": paging.LARGEST_PAGE, "default": paging.PAGE}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "size", "in": "query", "required": False, "schema": size},
        ]
