"""The project as it is when one of its packages was deleted: what the rest says in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from infra.env import ROOT
from tests.cases.making import COUNTY
from tests.people import actor, client_for

BEFORE = """
import os, sys
root, here, cookie = sys.argv[1:]
kept = [path for path in sys.path if path not in {"", root, f"{root}/platform"}]
sys.path = [here, f"{here}/platform", *kept]
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from config.asgi import application
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check")
client = Client(headers={"host": "chengyu.localhost"})
client.cookies[settings.SESSION_COOKIE_NAME] = cookie
def page(path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content
"""


def run_without(package: str, script: str, folder: Path, env: dict[str, str]) -> None:
    """`script` goes on after BEFORE, as a clerk of the county, in the database that `env` names."""
    for entry in ROOT.iterdir():
        if entry.name not in {package, ".git", "tests"}:
            (folder / entry.name).symlink_to(entry)
    cookie = client_for(actor(COUNTY, "R3")).cookies[settings.SESSION_COOKIE_NAME].value
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + script, str(ROOT), str(folder), cookie],
        cwd=folder,
        env=os.environ | env | {"PYTHONDONTWRITEBYTECODE": "1"},  # of the folder nothing stays, anywhere
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
