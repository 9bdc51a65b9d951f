"""Posts and the second pair of eyes: who decides, what may stand together, and who comes first of two at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, close_old_connections, connection, transaction

from desk import navigation
from kernel.clock import now, today
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants.actors import Actor
from tenants.administration import people, posts, roster
from tenants.administration.standing import CONSENTED
from tenants.models import Change, Membership, PostRequest, User
from tests.people import actor, client_for, department, membership, tenant

PROVINCE, BUREAU, COUNTY, OTHER = "990000", "990100", "990123", "990124"


def admin(nth: int = 0, code: str = COUNTY) -> Actor:
    return actor(code, "R19", nth=nth)


def clerk() -> User:
    return membership(COUNTY, "R2").user


def asked(roles: list[str] | None = None, **more: Any) -> PostRequest:
    place = more.pop("department", department(COUNTY, "办信科").id)
    made = posts.give(admin(), clerk().pk, department=place, roles=roles or ["R4"], **more)
    assert isinstance(made, PostRequest)
    return made


def held(user: User) -> set[str]:
    rows = Membership.objects.alive().filter(user=user, tenant=tenant(COUNTY))
    return {role for roles in rows.values_list("roles", flat=True) for role in roles}


def alone(code: str = COUNTY) -> None:
    """The office's second administrator is gone."""
    Membership.objects.filter(pk=admin(1, code).membership).update(valid_to=today())


@pytest.mark.django_db
def test_a_plain_post_holds_at_once_and_is_recorded() -> None:
    made = posts.give(admin(), clerk().pk, department=department(COUNTY, "督查科").id, roles=["R13"])
    assert isinstance(made, Membership)
    assert held(clerk()) == {"R2", "R13"}
    (change,) = Change.objects.filter(subject=clerk().pk)
    assert (change.kind, change.data["roles"]) == ("post.given", ["R13"])


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(CONSENTED - {"R19"}))
def test_a_role_that_takes_two_waits_for_another_administrator(role: str) -> None:
    request = asked([role])
    assert role not in held(clerk())
    with pytest.raises(Refused) as refused:
        posts.consent(admin(), request.pk)
    assert refused.value.code == "four-eyes"
    posts.consent(admin(1), request.pk)
    assert role in held(clerk())
    kinds = list(Change.objects.filter(subject=clerk().pk).order_by("id").values_list("kind", "by"))
    assert kinds == [("post.asked", admin().user), ("post.given", admin(1).user)]


@pytest.mark.django_db
def test_an_administrator_is_not_made_by_one_alone() -> None:
    """Otherwise one could make oneself a second pair of eyes."""
    made = people.invite(
        admin(), username="second-self", name="某", department=department(COUNTY, "综合科").id, roles=["R19"]
    )
    assert made.request is not None
    assert not Membership.objects.filter(user=made.person).exists()


@pytest.mark.django_db
def test_four_eyes_stand_in_the_table_itself() -> None:
    request = asked()
    for person in (request.by_id, request.user_id):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostRequest.objects.filter(pk=request.pk).update(status="done", decided_by=person, decided_at=now())


@pytest.mark.django_db
def test_turning_down_needs_a_reason_and_the_asker_reads_it() -> None:
    request = asked()
    with pytest.raises(Invalid):
        posts.turn_down(admin(1), request.pk, reason="  ")
    posts.turn_down(admin(1), request.pk, reason="编制已满。")
    assert "R4" not in held(clerk())
    page = client_for(admin()).get("/office/posts/").content.decode()
    assert "编制已满" in page
    with pytest.raises(Conflict):
        posts.consent(admin(1), request.pk)


@pytest.mark.django_db
def test_nobody_consents_to_what_was_withdrawn() -> None:
    request = asked()
    posts.withdraw(admin(), request.pk)
    with pytest.raises(Conflict) as refused:
        posts.consent(admin(1), request.pk)
    assert "撤回" in str(refused.value)
    assert "R4" not in held(clerk())
    browser = client_for(admin(1))
    answer = browser.post(f"/office/posts/requests/{request.pk}/", {"action": "consent"})
    assert answer.status_code == 409
    assert "已经撤回" in answer.content.decode()


@pytest.mark.django_db
def test_one_request_for_a_post_at_a_time() -> None:
    asked()
    with pytest.raises(Conflict):
        asked(["R9"])
    asked(["R9"], department=department(COUNTY, "综合科").id)


