"""How the schema file says it: every operation's refusals, and the two headers of a change."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from kernel.api import ActionView

_ALWAYS = ("400", "401", "403", "404")
_ON_CHANGE = ("409", "412", "413", "415", "422", "428", "429")

PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        "way_on": {"type": "string"},
    },
}


@extend_schema_field({"allOf": [{"$ref": "#/components/schemas/Problem"}]})
class ProblemField(serializers.Field[Any, Any, Any, Any]):
    """A refusal inside an answer: what became of one of several."""

    def to_representation(self, value: Any) -> Any:
        return value


class ProblemSchema(AutoSchema):
    """DEFAULT_SCHEMA_CLASS of the project."""

    def get_request_serializer(self) -> Any:
        return self.view.body if isinstance(self.view, ActionView) else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        if isinstance(self.view, ActionView):
            status = 204 if self.view.answer is None and self.view.success == 200 else self.view.success
            return {status: self.view.answer}
        return super().get_response_serializers()

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        changes = self.method in {"POST", "PUT", "PATCH", "DELETE"}
        for status in (*_ALWAYS, *(_ON_CHANGE if changes else ())):
            content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
            operation["responses"].setdefault(status, {"description": "", "content": content})
        if isinstance(self.view, ActionView):
            operation.setdefault("parameters", []).extend(_headers(self.view))
        return operation


def _headers(view: ActionView) -> list[dict[str, Any]]:
    key = {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[ -~]+$"}
    headers: list[dict[str, Any]] = []
    if view.remembers:
        headers.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": key})
    if view.needs_version:
        tag = {"type": "string", "pattern": '^(W/)?"[0-9]{1,9}"$'}
        headers.insert(0, {"name": "If-Match", "in": "header", "required": True, "schema": tag})
    return headers


def add_problem(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """POSTPROCESSING_HOOKS: the component every refusal refers to."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    return result


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema file names the key of another system."""

    target_class = "kernel.bearer.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        text = "接口令牌。由本单位管理员发放，只显示一次；请求头 Authorization: Bearer hy_…"
        return {"type": "http", "scheme": "bearer", "description": text}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "rest_framework.authentication.SessionAuthentication"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        text = "在页面上登录的人：会话 cookie；修改还要请求头 X-CSRFToken。"
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME, "description": text}
