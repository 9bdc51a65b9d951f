"""A row or a query of one office is refused in another: save, refresh, delete, relation, evaluation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Prefetch, prefetch_related_objects

from cases.models import Case, Counter, Demand, Draft, Filing
from kernel.clock import now
from kernel.errors import CrossTenant
from tenants.context import nobody, use
from tests.tenancy.conftest import SAME, A, B, whose

pytestmark = pytest.mark.usefixtures("rows")


def _row(schema: str) -> Counter:
    with use(schema):
        return Counter.objects.get(pk=SAME)


def _case(schema: str) -> Case:
    with use(schema):
        return Case.objects.get(pk=SAME)


def _rename(row: Counter) -> Counter:
    row.kind = "stolen"
    return row


ROW_USES: dict[str, Callable[[Counter], Any]] = {
    "save": lambda row: _rename(row).save(),
    "save update_fields": lambda row: _rename(row).save(update_fields=["kind"]),
    "save using": lambda row: _rename(row).save(using="default"),
    "force_insert": lambda row: _rename(row).save(force_insert=True),
    "save_base": lambda row: _rename(row).save_base(raw=True),
    "refresh": lambda row: row.refresh_from_db(),
    "refresh one field": lambda row: row.refresh_from_db(fields=["kind"]),
    "delete": lambda row: row.delete(),
    "bulk_update": lambda row: Counter.objects.bulk_update([_rename(row)], ["kind"]),
    "bulk_create": lambda row: Counter.objects.bulk_create([_rename(row)]),
    "upsert": lambda row: Counter.objects.bulk_create(
        [_rename(row)], update_conflicts=True, unique_fields=["id"], update_fields=["kind"]
    ),
}


@pytest.mark.parametrize("name", ROW_USES)
def test_a_row_of_one_office_is_refused_in_another(name: str) -> None:
    row = _row(A)
    with use(B):
        with pytest.raises(CrossTenant), transaction.atomic():
            ROW_USES[name](row)
        assert list(Counter.objects.values_list("kind", flat=True)) == [B]
    with nobody(), pytest.raises(CrossTenant), transaction.atomic():
        ROW_USES[name](_row(A))
    assert _row(A).kind == A


def test_a_deferred_field_is_not_fetched_elsewhere() -> None:
    with use(A):
        row = Counter.objects.defer("kind").get(pk=SAME)
    with use(B), pytest.raises(CrossTenant):
        assert row.kind
    with use(A):
        assert row.kind == A


def test_a_row_made_in_one_office_is_not_saved_in_another() -> None:
    with use(A):
        made = Counter(kind="made", period="2", value=1)
    with use(B):
        with pytest.raises(CrossTenant):
            made.save()
        assert not Counter.objects.filter(kind="made").exists()


def test_a_row_made_outside_takes_the_office_it_is_saved_in() -> None:
    with nobody():
        made = Counter(kind="made", period="2", value=1)
    with use(A):
        made.save()
        made.refresh_from_db()
    with use(B), pytest.raises(CrossTenant):
        made.save()


RELATIONS: dict[str, Callable[[Case], Any]] = {
    "forward": lambda case: case.filing,
    "reverse all": lambda case: list(case.demands.all()),
    "reverse count": lambda case: case.demands.count(),
    "reverse create": lambda case: case.demands.create(seq=1, text="x"),
    "reverse add": lambda case: case.demands.add(Demand(case=case, seq=1), bulk=False),
    "foreign key to it": lambda case: Demand.objects.create(case=case, seq=1),
    "foreign key in bulk": lambda case: Demand.objects.bulk_create([Demand(case=case, seq=1)]),
    "prefetch": lambda case: prefetch_related_objects([case], "demands"),
    "prefetch with a queryset": lambda case: prefetch_related_objects(
        [case], Prefetch("demands", queryset=Demand.objects.all())
    ),
    "prefetch forward": lambda case: prefetch_related_objects([case], "filing"),
}


@pytest.mark.parametrize("name", RELATIONS)
def test_a_relation_of_one_office_s_row_is_refused_in_another(name: str) -> None:
    with use(B):
        Demand.objects.create(case=Case.objects.get(pk=SAME), seq=9, text="of B")
    case = _case(A)
    with use(B):
        with pytest.raises(CrossTenant), transaction.atomic():
            RELATIONS[name](case)
        assert list(Demand.objects.values_list("text", flat=True)) == ["of B"]


def test_the_reverse_of_a_one_to_one_is_refused_too() -> None:
    with use(A):
        filing = Filing.objects.get(pk=SAME)
    with use(B), pytest.raises(CrossTenant):
        assert filing.case


QUERY_USES: dict[str, Callable[[Any], Any]] = {
    "list": list,
    "len": len,
    "bool": bool,
    "index": lambda q: q[0],
    "first": lambda q: q.first(),
    "get": lambda q: q.get(pk=SAME),
    "iterator": lambda q: list(q.iterator()),
    "count": lambda q: q.count(),
    "exists": lambda q: q.exists(),
    "aggregate": lambda q: q.aggregate(n=Count("pk")),
    "annotate": lambda q: list(q.annotate(n=Count("pk"))),
    "values": lambda q: list(q.values("kind")),
    "values_list": lambda q: list(q.values_list("kind", flat=True)),
    "in_bulk": lambda q: q.in_bulk([SAME]),
    "update": lambda q: q.update(kind="stolen"),
    "update expression": lambda q: q.update(value=F("value") + 1),
    "delete": lambda q: q.delete(),
    "select_for_update": lambda q: list(q.select_for_update()),
    "filter then list": lambda q: list(q.filter(value=1).order_by("kind").distinct()),
    "subquery": lambda q: list(Counter.objects.filter(pk__in=q.values("pk"))),
    "subquery in update": lambda q: Counter.objects.filter(pk__in=q.values("pk")).update(kind="stolen"),
    "union": lambda q: list(Counter.objects.all().union(q)),
    "and": lambda q: list(Counter.objects.all() & q),
    "get_or_create": lambda q: q.get_or_create(pk=SAME),
    "earliest": lambda q: q.earliest("value"),
    "raw": lambda q: list(RAW["q"]),
    "explain": lambda q: q.explain(),
}
RAW: dict[str, Any] = {}


@pytest.mark.parametrize("name", QUERY_USES)
def test_a_query_built_in_one_office_is_refused_in_another(name: str) -> None:
    with use(A):
        query = Counter.objects.filter(pk=SAME)
        RAW["q"] = Counter.objects.raw("SELECT * FROM cases_counter")
    with use(B):
        if name == "and":  # the right side lends its filters to a query of here
            with pytest.raises(CrossTenant):
                list(query & Counter.objects.all())
            return
        with pytest.raises(CrossTenant), transaction.atomic():
            QUERY_USES[name](query)
    for schema in (A, B):
        assert (_row(schema).kind, _row(schema).value) == (schema, 1)


def test_a_query_read_in_one_office_is_not_read_again_in_another() -> None:
    with use(A):
        query = Counter.objects.all()
        assert len(query) == 1
    with use(B), pytest.raises(CrossTenant):
        list(query)


def test_an_iterator_half_read_stops_at_the_border() -> None:
    with use(A):
        for number in range(5):
            Counter.objects.create(kind=A, period=f"p{number}", value=1)
        for chunk in (1, 100):
            for rows in (Counter.objects.iterator(chunk), Counter.objects.values_list("kind").iterator(chunk)):
                next(rows)
                with use(B), pytest.raises(CrossTenant):
                    next(rows)


def test_a_queryset_built_at_import_serves_every_office_afresh() -> None:
    with nobody():
        everywhere = Counter.objects.all()
    for schema in (A, B):
        with use(schema):
            assert [row.kind for row in everywhere.all()] == [schema]
    with use(A):
        assert [row.kind for row in everywhere] == [A]
    with use(B), pytest.raises(CrossTenant):
        list(everywhere)


def test_shared_rows_go_everywhere() -> None:
    from tenants.models import Tenant

    with use(A):
        tenants = Tenant.objects.all()
        one = Tenant.objects.get(schema_name=A)
    with use(B):
        assert len(tenants) == 4
        one.refresh_from_db()
        one.phone = "0000"
        one.save()


def test_outside_any_office_there_is_nothing() -> None:
    with pytest.raises(Exception, match="does not exist"), transaction.atomic():
        whose()


def test_work_in_two_offices_in_one_transaction() -> None:
    """What a hand-over does: both sides, one connection, one atomic, also after a savepoint was rolled back."""
    with transaction.atomic():
        with use(A):
            mine = Case.objects.select_for_update().get(pk=SAME)
        try:
            with transaction.atomic(), use(B):
                Case.objects.filter(pk=SAME).update(title="undone")
                raise RuntimeError
        except RuntimeError:
            pass
        with use(B):
            theirs = Case.objects.select_for_update().get(pk=SAME)
            theirs.title = f"from {mine.number}"
            theirs.save()
        with use(A):
            mine.title = "gone"
            mine.save()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert (_case(A).title, _case(B).title) == ("gone", f"from {A}")


def test_every_model_uses_the_same_manager_whatever_its_meta_says() -> None:
    for model in (Case, Counter, Demand, Draft, Filing):
        assert type(model._base_manager).__name__ == "TenantManager"
        assert model(**({"updated_at": now()} if model is Case else {}))._state.__dict__["schema"] is None
