"""Examples of the schema file are real requests and answers, and still fit their shapes.

After a change of an answer: UPDATE_EXAMPLES=1 pytest tests/api/test_examples.py, then make schema.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import yaml
from django.db import transaction

from cases.api.examples import FILE, examples
from cases.api.schema import FILE as SCHEMA
from kernel import outbox
from tests.api.world import World, made_world
from tests.cases.making import row
from tests.doors.api_rows import API
from tests.doors.rows import Door
from tests.people import client_for

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
LONGEST_LIST, LONGEST_TEXT = 2, 120


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(SCHEMA.read_text(), Loader=yaml.CSafeLoader)
    return found


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield address, method, operation


# --- taking them ------------------------------------------------------------------------------------------------------


def short(value: Any) -> Any:
    """Two of a list tell as much as ten; a token is no reading."""
    if isinstance(value, list):
        return [short(one) for one in value[:LONGEST_LIST]]
    if isinstance(value, dict):
        return {name: short(one) for name, one in value.items()}
    return f"{value[:LONGEST_TEXT]}…" if isinstance(value, str) and len(value) > LONGEST_TEXT else value


def taken(door: Door, world: World) -> dict[str, Any] | None:
    """What the right person sends through this door, and gets; None for bytes."""
    from django.urls import reverse

    url = reverse(door.route, urlconf="config.urls", kwargs=door.address(world))
    sent, client = door.sent(world), client_for(door.right())
    if door.method == "GET":
        answer: Any = client.get(url, sent)
    elif door.route == "api:upload":
        answer = client.post(url, sent)
        sent = {}
    else:
        version = row("990123", world.cases[door.case]).version if door.case else 1
        version = door.version(world) if door.version else version
        answer = client.post(url, sent, content_type="application/json", headers={"If-Match": f'"{version}"'})
    if answer.streaming:
        list(answer.streaming_content)  # read to its end, a file is closed
        return None
    asked = sent if door.method == "POST" else None
    if not answer.headers.get("Content-Type", "").startswith("application/json"):
        return {"request": asked} if asked else None
    return {"request": asked, "response": answer.json()}


@pytest.mark.skipif("UPDATE_EXAMPLES" not in os.environ, reason="writes the examples anew")
@pytest.mark.django_db
def test_take_examples(schema: dict[str, Any]) -> None:
    names = {(a.removeprefix("/api/v1/"), m.upper()): op["operationId"] for a, m, op in operations(schema)}
    from cases.api.routes import ROUTES
    from cases.api.routing import FURTHER, name_of

    addresses = {name_of(view): re.sub(r"<\w+:(\w+)>", r"{\1}", address) for address, view in [*ROUTES, *FURTHER]}
    found: dict[str, Any] = {}
    with made_world() as world:
        outbox.drain()  # so that search finds something
        for door in API:
            operation = names[addresses[door.route.removeprefix("api:")], door.method]
            with transaction.atomic():
                example = taken(door, world)
                transaction.set_rollback(True)
            if example is not None and operation not in found:
                found[operation] = {name: short(value) for name, value in example.items() if value}
    text = json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1, default=str)
    known: dict[str, str] = {}
    for uuid in UUID.findall(text):
        known.setdefault(uuid, f"0197b0aa-1c9e-7c11-9a52-{len(known) + 1:012d}")
    for uuid, plain in known.items():
        text = text.replace(uuid, plain)
    FILE.write_text(text + "\n", encoding="utf-8")


# --- holding them -----------------------------------------------------------------------------------------------------


def plain(shape: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` is a second type."""
    if isinstance(shape, list):
        return [plain(one) for one in shape]
    if not isinstance(shape, dict):
        return shape
    made = {name: plain(one) for name, one in shape.items() if name != "nullable"}
    return {"anyOf": [made, {"type": "null"}]} if shape.get("nullable") is True else made


def fits(value: Any, shape: dict[str, Any], schema: dict[str, Any]) -> None:
    jsonschema.validate(value, {**plain(shape), "components": plain(schema["components"])})


def test_every_operation_has_examples_of_its_request_its_answer_and_its_refusals(schema: dict[str, Any]) -> None:
    lacking = []
    for _address, _method, operation in operations(schema):
        name = operation["operationId"]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        shape = schema["components"]["schemas"].get(body.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1], {})
        if shape.get("properties") and not body.get("examples") and body:
            lacking.append(f"{name}: request")
        for status, answer in operation["responses"].items():
            for kind, content in answer.get("content", {}).items():
                if "json" in kind and not content.get("examples"):
                    lacking.append(f"{name}: {status}")
    assert not lacking, lacking


@pytest.mark.parametrize("name", sorted(examples()))
def test_an_example_fits_its_shape(name: str, schema: dict[str, Any]) -> None:
    operation = next(op for _a, _m, op in operations(schema) if op["operationId"] == name)
    told = examples()[name]
    if told.get("request"):
        fits(told["request"], operation["requestBody"]["content"]["application/json"]["schema"], schema)
    if "response" in told:
        answer = next(one for status, one in operation["responses"].items() if status.startswith("2"))
        fits(told["response"], answer["content"]["application/json"]["schema"], schema)
