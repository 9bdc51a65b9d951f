"""The tree of departments: added, changed, moved, ceased, kept; who may, what is refused, what is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kernel.clock import as_of, now, today
from kernel.errors import Conflict, HuiyinError, Invalid, NotFound, Refused, Stale
from tenants import context
from tenants.actors import Actor
from tenants.administration import departments, heirs
from tenants.administration.departments import Given
from tenants.models import Change, Department, Membership
from tests.cases.making import BUREAU, COUNTY, OTHER
from tests.people import actor, department, membership, tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Iterator[Actor]:
    who = actor(COUNTY, "R19")
    with context.use(who.schema):
        yield who


def place(name: str = "", code: str = COUNTY) -> UUID:
    return department(code, name).pk


def given(**changes: Any) -> Given:
    return Given(**{"name": "民政局", "kind": "unit", "code": "91", **changes})


def told(error: pytest.ExceptionInfo[HuiyinError]) -> set[str]:
    return set(error.value.fields)


def last(kind: str) -> Change:
    return Change.objects.filter(kind=kind, tenant=tenant(COUNTY)).first() or pytest.fail(f"no {kind}")


def test_a_unit_is_added_and_written_down(admin: Actor) -> None:
    made = departments.add(admin, parent=place(), given=given(short_name="民政", organ_prefix="澄民"))
    assert (made.unit_id, made.valid_from, made.tenant_id) == (made.pk, today(), admin.tenant)
    change = last("department.added")
    assert (change.by, change.subject, change.data["code"]) == (admin.user, made.pk, "91")


def test_without_a_code_the_next_free_one_is_given(admin: Actor) -> None:
    section = departments.add(admin, parent=place("住建局"), given=given(name="法规科", kind="section", code=""))
    assert section.code == "2101"
    assert section.unit_id == place("住建局")


@pytest.mark.parametrize(
    ("parent", "changes", "field"),
    [
        ("", {"name": " "}, "name"),
        ("", {"name": "住房和城乡建设局"}, "name"),
        ("", {"name": "长" * 61}, "name"),
        ("", {"code": "21"}, "code"),
        ("", {"code": "有 空格"}, "code"),
        ("", {"kind": "bureau"}, "kind"),
        ("", {"kind": "whatever"}, "kind"),
        ("", {"short_name": "长" * 21}, "short_name"),
        ("办信科", {}, "parent"),
        ("住建局", {"kind": "supervision"}, "parent"),
        ("", {"superior_line": UUID(int=5)}, "superior_line"),
    ],
)
def test_what_cannot_stand_is_said_at_its_field(admin: Actor, parent: str, changes: dict[str, Any], field: str) -> None:
    before = Department.objects.count(), Change.objects.count()
    with pytest.raises(Invalid) as error:
        departments.add(admin, parent=place(parent), given=given(**changes))
    assert field in told(error)
    assert (Department.objects.count(), Change.objects.count()) == before


def test_a_parent_of_another_office_does_not_exist(admin: Actor) -> None:
    with pytest.raises(Invalid):
        departments.add(admin, parent=place("", OTHER), given=given())
    for act in (
        lambda: departments.change(admin, place("住建局", OTHER), given=given()),
        lambda: departments.move(admin, place("村镇科", OTHER), to=place("城管局")),
        lambda: departments.cease(admin, place("住建局", OTHER), successor=place("城管局"), on=today()),
        lambda: departments.keep(admin, place("住建局", OTHER)),
        lambda: heirs.follow(admin, place("住建局", OTHER), posts=[]),
    ):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("role", ["R2", "R3", "R4", "R5", "R9", "R18", "R20", "R21"])
def test_nobody_but_the_administrator_may(role: str) -> None:
    who = actor(COUNTY, role)
    before = Department.objects.count(), Change.objects.count()
    with context.use(who.schema):
        for act in (
            lambda: departments.add(who, parent=place(), given=given()),
            lambda: departments.change(who, place("住建局"), given=given()),
            lambda: departments.move(who, place("村镇科"), to=place("城管局")),
            lambda: departments.cease(who, place("住建局"), successor=place("城管局"), on=today()),
            lambda: departments.keep(who, place("住建局")),
            lambda: heirs.follow(who, place("住建局"), posts=[]),
        ):
            with pytest.raises(Refused):
                act()
    assert (Department.objects.count(), Change.objects.count()) == before


def test_a_change_names_what_changed_and_keeps_the_rest(admin: Actor) -> None:
    row = department(COUNTY, "住建局")
    departments.change(
        admin,
        row.pk,
        given=Given(name=row.name, kind="unit", code="2100", short_name="县住建局", organ_prefix=row.organ_prefix),
        seen_as=departments.seen(row),
    )
    row.refresh_from_db()
    assert (row.code, row.short_name, row.unit_id) == ("2100", "县住建局", row.pk)
    change = last("department.changed")
    assert (change.data["was"], change.data["code"]) == ("21", "2100")
    assert set(change.data["fields"]) == {"code", "short_name"}


def test_of_two_administrators_the_second_sees_that_the_first_was_there(admin: Actor) -> None:
    row = department(COUNTY, "住建局")
    seen = departments.seen(row)
    departments.change(admin, row.pk, given=Given(name="住建和规划局", kind="unit", code="21"), seen_as=seen)
    second = actor(COUNTY, "R19", nth=1)
    with pytest.raises(Stale):
        departments.change(second, row.pk, given=Given(name="建设局", kind="unit", code="21"), seen_as=seen)
    with pytest.raises(Stale):
        departments.cease(second, row.pk, successor=place("城管局"), on=today(), seen_as=seen)


def test_a_unit_stays_a_unit_and_the_office_keeps_its_name(admin: Actor) -> None:
    for name, changed, field in (
        ("住建局", given(name="住房和城乡建设局", kind="section", code="21"), "kind"),
        ("村镇科", given(name="村镇科", kind="unit", code="212"), "kind"),
        ("", given(name="别的局", kind="bureau", code="00"), "name"),
    ):
        with pytest.raises(Invalid) as error:
            departments.change(admin, place(name), given=changed)
        assert field in told(error)


def test_a_section_moves_to_another_unit_with_all_beneath_it(admin: Actor) -> None:
    section, unit = place("村镇科"), place("城管局")
    below = departments.add(admin, parent=section, given=given(name="一股", kind="section", code=""))
    departments.move(admin, section, to=unit)
    assert {Department.objects.get(pk=pk).unit_id for pk in (section, below.pk)} == {unit}
    assert last("department.moved").data == {"was": str(place("住建局")), "to": str(unit), "unit": str(unit)}


def test_a_unit_that_moves_stays_its_own_unit(admin: Actor) -> None:
    made = departments.add(admin, parent=place(), given=given())
    departments.move(admin, place("城管局"), to=made.pk)
    moved = department(COUNTY, "城管局")
    assert (moved.parent_id, moved.unit_id) == (made.pk, moved.pk)
    with pytest.raises(Invalid):
        departments.move(admin, made.pk, to=moved.pk)  # a circle


@pytest.mark.parametrize(
    ("what", "to"),
    [
        ("住建局", "村镇科"),  # beneath itself
        ("住建局", "住建局"),
        ("村镇科", "住建局"),  # where it is
        ("住建局", "办信科"),  # a unit beneath a section
        ("办信科", "住建局"),  # the desk's section into a unit
        ("村镇科", ""),  # and the other way round
        ("督查科", "住建局"),
    ],
)
def test_what_cannot_hang_there_is_refused(admin: Actor, what: str, to: str) -> None:
    before = Department.objects.get(pk=place(what)).parent_id
    with pytest.raises(Invalid) as error:
        departments.move(admin, place(what), to=place(to))
    assert told(error) == {"to"}
    assert Department.objects.get(pk=place(what)).parent_id == before


def test_the_office_itself_neither_moves_nor_ceases(admin: Actor) -> None:
    with pytest.raises(Conflict):
        departments.move(admin, place(), to=place("住建局"))
    with pytest.raises(Conflict):
        departments.cease(admin, place(), successor=place("住建局"), on=today())


def test_a_tree_has_an_end(admin: Actor) -> None:
    parent = place("住建局")
    deeper = given(name="下一级", kind="section", code="")
    for _level in range(departments.DEEPEST - 1):
        parent = departments.add(admin, parent=parent, given=deeper).pk
    with pytest.raises(Invalid) as error:
        departments.add(admin, parent=parent, given=deeper)
    assert told(error) == {"parent"}


@pytest.mark.parametrize(
    ("what", "heir", "days", "field"),
    [
        ("住建局", None, 0, "successor"),
        ("住建局", "住建局", 0, "successor"),
        ("住建局", "村镇科", 0, "successor"),
        ("住建局", "", 0, "successor"),
        ("村镇科", "市容科", 0, "successor"),
        ("办信科", "住建局", 0, "successor"),
        ("住建局", "城管局", -1, "on"),
        ("住建局", "城管局", 400, "on"),
    ],
)
def test_who_may_not_take_over_and_when(admin: Actor, what: str, heir: str | None, days: int, field: str) -> None:
    with pytest.raises(Invalid) as error:
        departments.cease(
            admin,
            place(what),
            successor=None if heir is None else place(heir),
            on=today() + timedelta(days=days),
        )
    assert field in told(error)
    assert not Department.objects.filter(tenant=admin.tenant).exclude(valid_to=None).exists()


def test_sections_cease_with_their_unit_and_are_kept_with_it(admin: Actor) -> None:
    on = today() + timedelta(days=9)
    gone = departments.cease(admin, place("住建局"), successor=place("城管局"), on=on)
    assert {(row.valid_to, row.successor_id) for row in gone} == {(on, place("城管局"))}
    with pytest.raises(Conflict):
        departments.keep(admin, place("村镇科"))
    with pytest.raises(Conflict):
        departments.cease(admin, place("住建局"), successor=place("城管局"), on=on)
    departments.keep(admin, place("住建局"))
    assert not Department.objects.filter(tenant=admin.tenant).exclude(valid_to=None).exists()
    assert Change.objects.filter(kind="department.kept").count() == 3


def test_what_has_ceased_is_kept_and_changed_no_more(admin: Actor) -> None:
    departments.cease(admin, place("村镇科"), successor=place("物业管理科"), on=today())
    acts: list[Callable[[], object]] = [
        lambda: departments.keep(admin, place("村镇科")),
        lambda: departments.change(admin, place("村镇科"), given=given(kind="section")),
        lambda: departments.move(admin, place("村镇科"), to=place("城管局")),
    ]
    for act in acts:
        with pytest.raises(Conflict):
            act()
    # Its code and its name are free again.
    departments.add(admin, parent=place("住建局"), given=given(name="村镇科", kind="section", code="212"))


def test_a_code_given_away_meanwhile_stands_in_the_way_of_keeping(admin: Actor) -> None:
    departments.cease(admin, place("村镇科"), successor=place("物业管理科"), on=today() + timedelta(days=2))
    departments.add(admin, parent=place("城管局"), given=given(name="新科", kind="section", code="212"))
    with pytest.raises(Invalid):
        departments.keep(admin, place("村镇科"))


def test_nobody_takes_over_who_is_about_to_cease(admin: Actor) -> None:
    made = departments.add(admin, parent=place(), given=given())
    departments.cease(admin, place("城管局"), successor=made.pk, on=today() + timedelta(days=20))
    with pytest.raises(Invalid):
        departments.cease(admin, place("住建局"), successor=place("城管局"), on=today() + timedelta(days=30))
    with pytest.raises(Invalid):
        departments.add(admin, parent=place("城管局"), given=given(name="新科", kind="section", code=""))


def test_units_beneath_are_moved_away_first(admin: Actor) -> None:
    made = departments.add(admin, parent=place("住建局"), given=given())
    with pytest.raises(Conflict, match="民政局"):
        departments.cease(admin, place("住建局"), successor=place("城管局"), on=today())
    departments.move(admin, made.pk, to=place())
    assert len(departments.cease(admin, place("住建局"), successor=place("城管局"), on=today())) == 3


# --- the people of what ceased ---------------------------------------------------------------------------------------


def posts_in(name: str) -> list[Membership]:
    return list(Membership.objects.alive().filter(department=place(name)).order_by("id"))


def test_people_follow_when_the_administrator_says_so(admin: Actor) -> None:
    people = posts_in("村镇科")
    with pytest.raises(Conflict):
        heirs.follow(admin, place("村镇科"), posts=[people[0].pk])
    departments.cease(admin, place("村镇科"), successor=place("物业管理科"), on=today())
    assert posts_in("村镇科") == people
    assert heirs.follow(admin, place("村镇科"), posts=[people[0].pk]) == 1
    assert posts_in("村镇科") == people[1:]
    there = Membership.objects.alive().get(user=people[0].user_id, department=place("物业管理科"))
    assert there.roles == people[0].roles
    assert last("post.moved").data["post"] == str(there.pk)
    with pytest.raises(Invalid):
        heirs.follow(admin, place("村镇科"), posts=[people[0].pk])


def test_who_has_a_post_there_already_gains_the_roles(admin: Actor) -> None:
    one = posts_in("村镇科")[0]
    Membership.objects.create(user=one.user, tenant=one.tenant, department_id=place("物业管理科"), roles=["R21"])
    departments.cease(admin, place("村镇科"), successor=place("物业管理科"), on=today())
    heirs.follow(admin, place("村镇科"), posts=[one.pk])
    there = Membership.objects.alive().get(user=one.user_id, department=place("物业管理科"))
    assert there.roles == ["R21", "R6"]


def test_leaders_need_a_post_anew_in_another_unit(admin: Actor) -> None:
    """R8 and R9 decide over cases; in another unit that takes a second administrator (design §8)."""
    departments.cease(admin, place("住建局"), successor=place("城管局"), on=today())
    leader, clerk = (membership(COUNTY, role, unit="住建局") for role in ("R8", "R5"))
    with pytest.raises(Invalid, match="标出"):
        heirs.follow(admin, place("住建局"), posts=[leader.pk, clerk.pk])
    assert heirs.follow(admin, place("住建局"), posts=[clerk.pk]) == 1


def test_nobody_moves_the_own_post(admin: Actor) -> None:
    departments.cease(admin, place("综合科"), successor=place("办信科"), on=today())
    with pytest.raises(Invalid):
        heirs.follow(admin, place("综合科"), posts=[admin.membership or UUID(int=0)])
    second = actor(COUNTY, "R19", nth=1)
    assert heirs.follow(second, place("综合科"), posts=[admin.membership or UUID(int=0)]) == 1


def test_after_its_day_the_department_is_gone_and_its_people_keep_their_post(admin: Actor) -> None:
    departments.cease(admin, place("村镇科"), successor=place("物业管理科"), on=today() + timedelta(days=1))
    with as_of(now() + timedelta(days=1)):
        assert not Department.objects.alive().filter(pk=place("村镇科")).exists()
        assert len(posts_in("村镇科")) == 2
    assert Department.objects.alive().filter(pk=place("村镇科")).exists()


def test_the_line_above_is_a_unit_of_the_office_above(admin: Actor) -> None:
    line = department(BUREAU, "住建局")
    made = departments.add(admin, parent=place(), given=given(superior_line=line.pk, vertical_managed=True))
    assert (made.superior_line_id, made.vertical_managed) == (line.pk, True)
    with pytest.raises(Invalid):
        departments.add(admin, parent=place(), given=given(name="别的", code="92", superior_line=place("住建局")))
