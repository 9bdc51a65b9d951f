"""Every worker has a clone of its own, signs in as the application's role, and leaves no trace for the next test."""

import threading

import psycopg
import pytest
from django.db import ProgrammingError, connection

from tenants.models import User

ROLLED_BACK, COMMITTED = "rolled-back", "committed"


def make(username: str) -> None:
    User.objects.create(username=username)


def names() -> set[str]:
    return set(User.objects.filter(username__in=[ROLLED_BACK, COMMITTED]).values_list("username", flat=True))


@pytest.mark.django_db
def test_sessions_are_the_applications() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        user, database = cursor.fetchone()
    assert user == "huiyin_app"
    assert database.startswith("huiyin_t_")


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["CREATE TABLE x (y int)", "TRUNCATE tenants_user", "CREATE ROLE x"])
def test_application_has_no_ddl(statement: str) -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute(statement)


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db
def test_rolled_back(time: int) -> None:
    assert names() == set()
    make(ROLLED_BACK)


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_committed_rows_end_with_their_clone(
    time: int, owner: "psycopg.Connection[tuple[object, ...]]", database_env: dict[str, str]
) -> None:
    assert names() == set()
    make(COMMITTED)
    found = owner.execute("SELECT count(*) FROM public.tenants_user WHERE username = %s", [COMMITTED]).fetchone()
    assert found == (1,)
    with psycopg.connect(database_env["DATABASE_URL"]) as child:
        assert child.execute("SELECT current_user").fetchone() == ("huiyin_app",)
    seen: list[set[str]] = []

    def look() -> None:
        seen.append(names())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [{COMMITTED}]
