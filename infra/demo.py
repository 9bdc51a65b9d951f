"""`demo.py start|reset`: a filled region on this machine, with every process of a real installation, until Ctrl-C."""

import contextlib
import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra import services
from infra.env import ROOT, VAR, GroundError, keep_bytecode
from infra.runner import Program, Runner, die_with_parent
from infra.testing.database import template_name

BIN = Path(sys.executable).parent
MANAGE = [sys.executable, "platform/manage.py"]
FILLED = VAR / "demo.filled"
RUNNING = VAR / "demo.address"
STEPS = [
    ("Bringing the tables up to date", ["migrate_all"]),
    ("Provisioning the demo region", ["demo_region"]),
    ("Filling it with cases, through the actions", ["demo_fill"]),
    ("Ordering answers from who is late", ["demo_orders"]),
    *([("Making the cases findable", ["rebuild_documents"])] if (ROOT / "search").is_dir() else []),
]
INDEX = ("Filling Elasticsearch", ["reindex"])
FIRST_PORT = 8000
LIVE_S = 8.0
ALIVE = """
The region is alive: every {every:g} s somebody does something, and now and then a case is found overdue.
  http://linlan.localhost:{port}/wall/  as linlan-r13: watch the alert arrive, acknowledge it, order an answer
  (make demo LIVE=3 is faster, LIVE=0 leaves all quiet)"""
SERVED = {"STATIC_ROOT": str(VAR / "static")}


class Stopped(Exception):
    """Somebody asked us to end."""


def free_port(wanted: int) -> int:
    """`wanted`, or the next port nobody listens on."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            # Like the server will: an address that only waits out its last connections is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise GroundError(f"No free port between {wanted} and {wanted + 99}.")


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    VAR.mkdir(parents=True, exist_ok=True)
    with (VAR / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = RUNNING.read_text().strip() if RUNNING.exists() else "it is just starting"
            raise GroundError(f"The demo already runs: {where}") from None
        yield


def prepare() -> None:
    """Migrate, provision, fill; skipped when nothing they depend on changed since they last finished."""
    state = template_name()
    if FILLED.exists() and FILLED.read_text() == state:
        return
    for title, arguments in STEPS:
        _done(title, arguments)
    FILLED.write_text(state)


def _done(title: str, arguments: list[str]) -> None:
    print(f"{title} ...", flush=True)
    started = time.monotonic()
    step = subprocess.Popen([*MANAGE, *arguments], cwd=ROOT, start_new_session=True, preexec_fn=die_with_parent)  # noqa: PLW1509
    try:
        code = step.wait()
    finally:
        if step.poll() is None:
            step.terminate()
            step.wait()
    if code:
        raise GroundError(f"manage.py {arguments[0]} failed; its message is above. The next start resumes.")
    print(f"  {time.monotonic() - started:.1f} s", flush=True)


def collect() -> None:
    """What browsers load, compressed and named by its content, as an installation serves it."""
    command = [*MANAGE, "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    if subprocess.run(command, cwd=ROOT, env=os.environ | SERVED, check=False).returncode:
        raise GroundError("manage.py collectstatic failed; its message is above.")


def live_every() -> float:
    """Seconds between two acts of the demo's people, from LIVE; 0: nobody does anything of themselves."""
    wanted = os.environ.get("LIVE", "").strip()
    try:
        seconds = float(wanted) if wanted else LIVE_S
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 86400:
        raise GroundError(f"LIVE is a number of seconds, or 0; not {wanted!r}.")
    # LIVE=1 is how one says yes.
    return LIVE_S if seconds == 1 else seconds


def searched_in() -> str:
    """SEARCH: "elasticsearch" starts one for the demo; "embedded", the default, is PostgreSQL."""
    wanted = os.environ.get("SEARCH", "").strip() or "embedded"
    if wanted not in ("embedded", "elasticsearch"):
        raise GroundError(f"SEARCH is embedded or elasticsearch; not {wanted!r}.")
    return wanted


