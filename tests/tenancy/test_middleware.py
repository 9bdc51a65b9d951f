"""Which office, which person, which post: decided before any view runs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from kernel.clock import today
from kernel.schema import current
from tenants import context, steps
from tenants.models import Domain, Membership, Tenant, User
from tests.people import actor, client_for, department, membership, tenant

pytestmark = pytest.mark.django_db
RAN: list[str] = []


def view(request: HttpRequest) -> HttpResponse:
    RAN.append(request.path)
    who: Any = request.actor  # type: ignore[attr-defined]
    return HttpResponse(f"{current()} {who.name if who else '-'} {sorted(who.roles) if who else ''}")


_named = [path("posts", view, name="posts"), path("language", view, name="language")]
urlpatterns = [
    path("", view),
    path("case", view),
    path("api/v1/cases", view),
    path("sign-in", view, name="account_login"),
    path("sign-out", view, name="account_logout"),
    path("password", view, name="account_change_password"),
    path("", include((_named, "desk"))),
]


@pytest.fixture(autouse=True)
def small_site() -> Any:
    RAN.clear()
    context.forget()
    own = [name for name in settings.MIDDLEWARE if not name.startswith(("desk.", "allauth."))]
    with override_settings(ROOT_URLCONF=__name__, PUBLIC_SCHEMA_URLCONF=__name__, MIDDLEWARE=own):
        yield
    context.forget()


def _second_post(user: UUID) -> Membership:
    return Membership.objects.create(
        user_id=user, tenant=tenant("990123"), department=department("990123", "督查科"), roles=["R13"]
    )


def test_the_host_names_the_office() -> None:
    clerk = actor("990123", "R3")
    answer = client_for(clerk).get("/case").content.decode()
    assert answer == f"t_990123 {clerk.name} ['R3']"
    assert current() is None


@pytest.mark.parametrize("host", ["nowhere.localhost", "990123.localhost"])
def test_an_unknown_host_is_told_so(host: str) -> None:
    answer = Client(headers={"host": host}).get("/case")
    assert answer.status_code == 404
    assert "网址" in answer.content.decode()
    assert not RAN


def test_host_names_are_read_without_port_case_and_final_dot() -> None:
    for host in ("CHENGYU.localhost", "chengyu.localhost:8000", "Chengyu.Localhost:80"):
        assert Client(headers={"host": host}).get("/sign-in").content.decode().startswith("t_990123")


def test_the_public_host_enters_no_office() -> None:
    visitor = Client(headers={"host": "localhost"})
    assert visitor.get("/sign-in").content.decode().startswith("None -")
    assert visitor.get("/case").status_code == 302


@pytest.mark.parametrize("change", [{"schema_rev": 1}, {"schema_rev": 999}, {"status": "pending"}])
def test_an_office_between_two_revisions_is_closed_for_a_moment_and_alone(change: dict[str, Any]) -> None:
    Tenant.objects.filter(code="990123").update(**change)
    context.forget()
    answer = Client(headers={"host": "chengyu.localhost"}).get("/sign-in")
    assert answer.status_code == 503
    assert not RAN
    assert Client(headers={"host": "tinglan.localhost"}).get("/sign-in").status_code == 200


def test_one_step_ahead_is_served() -> None:
    Tenant.objects.filter(code="990123").update(schema_rev=steps.head() + 1)
    context.forget()
    assert Client(headers={"host": "chengyu.localhost"}).get("/sign-in").status_code == 200


def test_a_host_that_moves_is_followed_at_once() -> None:
    client = Client(headers={"host": "chengyu.localhost"})
    assert client.get("/sign-in").content.decode().startswith("t_990123")
    domain = Domain.objects.get(domain="chengyu.localhost")
    domain.domain = "chengyu2.localhost"
    domain.save()
    assert client.get("/sign-in").status_code == 404
    assert Client(headers={"host": "chengyu2.localhost"}).get("/sign-in").content.decode().startswith("t_990123")
    moved = tenant("990124")
    domain.tenant, domain.is_primary = moved, False
    domain.save()
    assert Client(headers={"host": "chengyu2.localhost"}).get("/sign-in").content.decode().startswith("t_990124")


def test_a_process_that_was_not_told_follows_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(headers={"host": "chengyu.localhost"})
    client.get("/sign-in")
    Domain.objects.filter(domain="chengyu.localhost").update(domain="gone.localhost")
    assert client.get("/sign-in").status_code == 200
    later = context.time.monotonic() + context.CACHE_S + 1
    monkeypatch.setattr(context.time, "monotonic", lambda: later)
    assert client.get("/sign-in").status_code == 404


def test_anonymous_is_sent_to_sign_in() -> None:
    client = Client(headers={"host": "chengyu.localhost"})
    answer = client.get("/case?x=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=%2Fcase%3Fx%3D1")
    assert client.post("/case").headers["Location"] == "/sign-in"
    assert client.get("/case", headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith("/sign-in")
    refused = client.get("/api/v1/cases")
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in")
    assert not RAN


def test_a_cookie_of_another_host_is_nobody_here() -> None:
    client = client_for(actor("990123", "R3"))
    answer = client.get("/case", headers={"host": "tinglan.localhost"})
    assert (answer.status_code, RAN) == (302, [])
    assert client.get("/api/v1/cases", headers={"host": "tinglan.localhost"}).status_code == 401


def test_a_session_that_names_no_office_is_nobody() -> None:
    client = Client(headers={"host": "chengyu.localhost"})
    client.force_login(membership("990123", "R3").user, backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/case").status_code == 302
    assert not RAN


def test_somebody_without_a_post_here_runs_no_view_but_leaves() -> None:
    clerk = actor("990123", "R3")
    client = client_for(clerk)
    post = Membership.objects.get(pk=clerk.membership)
    post.valid_from, post.valid_to = today() - timedelta(days=2), today()
    post.save()
    for address in ("/", "/case", "/api/v1/cases"):
        assert client.get(address).status_code == 403
    assert client.get("/api/v1/cases").json()["code"] == "no-post"
    assert not RAN
    for address in ("/sign-out", "/password"):
        assert client.get(address).status_code == 200


def test_several_posts_one_is_chosen() -> None:
    clerk = actor("990123", "R3")
    client = client_for(clerk)
    second = _second_post(clerk.user)
    assert "R3" in client.get("/case").content.decode()
    session = client.session
    del session["membership"]
    session.save()
    assert client.get("/case").headers["Location"] == "/posts?next=%2Fcase"
    assert client.get("/posts").status_code == 200
    assert client.get("/api/v1/cases").json()["code"] == "choose-post"
    session["membership"] = str(second.pk)
    session.save()
    assert "R13" in client.get("/case").content.decode()


def test_a_post_of_somebody_else_or_elsewhere_is_not_taken_from_the_session() -> None:
    clerk = actor("990123", "R3")
    client = client_for(clerk)
    session = client.session
    for other in (actor("990123", "R4"), actor("990124", "R3")):
        session["membership"] = str(other.membership)
        session.save()
        assert client.get("/case").content.decode() == f"t_990123 {clerk.name} ['R3']"


def test_the_operator_is_never_inside_an_office() -> None:
    clerk = actor("990123", "R3")
    client = client_for(clerk)
    User.objects.filter(pk=clerk.user).update(is_operator=True)
    assert client.get("/case").status_code == 403


def test_a_disabled_account_is_out_at_once() -> None:
    clerk = actor("990123", "R3")
    client = client_for(clerk)
    User.objects.filter(pk=clerk.user).update(is_active=False)
    assert client.get("/case").status_code == 302
    assert not RAN
