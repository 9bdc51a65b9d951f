"""Every row of tenancy.md §2b: threads, pool, raw connections, own SET. Each comes out right or refuses."""

import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction

from cases.models import Case, Counter
from kernel.backend.connection import Connection, SearchPathRefused
from kernel.errors import CrossTenant
from kernel.schema import current
from tenants.context import nobody, tenant_by_schema, use
from tests.tenancy.conftest import OFFICES, SAME, A, B, whose


def _in_threads(work: Callable[[int], Any], count: int) -> list[Any]:
    found: list[Any] = [None] * count

    def run(number: int) -> None:
        try:
            found[number] = work(number)
        except BaseException as error:
            found[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in found:
        if isinstance(result, BaseException):
            raise result
    return found


class _Undo(Exception):
    pass


def _plain(here: str, other: str) -> list[tuple[str, str]]:
    return [(here, whose())]


def _rolled_back(here: str, other: str) -> list[tuple[str, str]]:
    seen = []
    try:
        with transaction.atomic():
            seen.append((here, whose()))
            with use(other):
                seen.append((other, whose()))
                raise _Undo
    except _Undo:
        seen.append((here, whose()))
    return seen


def _savepoints(here: str, other: str) -> list[tuple[str, str]]:
    seen = []
    with transaction.atomic():
        seen.append((here, whose()))
        try:
            with transaction.atomic(), use(other):
                seen.append((other, whose()))
                raise _Undo
        except _Undo:
            seen.append((here, whose()))
        with use(other):
            try:
                with transaction.atomic(), use(here):
                    seen.append((here, whose()))
                    raise _Undo
            except _Undo:
                seen.append((other, whose()))
        seen.append((here, whose()))
    return seen


def _error(here: str, other: str) -> list[tuple[str, str]]:
    try:
        with transaction.atomic(), use(other), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
    except DatabaseError:
        pass
    return [(here, whose())]


def _error_inside(here: str, other: str) -> list[tuple[str, str]]:
    with transaction.atomic():
        try:
            with transaction.atomic(), use(other), connection.cursor() as cursor:
                cursor.execute("SELECT no_such_column")
        except DatabaseError:
            pass
        return [(here, whose())]


def _server_cursor(here: str, other: str) -> list[tuple[str, str]]:
    seen = [(here, row.kind) for row in Counter.objects.iterator(chunk_size=1)]
    with use(other), transaction.atomic():
        seen += [(other, row.kind) for row in Counter.objects.iterator(chunk_size=1)]
    return seen


def _written(here: str, other: str) -> list[tuple[str, str]]:
    with transaction.atomic():
        Counter.objects.create(kind=here, period=str(random.random())[2:12], value=1)
        with use(other):
            Counter.objects.create(kind=other, period=str(random.random())[2:12], value=1)
    return [(here, kind) for kind in Counter.objects.values_list("kind", flat=True)]


WORK = (_plain, _rolled_back, _savepoints, _error, _error_inside, _server_cursor, _written)


@pytest.mark.usefixtures("committed_rows", "either_server")
def test_t1_threads_share_the_pool_and_never_mix() -> None:
    def requests(number: int) -> list[tuple[str, str]]:
        dice = random.Random(number)
        seen: list[tuple[str, str]] = []
        for _ in range(60):
            here, other = dice.sample(OFFICES, 2)
            with use(here):
                seen += dice.choice(WORK)(here, other)
            connection.close()  # as at the end of a request: back to the pool, dirty
        return seen

    seen = [pair for found in _in_threads(requests, 8) for pair in found]
    assert len(seen) > 480
    assert [pair for pair in seen if pair[0] != pair[1]] == []


@pytest.mark.usefixtures("rows", "either_server")
@pytest.mark.parametrize("work", WORK)
def test_each_way_of_working_inside_one_transaction(work: Callable[[str, str], list[tuple[str, str]]]) -> None:
    with use(A):
        assert all(asked == read for asked, read in work(A, B))


@pytest.mark.usefixtures("committed_rows")
def test_t1b_a_raw_connection_from_the_pool_reads_the_context_s_office() -> None:
    with use(A):
        assert whose() == A
    connection.close()
    connection.ensure_connection()
    with use(B):
        assert connection.connection.execute("SELECT kind FROM cases_counter").fetchone() == (B,)
    with nobody(), pytest.raises(Exception, match="does not exist"):
        connection.connection.execute("SELECT kind FROM cases_counter")


@pytest.mark.usefixtures("committed_rows")
def test_t1b_below_our_cursors_a_returned_connection_reads_nothing() -> None:
    with use(A):
        assert whose() == A
    connection.close()
    pool = connection.pool
    assert pool is not None
    pool.wait()
    with pool.connection() as raw:
        assert raw.pgconn.exec_(b"SHOW search_path").get_value(0, 0) == b'""'
        assert raw.pgconn.exec_(b"SELECT kind FROM cases_counter").error_message != b""


@pytest.mark.usefixtures("committed_rows")
def test_t1c_the_pool_used_directly_reads_the_context_s_office() -> None:
    with use(A):
        assert whose() == A
    connection.close()
    pool = connection.pool
    assert pool is not None
    with use(B), pool.connection() as raw:
        assert raw.execute("SELECT kind FROM cases_counter").fetchone() == (B,)
        with raw.cursor() as cursor, cursor.copy("COPY cases_counter (kind) TO STDOUT") as copy:
            assert b"".join(bytes(part) for part in copy) == f"{B}\n".encode()


FORBIDDEN = [
    "SET search_path = t_990124",
    "set\n\tSEARCH_PATH to t_990124",
    "SET LOCAL search_path = t_990124",
    "SET/* quiet */search_path/**/= t_990124",
    "-- nothing\nSET search_path = t_990124",
    "SELECT 1; SET search_path = t_990124",
    'SET "search_path" = t_990124',
    "RESET search_path",
    "RESET ALL",
    "DISCARD ALL",
    "SET SCHEMA 't_990124'",
    "SET LOCAL SCHEMA 't_990124'",
    "SET /* x */ SCHEMA 't_990124'",
    "SELECT set_config('search_path', 't_990124', false)",
    "SELECT pg_catalog.SET_CONFIG('search' || '_path', 't_990124', true)",
    "UPDATE pg_settings SET setting = 't_990124' WHERE name = 'search' || '_path'",
    "UPDATE pg_catalog.pg_settings SET setting = 't_990124'",
    "DO $$ BEGIN EXECUTE 'SET search' || '_path = t_990124'; END $$",
    "ALTER ROLE huiyin_app SET search_path = t_990124",
    "ALTER DATABASE huiyin SET search_path = t_990124",
    "SET ROLE huiyin_owner",
    "SET SESSION AUTHORIZATION huiyin_owner",
]


@pytest.mark.usefixtures("rows", "either_server")
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_t2_nobody_else_sets_the_path(statement: str) -> None:
    with use(A):
        assert whose() == A
        with transaction.atomic():
            with pytest.raises(SearchPathRefused), connection.cursor() as cursor:
                cursor.execute(statement)
            with pytest.raises(SearchPathRefused):
                connection.connection.execute(statement)
            with pytest.raises(SearchPathRefused):
                connection.connection.execute(statement.encode())
            assert whose() == A
        assert whose() == A


@pytest.mark.usefixtures("rows", "either_server")
def test_t2b_set_config_with_parameters_is_refused() -> None:
    with use(A), transaction.atomic():
        with pytest.raises(SearchPathRefused), connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", ["search_path", B])
        assert whose() == A


@pytest.mark.usefixtures("rows")
def test_t2_a_path_changed_below_our_cursors_is_noticed() -> None:
    """PostgreSQL 18 reports it; the next statement sets it right."""
    with use(A):
        assert whose() == A
        if connection.connection.pgconn.parameter_status(b"search_path") is None:
            pytest.skip("this server does not report its search_path")
        connection.connection.pgconn.exec_(b"SET search_path = t_990124, public")
        assert whose() == A


@pytest.mark.usefixtures("rows")
def test_values_may_speak_of_the_path() -> None:
    with use(A):
        Counter.objects.create(kind="SET search_path", period="x", value=1)
        assert Counter.objects.filter(kind="SET search_path").count() == 1
        with connection.cursor() as cursor:
            cursor.execute("SHOW search_path")
            assert cursor.fetchone() == (f"{A}, public",)


def test_t3_with_tenant_raises(db: None) -> None:
    with pytest.raises(CrossTenant), tenant_by_schema(A):  # type: ignore[attr-defined]
        pass
    with pytest.raises(CrossTenant):
        tenant_by_schema(A).activate()


@pytest.mark.usefixtures("committed_rows", "either_server")
def test_t3_blocks_nest_and_leave_as_they_entered_in_every_thread() -> None:
    barrier = threading.Barrier(2)

    def work(number: int) -> list[tuple[str, str]]:
        here, other = (A, B) if number else (B, A)
        seen = []
        with use(here):
            barrier.wait()
            with use(other):
                barrier.wait()
                seen.append((other, whose()))
            barrier.wait()
            seen.append((here, whose()))
        assert current() is None
        return seen

    assert all(asked == read for found in _in_threads(work, 2) for asked, read in found)


@pytest.mark.usefixtures("committed_rows")
def test_a_new_thread_starts_in_no_office() -> None:
    with use(A):
        whose()

        def work(number: int) -> str:
            try:
                return whose()
            except ProgrammingError as error:
                return str(error)

        assert "does not exist" in _in_threads(work, 1)[0]


def test_t6_content_types_are_shared_only(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.django_content_type'), to_regclass('t_990123.django_content_type')")
        shared, tenants = cursor.fetchone() or (None, None)
    assert shared is not None
    assert tenants is None


@pytest.mark.usefixtures("rows", "either_server")
def test_one_statement_per_switch_and_none_without(monkeypatch: pytest.MonkeyPatch) -> None:
    switches: list[str] = []
    real = Connection._switch

    def counted(self: Connection, path: str) -> None:
        switches.append(path)
        real(self, path)

    monkeypatch.setattr(Connection, "_switch", counted)
    with use(A):
        for _ in range(3):
            whose()
            with transaction.atomic():
                whose()
        with use(A):
            whose()
        with use(B):
            whose()
            list(Case.objects.filter(pk=SAME))
        whose()
    assert switches == [f"{A}, public", f"{B}, public", f"{A}, public"]


@pytest.mark.usefixtures("rows")
def test_a_name_that_is_no_schema_never_reaches_the_database() -> None:
    for name in ('t_990123"; DROP SCHEMA public; --', "pg_catalog", "T_990123", "a, b", "", "x" * 64):
        with pytest.raises(ValueError, match="schema"):
            use(name)
    with use("public"):
        assert current() is None
