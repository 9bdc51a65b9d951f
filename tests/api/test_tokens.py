"""Tokens of other systems: what they open, what they never do, how they end."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cases.models import Event
from cases.queries.names import Names
from kernel.clock import recorded_now, today
from kernel.errors import Conflict, Invalid, NotFound, Refused
from tenants import context
from tenants.administration import posts, tokens
from tenants.models import ApiToken, Change, Membership
from tenants.models.token import MACHINE_ROLES
from tenants.tokens import NEVER, names_of, offered
from tests.api.calling import Caller
from tests.api.tokens import System, issued
from tests.cases.making import COUNTY, OTHER, register
from tests.people import actor, client_for, department

pytestmark = pytest.mark.django_db

BODY = {"channel": "PHONE", "text": "路灯不亮。", "demands": ["修好路灯"]}


def problem(found: Any, status: int, code: str) -> None:
    assert (found.status_code, found.json()["code"]) == (status, code), found.content.decode()
    assert found.headers["Content-Type"] == "application/problem+json"


def test_a_system_registers_and_the_history_says_its_name() -> None:
    token, secret = issued(COUNTY, "R2")
    system = System(COUNTY, secret)
    made = system.post("cases", BODY)
    assert made.status_code == 201, made.content.decode()
    case = made.json()["case"]["id"]
    with context.use(context.tenant_by_code(COUNTY)):
        event = Event.objects.get(case_id=case)
    assert event.actor == token.pk
    listed = Caller(actor(COUNTY, "R3")).get(f"cases/{case}/events").json()["items"]
    assert listed[0]["by"] == {"id": str(token.pk), "name": "12345 热线（系统）"}
    assert Names(token.tenant_id).want(people=[token.pk]).person(token.pk) == "12345 热线（系统）"
    page = client_for(actor(COUNTY, "R3")).get(f"/cases/{case}/")
    assert "12345 热线（系统）" in page.content.decode()


def test_the_rules_of_a_change_hold_for_systems_too() -> None:
    system = System(COUNTY, issued(COUNTY, "R3")[1])
    case = register().case.id
    body = {"text": "已核对。"}
    problem(system.post(f"cases/{case}/note", body), 428, "precondition-required")
    problem(system.post(f"cases/{case}/note", body, **{"If-Match": '"7"'}), 412, "stale")
    key = {"If-Match": '"1"', "Idempotency-Key": "once-and-no-more"}
    first, again = system.post(f"cases/{case}/note", body, **key), system.post(f"cases/{case}/note", body, **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    other = System(COUNTY, issued(COUNTY, "R3")[1])
    problem(other.post(f"cases/{case}/note", body, **key), 412, "stale")


def test_it_does_what_its_scope_names_and_nothing_else() -> None:
    case = register().case.id
    reader = System(COUNTY, issued(COUNTY, "R3", "read")[1])
    assert reader.get("cases").status_code == 200
    assert reader.get(f"cases/{case}").json()["available"] == []
    problem(reader.post("cases", BODY), 403, "token-scope")
    problem(reader.post("files"), 403, "token-scope")
    problem(reader.post(f"cases/{case}/unmask", {"reason": "contact"}), 403, "token-scope")
    problem(reader.verb("propose", case, verb="assign"), 403, "token-scope")
    writer = System(COUNTY, issued(COUNTY, "R3", "register")[1])
    assert writer.post("cases", BODY).status_code == 201
    for path in ("cases", f"cases/{case}", f"cases/{case}/notes", "departments", "drafts"):
        problem(writer.get(path), 403, "token-scope")
    told = writer.get("me").json()
    assert (told["verbs"], told["roles"], told["posts"]) == (["register"], ["R3"], [])
    asks = System(COUNTY, issued(COUNTY, "R3", "read", "propose:assign")[1])
    assert asks.verb("propose", case, verb="assign").status_code == 200
    problem(asks.verb("propose", case, verb="transfer"), 403, "refused")


def test_no_token_decides_as_a_leader_or_as_the_second_person() -> None:
    assert not set(MACHINE_ROLES) & {"R4", "R7", "R8", "R9", "R18", "R19"}
    every = {verb for role in MACHINE_ROLES for verb in offered([role])}
    assert not every & (NEVER | {"assign", "consent", "refuse", "extend", "approve_report", "defer", "report"})
    for role in ("R4", "R8", "R9", "R18", "R19"):
        with pytest.raises(Invalid) as refused:
            issued(COUNTY, role, "read")
        assert "roles" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        issued(COUNTY, "R3", "read", "correct")
    assert "verbs" in refused.value.fields


def test_the_database_refuses_what_the_form_would_not_let_through() -> None:
    token, _secret = issued(COUNTY, "R3")
    for change in ({"roles": ["R18"]}, {"roles": []}, {"expires_at": recorded_now() + timedelta(days=400)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.filter(pk=token.pk).update(**change)


def test_it_ends_by_its_day_or_when_revoked() -> None:
    token, secret = issued(COUNTY, "R3")
    system = System(COUNTY, secret)
    assert system.get("me").status_code == 200
    with context.use(context.tenant_by_code(COUNTY)):
        tokens.revoke(actor(COUNTY, "R19"), token.pk)
    found = system.get("me")
    problem(found, 401, "token-revoked")
    assert found.headers["WWW-Authenticate"].startswith("Bearer ")
    late, secret = issued(COUNTY, "R3")
    moment = recorded_now() - timedelta(days=2)
    ApiToken.objects.filter(pk=late.pk).update(created_at=moment, expires_at=moment + timedelta(days=1))
    problem(System(COUNTY, secret).get("me"), 401, "token-expired")
    assert names_of([token.pk]) == {token.pk: "12345 热线（系统）"}


def test_in_another_office_it_is_unknown_and_leaves_nothing() -> None:
    secret = issued(COUNTY, "R3")[1]
    for stranger in (System(OTHER, secret), System(COUNTY, "hy_nothing"), System(COUNTY, "")):
        problem(stranger.get("cases"), 401, "token-unknown")
        problem(stranger.post("cases", BODY), 401, "token-unknown")
    with context.use(context.tenant_by_code(OTHER)):
        assert not Event.objects.exists()


def test_a_token_opens_the_api_alone_and_stands_before_a_session() -> None:
    secret = issued(COUNTY, "R3", "read")[1]
    system = System(COUNTY, secret)
    assert system.client.get("/worklist/").status_code == 302
    both = client_for(actor(COUNTY, "R4"))
    found = both.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"}).json()
    assert found["name"] == "12345 热线"
    assert both.get("/api/v1/me").json()["roles"] == ["R4"]
    assert both.get("/api/v1/me", headers={"authorization": "Basic eDp5"}).json()["roles"] == ["R4"]


def test_a_system_that_asks_too_often_waits(settings: Any) -> None:
    settings.API_TOKEN_PER_MINUTE = 20
    system = System(COUNTY, issued(COUNTY, "R3")[1])
    assert [system.get("me").status_code for _n in range(20)] == [200] * 20
    found = system.get("me")
    problem(found, 429, "too-many")
    assert found.headers["Retry-After"] == "60"
    other = System(COUNTY, issued(COUNTY, "R3")[1])
    assert other.get("me").status_code == 200


def test_the_secret_is_kept_by_nobody_and_the_acts_are_recorded() -> None:
    token, secret = issued(COUNTY, "R5", "read", "sign_for", unit="住建局")
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert secret not in str({**row, "secret_hash": bytes(row["secret_hash"])})
    with context.use(context.tenant_by_code(COUNTY)):
        tokens.revoke(actor(COUNTY, "R19"), token.pk)
        tokens.revoke(actor(COUNTY, "R19"), token.pk)
    changes = Change.objects.filter(subject=token.pk).order_by("at")
    assert [change.kind for change in changes] == ["token.asked", "token.issued", "token.revoked"]
    assert len({change.by for change in changes[:2]}) == 2
    assert changes[0].data["verbs"] == ["read", "sign_for"]
    half = secret.partition(".")[0]
    assert half not in str([change.data for change in changes])


def test_the_last_use_is_told_coarsely() -> None:
    token, secret = issued(COUNTY, "R3")
    system = System(COUNTY, secret)
    system.get("me")
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    system.get("me")
    assert first is not None
    assert ApiToken.objects.get(pk=token.pk).last_used_at == first


def test_only_the_offices_own_administrator_issues_and_revokes() -> None:
    token, _secret = issued(COUNTY, "R3")
    with context.use(context.tenant_by_code(COUNTY)), pytest.raises(Refused):
        tokens.revoke(actor(COUNTY, "R3"), token.pk)
    with context.use(context.tenant_by_code(OTHER)):
        assert tokens.listed(actor(OTHER, "R19")) == []
        with pytest.raises(NotFound):
            tokens.revoke(actor(OTHER, "R19"), token.pk)
        with pytest.raises(Invalid) as refused:
            tokens.ask(
                actor(OTHER, "R19"),
                name="x",
                department=department(COUNTY).id,
                roles=["R3"],
                verbs=["read"],
                expires_on=today() + timedelta(days=400),
            )
    assert refused.value.fields.keys() == {"department", "expires_on"}


def asked(code: str = COUNTY) -> tuple[ApiToken, str]:
    place, until = department(code).id, today() + timedelta(days=30)
    return tokens.ask(
        actor(code, "R19"), name="数据平台", department=place, roles=["R3"], verbs=["read"], expires_on=until
    )


def test_no_administrator_alone_reads_with_it() -> None:
    """Who asks holds the first half, who consents the second; before that the token opens nothing."""
    token, first = asked()
    for tried in (first, f"{first}."):
        problem(System(COUNTY, tried).get("cases"), 401, "token-unknown")
    with pytest.raises(Refused) as refused:
        tokens.consent(actor(COUNTY, "R19"), token.request.pk)
    assert refused.value.code == "four-eyes"
    _token, second = tokens.consent(actor(COUNTY, "R19", nth=1), token.request.pk)
    for tried in (first, second, f"hy_.{second}", f"{first}.{first}", f"{second}.{first}", f"{first}{second}"):
        problem(System(COUNTY, tried).get("cases"), 401, "token-unknown")
    assert System(COUNTY, f"{first}.{second}").get("cases").status_code == 200


def test_declined_or_withdrawn_it_never_works() -> None:
    for end in (
        lambda request: posts.turn_down(actor(COUNTY, "R19", nth=1), request, reason="用不着。"),
        lambda request: posts.withdraw(actor(COUNTY, "R19"), request),
    ):
        token, _first = asked()
        end(token.request.pk)
        with pytest.raises(Conflict):
            tokens.consent(actor(COUNTY, "R19", nth=1), token.request.pk)
        row = ApiToken.objects.get(pk=token.pk)
        assert (row.agreed_at, row.revoked_at is None) == (None, False)


def test_where_an_office_has_one_administrator_the_upper_offices_decides() -> None:
    token, first = asked()
    with pytest.raises(Refused):
        tokens.consent(actor("990100", "R19"), token.request.pk)
    Membership.objects.filter(pk=actor(COUNTY, "R19", nth=1).membership).update(valid_to=today())
    with pytest.raises(Refused):
        tokens.consent(actor(COUNTY, "R19"), token.request.pk)
    browser = client_for(actor("990100", "R19"))
    assert "数据平台" in browser.get("/office/posts/").content.decode()
    page = browser.post(f"/office/posts/requests/{token.request.pk}/", {"action": "consent"}).content.decode()
    second = re.search(r'class="secret">([^<]+)<', page)
    assert second is not None
    assert first not in page
    assert System(COUNTY, f"{first}.{second[1]}").get("cases").status_code == 200
