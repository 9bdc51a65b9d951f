"""Deleting search/ leaves the rest working, also where its tables were: the same pages, no box, nothing owed to it."""

from pathlib import Path

import pytest

from tests.without import run_without

ASKED = """
from kernel import outbox
for path in ("/worklist/", "/register/", "/alerts/"):
    assert b"/search/" not in page(path), path
assert client.get("/search/").status_code == 404
assert not [name for name in outbox.later_subscribers() if name.startswith("search")]
assert not [name for name in sys.modules if name.split(".")[0] in {"search", "elasticsearch", "pypdf", "docx"}]
"""


@pytest.mark.django_db(transaction=True)
def test_pages_answer_without_the_package(database_env: dict[str, str], tmp_path: Path) -> None:
    run_without("search", ASKED, tmp_path, database_env)
