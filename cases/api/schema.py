"""How the schema file describes it: one operation per verb under the verb's own name, every refusal, enums in place.

The file is committed; after a change: make schema
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from kernel.openapi import ProblemSchema

FILE = Path(__file__).with_name("schema.yaml")
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


class CaseSchema(ProblemSchema):
    """A list refuses a parameter as a change refuses a member: 422. An address may be read and posted to."""

    def get_description(self, *_: Any) -> str:
        return ""  # `described` says it; a view's docstring speaks to whoever reads the code

    def get_response_serializers(self) -> Any:
        return None if self.method == "GET" else super().get_response_serializers()

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        if operation is not None:
            if getattr(self.view, "conflicts", False):
                operation["responses"].setdefault("409", {"description": "", "content": _PROBLEM})
            if getattr(self.view, "may_be_away", False):
                operation["responses"].setdefault("503", {"description": "", "content": _PROBLEM})
            if self.method == "GET":
                given = operation.get("parameters", [])
                operation["parameters"] = [one for one in given if one["in"] != "header"]
            operation["responses"].setdefault("422", {"description": "", "content": _PROBLEM})
            operation["responses"].setdefault("406", {"description": "", "content": _PROBLEM})
        return operation


def inline_enums(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """POSTPROCESSING_HOOKS: the lists stay where they are used; named apart they would need names nobody says.

    A body has the members named and no others: a misspelt one would silently do nothing.
    """
    _strip(result)
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Body") or name == "AnswerToDemand":
            component["additionalProperties"] = False
    return result


def _strip(node: Any) -> None:
    if isinstance(node, dict):
        node.pop("x-spec-enum-id", None)
        for inner in node.values():
            _strip(inner)
    elif isinstance(node, list):
        for inner in node:
            _strip(inner)


def described(
    view: type[APIView],
    method: str,
    operation: str,
    *,
    summary: str,
    tag: str,
    description: str = "",
    answer: Any = None,
    parameters: type[BaseSerializer[Any]] | None = None,
) -> type[APIView]:
    """The view, with its operation id, and its words: Chinese in a line, English below."""
    known: dict[str, Any] = {"operation_id": operation, "summary": summary, "description": description, "tags": [tag]}
    if answer is not None:
        known["responses"] = answer
    if parameters is not None:
        known["parameters"] = [parameters]
    found: Any = extend_schema_view(**{method: extend_schema(**known)})(view)
    found.named = operation
    return cast(type[APIView], found)
