"""The API against its own schema file, by generated requests: no 5xx, no answer the file does not know.

Valid and broken requests, by people of several roles, on cases in every state; run in process, so that what
they change is rolled back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cases.api.schema import FILE
from config.wsgi import application
from tenants import context
from tests.api.tokens import issued
from tests.api.world import UNIT, World, made_world
from tests.cases.making import COUNTY, row
from tests.doors.api_rows import VERBS
from tests.doors.search_rows import kept, synonym
from tests.people import actor, client_for, department, membership

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Whoever the row of the table of doors names comes too; so does another system, which may do all a clerk's token may.
SYSTEM = ("token", "")
POSTS = [("R3", ""), ("R5", UNIT), ("R8", UNIT), SYSTEM]
# Administration and audit: whoever may, and one who may not.
OFFICE_POSTS = [("R19", ""), ("R20", ""), ("R3", "")]
# Supervision: who issues and decides, who answers, and another system.
ABOVE_POSTS = [("R13", ""), ("R5", UNIT), SYSTEM]
ABOVE = {"supervision", "figures"}
OFFICE = ("administration", "audit")
EXAMPLES, OFFICE_EXAMPLES = 8, 5


class SignedIn:
    """Every request comes from `who` on the office's host: the generator's own client drops cookies."""

    def __init__(self, app: Callable[..., Any], host: str) -> None:
        self._app, self._host, self._token = app, host, secrets.token_hex(16)
        self.who: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        environ["HTTP_HOST"], environ["REMOTE_ADDR"] = self._host, "127.0.0.1"
        environ["HTTP_X_CSRFTOKEN"] = self._token
        environ |= self.who
        if "HTTP_COOKIE" in self.who:
            environ["HTTP_COOKIE"] += f"; csrftoken={self._token}"
        with closing(self._app(environ, start_response)) as answer:
            return [b"".join(answer)]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), made_world() as made:
        yield made


@pytest.fixture(scope="module")
def app(world: World) -> SignedIn:
    """The handler of the web process."""
    return SignedIn(application, context.tenant_by_code(COUNTY).host)


Who = tuple[str, str]


@pytest.fixture(scope="module")
def passes(world: World) -> dict[Who, dict[str, str]]:
    """What each sends along, by role and unit: a session's cookie, or the key of another system."""
    wanted = {*POSTS, *OFFICE_POSTS, *ABOVE_POSTS, *((door.who, door.unit) for door in VERBS)} - {SYSTEM}
    people = {(role, unit): actor(COUNTY, role, unit=unit) for role, unit in wanted}
    sessions = {key: client_for(who).cookies["sessionid"].value for key, who in people.items()}
    found = {key: {"HTTP_COOKIE": f"sessionid={session}"} for key, session in sessions.items()}
    return {**found, SYSTEM: {"HTTP_AUTHORIZATION": f"Bearer {issued(COUNTY, 'R3')[1]}"}}


# The session is ours to give (SignedIn): a request without it is not a broken one.
CONFIG = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
SCHEMA = schemathesis.openapi.from_path(str(FILE), config=CONFIG)
OPERATIONS = {result.ok().label: result.ok() for result in SCHEMA.get_all_operations()}
AIMS = {door.route.removeprefix("api:"): door for door in VERBS}


def _office(world: World) -> dict[str, list[Any]]:
    post = membership(COUNTY, "R2")
    return {
        "department_id": [department(COUNTY, "村镇科").pk],
        "user_id": [post.user_id],
        "post_id": [post.pk],
        "request_id": [world.post_request],
        "wording_id": [world.wording],
        "token_id": [world.token],
        "webhook_id": [world.webhook],
        **{name: [pk] for name, pk in [*kept(world).items(), *synonym(world).items()]},
    }


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_breaks_it_and_no_answer_is_unknown(
    label: str, world: World, app: SignedIn, passes: dict[Who, dict[str, str]]
) -> None:
    operation = OPERATIONS[label]
    here = [pk for name, pk in world.cases.items() if name != "elsewhere"]
    versions = {str(pk): row(COUNTY, pk).version for pk in here}
    ids = {"case_id": here, "draft_id": [world.draft], "attachment_id": [world.attachment], **_office(world)}
    ids |= {"order_id": [world.supervised[name] for name in ("order", "answered")]}
    ids |= {"advice_id": [world.supervised[name] for name in ("advice", "told")]}
    office = operation.tags is not None and set(operation.tags) <= set(OFFICE)
    above = not ABOVE.isdisjoint(operation.tags or ())
    posts = OFFICE_POSTS if office else ABOVE_POSTS if above else POSTS
    aim = AIMS.get(label.rsplit("/", 1)[-1])
    requests = st.one_of(
        operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
    )
    seen: set[int] = set()

    @settings(
        max_examples=OFFICE_EXAMPLES if office else EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests, data=st.data())
    def attack(case: Any, data: st.DataObject) -> None:
        aimed = aim is not None and data.draw(st.booleans())
        who = (aim.who, aim.unit) if aim and aimed else data.draw(st.sampled_from(posts))
        app.who = passes[who]
        for name, known in ids.items():
            if name in case.path_parameters and len(str(case.path_parameters[name])) == 36:
                case.path_parameters[name] = str(data.draw(st.sampled_from(known)))
                if aim and aimed and name == "case_id":
                    case.path_parameters[name] = str(world.cases[aim.case])
        if str(case.headers.get("If-Match", "")).endswith('"') and (aimed or data.draw(st.booleans())):
            case.headers["If-Match"] = f'"{versions.get(case.path_parameters.get("case_id"), 1)}"'
        with transaction.atomic():
            seen.add(case.call_and_validate(checks=CHECKS, app=app).status_code)
            transaction.set_rollback(True)

    attack()
    assert seen - {401, 403}, "nobody came through the door"
