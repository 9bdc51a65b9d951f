"""Finds Chromium and Chinese fonts for the browser tests; as root on Debian it installs what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

from infra.env import GroundError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk", "fontconfig")
# Without the last four, Chromium asks for hosts of its maker at every start.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]


def find() -> str:
    """Chromium's path, for Playwright's `executable_path`."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise GroundError(f"The browser tests need Chromium and Chinese fonts: sudo apt install {' '.join(PACKAGES)}")


def has_chinese_fonts() -> bool:
    if fc_list := shutil.which("fc-list"):
        listed = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def ensure() -> str:
    """Like `find`, after installing Chromium and fonts where we may."""
    try:
        if has_chinese_fonts():
            return find()
    except GroundError:
        pass
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        raise GroundError(f"The browser tests need Chromium and Chinese fonts: sudo apt install {' '.join(PACKAGES)}")
    print("Installing Chromium and Chinese fonts", flush=True)
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *PACKAGES]):
        if subprocess.run([apt, *arguments], env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
            raise GroundError(f"apt-get {arguments[0]} failed; install by hand: {' '.join(PACKAGES)}")
    return find()
