"""Finds Chromium and Chinese fonts for the browser tests; as root on Debian it installs what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

from infra.env import GroundError

SHELL = "chromium-headless-shell"  # the same engine without its windows: a third less work in the same tests
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FONTS = ("fonts-noto-cjk", "fontconfig")
PATIENCE = ("-o", "Acquire::http::Timeout=20", "-o", "Acquire::Retries=1")  # of apt where no network is
# Without the last four, Chromium asks for hosts of its maker at every start.
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]


def find(*, whole: bool = False) -> str:
    """Chromium's path, for Playwright's `executable_path`; `whole`: as people have it."""
    light = [] if whole else [SHELL]
    for name in [os.environ.get("CHROMIUM", ""), *light, *NAMES]:
        if name and (found := shutil.which(name)):
            return found
    raise _missing()


def _missing() -> GroundError:
    packages = " ".join((SHELL, *FONTS))
    return GroundError(f"The browser tests need Chromium and Chinese fonts: sudo apt install {packages}")


def has_chinese_fonts() -> bool:
    if fc_list := shutil.which("fc-list"):
        listed = subprocess.run([fc_list, ":lang=zh", "family"], capture_output=True, text=True, check=False)
        return bool(listed.stdout.strip())
    return any(Path("/usr/share/fonts").rglob("*CJK*"))


def ensure() -> str:
    """Like `find`, after installing what is missing where we may."""
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0 and not (shutil.which(SHELL) and has_chinese_fonts()):
        print("Installing Chromium and Chinese fonts", flush=True)
        quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for arguments in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", SHELL, *FONTS]):
            subprocess.run([apt, *PATIENCE, *arguments], env=quiet, stdout=subprocess.DEVNULL, check=False)
    if not has_chinese_fonts():
        raise _missing()
    return find()
