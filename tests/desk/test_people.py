"""Signing in: one office a session, several posts, forced passwords, limits counted in the database."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from kernel.limits import Attempt
from tenants.models import Department, Membership, Tenant, User

PASSWORD = "huiyin-tests"
HERE, THERE = "chengyu.localhost", "linlan.localhost"
CLERK = "990123-d10-r3"

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    return Client(headers={"host": HERE})


def sign_in(browser: Client, username: str = CLERK, password: str = PASSWORD, **extra: str) -> object:
    return browser.post("/sign-in", {"login": username, "password": password, **extra})


def clerk() -> User:
    return User.objects.get(username=CLERK)


def second_post(user: User) -> Membership:
    office = Tenant.objects.get(code="990123")
    place = Department.objects.get(tenant=office, name="复查复核办公室")
    return Membership.objects.create(user=user, tenant=office, department=place, roles=["R10"])


def test_the_page_asks_for_a_name_and_a_password_and_offers_no_account(browser: Client) -> None:
    page = browser.get("/sign-in").content.decode()
    assert "澄屿县信访局" in page
    assert 'name="login"' in page
    assert "email" not in page
    assert browser.get("/signup").status_code in (302, 404)


def test_a_person_signs_in_and_the_session_names_office_and_post(browser: Client) -> None:
    answer = sign_in(browser)
    assert answer.status_code == 302
    assert answer.url == "/"
    post = Membership.objects.get(user=clerk())
    assert browser.session["tenant"] == str(post.tenant_id)
    assert browser.session["membership"] == str(post.pk)
    page = browser.get("/account").content.decode()
    assert clerk().name in page
    assert "办信科" in page
    assert "style=" not in page


def test_user_names_are_lower_case_whatever_was_typed(browser: Client) -> None:
    assert sign_in(browser, f" {CLERK.upper()} ").status_code == 302


def test_one_goes_on_where_one_wanted_to_go_but_never_to_another_site(browser: Client) -> None:
    assert sign_in(browser, next="/account").url == "/account"
    other = Client(headers={"host": HERE})
    assert sign_in(other, next="https://elsewhere.example/").url == "/"


def test_a_wrong_password_says_what_to_do_and_keeps_the_name(browser: Client) -> None:
    answer = sign_in(browser, password="wrong")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "用户名或密码不对" in page
    assert f'value="{CLERK}"' in page
    assert "_auth_user_id" not in browser.session


def test_an_unknown_name_gets_the_same_answer(browser: Client) -> None:
    assert "用户名或密码不对" in sign_in(browser, "nobody-at-all").content.decode()


def test_five_failures_close_the_account_for_a_while_even_to_the_right_password(browser: Client) -> None:
    for _ in range(5):
        sign_in(browser, password="wrong")
    page = sign_in(browser).content.decode()
    assert "已连续输错 5 次，请 5 分钟后再试" in page
    assert "_auth_user_id" not in browser.session
    other = "990123-d11-r3"
    assert sign_in(browser, other).status_code == 302


def test_a_success_forgives_the_failures_before_it(browser: Client) -> None:
    for _ in range(4):
        sign_in(browser, password="wrong")
    assert sign_in(browser).status_code == 302
    assert not Attempt.objects.filter(kind="signin.account").exists()


def test_an_address_is_limited_generously(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel.limits.PER_ADDRESS", (2, 300))
    sign_in(browser, "a-1", "wrong")
    sign_in(browser, "a-2", "wrong")
    assert "这个地址上输错的次数太多" in sign_in(browser).content.decode()


def test_a_disabled_account_is_told_so_only_with_the_right_password(browser: Client) -> None:
    User.objects.filter(username=CLERK).update(is_active=False)
    assert "用户名或密码不对" in sign_in(browser, password="wrong").content.decode()
    assert "这个账号已停用" in sign_in(browser).content.decode()


def test_a_cookie_from_another_host_is_nobodys(browser: Client) -> None:
    sign_in(browser)
    elsewhere = Client(headers={"host": THERE})
    elsewhere.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    answer = elsewhere.get("/account")
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in")
    assert browser.get("/account").status_code == 200


def test_several_posts_are_chosen_from_and_changed(browser: Client) -> None:
    second = second_post(clerk())
    answer = sign_in(browser, next="/account")
    assert answer.url == "/posts?next=%2Faccount"
    assert browser.get("/account").status_code == 302
    page = browser.get(answer.url).content.decode()
    assert "复查复核办公室" in page
    assert 'value="/account"' in page
    assert browser.post("/posts", {"membership": str(second.pk), "next": "/account"}).url == "/account"
    assert browser.session["membership"] == str(second.pk)
    assert browser.get("/account").status_code == 200


def test_nobody_takes_a_post_that_is_not_theirs(browser: Client) -> None:
    second_post(clerk())
    sign_in(browser)
    other = Membership.objects.exclude(user=clerk()).filter(tenant__code="990123").first()
    assert other is not None
    browser.post("/posts", {"membership": str(other.pk)})
    assert "membership" not in browser.session


def test_without_a_post_here_there_is_nothing_but_the_way_out() -> None:
    browser = Client(headers={"host": THERE})
    assert sign_in(browser).status_code == 302
    refused = browser.get("/account")
    assert refused.status_code == 403
    assert 'href="/posts"' in refused.content.decode()
    assert 'action="/sign-out"' in browser.get("/posts").content.decode()
    assert browser.post("/sign-out").status_code == 302
    assert "_auth_user_id" not in browser.session


def test_a_password_somebody_else_set_opens_only_the_page_that_changes_it(browser: Client) -> None:
    User.objects.filter(username=CLERK).update(must_change_password=True)
    sign_in(browser)
    assert browser.get("/account").url == "/password"
    fresh = "a-river-of-quiet-stones"
    answer = browser.post("/password", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert answer.status_code == 302
    person = clerk()
    assert person.must_change_password is False
    assert person.check_password(fresh)
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "told"),
    [
        ("wrong", "a-river-of-quiet-stones", "a-river-of-quiet-stones", "现在的密码不对"),
        (PASSWORD, "a-river-of-quiet-stones", "another-river", "两遍不一样"),
        (PASSWORD, "short", "short", "10"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码要和现在的不同"),
    ],
)
def test_a_bad_new_password_is_refused_with_the_reason(
    browser: Client, old: str, new: str, again: str, told: str
) -> None:
    sign_in(browser)
    page = browser.post("/password", {"oldpassword": old, "password1": new, "password2": again})
    assert page.status_code == 200
    assert told in page.content.decode()
    assert clerk().check_password(PASSWORD)


def test_a_new_password_ends_the_other_sign_ins(browser: Client) -> None:
    other = Client(headers={"host": HERE})
    sign_in(other)
    sign_in(browser)
    fresh = "a-river-of-quiet-stones"
    browser.post("/password", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert UserSession.objects.filter(user=clerk()).count() == 1


def test_signing_out_elsewhere_and_everywhere(browser: Client) -> None:
    other = Client(headers={"host": HERE})
    sign_in(other)
    sign_in(browser)
    browser.post("/account/sign-out-elsewhere")
    assert other.get("/account").status_code == 302
    assert browser.get("/account").status_code == 200
    sign_in(other)
    browser.post("/account/sign-out-everywhere")
    assert other.get("/account").status_code == 302
    assert browser.get("/account").status_code == 302
    assert not Session.objects.filter(session_key=browser.cookies[settings.SESSION_COOKIE_NAME].value).exists()


def test_a_link_signs_nobody_out(browser: Client) -> None:
    sign_in(browser)
    assert browser.get("/sign-out").status_code == 405
    assert browser.get("/account").status_code == 200


def test_the_language_follows_the_person_not_the_browser(browser: Client) -> None:
    assert "登录" in browser.get("/sign-in", headers={"accept-language": "en"}).content.decode()
    sign_in(browser)
    browser.post("/language", {"language": "en", "next": "/account"})
    assert clerk().language == "en"
    again = Client(headers={"host": HERE})
    sign_in(again)
    assert again.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"


def test_the_public_host_lists_no_office() -> None:
    page = Client(headers={"host": settings.PUBLIC_HOSTS[0]}).get("/").content.decode()
    assert "每个单位有自己的网址" in page
    for name in Tenant.objects.values_list("name", flat=True):
        assert name not in page
