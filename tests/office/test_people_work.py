"""The open work of who leaves: to a colleague of the same unit or back to the section, one case a transaction."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from cases import history, integrity
from cases.actions.drafts import save_draft
from cases.actions.work import hand_over_work
from cases.models import Case, Draft, Event, Handover
from cases.queries import open_work
from kernel.clock import today
from kernel.errors import Conflict, Invalid, Refused
from tenants import context
from tenants.actors import Actor
from tenants.administration import jobs, people, posts
from tenants.models import Change, Custody, Job, Membership
from tests.cases.making import COUNTY, OTHER, at, investigated, row, running
from tests.people import actor, client_for, department

UNIT = "住建局"

pytestmark = pytest.mark.django_db


def admin() -> Actor:
    return actor(COUNTY, "R19")


def handler(nth: int = 0) -> Actor:
    return actor(COUNTY, "R6", unit=UNIT, nth=nth)


def whole() -> None:
    """The promise and the chain of every office still hold."""
    assert list(integrity.faults()) == []
    with at(admin()):
        assert list(history.verify()) == []


def last_event(case_id: UUID) -> Event:
    with at(admin()):
        found = Event.objects.filter(case=case_id).order_by("-seq").first()
    assert found is not None
    return found


def left(user: UUID, to: UUID | None = None) -> Job:
    job = people.leave(admin(), user, to=to)
    assert job is not None
    jobs.carry_out(job.pk, seconds=30)
    job.refresh_from_db()
    return job


def test_a_colleague_of_the_section_takes_the_cases_over() -> None:
    cases = [investigated(), investigated(), investigated()]
    before = {case: (row(COUNTY, case).state, running(COUNTY, case)) for case in cases}
    who, colleague = handler(), handler(1)
    assert who.department == colleague.department
    job = left(who.user, colleague.user)
    assert (job.status, job.done, job.total, job.counts) == ("done", 3, 3, {"colleague": 3})
    for case in cases:
        now_there = row(COUNTY, case)
        assert (now_there.handler, now_there.department) == (colleague.user, who.department)
        assert (now_there.state, running(COUNTY, case)) == before[case], "state and clocks stay"
        event = last_event(case)
        assert (event.kind, event.actor) == ("handed_over", admin().user)
        assert event.data["from_handler"] == str(who.user)
    whole()


def test_without_a_colleague_it_goes_back_to_the_section() -> None:
    case = investigated()
    job = left(handler().user)
    assert job.counts == {"section": 1}
    assert (row(COUNTY, case).handler, row(COUNTY, case).department) == (None, handler(1).department)
    whole()


def test_where_nobody_is_left_in_the_section_the_unit_takes_it() -> None:
    case = investigated()
    people.leave(admin(), handler(1).user)
    left(handler().user)
    unit = department(COUNTY, UNIT).id
    assert (row(COUNTY, case).handler, row(COUNTY, case).department) == (None, unit)
    with at(admin()):
        stay = Handover.objects.filter(case=case).order_by("-seq").first()
    assert stay is not None
    assert (stay.kind, stay.to_department) == ("allot", unit)
    assert Custody.objects.get(case=case).department_id == unit
    whole()


def test_a_colleague_of_another_section_takes_it_along_one_of_another_unit_does_not() -> None:
    case = investigated()
    elsewhere = actor(COUNTY, "R6", section="村镇科")
    left(handler().user, elsewhere.user)
    assert (row(COUNTY, case).handler, row(COUNTY, case).department) == (elsewhere.user, elsewhere.department)
    stranger = actor(COUNTY, "R6", unit="城管局")
    job = left(elsewhere.user, stranger.user)
    assert job.counts == {"section": 1}
    assert row(COUNTY, case).unit == department(COUNTY, UNIT).id
    whole()


def test_a_leave_to_come_moves_nothing_until_that_day() -> None:
    case = investigated()
    job = people.leave(admin(), handler().user, last_day=today() + timedelta(days=3), to=handler(1).user)
    assert job is not None
    jobs.carry_out(job.pk)
    jobs.carry_out_all()
    assert row(COUNTY, case).handler == handler().user
    Membership.objects.filter(pk=handler().membership).update(valid_to=today())
    Job.objects.filter(pk=job.pk).update(run_from=today())
    jobs.carry_out_all()
    assert row(COUNTY, case).handler == handler(1).user


def test_work_of_somebody_who_is_still_there_is_not_moved() -> None:
    case = investigated()
    before = row(COUNTY, case).version
    with at(admin()) as who, pytest.raises(Refused):
        hand_over_work(who, case, leaver=handler().user, to=None)
    job = people.hand_over(admin(), handler().user)
    jobs.carry_out(job.pk, seconds=30)
    job.refresh_from_db()
    assert (job.status, job.failed) == ("done", [[str(case), "still-there"]])
    assert row(COUNTY, case).version == before


@pytest.mark.parametrize("role", ["R3", "R4", "R5", "R20"])
def test_only_an_administrator_moves_it(role: str) -> None:
    case = investigated()
    people.leave(admin(), handler().user, hand_over=False)
    with at(actor(COUNTY, role)) as who, pytest.raises(Refused):
        hand_over_work(who, case, leaver=handler().user, to=None)


def test_the_next_one_goes_on_where_the_last_one_died(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [investigated() for _i in range(3)]
    job = people.leave(admin(), handler().user)
    assert job is not None
    jobs.carry_out(job.pk, seconds=0)
    job.refresh_from_db()
    assert (job.done, job.status) == (1, "open")
    whole()

    def dies(*_args: object) -> int:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setitem(jobs._pieces, Job.Kind.HAND_OVER, dies)
        with pytest.raises(MemoryError):
            jobs.carry_out(job.pk)
    job.refresh_from_db()
    assert job.done == 1
    jobs.carry_out(job.pk, seconds=30)
    job.refresh_from_db()
    assert (job.done, job.total, job.status) == (3, 3, "done")
    assert {row(COUNTY, case).handler for case in cases} == {None}
    whole()


def test_a_case_that_cannot_go_delays_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, free = sorted([investigated(), investigated()])
    from cases import leaving

    def sometimes(who: Actor, case: UUID, **more: UUID | None) -> bool | None:
        if case == stuck:
            raise Conflict(code="stuck")
        return hand_over_work(who, case, leaver=more["leaver"], to=more["to"])  # type: ignore[arg-type]

    monkeypatch.setattr(leaving, "hand_over_work", sometimes)
    job = left(handler().user)
    assert (job.status, job.failed) == ("done", [[str(stuck), "stuck"]])
    assert row(COUNTY, free).handler is None
    assert row(COUNTY, stuck).handler == handler().user


def test_sealed_cases_are_in_no_count_and_no_colleague_gets_them() -> None:
    sealed, plain = investigated(), investigated()
    with at(admin()):
        Case.objects.filter(pk=sealed).update(sealed=True)
        assert sum(open_work.by_unit(handler().user).values()) == 1
        assert open_work.by_person([handler().user]) == {handler().user: 1}
    left(handler().user, handler(1).user)
    assert row(COUNTY, sealed).handler is None
    assert row(COUNTY, plain).handler == handler(1).user


def test_the_colleague_must_be_there_on_the_day() -> None:
    stranger = actor(OTHER, "R6", unit=UNIT)
    for to in (handler().user, stranger.user):
        with pytest.raises(Invalid):
            people.leave(admin(), handler().user, to=to)
    people.lock(admin(), handler(1).user)
    with pytest.raises(Invalid):
        people.leave(admin(), handler().user, to=handler(1).user)
    assert Membership.objects.get(pk=handler().membership).valid_to is None


def test_asked_again_the_newer_order_counts() -> None:
    investigated()
    people.leave(admin(), handler().user, last_day=today() + timedelta(days=3))
    second = people.leave(admin(), handler().user, to=handler(1).user)
    assert second is not None
    found = Job.objects.filter(subject=handler().user).order_by("id").values_list("status", flat=True)
    assert list(found) == ["dropped", "open"]


def test_the_administrator_sees_numbers_and_no_case() -> None:
    case = row(COUNTY, investigated())
    browser = client_for(admin())
    page = browser.get(f"/office/people/{handler().user}/").content.decode()
    assert "住建局 1 件" in page
    for page_url in (f"/office/people/{handler().user}/", f"/office/people/{handler().user}/leave/"):
        text = browser.get(page_url).content.decode()
        assert case.title not in text
        assert case.number not in text
    assert browser.get(f"/cases/{case.id}/").status_code == 404


def test_the_clerk_reads_in_the_history_what_happened() -> None:
    case = investigated()
    left(handler().user, handler(1).user)
    page = client_for(actor(COUNTY, "R5", unit=UNIT)).get(f"/cases/{case}/").content.decode()
    assert "移交在办件" in page


def test_a_post_that_ends_lets_its_work_be_handed_over() -> None:
    case = investigated()
    post = handler().membership
    assert post is not None
    posts.end(admin(), post)
    job = people.hand_over(admin(), handler().user, to=handler(1).user)
    jobs.carry_out(job.pk, seconds=30)
    assert row(COUNTY, case).handler == handler(1).user


def test_other_offices_are_not_touched() -> None:
    mine, theirs = investigated(), investigated(OTHER)
    shared = actor(OTHER, "R6", unit=UNIT).user
    with context.use(context.tenant_by_code(COUNTY)):
        Case.objects.filter(pk=mine).update(handler=shared)
    Membership.objects.create(
        user_id=shared,
        tenant=context.tenant_by_code(COUNTY),
        department=department(COUNTY, "物业管理科"),
        roles=["R6"],
    )
    left(shared)
    assert row(COUNTY, mine).handler is None
    assert row(OTHER, theirs).handler == shared


def test_the_page_that_waits_carries_the_work_on() -> None:
    case = investigated()
    people.leave(admin(), handler().user, to=handler(1).user)
    browser = client_for(admin())
    address = f"/office/people/{handler().user}/"
    assert f'hx-post="{address}handing/"' in browser.get(address).content.decode()
    part = browser.post(f"{address}handing/", headers={"HX-Request": "true"}).content.decode()
    assert "同事接手 1 件" in part
    assert "hx-post" not in part
    assert row(COUNTY, case).handler == handler(1).user


def test_drafts_go_along_to_an_heir_who_registers_and_to_nobody_else() -> None:
    clerk, heir, handler_only = actor(COUNTY, "R3"), actor(COUNTY, "R2"), handler()
    with at(clerk):
        kept = save_draft(clerk, body={"text": "路灯不亮。"})
    for nobody in (None, handler_only.user):
        job = people.hand_over(admin(), clerk.user, to=nobody)
        jobs.carry_out(job.pk, seconds=30)
        with at(clerk):
            assert Draft.objects.get().owner == clerk.user
    job = left(clerk.user, heir.user)
    assert job.counts == {"drafts": 1}
    with at(heir):
        found = Draft.objects.get()
        assert (found.pk, found.owner, found.department) == (kept.pk, heir.user, heir.department)
        save_draft(heir, body={"text": "路灯不亮，已核对。"}, draft=kept.pk, version=found.version)
    change = Change.objects.get(kind="draft.hand_over")
    assert (change.by, change.subject, change.data) == (admin().user, clerk.user, {"to": str(heir.user), "count": 1})
