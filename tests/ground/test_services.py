"""The embedded servers survive what happens to a machine: kill -9, a stale pid file, a lost secret, two users."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from infra.env import ROOT, read_env
from infra.services import running_folder

pytestmark = pytest.mark.slow


class Ground:
    """The services of a data folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var

    def call(self, verb: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, str(ROOT / "infra" / "services.py"), verb]
        env = os.environ | {"HUIYIN_VAR": str(self.var)}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def up(self) -> dict[str, str]:
        done = self.call("up")
        assert done.returncode == 0, done.stderr
        return read_env(self.var / "env")

    def pids(self) -> tuple[int, int]:
        postgres = int((self.var / "pg" / "postmaster.pid").read_text().splitlines()[0])
        return postgres, int((self.var / "valkey" / "valkey.pid").read_text())


@contextmanager
def made(name: str) -> Iterator[Ground]:
    top = Path(tempfile.mkdtemp(prefix="hy"))
    ground = Ground(top / name)
    yield ground
    ground.call("down")
    if (sockets := running_folder(read_env(ground.var / "env"))) is not None:
        shutil.rmtree(sockets, ignore_errors=True)  # those of a long path lie outside it
    shutil.rmtree(top)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    """Filled once: initdb takes its time. Each test finds it up or down, as the one before left it."""
    with made("v") as ground:
        yield ground


def idempotent(ground: Ground) -> None:
    first = ground.up()
    pids = ground.pids()
    assert ground.up() == first
    assert ground.pids() == pids
    assert ground.call("status").returncode == 0
    assert (ground.var / "env").stat().st_mode & 0o777 == 0o600
    assert ground.call("down").returncode == 0
    assert ground.call("status").returncode == 3


def test_up_is_idempotent_and_keeps_secrets(ground: Ground) -> None:
    idempotent(ground)


def test_up_where_a_long_path_has_its_sockets_elsewhere() -> None:
    """Their addresses hold a hundred bytes."""
    with made("v" * 120) as ground:
        idempotent(ground)


def test_whoever_comes_by_a_link_finds_the_servers_that_run(ground: Ground) -> None:
    ground.up()
    link = ground.var.with_name("link")
    link.symlink_to(ground.var)
    try:
        assert Ground(link).call("status").returncode == 0
    finally:
        link.unlink()


def test_killed_servers_come_back_with_their_data(ground: Ground) -> None:
    env = ground.up()
    with psycopg.connect(env["OWNER_DATABASE_URL"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
    for pid in ground.pids():
        os.kill(pid, signal.SIGKILL)
    with psycopg.connect(ground.up()["OWNER_DATABASE_URL"]) as owner:
        assert owner.execute("SELECT number FROM kept").fetchone() == (7,)


def test_pid_files_that_name_a_stranger_are_ignored_and_the_stranger_lives(ground: Ground) -> None:
    ground.up()
    ground.call("down")
    with subprocess.Popen(["sleep", "60"]) as stranger:
        (ground.var / "pg" / "postmaster.pid").write_text(f"{stranger.pid}\n/elsewhere\n")
        (ground.var / "valkey" / "valkey.pid").write_text(str(stranger.pid))
        assert ground.call("status").returncode == 3
        ground.up()
        assert ground.call("down").returncode == 0
        assert stranger.poll() is None
        stranger.kill()


def test_application_role_may_not_create_anything(ground: Ground) -> None:
    env = ground.up()
    for statement in ("CREATE TABLE public.t (x int)", "CREATE TEMP TABLE t (x int)", "CREATE SCHEMA s"):
        with psycopg.connect(env["DATABASE_URL"]) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)
    with psycopg.connect(env["DATABASE_URL"]) as application:
        assert application.execute("SHOW search_path").fetchone() == ('""',)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SET ROLE huiyin_owner")


def test_last_lease_stops_what_nobody_asked_to_keep(ground: Ground) -> None:
    script = "from infra import services\nwith services.lease():\n    print('up', flush=True)\n    input()\n"
    env = os.environ | {"HUIYIN_VAR": str(ground.var)}
    ground.call("down")

    def lease() -> "subprocess.Popen[str]":
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        holder = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=env, text=True, **pipes)
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up\n"
        return holder

    first, second = lease(), lease()
    first.communicate("\n", timeout=120)
    assert ground.call("status").returncode == 0
    second.communicate("\n", timeout=120)
    assert ground.call("status").returncode == 3


def test_fast_shutdown_does_not_wait_for_clients(ground: Ground) -> None:
    """A smart one would wait for the client until it gave up."""
    with psycopg.connect(ground.up()["DATABASE_URL"]) as client:
        client.execute("SELECT 1")
        assert ground.call("down").returncode == 0
        with pytest.raises(psycopg.OperationalError):
            client.execute("SELECT 1")


def test_lost_secrets_are_not_made_up_beside_data_they_no_longer_open(ground: Ground) -> None:
    ground.up()
    ground.call("down")
    secrets = ground.var / "env"
    kept = secrets.read_bytes()
    secrets.unlink()
    done = ground.call("up")
    secrets.write_bytes(kept)
    assert done.returncode == 1
    assert "make demo-reset" in done.stderr
