"""Deleting realtime/ leaves the rest working: the same pages, without a socket; alerts are found by whoever looks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from infra.env import ROOT
from tests.cases.making import COUNTY
from tests.people import actor, client_for

ASKED = """
import os, sys
root, here, cookie = sys.argv[1:]
kept = [path for path in sys.path if path not in {"", root, f"{root}/platform"}]
sys.path = [here, f"{here}/platform", *kept]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from config.asgi import application
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.core.management import call_command
from django.test import Client
from kernel import heartbeats, push
assert isinstance(application, ASGIHandler) and not push.carried()
call_command("check")
client = Client(headers={"host": "chengyu.localhost"})
client.cookies[settings.SESSION_COOKIE_NAME] = cookie
for path in ("/worklist/", "/alerts/", "/alerts/since/", "/register/"):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.status_code)
    assert b"live.js" not in answer.content
assert "realtime" not in {one.name for one in heartbeats.pulses()}
assert not [name for name in sys.modules if name.split(".")[0] in {"realtime", "channels", "uvicorn"}]
"""


@pytest.mark.django_db(transaction=True)
def test_pages_answer_without_the_package(database_env: dict[str, str], tmp_path: Path) -> None:
    for entry in ROOT.iterdir():
        if entry.name not in {"realtime", ".git", "tests"}:
            (tmp_path / entry.name).symlink_to(entry)
    cookie = client_for(actor(COUNTY, "R3")).cookies[settings.SESSION_COOKIE_NAME].value
    done = subprocess.run(
        [sys.executable, "-c", ASKED, str(ROOT), str(tmp_path), cookie],
        cwd=tmp_path,
        env=os.environ | database_env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
