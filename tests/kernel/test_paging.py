"""Lists by key: no row twice, none left out, whatever is added meanwhile; cursors cannot be forged."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import recorded_now
from kernel.errors import Invalid
from kernel.outbox import OutboxRow
from kernel.paging import LARGEST_PAGE, capped_count, page, size_from

pytestmark = pytest.mark.django_db


def fill(count: int) -> None:
    now = recorded_now()
    chance = random.Random(7)
    OutboxRow.objects.bulk_create(
        OutboxRow(topic="t", subscriber=chance.choice("abc"), schema="s", key=str(n), next_at=now + timedelta(n % 5))
        for n in range(count)
    )


@pytest.mark.parametrize(
    "order", [("id",), ("-id",), ("next_at", "id"), ("-next_at", "id"), ("subscriber", "-next_at", "-id")]
)
def test_all_pages_together_are_the_list(order: tuple[str, ...]) -> None:
    fill(57)
    rows = OutboxRow.objects.filter(schema="s")
    seen: list[int] = []
    cursor, pages = None, 0
    while True:
        found = page(rows, order, cursor, 10)
        seen += [row.pk for row in found.items]
        pages += 1
        if found.next is None:
            break
        cursor = found.next
        if pages == 2 and order[0] == "-id":
            fill(3)  # newer rows do not push any over the edge
    assert seen == list(rows.filter(pk__lte=max(seen)).order_by(*order).values_list("pk", flat=True))
    assert pages == 6


def test_nulls_come_last_and_are_paged_through() -> None:
    from django.db.models import Case, F, Value, When

    fill(25)
    rows = OutboxRow.objects.annotate(due=Case(When(subscriber="a", then=Value(None)), default=F("attempts")))
    seen: list[int] = []
    cursor = None
    while True:
        found = page(rows, ("due", "id"), cursor, 4)
        seen += [row.pk for row in found.items]
        if not (cursor := found.next):
            break
    assert len(seen) == len(set(seen)) == 25


def test_a_cursor_is_opaque_signed_and_for_its_order_only() -> None:
    fill(5)
    cursor = page(OutboxRow.objects.all(), ("id",), None, 2).next
    assert cursor is not None
    with pytest.raises(Invalid):
        page(OutboxRow.objects.all(), ("-id",), cursor)
    for place in range(len(cursor)):
        forged = cursor[:place] + ("A" if cursor[place] != "A" else "B") + cursor[place + 1 :]
        with pytest.raises(Invalid):
            page(OutboxRow.objects.all(), ("id",), forged)


@given(st.text(max_size=40))
def test_any_other_text_is_refused(text: str) -> None:
    if text:
        with pytest.raises(Invalid):
            page(OutboxRow.objects.none(), ("id",), text)


def test_counts_are_capped() -> None:
    fill(12)
    assert str(capped_count(OutboxRow.objects.all(), 10)) == "10+"
    assert str(capped_count(OutboxRow.objects.all(), 12)) == "12"


def test_sizes_are_kept_within_reason() -> None:
    fill(3)
    assert [size_from({"size": text}) for text in ("7", "-1", "x", "", "٣")] == [7, 50, 50, 50, 3]
    assert len(page(OutboxRow.objects.all(), ("id",), None, 0).items) == 1
    assert len(page(OutboxRow.objects.all(), ("id",), None, LARGEST_PAGE + 1).items) == 3
