"""How the schema file says it: every operation's refusals, and the two headers of a change."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

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
