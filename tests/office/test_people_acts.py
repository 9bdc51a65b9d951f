"""People of an office: invited, changed, locked, a new password, leaving; a refused act leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from kernel.clock import recorded_now, today
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused
from tenants import passwords
from tenants.actors import Actor
from tenants.administration import people, posts, roster
from tenants.models import Change, Membership, PostRequest, User
from tenants.organisation import UNUSABLE
from tests.people import actor, client_for, department, membership
from tests.people import tenant as office

COUNTY, BUREAU, OTHER = "990123", "990100", "990124"
HERE = "chengyu.localhost"

pytestmark = pytest.mark.django_db


def admin(code: str = COUNTY, nth: int = 0) -> Actor:
    return actor(code, "R19", nth=nth)


def invited(who: Actor | None = None, **changes: Any) -> people.Invited:
    given: dict[str, Any] = {
        "username": "shenyanqiu",
        "name": "沈砚秋",
        "phone": "13800000009",
        "department": department(COUNTY, "办信科").id,
        "roles": ["R3"],
    }
    return people.invite(who or admin(), **{**given, **changes})


def kinds(user: User) -> list[str]:
    return list(Change.objects.filter(subject=user.pk).order_by("id").values_list("kind", flat=True))


def sign_in(username: str, password: str) -> tuple[Client, Any]:
    browser = Client(headers={"host": HERE})
    return browser, browser.post("/sign-in", {"login": username, "password": password})


@pytest.fixture
def nothing() -> Iterator[None]:
    """What is refused leaves neither person, post, request nor record."""
    models = (User, Membership, PostRequest, Change)
    before = [model.objects.count() for model in models]
    yield
    assert [model.objects.count() for model in models] == before


def test_an_invited_person_signs_in_once_with_the_password_and_must_change_it() -> None:
    made = invited()
    assert made.password is not None
    assert made.request is None
    assert kinds(made.person) == ["person.invited", "post.given"]
    assert made.password not in str(list(Change.objects.values_list("data", flat=True)))
    browser, _answer = sign_in("shenyanqiu", made.password)
    assert browser.get("/account").url == "/password"
    fresh = "a-river-of-quiet-stones"
    browser.post("/password", {"oldpassword": made.password, "password1": fresh, "password2": fresh})
    assert browser.get("/account").status_code == 200


def test_it_ends_after_three_days_and_signing_in_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    made = invited()
    assert made.password is not None
    with monkeypatch.context() as later:
        later.setattr(passwords, "recorded_now", lambda: recorded_now() + passwords.LASTS)
        _browser, answer = sign_in("shenyanqiu", made.password)
        assert "已过 72 小时" in answer.content.decode()
        assert "请本单位管理员再给一个" in answer.content.decode()
        _browser, wrong = sign_in("shenyanqiu", "not-this-one")
        assert "72 小时" not in wrong.content.decode(), "only who knows it learns that it ended"
        page = client_for(admin()).get(f"/office/people/{made.person.pk}/").content.decode()
        assert "一次性密码已过期" in page
        again = people.reset_password(admin(), made.person.pk)
    assert isinstance(again, str)
    assert sign_in("shenyanqiu", again)[1].status_code == 302


def test_one_time_passwords_differ_and_can_be_read_out() -> None:
    made = {passwords.one_time() for _i in range(200)}
    assert len(made) == 200
    assert all(len(one) == 14 and not set(one) & set("01loiaeu") for one in made)


def test_who_has_an_account_elsewhere_gets_a_post_and_keeps_the_password() -> None:
    other = membership(OTHER, "R3").user
    before = other.password
    made = invited(username=other.username, name=other.name)
    assert made.password is None
    assert made.person == other
    other.refresh_from_db()
    assert other.password == before
    assert Membership.objects.alive().filter(user=other, tenant=office(COUNTY)).exists()


@pytest.mark.usefixtures("nothing")
def test_a_user_name_of_somebody_else_is_refused_and_names_nobody() -> None:
    other = membership(OTHER, "R3").user
    with pytest.raises(Invalid) as refused:
        invited(username=other.username)
    assert "username" in refused.value.fields
    assert other.name not in str(refused.value.fields)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "沈"}, "username"),
        ({"username": "-x"}, "username"),
        ({"name": "  "}, "name"),
        ({"name": "沈" * 41}, "name"),
        ({"phone": "电话"}, "phone"),
        ({"roles": []}, "roles"),
        ({"roles": ["R99"]}, "roles"),
        ({"roles": ["R19", "R3"]}, "roles"),
        ({"last_day": today() - timedelta(days=1)}, "last_day"),
        ({"last_day": today() + timedelta(days=9999)}, "last_day"),
    ],
)
@pytest.mark.usefixtures("nothing")
def test_bad_input_is_told_at_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        invited(**changes)
    assert list(refused.value.fields) == [field]


@pytest.mark.usefixtures("nothing")
def test_a_department_of_another_office_does_not_exist() -> None:
    with pytest.raises(Invalid) as refused:
        invited(department=department(OTHER, "办信科").id)
    assert list(refused.value.fields) == ["department"]


ACTS: dict[str, Any] = {
    "lock": people.lock,
    "unlock": people.unlock,
    "reset": people.reset_password,
    "leave": people.leave,
    "hand_over": people.hand_over,
    "details": lambda who, user: people.change_details(who, user, name="某", phone=""),
    "give": lambda who, user: posts.give(who, user, department=who.root, roles=["R16"]),
}


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("role", ["R3", "R4", "R9", "R18", "R20"])
@pytest.mark.usefixtures("nothing")
def test_only_the_administrator_does_it(name: str, role: str) -> None:
    with pytest.raises(Refused):
        ACTS[name](actor(COUNTY, role), membership(COUNTY, "R2").user_id)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.usefixtures("nothing")
def test_people_of_another_office_do_not_exist(name: str) -> None:
    with pytest.raises(NotFound):
        ACTS[name](admin(), membership(OTHER, "R3").user_id)


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.usefixtures("nothing")
def test_nobody_does_it_to_himself(name: str) -> None:
    who = admin()
    with pytest.raises(Refused) as refused:
        ACTS[name](who, who.user)
    assert refused.value.code == "own-post"


def test_locking_ends_every_sign_in_at_once() -> None:
    clerk = actor(COUNTY, "R3")
    person = User.objects.get(pk=clerk.user)
    first, second = client_for(clerk), client_for(clerk)
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code == 200
    assert UserSession.objects.filter(user=person).count() == 2
    people.lock(admin(), person.pk)
    assert first.get("/account").status_code == 302
    assert second.get("/account").status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    _browser, answer = sign_in(person.username, "huiyin-tests")
    assert "这个账号已停用" in answer.content.decode()
    with pytest.raises(Conflict):
        people.lock(admin(), person.pk)
    people.unlock(admin(), person.pk)
    assert sign_in(person.username, "huiyin-tests")[1].status_code == 302
    assert kinds(person) == ["person.locked", "person.unlocked"]


def test_a_new_password_is_shown_once_and_ends_sign_ins() -> None:
    clerk = actor(COUNTY, "R3")
    browser = client_for(clerk)
    password = people.reset_password(admin(), clerk.user)
    assert isinstance(password, str)
    assert browser.get("/account").status_code == 302
    person = User.objects.get(pk=clerk.user)
    assert person.check_password(password)
    assert person.must_change_password
    assert kinds(person) == ["person.reset"]


def test_a_new_password_for_who_holds_what_takes_two_takes_two() -> None:
    """Otherwise one administrator could sign in as an approver, or as the other administrator."""
    for role, nth in (("R4", 0), ("R18", 0), ("R19", 1)):
        target = actor(COUNTY, role, nth=nth)
        asked = people.reset_password(admin(), target.user)
        assert isinstance(asked, PostRequest)
        assert not User.objects.get(pk=target.user).must_change_password
    approver = actor(COUNTY, "R4")
    request = PostRequest.objects.get(user=approver.user)
    with pytest.raises(Refused):
        people.consent_reset(admin(), request.pk)
    person, password = people.consent_reset(admin(nth=1), request.pk)
    assert User.objects.get(pk=person.pk).check_password(password)


def test_an_account_belongs_to_the_office_of_the_oldest_post() -> None:
    other = membership(OTHER, "R3").user
    invited(username=other.username, name=other.name)
    for act in (people.lock, people.unlock, people.reset_password):
        with pytest.raises(Conflict) as refused:
            act(admin(), other.pk)
        assert refused.value.code == "kept-elsewhere"
        assert "汀岚县" in str(refused.value)
    # The office that keeps it may still, but a new password takes two: it opens another office's doors.
    assert isinstance(people.reset_password(admin(OTHER), other.pk), PostRequest)
    people.lock(admin(OTHER), other.pk)


def test_details_change_and_the_record_holds_neither_name_nor_phone() -> None:
    person = membership(COUNTY, "R3").user
    people.change_details(admin(), person.pk, name="林 望舒", phone="0571-8880000")
    person.refresh_from_db()
    assert (person.name, person.phone) == ("林 望舒", "0571-8880000")
    assert person.pinyin.startswith("lin")
    (change,) = Change.objects.filter(subject=person.pk)
    assert change.data == {"fields": ["name", "phone"]}
    people.change_details(admin(), person.pk, name="林 望舒", phone="0571-8880000")
    assert Change.objects.filter(subject=person.pk).count() == 1


def test_leaving_ends_all_posts_here_and_no_other() -> None:
    other = membership(OTHER, "R3").user
    invited(username=other.username, name=other.name)
    posts.give(admin(), other.pk, department=department(COUNTY, "接访科").id, roles=["R2"])
    posts.give(admin(), other.pk, department=department(COUNTY, "督查科").id, roles=["R4"])
    last = today() + timedelta(days=3)
    job = people.leave(admin(), other.pk, last_day=last)
    assert job is not None
    assert job.run_from == last + timedelta(days=1)
    here = Membership.objects.filter(user=other, tenant=office(COUNTY))
    assert set(here.values_list("valid_to", flat=True)) == {last + timedelta(days=1)}
    assert Membership.objects.alive().filter(user=other, tenant=office(OTHER), valid_to=None).exists()
    assert PostRequest.objects.get(user=other).status == "withdrawn"
    assert roster.person(admin(), other.pk).posts


def test_leaving_now_shuts_the_office_at_the_next_request() -> None:
    clerk = actor(COUNTY, "R3")
    browser = client_for(clerk)
    assert browser.get("/account").status_code == 200
    people.leave(admin(), clerk.user)
    assert browser.get("/account").status_code == 403
    found = roster.people(admin(), roster.Asked(state="left"))
    assert [listed.user.pk for listed in found.people] == [clerk.user]


def test_of_two_administrators_who_end_each_other_one_stays() -> None:
    first, second = admin(), admin(nth=1)
    people.leave(first, second.user)
    with pytest.raises(Refused):
        people.leave(second, first.user)
    assert Membership.objects.alive().filter(pk=first.membership, valid_to=None).exists()


def test_who_is_imported_gets_a_password_later_and_only_once() -> None:
    made = invited(with_password=False)
    assert made.password is None
    assert User.objects.get(pk=made.person.pk).password == UNUSABLE
    password = people.first_password(admin(), made.person.pk)
    assert password is not None
    assert sign_in("shenyanqiu", password)[1].status_code == 302
    assert people.first_password(admin(), made.person.pk) is None
    assert people.first_password(admin(), membership(COUNTY, "R3").user_id) is None


def test_the_list_is_found_by_sound_name_department_and_role() -> None:
    made = invited()
    who = admin()

    def found(**asked: Any) -> bool:
        return made.person.pk in [one.user.pk for one in roster.people(who, roster.Asked(**asked), size=200).people]

    for text in ("沈砚", "shenyan", "syq", "shen yan", "SHENYANQIU"):
        assert found(text=text), text
    assert not found(text="wang")
    assert found(role="R3")
    assert not found(role="R5")
    assert found(department=department(COUNTY, "办信科").id)
    assert found(department=department(COUNTY).id)
    assert not found(department=department(COUNTY, "住建局").id)
    assert found(state="never")
    assert not found(state="locked")
    assert not found(department=department(OTHER).id)
    assert roster.counts(who, roster.Asked(text="syq")) == {"here": 1, "never": 1, "locked": 0, "left": 0}


def test_refusals_say_what_to_do() -> None:
    with pytest.raises(HuiyinError) as refused:
        people.reset_password(admin(), people.leave(admin(), membership(COUNTY, "R2").user_id).subject)  # type: ignore[union-attr, arg-type]
    assert "先设岗" in str(refused.value)
