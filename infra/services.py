"""`services.py up|down|status`: this project's embedded PostgreSQL and Valkey, detached, started once for all users.

Who needs them for a while (a demo, a test run) takes a lease; the last to give one back stops what nobody asked to
keep.
"""

import argparse
import contextlib
import fcntl
import os
import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra import postgres, valkey
from infra.env import VAR, GroundError, make_env, read_env, socket_folder

KEEP = VAR / "keep"
LOCKS = {"lock", "users"}


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One starts or stops at a time."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _up() -> dict[str, str]:
    current = read_env()
    folder = socket_folder()
    if postgres.pid() is not None or valkey.pid() is not None:
        folder = running_folder(current) or folder
    env = make_env(folder)
    postgres.start(folder, env)
    valkey.start(folder, env["REDIS_PASSWORD"])
    return env


def running_folder(env: dict[str, str]) -> Path | None:
    """The socket folder named in var/env; servers that run already listen there."""
    address = env.get("REDIS_URL", "").partition("@")[2].partition("?")[0]
    return Path(address).parent if address else None


def _down() -> None:
    valkey.stop()
    postgres.stop()


def ensure_env() -> None:
    """Secrets and addresses exist, whether or not the servers run: settings can be loaded."""
    if not read_env():
        with _alone():
            make_env(socket_folder())


def up() -> dict[str, str]:
    """Start what does not run and keep it until `down`; returns the pairs of var/env."""
    with _alone():
        env = _up()
        KEEP.touch()
        return env


def down() -> None:
    with _alone():
        KEEP.unlink(missing_ok=True)
        _down()


@contextlib.contextmanager
def lease() -> Iterator[dict[str, str]]:
    """Services for the length of a block. They stop with the last lease, unless `up` was asked for by hand."""
    descriptor = -1
    try:
        with _alone():
            descriptor = os.open(VAR / "users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            env = _up()
        yield env
    finally:
        if descriptor >= 0:
            _give_back(descriptor)


def _give_back(descriptor: int) -> None:
    with _alone():
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return  # somebody else still works with them
        finally:
            os.close(descriptor)
        if not KEEP.exists():
            _down()


@contextlib.contextmanager
def alone_and_down() -> Iterator[None]:
    """Servers stopped and nobody able to start them; refused while somebody else holds a lease."""
    with _alone(), (VAR / "users").open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundError("A test run or a demo still uses the servers; let it end first.") from None
        KEEP.unlink(missing_ok=True)
        _down()
        yield


def status() -> int:
    """Prints one line per server; 0 when both run."""
    found = {"PostgreSQL": postgres.pid(), "Valkey": valkey.pid()}
    for name, pid in found.items():
        print(f"{name}: {'stopped' if pid is None else f'runs (process {pid})'}")
    return 0 if None not in found.values() else 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status"])
    verb = parser.parse_args().verb
    try:
        if verb == "status":
            return status()
        if verb == "up":
            up()
            print(f"PostgreSQL and Valkey run; addresses and secrets: {VAR / 'env'}")
        else:
            down()
            print("PostgreSQL and Valkey are stopped; the data stays.")
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
