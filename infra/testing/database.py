"""Template and clones. The owner builds and clones; whoever works in a clone signs in as the application's role."""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from infra.env import ROOT, VAR, GroundError
from infra.process import command_has

# What a template is made of. Code that provisions counts too: another seed is another template.
INGREDIENTS = (
    "requirements.txt",
    "tests/template.py",
    "tenants/**/*.py",
    "*/migrations/*.py",
    "cases/codes/**/*.py",
    "search/indexing/migrations/*.py",
    "platform/*/migrations/*.py",
    "platform/config/settings.py",
)
TEMPLATE_AGE_S = 6 * 3600
BUILT = "huiyin template, complete"


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def template_name() -> str:
    digest = hashlib.sha256()
    for path in sorted({path for pattern in INGREDIENTS for path in ROOT.glob(pattern) if path.is_file()}):
        if "__pycache__" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"huiyin_tpl_{digest.hexdigest()[:12]}"


class Databases:
    """Test databases on one server, given by the owner's and the application's addresses."""

    def __init__(self, owner_url: str, app_url: str) -> None:
        self.owner_url = owner_url
        self.app_url = app_url

    def environment(self, name: str) -> dict[str, str]:
        """What a child process needs to work in the database `name`."""
        return {
            "DATABASE_URL": with_database(self.app_url, name),
            "OWNER_DATABASE_URL": with_database(self.owner_url, name),
        }

    def clone(self, name: str, template: str) -> None:
        with self._server() as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
            )
            self._open_to_application(server, name)

    def hurry(self, name: str) -> None:
        """Commits there no longer wait for the disk: what a test writes need not outlive the server."""
        with self._server() as server:
            server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))

    def cut(self, name: str) -> None:
        """End all sessions there; the server's own workers end by themselves."""
        with self._server() as server:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND backend_type = 'client backend'",
                [name],
            )

    def drop(self, *names: str) -> None:
        """Each drop begins with a checkpoint of the whole server: several at once cost little more than one."""
        with self._server() as server:
            for name in names:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_behind(self, *names: str) -> None:
        """In a process nobody waits for. What it does not come to before the server ends, the next run drops."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "infra.testing.database", *names],
            os.environ | {"OWNER_DATABASE_URL": self.owner_url, "PYTHONPATH": str(ROOT)},
            file_actions=[(os.POSIX_SPAWN_DUP2, nothing, stream) for stream in (0, 1, 2)],
            setsid=True,
        )
        os.close(nothing)

    def ensure_template(self) -> str:
        """Name of the template for the migrations as they are; built by whoever comes first, others wait."""
        name = template_name()
        with _one_builder(), self._server() as server:
            known = dict(
                server.execute(
                    "SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database"
                    " WHERE datname LIKE 'huiyin\\_t%%'"
                ).fetchall()
            )
            if not known.get(name, "").startswith(BUILT):
                self._build(server, name)
            for other, note in known.items():
                if other != name and _is_left_over(other, note):
                    self.drop(other)
        return name

    def _build(self, server: "psycopg.Connection[tuple[str, str]]", name: str) -> None:
        self.drop(name)
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        self._open_to_application(server, name)
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "template.py")],
            env=os.environ | self.environment(name) | {"HUIYIN_DATABASE_ROLE": "owner"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.drop(name)
            raise GroundError(f"The template database could not be built:\n{done.stdout}{done.stderr}")
        # Nobody may connect any more: a clone needs a source without sessions.
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(
                sql.Identifier(name), sql.Literal(f"{BUILT} {time.time():.0f}")
            )
        )

    @staticmethod
    def _open_to_application(server: "psycopg.Connection[tuple[str, str]]", name: str) -> None:
        database = sql.Identifier(name)
        server.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        server.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO huiyin_app").format(database))

    @contextlib.contextmanager
    def _server(self) -> "Iterator[psycopg.Connection[tuple[str, str]]]":
        with psycopg.connect(with_database(self.owner_url, "postgres"), autocommit=True) as connection:
            yield connection


@contextlib.contextmanager
def _one_builder() -> Iterator[None]:
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_left_over(name: str, note: str) -> bool:
    """A clone whose process is gone, an old template, or one whose build was interrupted."""
    if clone := re.fullmatch(r"huiyin_t_(\d+)_.*", name):
        return not command_has(int(clone[1]), "")
    if not name.startswith("huiyin_tpl_"):
        return False
    built = note.removeprefix(BUILT).strip()
    return not built.isdigit() or time.time() - int(built) > TEMPLATE_AGE_S


def clone_name(label: str) -> str:
    return f"huiyin_t_{os.getpid()}_{label}"


def is_external() -> bool:
    """Whether somebody else's server is named in the environment; then no embedded one is started."""
    return bool(os.environ.get("OWNER_DATABASE_URL"))


if __name__ == "__main__":
    Databases(os.environ["OWNER_DATABASE_URL"], "").drop(*sys.argv[1:])
