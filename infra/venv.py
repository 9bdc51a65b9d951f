"""`venv.py run|dev`: builds .venv by uv from the hash-locked requirements. Needs only a Python with pip or venv.

Runs under the machine's Python, before anything is installed; does nothing in 50 ms when nothing changed.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra.fetching import environment

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TOOLS = ROOT / "var" / "tools"
LISTS = {"run": "requirements.txt", "dev": "requirements-dev.txt"}
NO_PIP = (
    "This Python ({python}) has neither pip nor venv, and there is no uv on PATH. "
    "Install one of them, for instance python3-venv, and run make again."
)


class CannotBuild(Exception):
    """The message says what to install."""


def wanted_stamp(kind: str) -> str:
    """What the environment depends on: the pins, our package list, this folder's path and the Python."""
    digest = hashlib.sha256(f"{ROOT}|{sys.version}".encode())
    for name in (LISTS[kind], "pyproject.toml"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def is_built(kind: str) -> bool:
    stamp = VENV / f"{kind}.stamp"
    return stamp.exists() and stamp.read_text() == wanted_stamp(kind) and (VENV / "bin" / "python").exists()


def find_uv() -> list[str]:
    """uv's command line: from its pinned wheel, by pip, else by a throw-away venv's pip, else the one on PATH."""
    pinned = TOOLS / "uv"
    marker = pinned / hashlib.sha256((ROOT / "requirements-uv.txt").read_bytes()).hexdigest()
    binary = pinned / "bin" / "uv"
    if marker.exists() and binary.exists():
        return [str(binary)]
    pip = _pip()
    if pip is None:
        if found := shutil.which("uv"):
            return [found]
        raise CannotBuild(NO_PIP.format(python=sys.executable))
    shutil.rmtree(pinned, ignore_errors=True)
    arguments = ["--target", str(pinned), "--require-hashes", "--no-deps", "-r", str(ROOT / "requirements-uv.txt")]
    _run(
        [*pip, "install", "--quiet", "--disable-pip-version-check", *arguments],
        PIP_USER="0",
        PIP_ROOT_USER_ACTION="ignore",
    )
    marker.touch()
    return [str(binary)]


def _pip() -> list[str] | None:
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    boot = TOOLS / "boot"
    shutil.rmtree(boot, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(boot)], capture_output=True, check=False)
    return [str(boot / "bin" / "python"), "-m", "pip"] if made.returncode == 0 else None


def build(kind: str) -> None:
    uv = find_uv()
    python = VENV / "bin" / "python"
    env = {"VIRTUAL_ENV": str(VENV), "UV_LINK_MODE": "copy" if _on_another_disk() else "hardlink"} | environment()
    if not _works(python):
        print(f"Building {VENV.name} with Python {sys.version.split()[0]}", flush=True)
        _run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(VENV)], **env)
    print(f"Installing {LISTS[kind]}", flush=True)
    for stamp in VENV.glob("*.stamp"):
        stamp.unlink()
    _run([*uv, "pip", "sync", "--quiet", "--require-hashes", str(ROOT / LISTS[kind])], **env)
    # The editable install names the folders of our packages, platform/ among them, without making that one a package.
    _run([*uv, "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)], **env)
    for done in ("run", kind):
        (VENV / f"{done}.stamp").write_text(wanted_stamp(done))


def _works(python: Path) -> bool:
    """The environment's Python starts and is the one asked for."""
    if not python.exists():
        return False
    ask = subprocess.run([python, "-c", "import sys; print(sys.version)"], capture_output=True, text=True, check=False)
    return ask.stdout.strip() == sys.version


def _on_another_disk() -> bool:
    cache = Path(os.environ.get("UV_CACHE_DIR") or os.environ.get("XDG_CACHE_HOME") or Path.home())
    return not cache.exists() or cache.stat().st_dev != ROOT.stat().st_dev


def _run(command: list[str], **env: str) -> None:
    if subprocess.run(command, env=os.environ | env, cwd=ROOT, check=False).returncode:
        raise CannotBuild(f"{Path(command[0]).name} failed; its message is above.")


def main() -> int:
    kind = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"Huiyin runs on Python 3.11 to 3.13; this one is {sys.version.split()[0]}.", file=sys.stderr)
        return 1
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if is_built(kind):
            return 0
        try:
            # An environment that has the developers' tools keeps them.
            build("dev" if (VENV / "dev.stamp").exists() else kind)
        except CannotBuild as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
