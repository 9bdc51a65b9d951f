"""Elasticsearch for tests and the demo: the minimal distribution, by its coordinates through Maven, on Java 17.

Maven's local repository keeps the archive for all clones of one user; what is unpacked lies in var/tools.
"""

import contextlib
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from infra import process
from infra.env import VAR, GroundError

VERSION = "8.19.9"
COORDINATES = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA256 = "6a0603db2b0406776dcf15df248294941f310e9183ca18a219bc8c6d57546ff0"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
JAVA = range(17, 24)
JVMS = Path("/usr/lib/jvm")
SMALL = ("-Xms512m", "-Xmx512m", "-XX:TieredStopAtLevel=1")  # up in half the time; one that lives longer wants more
HOME = VAR / "tools" / f"elasticsearch-{VERSION}"
DATA = VAR / "elasticsearch"
LOG = VAR / "log" / "elasticsearch.log"
INSTALL = "Elasticsearch needs Java 17 and Maven: apt-get install openjdk-17-jre-headless maven"

# Loopback and one node: its checks of the machine only warn. Keys of absent modules would keep it from starting.
SETTINGS = {
    "cluster.name": "huiyin",
    "discovery.type": "single-node",
    "network.host": "127.0.0.1",
    "transport.port": "0",
    "node.portsfile": "true",
    "xpack.security.enabled": "false",
    "xpack.security.enrollment.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "node.store.allow_mmap": "false",
    "action.auto_create_index": "false",
}


def pid(data: Path = DATA) -> int | None:
    """The running server's process id; its command line bears the folder's name."""
    try:
        found = int((data / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None
    return found if process.command_has(found, f"{_mark(data)} ") else None


def url(data: Path = DATA) -> str:
    """Where the running server listens; empty when none runs."""
    if pid(data) is None:
        return ""
    ports = (data / "logs" / "http.ports").read_text().split()
    return f"http://{next(port for port in ports if port.startswith('127.'))}"


def start(
    data: Path = DATA,
    *,
    log: Path = LOG,
    port: int = 0,
    settings: Mapping[str, str] = SETTINGS,
    options: Sequence[str] = SMALL,
) -> str:
    """Start, or find running, the server of `data`; returns its address once it answers. Port 0: any that is free.
    `options` are Java's."""
    if pid(data) is None:
        java = _java()
        _unpack()
        _configure(data, {**settings, "http.port": str(port)}, options)
        log.parent.mkdir(parents=True, exist_ok=True)
        process.hand_over(HOME, data, log.parent)
        process.run(
            [str(HOME / "bin" / "elasticsearch"), "-d", "-p", str(data / "pid")],
            log=log,
            more={"ES_JAVA_HOME": str(java), "ES_PATH_CONF": str(data / "config")},
        )
    address = url(data)
    if settings.get("xpack.security.enabled") != "true":  # else it answers to those it knows alone
        _wait_answer(address, log)
    return address


def stop(data: Path = DATA) -> None:
    server = pid(data)
    if server is None:
        return
    for how, patience_s in ((signal.SIGTERM, 60), (signal.SIGKILL, 10)):
        os.kill(server, how)
        if process.wait_gone(server, patience_s):
            (data / "pid").unlink(missing_ok=True)
            return
    raise GroundError(f"Elasticsearch (process {server}) does not stop.")


def _mark(data: Path) -> str:
    return f"-Dhuiyin.data={data}"


def _configure(data: Path, settings: Mapping[str, str], options: Sequence[str]) -> None:
    config = data / "config"
    (config / "jvm.options.d").mkdir(parents=True, exist_ok=True)
    for name in ("jvm.options", "log4j2.properties"):
        shutil.copyfile(HOME / "config" / name, config / name)
    (config / "jvm.options.d" / "huiyin.options").write_text("\n".join([*options, _mark(data), ""]))
    paths = {"path.data": str(data / "data"), "path.logs": str(data / "logs")}
    lines = [f"{name}: {json.dumps(value)}\n" for name, value in {**settings, **paths}.items()]
    (config / "elasticsearch.yml").write_text("".join(lines))
    (data / "pid").unlink(missing_ok=True)
    (data / "logs" / "http.ports").unlink(missing_ok=True)


def _wait_answer(address: str, log: Path) -> None:
    # Not urllib: it would ask a proxy of the environment for our own address.
    where = urlsplit(address)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        connection = http.client.HTTPConnection(str(where.hostname), where.port, timeout=30)
        try:
            connection.request("GET", "/_cluster/health?wait_for_status=yellow&timeout=20s")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
        finally:
            connection.close()
    raise GroundError(f"Elasticsearch does not answer; see {log}")


def _java() -> Path:
    """The home of a Java it runs on."""
    for home in _homes():
        try:
            release = (home / "release").read_text(encoding="utf-8")
        except OSError:
            continue
        found = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
        if found and int(found[1]) in JAVA and (home / "bin" / "java").exists():
            return home
    raise GroundError(INSTALL)


def _homes() -> Iterator[Path]:
    yield from (Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name))
    if java := shutil.which("java"):
        yield Path(java).resolve().parent.parent
    yield from sorted(JVMS.glob("*17*"))


def _unpack() -> None:
    if HOME.exists():
        return
    HOME.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME.parent) as aside:
        with zipfile.ZipFile(_fetched(Path(aside))) as archive:
            for entry in archive.infolist():
                written = Path(archive.extract(entry, aside))
                if mode := entry.external_attr >> 16:  # Python leaves out that bin/* may be executed
                    written.chmod(mode & 0o777)
        with contextlib.suppress(OSError):  # somebody else was faster
            (Path(aside) / HOME.name).rename(HOME)


def _fetched(folder: Path) -> Path:
    """The archive, out of Maven's local repository or whatever mirror its settings name."""
    maven = shutil.which("mvn")
    if maven is None:
        raise GroundError(INSTALL)
    command = [maven, "-q", "-B", COPY, f"-Dartifact={COORDINATES}", f"-DoutputDirectory={folder}"]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    found = next(folder.glob("*.zip"), None)
    if done.returncode or found is None:
        said = next((line for line in done.stdout.splitlines() if "ERROR" in line), "it said nothing")
        raise GroundError(f"Maven did not bring {COORDINATES}: {said}")
    with found.open("rb") as archive:
        if hashlib.file_digest(archive, "sha256").hexdigest() != SHA256:
            raise GroundError(f"{COORDINATES} is not the archive we know: its SHA-256 differs.")
    return found