def programs(port: int, sockets: int, every: float) -> list[Program]:
    """`sockets` is the port of the real-time process: no proxy puts the two on one here, so both are told of it.

    `every` so many seconds somebody in the demo does something; 0: never."""
    celery = [str(BIN / "celery"), "-A", "config.celery"]
    quiet = {"PYTHONUNBUFFERED": "1"}
    ports = {"WEB_PORT": str(port), "REALTIME_PORT": str(sockets)}
    gunicorn = [
        "--worker-class",
        "gthread",
        "--workers",
        "2",
        "--threads",
        "4",
        "--graceful-timeout",
        "5",
        "--no-control-socket",
    ]
    mails = {"OFFICE_URL": f"http://{{host}}:{port}"}  # how links in the daily e-mail begin
    beat = VAR / "beat"
    beat.mkdir(exist_ok=True)
    going_on = [Program("live", [*MANAGE, "demo_live", "--every", str(every)], quiet)] if every else []
    return [
        Program(
            "web",
            [str(BIN / "gunicorn"), "config.wsgi", "--bind", f"127.0.0.1:{port}", *gunicorn],
            quiet | SERVED | ports,
        ),
        Program("realtime", [sys.executable, "-m", "realtime", "--port", str(sockets)], quiet | ports),
        Program(
            "worker",
            [*celery, "worker", "--pool", "prefork", "--concurrency", "2", "--loglevel", "WARNING"],
            quiet | mails,
        ),
        Program("owner-worker", [*MANAGE, "owner_worker"], quiet),
        Program("beat", [*celery, "beat", "--schedule", str(beat / "schedule"), "--pidfile=", "--loglevel", "WARNING"]),
        *going_on,
    ]


def wait_answer(name: str, port: int, runner_logs: Path) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if _answers(port):
            return
        time.sleep(0.1)
    raise GroundError(f"The {name} process does not answer; see {runner_logs / name}.log")


def _answers(port: int) -> bool:
    # Not urllib: it would ask a proxy of the environment for our own address.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def start() -> None:
    wanted = int(os.environ.get("PORT") or FIRST_PORT)
    every = live_every()
    logs = VAR / "log"
    os.environ["SEARCH"] = search = searched_in()  # of every process
    with only_one(), services.lease(search=search == "elasticsearch") as env:
        os.environ["ELASTICSEARCH_URL"] = env["ELASTICSEARCH_URL"]
        prepare()
        if search == "elasticsearch":  # each time: it heard nothing while the demo ran without it
            _done(*INDEX)
        collect()
        port = free_port(wanted)
        if port != wanted:
            print(f"Port {wanted} is taken: the demo uses {port}.", flush=True)
        sockets = free_port(port + 1)
        runner = Runner(programs(port, sockets, every), logs=logs, cwd=ROOT)
        try:
            runner.start()
            wait_answer("web", port, logs)
            wait_answer("realtime", sockets, logs)
            RUNNING.write_text(f"http://localhost:{port}")
            subprocess.run([*MANAGE, "demo_accounts", "--port", str(port)], cwd=ROOT, check=False)
            if every:
                print(ALIVE.format(every=every, port=port), flush=True)
            print(f"\nLogs: {logs}   Ctrl-C stops everything.", flush=True)
            runner.watch()
        finally:
            print("\nStopping ...", flush=True)
            runner.stop()
            RUNNING.unlink(missing_ok=True)


def reset() -> None:
    """Forget the data and its keys. The servers must have no other user."""
    with only_one(), services.alone_and_down():
        for entry in VAR.iterdir():
            if entry.name in services.LOCKS or entry.name in {"tools", "demo.lock"}:
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    print("The demo's data is gone.", flush=True)


def _end(number: int, frame: FrameType | None) -> None:
    # The first signal ends us in order; while we stop, more of them would only break that.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stopped


def main() -> int:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, _end)
    keep_bytecode()
    try:
        reset() if sys.argv[1:] == ["reset"] else start()
    except Stopped:
        return 0
    except GroundError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
