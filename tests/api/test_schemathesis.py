"""The API against its own schema file, by generated requests: no 5xx, no answer the file does not know.

Valid and broken requests, by people of several roles, on cases in every state; run in process, so that what
they change is rolled back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cases.api.schema import FILE
from tenants import context
from tests.api.world import UNIT, World, made_world
from tests.cases.making import COUNTY, row
from tests.people import actor, client_for

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
ROLES = (("R2", ""), ("R3", ""), ("R4", ""), ("R18", ""), ("R5", UNIT), ("R6", UNIT), ("R8", UNIT))
EXAMPLES = 8


class SignedIn:
    """Every request comes from `cookie`'s person on the office's host: the generator's own client drops cookies."""

    def __init__(self, app: Callable[..., Any], host: str) -> None:
        self._app, self._host, self._token = app, host, secrets.token_hex(16)
        self.cookie = ""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["HTTP_HOST"] = self._host
        environ["HTTP_COOKIE"] = f"{self.cookie}; csrftoken={self._token}"
        environ["HTTP_X_CSRFTOKEN"] = self._token
        return self._app(environ, start_response)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), made_world() as made:
        yield made


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[SignedIn]:
    """The handler of the web process. At a request's edges it would close our connection, and with it the world."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield SignedIn(get_wsgi_application(), context.tenant_by_code(COUNTY).host)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def cookies(world: World) -> list[str]:
    people = (actor(COUNTY, role, unit=unit) for role, unit in ROLES)
    return [f"sessionid={client_for(who).cookies['sessionid'].value}" for who in people]


SCHEMA = schemathesis.openapi.from_path(str(FILE))
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_breaks_it_and_no_answer_is_unknown(
    label: str, world: World, app: SignedIn, cookies: list[str]
) -> None:
    operation = OPERATIONS[label]
    operation.schema.app = app
    here = [pk for name, pk in world.cases.items() if name != "elsewhere"]
    versions = {str(pk): row(COUNTY, pk).version for pk in here}
    ids = {"case_id": here, "draft_id": [world.draft], "attachment_id": [world.attachment]}
    requests = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests, data=st.data())
    def attack(case: Any, data: st.DataObject) -> None:
        app.cookie = data.draw(st.sampled_from(cookies))
        for name, known in ids.items():
            if name in case.path_parameters and len(str(case.path_parameters[name])) == 36:
                case.path_parameters[name] = str(data.draw(st.sampled_from(known)))
        if str(case.headers.get("If-Match", "")).endswith('"') and data.draw(st.booleans()):
            case.headers["If-Match"] = f'"{versions.get(case.path_parameters.get("case_id"), 1)}"'
        case.call_and_validate(checks=CHECKS, app=app)

    attack()
