"""Web processes for tests: gunicorn as in the demo, each in a database of its own, forked from one that has loaded
everything; so the next is there at once."""

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = {"worker_class": "gthread", "threads": 8, "graceful_timeout": 1, "control_socket_disable": True}


@dataclass(frozen=True)
class Server:
    """A web process of its own; any *.localhost leads to it, in Chromium. Python must name the host in a header."""

    port: int
    log: Path

    def url(self, host: str, path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"


class Servers:
    """This side of the process that has loaded everything; one server at a time."""

    def __init__(self, env: dict[str, str]) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.serving"],
            cwd=ROOT,
            env=os.environ | {"REALTIME_SOCKETS": "off"} | env,  # pages ask: no process serves sockets here
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, database_url: str, log: Path) -> Server:
        server = Server(int(self._ask(database=urlsplit(database_url).path[1:], log=str(log))), log)
        with contextlib.suppress(OSError, HTTPException), contextlib.closing(_answered(server)):
            return server
        raise AssertionError(f"the web process does not answer:\n{log.read_text()}")

    def stop(self) -> None:
        self._ask(database="", log="")

    def close(self) -> None:
        self._parent.communicate()

    def _ask(self, **order: str) -> str:
        assert self._parent.stdin
        assert self._parent.stdout
        print(json.dumps(order), file=self._parent.stdin, flush=True)
        return self._parent.stdout.readline()


def _answered(server: Server) -> HTTPConnection:
    """The socket listens from the beginning: who asks early waits."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", "/healthz")
    connection.getresponse()
    return connection


def main() -> None:
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import config.wsgi

    _load_the_rest()
    child = 0
    for line in sys.stdin:
        if child:
            os.kill(child, signal.SIGQUIT)
            os.waitpid(child, 0)
            child = 0
        order = json.loads(line)
        port = 0
        if order["database"]:
            with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
                listener.set_inheritable(True)
                port = listener.getsockname()[1]
                if not (child := os.fork()):
                    _serve(config.wsgi.application, listener.fileno(), **order)
        print(port, flush=True)
    if child:
        os.kill(child, signal.SIGQUIT)
        os.waitpid(child, 0)


def _load_the_rest() -> None:
    """Addresses and templates too: else each process would read them when it is first asked."""
    from django.template.loader import get_template
    from django.template.utils import get_app_template_dirs
    from django.urls import get_resolver

    for name in ("config.urls", "config.public_urls"):
        get_resolver(name)._populate()  # type: ignore[attr-defined]
    for folder in get_app_template_dirs("templates"):
        if folder.is_relative_to(ROOT) and "site-packages" not in folder.parts:  # ours: packages may lie below
            for path in folder.rglob("*.html"):
                get_template(str(path.relative_to(folder)))
    gc.freeze()


def _serve(application: Any, listening: int, *, database: str, log: str) -> None:
    from django.db import connections
    from gunicorn.app.base import BaseApplication

    with Path(log).open("ab") as out, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
    for parameters in (connections.settings["default"], connections["default"].settings_dict):
        parameters["NAME"] = database

    class Web(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in {**OPTIONS, "bind": f"fd://{listening}"}.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application

    Web().run()


if __name__ == "__main__":
    main()
