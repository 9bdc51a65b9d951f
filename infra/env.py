"""Where the project keeps its running state (var/) and secrets (var/env): made once, readable by their owner only."""

import base64
import hashlib
import json
import os
import secrets
import socket
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("HUIYIN_VAR") or ROOT / "var").resolve()  # the servers that run there name it so
ENV_FILE = VAR / "env"
ADMIN_PASSWORD_FILE = VAR / "admin"
LONGEST_SOCKET = 100  # sockaddr_un holds 107 bytes


class GroundError(Exception):
    """Something the machine or a person must put right; the message says what."""


def keep_bytecode() -> None:
    """Where Python is told to write nothing beside the sources, what it compiles is kept in var/, for us and all we
    start: else each process compiles the same thousands of files anew, which takes longer than all else at its start.
    """
    if sys.dont_write_bytecode and not sys.pycache_prefix:
        sys.dont_write_bytecode, sys.pycache_prefix = False, str(VAR / "bytecode")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix


def read_env(path: Path = ENV_FILE) -> dict[str, str]:
    """The pairs of var/env; empty when there is none."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step; nobody else may read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)


def socket_folder() -> Path:
    """A private folder for the servers' sockets: in var/, or, when its path is too long or its disk knows no sockets,
    one in the temporary folder named after user and project, so that two users of one machine never meet."""
    near = VAR / "run"
    if len(str(near / ".s.PGSQL.5432")) <= LONGEST_SOCKET and _own_private_folder(near) and _takes_sockets(near):
        return near
    name = hashlib.sha256(f"{os.geteuid()}:{VAR}".encode()).hexdigest()[:12]
    far = Path(tempfile.gettempdir()) / f"huiyin-{name}"
    if _own_private_folder(far) and _takes_sockets(far):
        return far
    raise GroundError(
        f"{far} belongs to somebody else or takes no sockets: remove it, or set TMPDIR to a folder of yours."
    )


def _own_private_folder(path: Path) -> bool:
    path.mkdir(parents=True, exist_ok=True)
    state = path.lstat()
    if path.is_symlink() or state.st_uid not in (os.geteuid(), 65534 if os.geteuid() == 0 else -1):
        return False
    path.chmod(0o700)
    return True


def _takes_sockets(path: Path) -> bool:
    probe = path / f"probe{os.getpid()}"
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(probe))
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)
    return True


def make_env(folder: Path, elasticsearch: str) -> dict[str, str]:
    """Complete var/env: secrets once made are kept, addresses follow the socket folder. Without an address of
    Elasticsearch search goes to PostgreSQL."""
    env = read_env()
    if not env and (VAR / "pg").exists():
        raise GroundError(
            f"{ENV_FILE} is gone, and with it the keys of the data in {VAR / 'pg'}. "
            "Put it back, or start over: make demo-reset"
        )
    for name in ("OWNER_PASSWORD", "APP_PASSWORD", "REDIS_PASSWORD"):
        env.setdefault(name, secrets.token_urlsafe(24))
    env.setdefault("SECRET_KEY", secrets.token_urlsafe(48))
    env.setdefault("HUIYIN_KEYS", json.dumps({"k1": _key()}))
    env.setdefault("HUIYIN_KEY_CURRENT", "k1")
    env.setdefault("HUIYIN_HASH_KEY", _key())
    env.setdefault("HUIYIN_SIGNING_KEY", _key())
    env.setdefault("MEDIA_ROOT", str(VAR / "media"))
    host = quote(str(folder), safe="")
    env["DATABASE_URL"] = f"postgresql://huiyin_app:{env['APP_PASSWORD']}@/huiyin?host={host}"
    env["OWNER_DATABASE_URL"] = f"postgresql://huiyin_owner:{env['OWNER_PASSWORD']}@/huiyin?host={host}"
    env["REDIS_URL"] = f"unix://:{env['REDIS_PASSWORD']}@{folder / 'valkey.sock'}?db=0"
    env["ELASTICSEARCH_URL"] = elasticsearch
    text = "".join(f"{name}={value}\n" for name, value in env.items())
    if not ENV_FILE.exists() or ENV_FILE.read_text(encoding="utf-8") != text:
        write_private(ENV_FILE, text)
    return env


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