@pytest.mark.django_db
def test_what_changed_meanwhile_stops_the_consent() -> None:
    request = asked()
    people.lock(admin(), clerk().pk)
    with pytest.raises(Conflict):
        posts.consent(admin(1), request.pk)
    people.unlock(admin(), clerk().pk)
    posts.give(admin(), clerk().pk, department=department(COUNTY, "办信科").id, roles=["R3"])
    with pytest.raises(Conflict) as refused:
        posts.consent(admin(1), request.pk)
    assert refused.value.code == "post-there"
    request.refresh_from_db()
    assert request.status == "open"


@pytest.mark.django_db
def test_a_post_gains_a_role_that_takes_two_only_with_consent_and_keeps_the_rest_meanwhile() -> None:
    post = membership(COUNTY, "R2")
    request = posts.change(admin(), post.pk, roles=["R2", "R4"])
    assert isinstance(request, PostRequest)
    assert held(clerk()) == {"R2"}
    posts.consent(admin(1), request.pk)
    assert held(clerk()) == {"R2", "R4"}
    gone = posts.change(admin(), post.pk, roles=["R2"])
    assert isinstance(gone, Membership), "a role given up takes nobody's consent"


@pytest.mark.django_db
def test_a_consent_to_a_post_that_was_changed_since_is_refused() -> None:
    post = membership(COUNTY, "R2")
    request = posts.change(admin(), post.pk, roles=["R2", "R4"])
    assert isinstance(request, PostRequest)
    posts.change(admin(), post.pk, roles=["R2", "R3"])
    with pytest.raises(Conflict) as refused:
        posts.consent(admin(1), request.pk)
    assert refused.value.code == "post-changed"


@pytest.mark.django_db
def test_a_longer_term_of_such_a_post_takes_two_a_shorter_one_does_not() -> None:
    post = membership(COUNTY, "R4")
    soon = posts.change(admin(), post.pk, roles=["R4"], last_day=today() + timedelta(days=5))
    assert isinstance(soon, Membership)
    assert isinstance(posts.change(admin(), post.pk, roles=["R4"], last_day=None), PostRequest)


@pytest.mark.django_db
def test_what_another_administrator_changed_is_not_written_over() -> None:
    post = membership(COUNTY, "R2")
    seen = posts.mark(post)
    posts.change(admin(1), post.pk, roles=["R2", "R3"])
    with pytest.raises(Stale):
        posts.change(admin(), post.pk, roles=["R2", "R13"], seen=seen)
    page = client_for(admin()).post(f"/office/posts/{post.pk}/change/", {"roles": ["R13"], "seen": seen})
    assert page.status_code == 422
    assert "另一位管理员刚改过" in page.content.decode()
    assert 'value="R13" checked' in page.content.decode(), "what was chosen stays"


@pytest.mark.django_db
def test_administrator_and_clerk_never_on_the_same_day() -> None:
    person = clerk()
    with pytest.raises(Invalid):
        posts.give(admin(), person.pk, department=department(COUNTY, "综合科").id, roles=["R19"])
    later = today() + timedelta(days=30)
    with pytest.raises(Invalid):
        posts.give(admin(), person.pk, department=department(COUNTY, "综合科").id, roles=["R19"], valid_from=later)
    post = membership(COUNTY, "R2")
    posts.change(admin(), post.pk, roles=["R2"], last_day=later - timedelta(days=1))
    asked(["R19"], department=department(COUNTY, "综合科").id, valid_from=later)
    for role in ("R3", "R6", "R14", "R17", "R18", "R20"):
        with pytest.raises(HuiyinError):
            posts.give(admin(), admin(1).user, department=department(COUNTY, "办信科").id, roles=[role])


@pytest.mark.django_db
def test_a_post_to_come_and_a_post_that_ends() -> None:
    later = today() + timedelta(days=7)
    made = posts.give(
        admin(),
        clerk().pk,
        department=department(COUNTY, "督查科").id,
        roles=["R13"],
        valid_from=later,
        last_day=later + timedelta(days=10),
    )
    assert isinstance(made, Membership)
    assert (made.valid_from, made.valid_to) == (later, later + timedelta(days=11))
    assert held(clerk()) == {"R2"}
    posts.end(admin(), made.pk)
    made.refresh_from_db()
    assert made.valid_to == later, "it never begins"
    post = membership(COUNTY, "R2")
    posts.end(admin(), post.pk, last_day=today())
    assert held(clerk()) == {"R2"}, "the last day is still worked"
    assert posts.end(admin(), post.pk).valid_to == today()
    assert held(clerk()) == set()


