"""接口说明: the schema file as pages for readers: operations by subject, parameters, bodies, examples, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.api.schema import FILE
from kernel.errors import NotFound
from tenants.requests import StaffRequest

DEEPEST = 3
TAGS: dict[str, str | Promise] = {
    "cases": gettext_lazy("查件"),
    "verbs": gettext_lazy("办理"),
    "desk": gettext_lazy("待办"),
    "preparing": gettext_lazy("办理之前要看的"),
    "papers": gettext_lazy("文书"),
    "exports": gettext_lazy("导出"),
    "drafts": gettext_lazy("草稿"),
    "files": gettext_lazy("材料"),
    "office": gettext_lazy("单位、代码和自己"),
    "search": gettext_lazy("查询"),
    "supervision": gettext_lazy("督办"),
    "figures": gettext_lazy("态势"),
    "administration": gettext_lazy("管理（管理员登录后）"),
    "audit": gettext_lazy("审计（审计员登录后）"),
}
REFUSED = {
    "400": gettext_lazy("读不懂的请求"),
    "401": gettext_lazy("没有登录，或令牌无效、到期、撤销"),
    "403": gettext_lazy("岗位或令牌范围里没有这一步"),
    "404": gettext_lazy("没有，或不归您看"),
    "406": gettext_lazy("没有这种格式"),
    "409": gettext_lazy("现在的状态不能这样办"),
    "412": gettext_lazy("有人先改了"),
    "413": gettext_lazy("太大"),
    "415": gettext_lazy("不收这种正文"),
    "422": gettext_lazy("内容要改"),
    "428": gettext_lazy("没有带 If-Match"),
    "429": gettext_lazy("太密"),
    "503": gettext_lazy("现在不能答"),
}


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    tag: str
    raw: Mapping[str, Any]

    @property
    def summary(self) -> str:
        """The schema speaks Chinese; elsewhere the operation's own name says it."""
        if str(get_language()).startswith("zh"):
            return str(self.raw.get("summary", ""))
        return self.id.replace("_", " ").capitalize()

    @property
    def description(self) -> str:
        return str(self.raw.get("description", ""))


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a body or an answer, under its dotted name."""

    name: str
    type: str
    required: bool
    values: tuple[str, ...]
    note: str


@cache
def schema() -> dict[str, Any]:
    """Read once a process: the file changes with a deployment only."""
    found: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


@cache
def operations() -> dict[str, Operation]:
    return {
        raw["operationId"]: Operation(raw["operationId"], method.upper(), address, raw["tags"][0], raw)
        for address, methods in schema()["paths"].items()
        for method, raw in methods.items()
    }


@require_GET
def listing(request: StaffRequest) -> HttpResponse:
    found = list(operations().values())
    groups = [{"title": title, "items": [one for one in found if one.tag == tag]} for tag, title in TAGS.items()]
    context = {"groups": [group for group in groups if group["items"]], "host": request.get_host()}
    return render(request, "desk/reference/list.html", context)


@require_GET
def one(request: StaffRequest, operation_id: str) -> HttpResponse:
    found = operations().get(operation_id)
    if found is None:
        raise NotFound
    context = {
        "operation": found,
        "tag": TAGS.get(found.tag, found.tag),
        "parameters": [_parameter(row) for row in found.raw.get("parameters", ())],
        "bodies": list(_bodies(found.raw.get("requestBody", {}))),
        "answers": [row for row in _answers(found) if row["status"].startswith("2")],
        "refusals": [
            {**row, "text": REFUSED.get(row["status"], row["text"])}
            for row in _answers(found)
            if not row["status"].startswith("2")
        ],
    }
    return render(request, "desk/reference/one.html", context)


def _parameter(raw: Mapping[str, Any]) -> dict[str, Any]:
    places = {"path": _("地址"), "query": _("参数"), "header": _("请求头")}
    shape = raw.get("schema", {})
    return {
        "name": raw["name"],
        "place": places.get(raw["in"], raw["in"]),
        "required": raw.get("required", False),
        "type": _type(shape),
        "values": _values(shape),
        "default": shape["default"] if shape.get("default", "") != "" else None,
    }


def _bodies(raw: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for kind, content in raw.get("content", {}).items():
        yield {"kind": kind, "members": list(_members(content.get("schema", {}))), "examples": _examples(content)}


def _answers(operation: Operation) -> Iterator[dict[str, Any]]:
    for status, raw in sorted(operation.raw.get("responses", {}).items(), key=lambda pair: str(pair[0])):
        contents = raw.get("content", {})
        content: Mapping[str, Any] = next(iter(contents.values()), {})
        yield {
            "status": str(status),
            "text": raw.get("description", ""),
            "kind": ", ".join(contents),
            "members": list(_members(content.get("schema", {}))) if str(status).startswith("2") else [],
            "examples": _examples(content),
        }


def _examples(content: Mapping[str, Any]) -> list[str]:
    given = content.get("examples", {}).values()
    shown = [_resolved(one).get("value") for one in given]
    return [json.dumps(value, ensure_ascii=False, indent=2) for value in shown]


def _resolved(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference points to; `allOf` with one part is that part."""
    while True:
        parts = shape.get("allOf", ())
        if len(parts) == 1:
            shape = {**parts[0], **{name: value for name, value in shape.items() if name != "allOf"}}
        reference = shape.get("$ref", "")
        if not reference:
            return shape
        found: Any = schema()
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        shape = found


def _members(shape: Mapping[str, Any], above: str = "", depth: int = 0) -> Iterator[Member]:
    shape = _resolved(shape)
    if shape.get("type") == "array":
        yield from _members(shape.get("items", {}), above, depth)
        return
    needed = set(shape.get("required", ()))
    for name, inner in shape.get("properties", {}).items():
        full = f"{above}{name}"
        plain = _resolved(inner)
        note = str(plain.get("description", "")).partition("\n")[0] if depth < DEEPEST else ""
        yield Member(full, _type(inner), name in needed, _values(plain), note)
        deeper = _resolved(plain.get("items", {})) if plain.get("type") == "array" else plain
        if depth + 1 < DEEPEST and deeper.get("properties"):
            yield from _members(deeper, f"{full}[]." if plain.get("type") == "array" else f"{full}.", depth + 1)


def _type(shape: Mapping[str, Any]) -> str:
    nullable = bool(shape.get("nullable"))
    shape = _resolved(shape)
    words = {
        "string": _("文字"),
        "integer": _("整数"),
        "number": _("数"),
        "boolean": _("是否"),
        "object": _("对象"),
        "array": _("列表"),
    }
    formats = {"uuid": "UUID", "date": _("日期"), "date-time": _("时间"), "binary": _("文件"), "uri": _("地址")}
    said = formats.get(shape.get("format", ""), words.get(shape.get("type", ""), _("任意")))
    if longest := shape.get("maxLength"):
        said = _("%(type)s，最多 %(n)s 字") % {"type": said, "n": longest}
    return _("%(type)s，可为 null") % {"type": said} if nullable or shape.get("nullable") else str(said)


def _values(shape: Mapping[str, Any]) -> tuple[str, ...]:
    """Of a list, what may stand in it."""
    plain = _resolved(shape)
    options = plain.get("enum", ()) or _resolved(plain.get("items", {})).get("enum", ())
    return tuple(str(value) for value in options if value not in ("", None))


pages = [
    path("api-reference/", listing, name="api_reference"),
    path("api-reference/<slug:operation_id>/", one, name="api_operation"),
]
