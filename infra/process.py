"""Starts servers so that they outlive us, and as root under another user id, which PostgreSQL insists on."""

import contextlib
import functools
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.env import GroundError

NOBODY = 65534


@functools.cache
def disguise() -> tuple[str, ...]:
    """The words before a server's command line. Root's files stay root's inside a user namespace that calls it nobody;
    where namespaces are forbidden the server becomes nobody for real and its folders are handed over. The group too:
    Java opens no socket for its own agents under a group that has no name."""
    if os.geteuid() != 0:
        return ()
    unshare = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if shutil.which("unshare") and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        return unshare
    if shutil.which("setpriv"):
        return ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    raise GroundError(
        "PostgreSQL refuses to run as root: work as an ordinary user, or install util-linux (unshare, setpriv)."
    )


def hand_over(*paths: Path) -> None:
    """Give files to whom the servers run as: root, unless setpriv really changes the user."""
    if os.geteuid() != 0:
        return
    owner = NOBODY if disguise()[0] == "setpriv" else 0
    for top in paths:
        if top.lstat().st_uid == owner:
            continue
        for path in [top, *top.rglob("*")] if top.is_dir() else [top]:
            os.chown(path, owner, owner, follow_symlinks=False)


def run(command: Sequence[str], *, log: Path, check: bool = True, more: Mapping[str, str] | None = None) -> int:
    """Run to the end, output into `log`, in a session of its own so that the terminal's Ctrl-C does not reach it;
    `more` is what its environment has besides ours."""
    with log.open("ab") as out:
        done = subprocess.run(
            [*disguise(), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd="/",
            env=_plain_environment() | dict(more or {}),
            check=False,
        )
    if check and done.returncode:
        raise GroundError(f"{Path(command[0]).name} failed; the reason is at the end of {log}")
    return done.returncode


def detach(command: Sequence[str], *, log: Path) -> int:
    """Start a server and leave it running; returns its process id (unshare and setpriv replace themselves)."""
    with log.open("ab") as out:
        server = subprocess.Popen(
            [*disguise(), *command],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            cwd="/",
            env=_plain_environment(),
        )
    server.returncode = 0  # let go: that it runs on is meant, and no warning's business (`wait_gone` reaps)
    return server.pid


def _plain_environment() -> dict[str, str]:
    # PGDATA, PGPORT, PGOPTIONS of somebody's shell must not steer our server.
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def command_has(pid: int, text: str) -> bool:
    """Whether process `pid` lives and bears `text` in its command line; a zombie has none."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            words = proc.read_bytes().replace(b"\0", b" ")
        except OSError:
            return False
        return bool(words) and text.encode() in words
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and text in shown.stdout


def wait_gone(pid: int, patience_s: float) -> bool:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)  # ours, if we started it in this very process
        if not command_has(pid, ""):
            return True
        time.sleep(0.02)
    return False
