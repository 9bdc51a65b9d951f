"""Where every ORM statement becomes SQL: a query built in one office refuses to become SQL in another.

The stamp is set by `kernel.models.TenantQuerySet` and copied by Django with the query, so that subqueries, counts,
updates, deletes and prefetches carry it.
"""

from collections.abc import Iterator
from typing import Any

from django.db.backends.postgresql import compiler as postgresql

from kernel.errors import CrossTenant
from kernel.schema import current
from kernel.stamps import check_instance


class _Stamped:
    query: Any

    def __init__(self, query: Any, *args: Any, **kwargs: Any) -> None:
        stamp = query.__dict__.get("tenant_schema")
        if stamp is not None and stamp != current():
            raise CrossTenant(f"A query built in {stamp} was about to run in {current()}.")
        super().__init__(query, *args, **kwargs)  # type: ignore[call-arg]

    def results_iter(self, *args: Any, **kwargs: Any) -> Any:
        rows = super().results_iter(*args, **kwargs)  # type: ignore[misc]
        stamp = self.query.__dict__.get("tenant_schema")
        return rows if stamp is None else _watched(rows, stamp)


def _watched(rows: Any, stamp: str) -> Iterator[Any]:
    """An iterator may be carried into another office half read."""
    for row in rows:
        if current() != stamp:
            raise CrossTenant(f"Rows of {stamp} were about to be read in {current()}.")
        yield row


class SQLCompiler(_Stamped, postgresql.SQLCompiler):
    pass


class SQLDeleteCompiler(_Stamped, postgresql.SQLDeleteCompiler):
    pass


class SQLUpdateCompiler(_Stamped, postgresql.SQLUpdateCompiler):
    pass


class SQLAggregateCompiler(_Stamped, postgresql.SQLAggregateCompiler):
    pass


class SQLInsertCompiler(_Stamped, postgresql.SQLInsertCompiler):
    def __init__(self, query: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(query, *args, **kwargs)
        for instance in query.objs:
            check_instance(instance)
