"""How often something asks the database."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def statements(work: Callable[[], object]) -> int:
    """The fewest of three: what is kept for some seconds is read again now and then, however few the rows."""
    return min(_once(work) for _n in range(3))


def _once(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as found:
        work()
    return len(found)
