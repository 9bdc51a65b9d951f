"""`services.py up|down|status`: this project's embedded PostgreSQL and Valkey, detached, started once for all users;
Elasticsearch too, where somebody asks for it.

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

from infra import elasticsearch, postgres, valkey
from infra.env import VAR, GroundError, make_env, read_env, socket_folder

KEEP, KEEP_SEARCH = VAR / "keep", VAR / "keep.search"
USERS, SEARCHERS = "users", "searchers"  # held by who has a lease; by who has one with Elasticsearch
LOCKS = {"lock", USERS, SEARCHERS}


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One starts or stops at a time."""
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _up(search: bool = False) -> dict[str, str]:
    current = read_env()
    folder = socket_folder()
    if postgres.pid() is not None or valkey.pid() is not None:
        folder = running_folder(current) or folder
    # What somebody leases is theirs: the file names one that was asked for by hand.
    env = make_env(folder, elasticsearch.url() if KEEP_SEARCH.exists() else "")
    postgres.start(folder, env)
    valkey.start(folder, env["REDIS_PASSWORD"])
    return env | {"ELASTICSEARCH_URL": elasticsearch.start()} if search else env


def running_folder(env: dict[str, str]) -> Path | None:
    """The socket folder named in var/env; servers that run already listen there."""
    address = env.get("REDIS_URL", "").partition("@")[2].partition("?")[0]
    return Path(address).parent if address else None


def _down() -> None:
    _down_search()
    valkey.stop()
    postgres.stop()


def _down_search() -> None:
    """And nobody asks for it any more: processes that start now search in PostgreSQL."""
    KEEP_SEARCH.unlink(missing_ok=True)
    elasticsearch.stop()
    if env := read_env():
        make_env(running_folder(env) or socket_folder(), "")


def ensure_env() -> None:
    """Secrets and addresses exist, whether or not the servers run: settings can be loaded."""
    if not read_env():
        with _alone():
            make_env(socket_folder(), "")


def up(search: bool = False) -> dict[str, str]:
    """Start what does not run and keep it until `down`; returns the pairs of var/env."""
    with _alone():
        if search:
            elasticsearch.start()
            KEEP_SEARCH.touch()
        env = _up()
        KEEP.touch()
        return env


def down() -> None:
    with _alone():
        KEEP.unlink(missing_ok=True)
        _down()


@contextlib.contextmanager
def lease(search: bool = False) -> Iterator[dict[str, str]]:
    """Services for the length of a block, with `search` Elasticsearch among them. They stop with the last lease, unless
    `up` was asked for by hand."""
    held: dict[str, int] = {}
    try:
        with _alone():
            for name in (USERS, SEARCHERS) if search else (USERS,):
                held[name] = os.open(VAR / name, os.O_RDWR | os.O_CREAT, 0o600)
                fcntl.flock(held[name], fcntl.LOCK_SH)
            env = _up(search)
        yield env
    finally:
        with _alone():
            last = {name for name, descriptor in held.items() if _given_back(descriptor)}
            if USERS in last and not KEEP.exists():
                _down()
            elif SEARCHERS in last and not KEEP_SEARCH.exists():
                _down_search()


def _given_back(descriptor: int) -> bool:
    """Whether it was the last: nobody else works with them."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


@contextlib.contextmanager
def alone_and_down() -> Iterator[None]:
    """Servers stopped and nobody able to start them; refused while somebody else holds a lease."""
    with _alone(), (VAR / USERS).open("w") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundError("A test run or a demo still uses the servers; let it end first.") from None
        KEEP.unlink(missing_ok=True)
        _down()
        yield


def status() -> int:
    """Prints one line per server; 0 when PostgreSQL and Valkey run."""
    found = {"PostgreSQL": postgres.pid(), "Valkey": valkey.pid()}
    for name, pid in (found | {"Elasticsearch": elasticsearch.pid()}).items():
        print(f"{name}: {'stopped' if pid is None else f'runs (process {pid})'}")
    return 0 if None not in found.values() else 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=["up", "down", "status"])
    parser.add_argument("--search", action="store_true", help="up: Elasticsearch too")
    asked = parser.parse_args()
    try:
        if asked.verb == "status":
            return status()
        if asked.verb == "up":
            up(asked.search)
            print(f"All that was asked for runs; addresses and secrets: {VAR / 'env'}")
        else:
            down()
            print("All is stopped; the data stays.")
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
