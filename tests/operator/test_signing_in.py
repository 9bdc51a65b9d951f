"""The operator's door: the flag decides, the session is the public host's, and no office is ever entered."""

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from tenants.models import Change, User
from tests.operator.asking import HOST, client, made
from tests.people import actor, client_for
from tests.template import PASSWORD

pytestmark = pytest.mark.django_db
CLERK = "990123-d10-r3"


def _sign_in(host: str, username: str) -> tuple[Client, str]:
    visitor = Client(headers={"host": host})
    answer = visitor.post("/sign-in", {"login": username, "password": PASSWORD})
    return visitor, answer.headers.get("Location", "") or answer.content.decode()


def test_the_operator_signs_in_and_finds_the_offices() -> None:
    made()
    visitor, where = _sign_in(HOST, "yunwei")
    assert where == "/"
    assert visitor.session["tenant"] == ""
    assert visitor.get("/").headers["Location"] == "/offices/"
    page = visitor.get("/offices/").content.decode()
    assert "澄屿县信访局" in page
    assert "style=" not in page


def test_a_clerk_is_refused_there_though_the_password_is_right() -> None:
    visitor, said = _sign_in(HOST, CLERK)
    assert "这里只供平台运维登录" in said
    assert "_auth_user_id" not in visitor.session


def test_the_operator_is_refused_on_an_offices_host() -> None:
    made()
    visitor, said = _sign_in("chengyu.localhost", "yunwei")
    assert "不能进入单位" in said
    assert "_auth_user_id" not in visitor.session


def test_failures_are_limited_as_everywhere() -> None:
    made()
    visitor = Client(headers={"host": HOST})
    for _ in range(5):
        visitor.post("/sign-in", {"login": "yunwei", "password": "wrong"})
    _visitor, said = _sign_in(HOST, "yunwei")
    assert "已连续输错 5 次" in said


def test_a_cookie_of_either_side_is_nobodys_on_the_other() -> None:
    staff = client_for(actor("990123", "R3"))
    assert staff.get("/offices/", headers={"host": HOST}).status_code == 302
    operator = client()
    cookie = operator.cookies[settings.SESSION_COOKIE_NAME].value
    inside = Client(headers={"host": "chengyu.localhost"})
    inside.cookies[settings.SESSION_COOKIE_NAME] = cookie
    assert inside.get("/worklist/").status_code == 302


def test_whose_flag_was_taken_is_out_at_once() -> None:
    visitor = client()
    User.objects.filter(username="yunwei").update(is_operator=False)
    answer = visitor.get("/offices/")
    assert answer.status_code == 403
    assert "平台运维" in answer.content.decode()


def test_the_command_makes_one_and_shows_the_password_once() -> None:
    out = io.StringIO()
    call_command("create_operator", "Lin-An", "--name", "蔺安", stdout=out)
    user = User.objects.get(username="lin-an")
    assert (user.is_operator, user.must_change_password, user.name) == (True, True, "蔺安")
    assert user.check_password(out.getvalue().split()[1])
    assert Change.objects.get(subject=user.pk).kind == "operator.added"
    with pytest.raises(CommandError, match="已有人用"):
        call_command("create_operator", "lin-an")
    call_command("create_operator", "lin-an", "--renew", stdout=out)
    with pytest.raises(CommandError, match="没有这个运维账号"):
        call_command("create_operator", CLERK, "--renew")


def test_the_first_password_opens_nothing_but_the_page_that_changes_it() -> None:
    user = made()
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    visitor = client(user)
    assert visitor.get("/offices/").headers["Location"] == "/password"
    assert visitor.get("/password").status_code == 200


def test_probes_learn_nothing_but_ok() -> None:
    for host in (HOST, "chengyu.localhost", "nowhere.example"):
        for path in ("/healthz", "/readyz"):
            answer = Client(headers={"host": host}).get(path)
            assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_a_process_whose_steps_are_missing_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.steps.head", lambda: 10_000)
    answer = Client(headers={"host": HOST}).get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ok": False})
    assert Client(headers={"host": HOST}).get("/healthz").status_code == 200
