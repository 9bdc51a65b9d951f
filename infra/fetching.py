"""What uv and npm are told before they fetch: the mirror meant for pip, and the certificates this machine trusts."""

import os
import ssl
import subprocess
import sys


def environment() -> dict[str, str]:
    """Additions to the caller's environment; what the caller has set stays as it is."""
    found = {}
    # uv and node bring lists of their own: behind an office's proxy only the machine's list knows its certificate.
    if cafile := ssl.get_default_verify_paths().cafile:
        found = {"UV_SYSTEM_CERTS": "1", "NODE_EXTRA_CA_CERTS": cafile}
    if mirror := _mirror():
        found["UV_DEFAULT_INDEX"] = mirror
    return {name: value for name, value in found.items() if name not in os.environ}


def _mirror() -> str | None:
    """Whoever set a mirror for pip means it for us too; uv does not read pip's settings."""
    if os.environ.get("UV_DEFAULT_INDEX") or os.environ.get("UV_INDEX_URL"):
        return None
    if os.environ.get("PIP_INDEX_URL"):
        return os.environ["PIP_INDEX_URL"]
    ask = [sys.executable, "-m", "pip", "config", "get", "global.index-url"]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() or None
