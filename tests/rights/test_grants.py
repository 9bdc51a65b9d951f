"""What the application's own login may not do, said by the server itself: history stands, nothing registered goes."""

import pytest
from django.apps import apps
from django.db import connection, transaction

from cases.models import Draft, Event, Seal
from tenants import context
from tests.cases import making
from tests.people import tenant

pytestmark = pytest.mark.django_db

SCHEMA = "t_990123"
DENIED = b"42501"
# A draft is no filing yet; people and demands are replaced by a correction, which keeps what was there in a note.
MAY_GO = {"cases_draft", "cases_petitioner", "cases_demand"}


def sqlstate(statement: str) -> bytes | None:
    """The server's verdict, below our own refusals; the transaction lives on."""
    with transaction.atomic():
        connection.ensure_connection()
        raw = connection.connection.pgconn
        raw.exec_(b"SAVEPOINT asked")
        verdict: bytes | None = raw.exec_(statement.encode()).error_field(67)
        raw.exec_(b"ROLLBACK TO asked")
    return verdict


def tables() -> list[str]:
    return sorted(model._meta.db_table for model in apps.get_app_config("cases").get_models())


@pytest.mark.parametrize("table", ["cases_event", "cases_seal", "cases_access", "cases_verification"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET id = id",
        "UPDATE {} SET id = NULL WHERE false",
        "DELETE FROM {}",
        "DELETE FROM {} WHERE false",
        "TRUNCATE {}",
        "TRUNCATE {} CASCADE",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
        "MERGE INTO {0} USING {0} AS s ON {0}.id = s.id WHEN MATCHED THEN DELETE",
        "SELECT * FROM {} FOR UPDATE",
        "LOCK TABLE {} IN ACCESS EXCLUSIVE MODE",
        "CREATE RULE r AS ON INSERT TO {} DO INSTEAD NOTHING",
        "CREATE TRIGGER t BEFORE INSERT ON {} EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ],
)
def test_history_is_only_added_to(table: str, statement: str) -> None:
    making.register()
    assert sqlstate(statement.format(f"{SCHEMA}.{table}")) == DENIED


@pytest.mark.parametrize("model", [Event, Seal])
def test_the_orm_is_told_so_too(model: type[Event] | type[Seal]) -> None:
    from django.db import ProgrammingError

    from cases import history

    making.register()
    with context.use(tenant(making.COUNTY)):
        history.seal()
        row = model.objects.first()
        assert row is not None
        for wrong in (row.save, row.delete, lambda: model.objects.update(seq=9)):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                wrong()


@pytest.mark.parametrize("table", tables())
def test_what_was_registered_is_never_deleted(table: str) -> None:
    expected = None if table in MAY_GO else DENIED
    assert sqlstate(f"DELETE FROM {SCHEMA}.{table} WHERE false") == expected
    assert sqlstate(f"TRUNCATE {SCHEMA}.{table}") == DENIED


def test_what_may_go_is_what_is_not_yet_registered_or_was_kept_elsewhere() -> None:
    assert Draft._meta.db_table in MAY_GO
    assert set(tables()) > MAY_GO


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE {}.cases_event OWNER TO huiyin_app",
        "ALTER TABLE {}.cases_case ALTER COLUMN title TYPE text",
        "ALTER TABLE {}.cases_case DROP CONSTRAINT case_accusation_sealed",
        "ALTER TABLE {}.cases_event ADD COLUMN x int",
        "CREATE INDEX ON {}.cases_case (title)",
        "DROP INDEX {}.case_open_due",
        "CREATE VIEW {}.v AS SELECT 1",
        "CREATE FUNCTION {}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE MATERIALIZED VIEW public.v AS SELECT 1",
        "CREATE TEMPORARY TABLE x (y int)",
        "CREATE SEQUENCE public.s",
        "CREATE TYPE public.t AS ENUM ('a')",
        "CREATE EXTENSION plperl",
        "CREATE ROLE x",
        "CREATE DATABASE x",
        "COMMENT ON TABLE {}.cases_case IS 'x'",
        "ALTER SCHEMA {} RENAME TO x",
        "ALTER ROLE huiyin_app SUPERUSER",
        "ALTER ROLE huiyin_owner PASSWORD 'x'",
        "ALTER DEFAULT PRIVILEGES FOR ROLE huiyin_owner GRANT ALL ON TABLES TO huiyin_app",
        "SET ROLE huiyin_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica",
        "ALTER SYSTEM SET log_statement = 'all'",
        "GRANT huiyin_owner TO huiyin_app",
        "COPY {}.cases_case TO '/tmp/x'",
        "COPY {}.cases_case FROM PROGRAM 'true'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_no_ddl_no_other_role_no_file(statement: str) -> None:
    verdict = sqlstate(statement.format(SCHEMA))
    # 0A000/25001: the statement cannot even be asked in a transaction or is not there; all the same it did nothing.
    assert verdict in (DENIED, b"25001", b"0A000", b"58P01"), verdict


@pytest.mark.parametrize("right", ["UPDATE, DELETE ON {}.cases_event", "DELETE ON {}.cases_case", "ALL ON SCHEMA {}"])
def test_granting_oneself_a_right_gives_none(right: str) -> None:
    target = right.format(SCHEMA)
    assert sqlstate(f"GRANT {target} TO huiyin_app") in (DENIED, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_table_privilege('huiyin_app', %s, 'UPDATE'), has_table_privilege('huiyin_app', %s, 'DELETE'),"
            " has_table_privilege('huiyin_app', %s, 'DELETE'), has_schema_privilege('huiyin_app', %s, 'CREATE')",
            [f"{SCHEMA}.cases_event", f"{SCHEMA}.cases_event", f"{SCHEMA}.cases_case", SCHEMA],
        )
        assert cursor.fetchone() == (False, False, False, False)


def test_every_office_has_the_same_rights_as_the_first() -> None:
    """Provisioning carries the grants: an office made later is no softer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_schema, table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE grantee = 'huiyin_app' AND table_schema LIKE 't\\_%%'"
            " GROUP BY 1, 2"
        )
        found: dict[str, dict[str, str]] = {}
        for schema, table, rights in cursor.fetchall():
            found.setdefault(schema, {})[table] = rights
    assert len(found) == 4
    assert len({tuple(sorted(rights.items())) for rights in found.values()}) == 1
    assert found[SCHEMA]["cases_event"] == found[SCHEMA]["cases_seal"] == "INSERT,SELECT"


@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET kind = kind", "DELETE FROM {}", "TRUNCATE {}", "SELECT * FROM {} FOR UPDATE"]
)
def test_the_record_of_administration_is_only_added_to(statement: str) -> None:
    assert sqlstate(statement.format("public.tenants_change")) == DENIED
