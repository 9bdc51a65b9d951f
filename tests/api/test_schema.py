"""The committed schema file is what the code says; every verb of the table has its operation."""

from __future__ import annotations

import dataclasses
import inspect
import io
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from cases import actions
from cases.actions import Entry
from cases.api.bodies.filings import RegisterBody
from cases.api.schema import FILE
from cases.api.views.verbs import BODIES
from cases.transitions import VERBS


def test_the_schema_file_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "schema.yaml"
    call_command("spectacular", file=str(fresh), validate=True, fail_on_warn=True, stderr=io.StringIO())
    assert fresh.read_text() == FILE.read_text(), "The schema file is old. Run: make schema"


def test_every_verb_has_an_operation_of_its_name() -> None:
    paths = yaml.safe_load(FILE.read_text())["paths"]
    operations = {operation["operationId"] for methods in paths.values() for operation in methods.values()}
    wanted = {*VERBS, "propose", "turn_down", "save_draft", "discard"}
    assert wanted <= operations, f"without an operation: {sorted(wanted - operations)}"


# Where a body says it otherwise: the filing as one value, files by token, the case by its address.
ADDRESS = {"actor", "case_id", "version"}


@pytest.mark.parametrize("verb", BODIES)
def test_a_body_has_the_arguments_of_its_action(verb: str) -> None:
    arguments = set(inspect.signature(getattr(actions, verb)).parameters) - ADDRESS
    assert set(BODIES[verb]().fields) == arguments


def test_a_filing_is_registered_with_all_that_an_entry_holds() -> None:
    assert set(RegisterBody().fields) == {field.name for field in dataclasses.fields(Entry)} | {"draft"}


def test_every_change_of_a_case_names_its_version_and_every_post_takes_a_key() -> None:
    looks = {"unmask", "read_sealed", "preview_opinion", "search_people", "search_alike"}
    told_once = {"invite", "reset_password", "consent_request", "ask_token", "add_webhook"}  # a secret is in no memory
    told_once |= {"ping_webhook"}  # another machine is asked anew
    own_version = {"draft", *looks}
    for methods in yaml.safe_load(FILE.read_text())["paths"].values():
        for method, operation in methods.items():
            name, headers = operation["operationId"], {p["name"] for p in operation.get("parameters", [])}
            if method != "post":
                assert not headers & {"If-Match", "Idempotency-Key"}, name
                continue
            assert ("Idempotency-Key" in headers) == (name not in looks | told_once), name
            if name in VERBS - own_version - {"register"}:
                assert "If-Match" in headers, name
            for status in ("400", "401", "403", "404", "409", "422"):
                assert "application/problem+json" in operation["responses"][status]["content"], (name, status)
