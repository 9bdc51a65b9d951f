"""Deleting realtime/ leaves the rest working: the same pages, without a socket; alerts are found by whoever looks."""

from pathlib import Path

import pytest

from tests.without import run_without

ASKED = """
from django.core.handlers.asgi import ASGIHandler
from kernel import heartbeats, push
assert isinstance(application, ASGIHandler) and not push.carried()
for path in ("/worklist/", "/alerts/", "/alerts/since/", "/register/"):
    assert b"live.js" not in page(path)
assert "realtime" not in {one.name for one in heartbeats.pulses()}
assert not [name for name in sys.modules if name.split(".")[0] in {"realtime", "channels", "uvicorn"}]
"""


@pytest.mark.django_db(transaction=True)
def test_pages_answer_without_the_package(database_env: dict[str, str], tmp_path: Path) -> None:
    run_without("realtime", ASKED, tmp_path, database_env)
