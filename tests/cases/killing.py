"""A process that hands a case over and is killed after its n-th statement. Run by test_kill.

What the product sends in one call is sent here statement by statement, so that the kill falls between them too.
Arguments: case id, "whole" or "torn". "torn" commits after every statement, as if there were no transaction.
Prints the number of statements of one whole hand-over, then a line "<n> <signal>" for each kill point.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import Any
from uuid import UUID


def main() -> None:
    case_id, mode = UUID(sys.argv[1]), sys.argv[2]
    import django

    django.setup()
    import_module("tests.cases.making")  # once, and not in each child
    total = _in_child(case_id, mode, 0)
    print(total, flush=True)
    for point in range(1, total + 1):
        print(point, _in_child(case_id, mode, point), flush=True)
        # The test looks at the database between two kills.
        if sys.stdin.readline() == "":
            return


def _in_child(case_id: UUID, mode: str, point: int) -> int:
    """With point 0 the number of statements (rolled back), else the signal that ended the child."""
    from django.db import connection

    connection.close()
    connection.close_pool()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _hand_over(case_id, mode, point, write)
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return int(said) if point == 0 else os.WTERMSIG(status)


def _one_by_one(texts: Sequence[str], values: Sequence[Any]) -> Iterator[Any]:
    """In the place of `batch._results`."""
    from django.db import connection

    given = iter(values)
    with connection.cursor() as cursor:
        for text in texts:
            cursor.execute(text, [next(given) for _ in range(text.count("%s"))])
            yield cursor


def _hand_over(case_id: UUID, mode: str, point: int, write: int) -> None:
    from django.db import connection, transaction

    from cases import actions
    from kernel import batch
    from tenants import context
    from tests.cases.making import BUREAU, COUNTY, in_days
    from tests.people import actor, department

    who, target = actor(BUREAU, "R4"), department(COUNTY).id
    count = 0
    batch._results = _one_by_one

    def kill(execute: Any, sql: str, params: Any, many: bool, ctx: Any) -> Any:
        nonlocal count
        result = execute(sql, params, many, ctx)
        if not sql.startswith(("SAVEPOINT", "RELEASE")):  # of the counting run, which must leave nothing
            count += 1
        if point and count == point:
            os.kill(os.getpid(), signal.SIGKILL)
        if mode == "torn" and point and connection.in_atomic_block:
            connection.connection.execute("COMMIT")
            connection.connection.execute("BEGIN")
        return result

    with ExitStack() as stack:
        stack.enter_context(context.use(who.schema))
        if point == 0:
            stack.enter_context(transaction.atomic())
        stack.enter_context(connection.execute_wrapper(kill))
        actions.assign(who, case_id, to_department=target, feedback_on=in_days(30))
        if point == 0:
            transaction.set_rollback(True)
    os.write(write, str(count).encode())


if __name__ == "__main__":
    main()
