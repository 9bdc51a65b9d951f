"""Posts and roles: what may go together, what a post gives, and that every row of the transition table has its role."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from cases.transitions import ROWS
from kernel.clock import today
from kernel.errors import Conflict, Refused
from kernel.ids import new_id
from tenants import departments
from tenants.actors import Actor, actor_for
from tenants.models import Custody, Department, Membership, Role, Tenant, User
from tenants.organisation import add_department, add_person
from tenants.pinyin import initials, sort_key
from tenants.roles import BESIDE_ADMIN, BY_CODE, KNOWN
from tests.people import actor, department, membership, tenant

pytestmark = pytest.mark.django_db


def _checked(change: Callable[[], object]) -> None:
    """The change and what is checked at its end, as an action does it."""
    with transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _post(roles: list[str], *, code: str = "990123", user: User | None = None, where: str = "") -> Membership:
    person = user or User.objects.create(username=f"p{new_id().hex[-10:]}", name="沈砚秋")
    return Membership.objects.create(user=person, tenant=tenant(code), department=department(code, where), roles=roles)


# --- roles ------------------------------------------------------------------------------------------------------------
def test_the_seed_is_the_table() -> None:
    stored = {role.code: (role.name, sorted(role.verbs), role.reads) for role in Role.objects.all()}
    assert stored == {code: (row.name, row.rights(), row.reads) for code, row in BY_CODE.items()}
    assert set(stored) == {f"R{number}" for number in range(2, 22)}


def test_every_line_of_the_transition_table_is_open_to_its_roles() -> None:
    for line in ROWS:
        for code in line.roles & KNOWN:
            assert line.verb in BY_CODE[code].verbs.split(), (line.code, line.verb, code)
        for code in line.proposers & KNOWN:
            assert line.verb in BY_CODE[code].proposes.split(), (line.code, line.verb, code)


def test_administrator_auditor_and_statistics_see_no_case() -> None:
    for code in ("R16", "R19", "R20", "R21"):
        assert (BY_CODE[code].rights(), BY_CODE[code].reads) == ([], "none")
    for code in KNOWN - {"R18"}:
        assert BY_CODE[code].reads != "sealed"


@pytest.mark.parametrize("code", sorted(KNOWN - BESIDE_ADMIN))
def test_an_administrator_holds_no_case_role(code: str) -> None:
    with pytest.raises(IntegrityError, match="membership_admin_no_case_role"), transaction.atomic():
        _post(["R19", code])


def test_nor_in_another_post_of_the_same_office() -> None:
    person = _post(["R19"]).user
    with pytest.raises(Refused):
        _post(["R3"], user=person, where="办信科")
    clerk = _post(["R3"]).user
    with pytest.raises(Refused):
        _post(["R19"], user=clerk, where="办信科")
    _post(["R3"], user=person, code="990124")  # another office is another matter
    _post(["R16"], user=person, where="综合科")


def test_two_posts_added_behind_our_back_give_no_case_role() -> None:
    clerk = _post(["R3"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tenants_membership (id, user_id, tenant_id, department_id, roles, valid_from)"
            " VALUES (%s, %s, %s, %s, '{R19}', %s)",
            [new_id(), clerk.user_id, clerk.tenant_id, department("990123", "综合科").pk, today()],
        )
    made = actor_for(clerk)
    assert (made.roles, made.verbs, made.reads) == (frozenset(), frozenset(), "none")


@pytest.mark.parametrize("roles", [[], ["R1"], ["R22"], ["admin"]])
def test_a_post_has_known_roles(roles: list[str]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _post(roles)


def test_a_post_is_in_a_department_of_its_own_office() -> None:
    post = Membership(
        user=User.objects.create(username="x", name="x"),
        tenant=tenant("990123"),
        department=department("990124"),
        roles=["R3"],
    )
    with pytest.raises(IntegrityError, match="tenants_membership_place"):
        _checked(post.save)


# --- actors -----------------------------------------------------------------------------------------------------------
def test_an_actor_at_the_desk_and_one_in_a_unit() -> None:
    clerk, head, handler = actor("990123", "R3"), actor("990123", "R9", unit="住建局"), actor("990123", "R6")
    assert clerk.at_desk
    assert (clerk.schema, clerk.unit, clerk.root) == ("t_990123", department("990123").pk, department("990123").pk)
    assert clerk.department == department("990123", "办信科").pk
    assert not head.at_desk
    assert head.unit == head.department == department("990123", "住建局").pk
    assert handler.department == department("990123", "物业管理科").pk
    assert handler.unit == head.unit
    assert [a.reads for a in (clerk, head, handler)] == ["office", "office", "dept"]
    assert clerk.may("transfer")
    assert clerk.may_propose("assign")
    assert not clerk.may("assign")


def test_several_roles_add_up() -> None:
    both = actor_for(_post(["R3", "R18"]))
    assert both.reads == "office"
    assert both.may("transfer_sealed")
    assert both.may("transfer")


def test_the_system_only_closes_and_starts() -> None:
    clockwork = Actor.system(tenant("990123"))
    assert clockwork.is_system
    assert clockwork.at_desk
    assert clockwork.may("close")
    assert not clockwork.may("sign")


def test_a_post_that_ended_is_not_held() -> None:
    post = membership("990123", "R3")
    post.valid_from, post.valid_to = today() - timedelta(days=9), today()
    post.save()
    alive = Membership.objects.alive()
    assert not alive.filter(pk=post.pk).exists()
    assert Membership.objects.alive(today() - timedelta(days=1)).filter(pk=post.pk).exists()


# --- departments ------------------------------------------------------------------------------------------------------
def test_one_desk_an_office() -> None:
    with pytest.raises(IntegrityError, match="department_one_root"), transaction.atomic():
        Department.objects.create(tenant=tenant("990123"), kind="bureau", code="x", name="x")


def test_a_desk_is_a_bureau() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Department.objects.create(tenant=tenant("990123"), kind="section", code="x", name="x")


def test_a_parent_in_another_office_is_refused_by_the_database_too() -> None:
    theirs = department("990124")
    with pytest.raises(ValueError, match="one office"):
        add_department(tenant("990123"), "x", code="x", parent=theirs)
    mine = department("990123", "办信科")
    with pytest.raises(IntegrityError, match="place"):
        _checked(lambda: Department.objects.filter(pk=mine.pk).update(parent=theirs))


def test_unit_and_subtree() -> None:
    unit = department("990123", "住建局")
    inner = add_department(
        tenant("990123"), "维修资金组", code="2111", kind="section", parent=department("990123", "物业管理科")
    )
    assert inner.unit_id == unit.pk
    names = Department.objects.filter(pk__in=departments.subtree(unit)).values_list("name", flat=True)
    assert set(names) == {"住房和城乡建设局", "物业管理科", "村镇科", "维修资金组"}
    assert departments.subtree(departments.root(tenant("990123").pk)) >= departments.subtree(unit)
    assert not departments.subtree(unit) & departments.subtree(department("990124", "住建局"))


def test_a_department_that_ceased_has_a_successor_or_says_so() -> None:
    old, new = department("990123", "城管局"), department("990123", "住建局")
    old.valid_to = today()
    old.save()
    with pytest.raises(Conflict, match="承接"):
        departments.living(old)
    old.successor = new
    old.save()
    assert departments.living(old) == new
    assert departments.living(old, today() - timedelta(days=1)) == old
    assert old not in departments.in_office(old.tenant_id)
    new.valid_to, new.successor = today(), old
    new.save()
    with pytest.raises(Conflict):
        departments.living(Department.objects.get(pk=old.pk))


def test_names_sort_by_sound_and_are_found_by_initials() -> None:
    assert sort_key("卫生健康局") == "wei sheng jian kang ju wsjkj"
    assert initials("禾浦镇人民政府") == "hpzrmzf"
    found = Department.objects.filter(tenant=tenant("990123"), pinyin__contains="zfh")
    assert [row.name for row in found] == ["住房和城乡建设局"]
    names = [row.name for row in departments.in_office(tenant("990123").pk)]
    assert names == sorted(names, key=sort_key)


# --- custody and offices ----------------------------------------------------------------------------------------------
def test_custody_has_one_holder_and_its_department_is_the_holder_s() -> None:
    case = new_id()
    Custody.objects.create(case=case, tenant=tenant("990123"), department=department("990123"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.create(case=case, tenant=tenant("990124"), department=department("990124"))
    held = Custody.objects.filter(case=case)
    for wrong in ({"tenant": tenant("990124")}, {"department": department("990124")}):
        with pytest.raises(IntegrityError, match="tenants_custody_place"):
            _checked(partial(held.update, **wrong))
    with pytest.raises(IntegrityError), transaction.atomic():
        Custody.objects.filter(case=case).update(tenant=None)


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "99-1"},
        {"code": "990123"},
        {"schema_name": "public"},
        {"path": "elsewhere"},
        {"valid_to": "1999-01-01"},
    ],
)
def test_an_office_s_row_stands_to_reason(changed: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tenant.objects.filter(code="990124").update(**changed)


def test_a_person_is_added_once_and_gains_posts() -> None:
    desk = department("990123")
    first = add_person("hqh", "何青禾", posts=[(desk, ["R3"])])
    again = add_person("hqh", "何青禾", posts=[(desk, ["R3"]), (department("990123", "督查科"), ["R13"])])
    assert first == again
    assert first.memberships.count() == 2
    assert not first.has_usable_password()


# --- what the application's role may not do ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.x (a int)",
        "CREATE TABLE t_990123.x (a int)",
        "CREATE SCHEMA t_x",
        "ALTER TABLE t_990123.cases_case ADD COLUMN x int",
        "DROP TABLE t_990123.cases_case",
        "DROP SCHEMA t_990123 CASCADE",
        "TRUNCATE public.tenants_custody",
        "TRUNCATE t_990123.cases_case",
        "SET ROLE huiyin_owner",
        "SET SESSION AUTHORIZATION huiyin_owner",
        "INSERT INTO public.tenants_schemastep VALUES (99, 'a', 'b', '{}')",
        "UPDATE public.tenants_schemastep SET sql = '{}'",
        "DELETE FROM public.tenants_schemastep",
        "UPDATE public.tenants_role SET verbs = '{sign}'",
        "DELETE FROM public.django_migrations",
        "DELETE FROM t_990123.django_migrations",
        "INSERT INTO public.tenants_tenant (id) VALUES (gen_random_uuid())",
        "DELETE FROM public.tenants_tenant",
        "DELETE FROM public.tenants_custody",
        "DELETE FROM public.tenants_membership",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
    ],
)
def test_the_application_s_role_is_refused(statement: str) -> None:
    with transaction.atomic():
        connection.ensure_connection()
        raw = connection.connection.pgconn  # below our own refusal: the server itself says no
        raw.exec_(b"SAVEPOINT s")
        result = raw.exec_(statement.encode())
        refused = result.error_field(67)  # the SQLSTATE
        raw.exec_(b"ROLLBACK TO s")
    granted_nothing = b"no privileges were granted" in result.error_message or not refused
    assert refused == b"42501" or (statement.startswith("GRANT") and granted_nothing), result.error_message


def test_the_application_may_file_a_request_but_not_carry_it_out() -> None:
    from tenants import provisioning

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        provisioning.provision(code="990125", name="x", level="county")
    asked = provisioning.request("provision", {"code": "990125"})
    assert asked.status == "pending"
