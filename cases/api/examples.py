"""Examples for readers of the schema file: real requests and answers of an invented office, and each refusal."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import override

from kernel import errors
from kernel.errors import HuiyinError, Invalid, problem

FILE = Path(__file__).with_name("examples.json")

# What it means, and the error that shows it.
REFUSALS: dict[str, tuple[str, HuiyinError]] = {
    "400": ("读不懂的请求", HuiyinError("请求体不是能读的 JSON。", code="parse-error")),
    "401": (
        "没有登录，或令牌无效、到期、撤销",
        HuiyinError("这个接口令牌已经到期。请本单位管理员另发一个。", code="token-expired"),
    ),
    "403": ("岗位或令牌范围里没有这一步", errors.Refused()),
    "404": ("没有，或不归您看", errors.NotFound()),
    "406": ("没有这种格式", HuiyinError("没有 Accept 要的格式。看这里列出的回答。", code="not-acceptable")),
    "409": ("现在的状态不能这样办", errors.Conflict("“待受理”状态下不能办这一步。刷新后看现在可以办什么。")),
    "412": ("有人先改了", errors.Stale()),
    "413": ("太大", errors.TooLarge()),
    "415": ("不收这种正文", HuiyinError("正文要用 application/json。", code="unsupported-media-type")),
    "422": ("内容要改", Invalid(fields={"to_department": ["没有这个单位。按名称、代码或拼音重新查找。"]})),
    "428": ("没有带 If-Match", errors.PreconditionRequired()),
    "429": ("太密", errors.TooMany()),
    "503": ("现在不能答", errors.Unavailable("检索服务没有应答。稍后再试。", code="search-down")),
}


@cache
def examples() -> dict[str, dict[str, Any]]:
    """By operation: `request` and `response`, where there is one in JSON."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def add_examples(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """POSTPROCESSING_HOOKS: each operation's own request, answers by their shape, refusals by their status."""
    shared: dict[str, Any] = {}
    operations = [operation for methods in result["paths"].values() for operation in methods.values()]
    for operation in operations:
        told = examples().get(operation["operationId"], {})
        _request(operation, told)
        for status, answer in operation["responses"].items():
            if str(status) in REFUSALS:
                _refusal(answer, str(status), shared)
            elif "response" in told:
                _answer(operation["operationId"], answer, told["response"], shared)
    for operation in operations:
        for answer in operation["responses"].values():
            _same(answer, shared)
    result["components"]["examples"] = dict(sorted(shared.items()))
    return result


def _request(operation: dict[str, Any], told: dict[str, Any]) -> None:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None and told.get("request"):
        content["examples"] = {operation["operationId"]: {"value": told["request"]}}


def _answer(operation: str, answer: dict[str, Any], value: Any, shared: dict[str, Any]) -> None:
    """Answers of one shape share the example of the first."""
    for kind, content in answer.get("content", {}).items():
        if "json" not in kind:
            continue
        name = content["schema"].get("$ref", "").rsplit("/", 1)[-1] or operation
        shared.setdefault(name, {"value": value})
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def _same(answer: dict[str, Any], shared: dict[str, Any]) -> None:
    """What nobody could show by itself is shown by another answer of its shape."""
    for content in answer.get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
        if "examples" not in content and name in shared:
            content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def _refusal(answer: dict[str, Any], status: str, shared: dict[str, Any]) -> None:
    words, error = REFUSALS[status]
    with override("zh-hans"):
        body = {**problem(error), "status": int(status)}
    name = f"Problem{status}"
    shared[name] = {"value": body}
    answer["description"] = words
    for content in answer.get("content", {}).values():
        content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}
