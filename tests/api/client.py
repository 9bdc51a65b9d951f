"""A client made from the schema file at run time: what the file says is all it knows.

    api = Api(client)                      # a Django test client with a token or a session
    made = api.register(channel="PHONE", text="…")
    api.transfer(case_id=made["case"]["id"], to_department=unit)

Names are the operation ids. Arguments go where the file puts them: address, query, body. Bodies and answers are checked
against their shapes; the version a change is based on is the one last seen; every change carries a key of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import jsonschema
import yaml
from django.test import Client

from cases.api.schema import FILE

CASE = re.compile(r"/cases/([0-9a-f-]{36})")


class Problem(Exception):
    """A refusal: the members of application/problem+json."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        super().__init__(f"{told['status']} {told['code']}: {told['detail']}")
        self.status, self.code, self.fields = told["status"], told["code"], told.get("fields", {})


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return found


@cache
def _operations() -> dict[str, tuple[str, str, dict[str, Any]]]:
    return {
        raw["operationId"]: (method, address, raw)
        for address, methods in _schema()["paths"].items()
        for method, raw in methods.items()
    }


def _plain(shape: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` is a second type."""
    if isinstance(shape, list):
        return [_plain(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    made = {name: _plain(one) for name, one in shape.items() if name != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if shape.get("nullable") is True else made


@cache
def _components() -> Any:
    return _plain(_schema()["components"])


def _check(value: Any, shape: dict[str, Any]) -> None:
    jsonschema.validate(value, {**_plain(shape), "components": _components()})


def _body(answer: Any) -> Any:
    """What JSON says; a document or file as its bytes."""
    if answer.streaming:
        return b"".join(answer.streaming_content)
    return answer.json() if "json" in answer.headers.get("Content-Type", "") else answer.content or None


class Api:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._versions: dict[str, str] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in _operations():
            raise AttributeError(f"The schema file knows no operation {name!r}.")
        return lambda **given: self._call(name, given)

    def every(self, name: str, **given: Any) -> Iterator[Any]:
        """All items of a list, page after page."""
        cursor: dict[str, str] = {}
        while True:
            page = self._call(name, {**given, **cursor})
            yield from page["items"]
            if not page.get("next"):
                return
            cursor = {"cursor": page["next"]}

    def _call(self, name: str, given: dict[str, Any]) -> Any:
        method, address, raw = _operations()[name]
        left = {key: str(value) if isinstance(value, UUID) else value for key, value in given.items()}
        parameters = {(row["in"], row["name"]): row for row in raw.get("parameters", ())}
        for place, key in parameters:
            if place == "path":
                address = address.replace(f"{{{key}}}", str(left.pop(key)))
        query = {key: left.pop(key) for place, key in parameters if place == "query" and key in left}
        content = raw.get("requestBody", {}).get("content", {}).get("application/json")
        if content is not None:
            _check(left, content["schema"])
        elif left:
            raise TypeError(f"{name} takes no {sorted(left)}.")
        headers = self._headers(address, parameters)
        if method == "get":
            answer: Any = self._client.get(address, query, headers=headers)
        else:
            answer = self._client.post(address, left, content_type="application/json", headers=headers)
        return self._told(address, raw, answer)

    def _headers(self, address: str, parameters: Mapping[tuple[str, str], Any]) -> dict[str, str]:
        headers = {}
        if ("header", "If-Match") in parameters:
            found = CASE.search(address)
            case = found[1] if found else address
            if case not in self._versions:
                self.case(case_id=case)
            headers["If-Match"] = self._versions[case]
        if ("header", "Idempotency-Key") in parameters:
            headers["Idempotency-Key"] = uuid4().hex
        return headers

    def _told(self, address: str, raw: dict[str, Any], answer: Any) -> Any:
        if answer.status_code >= 400:
            found = CASE.search(address)
            self._versions.pop(found[1] if found else "", None)
            raise Problem(answer.json())
        said = raw["responses"][str(answer.status_code)]
        body = _body(answer)
        if "json" in answer.headers.get("Content-Type", ""):
            _check(body, said["content"]["application/json"]["schema"])
        case = CASE.search(answer.headers.get("Location", "") or address)
        if case is not None and "ETag" in answer.headers and not address.endswith("/draft"):
            self._versions[case[1]] = answer.headers["ETag"]
        return body