@pytest.mark.django_db
def test_posts_of_another_office_do_not_exist() -> None:
    foreign = membership(OTHER, "R2")
    for act in (
        lambda: posts.change(admin(), foreign.pk, roles=["R3"]),
        lambda: posts.end(admin(), foreign.pk),
        lambda: posts.consent(admin(), foreign.pk),
    ):
        with pytest.raises(NotFound):
            act()


# --- an office with one administrator ---------------------------------------------------------------------------------


@pytest.mark.django_db
def test_with_one_administrator_the_next_upper_office_decides_and_sees_it() -> None:
    request = asked()
    upper = admin(0, BUREAU)
    assert roster.to_decide(upper) == 0
    with pytest.raises(Refused):
        posts.consent(upper, request.pk)
    alone()
    assert roster.to_decide(upper) == 1
    page = client_for(upper).get("/office/posts/").content.decode()
    assert "澄屿县信访局" in page
    assert clerk().name in page
    own = client_for(admin()).get("/office/posts/").content.decode()
    assert "本单位只有您一位管理员" in own
    assert "临澜市信访局" in own
    with pytest.raises(NotFound):
        posts.consent(admin(0, PROVINCE), request.pk)
    with pytest.raises(NotFound):
        posts.consent(admin(0, OTHER), request.pk)
    posts.consent(upper, request.pk)
    request.refresh_from_db()
    assert request.decided_in == tenant(BUREAU)
    assert "R4" in held(clerk())


@pytest.mark.django_db
def test_at_the_top_the_page_says_that_nobody_can() -> None:
    alone(PROVINCE)
    page = client_for(admin(0, PROVINCE)).get("/office/posts/").content.decode()
    assert "请平台运维增设一位管理员" in page


@pytest.mark.django_db
def test_the_count_beside_the_entry_is_what_one_may_decide() -> None:
    asked()
    assert roster.to_decide(admin()) == 0
    assert roster.to_decide(admin(1)) == 1
    assert roster.to_decide(actor(COUNTY, "R3")) == 0
    entries = {entry.key: entry.count for entry in navigation.entries(admin(1), "/office/posts/")}
    assert entries["posts"] == 1
    with_own = people.reset_password(admin(), actor(COUNTY, "R4").user)
    assert isinstance(with_own, PostRequest)
    assert roster.to_decide(admin(1)) == 2


# --- at once ---------------------------------------------------------------------------------------------------------


def _race(*acts: Callable[[], object]) -> list[str]:
    """What came of each, begun together in threads of their own."""
    gate, told = threading.Barrier(len(acts)), ["" for _act in acts]

    def run(place: int, act: Callable[[], object]) -> None:
        close_old_connections()
        gate.wait()
        try:
            act()
            told[place] = "done"
        except HuiyinError as error:
            told[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.django_db(transaction=True)
def test_two_consent_at_once_and_one_post_comes_of_it() -> None:
    place = department(COUNTY, "综合科")
    third = User.objects.create(username="third-admin", name="第三")
    post = Membership.objects.create(user=third, tenant=tenant(COUNTY), department=place, roles=["R19"])
    from tenants.actors import actor_for

    other = actor_for(Membership.objects.with_places().get(pk=post.pk))
    request = asked()
    told = _race(lambda: posts.consent(admin(1), request.pk), lambda: posts.consent(other, request.pk))
    assert told == ["decided", "done"]
    assert Membership.objects.filter(user=clerk(), roles=["R4"]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_consent_and_withdrawal_at_once_agree_on_one_end() -> None:
    request = asked()
    told = _race(lambda: posts.consent(admin(1), request.pk), lambda: posts.withdraw(admin(), request.pk))
    assert told == ["decided", "done"]
    request.refresh_from_db()
    assert ("R4" in held(clerk())) == (request.status == "done")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_end_each_other_at_once_and_one_stays() -> None:
    first, second = admin(), admin(1)
    told = _race(lambda: people.leave(first, second.user), lambda: people.leave(second, first.user))
    assert told == ["done", "refused"]
    assert Membership.objects.alive().filter(tenant=tenant(COUNTY), roles__contains=["R19"]).count() == 1
