"""Lists are read by key, not by number: the next page starts after the last row seen, whatever was added meanwhile.

There is no total. A count a page does show is capped, so that it never costs more than it says.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from django.core import signing
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connection, models
from django.db.models import F, OrderBy, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from kernel.errors import Invalid
from kernel.kept import Kept

M = TypeVar("M", bound=models.Model)

PAGE = 50
LARGEST_PAGE = 200
COUNT_CAP = 999
_SALT = "kernel.paging"


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    items: list[M]
    next: str | None  # the cursor of the following page


@dataclass(frozen=True, slots=True)
class Counted:
    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


class Question(NamedTuple):
    """Which rows to count. `key` stands for the text of the question, values included: what it does not tell apart,
    `rows` must not either."""

    key: Hashable
    rows: Callable[[], QuerySet[Any]]


Text = tuple[str, tuple[Any, ...]]
# What every page asks is compiled once a minute: the ORM takes longer over it than the server.
_texts: Kept[Hashable, Text | None] = Kept()


def capped_count(rows: QuerySet[Any], cap: int = COUNT_CAP) -> Counted:
    """`999+` costs as much as 999."""
    return _count([_compiled(rows, cap)], cap)[0]


def capped_counts(asked: Sequence[Question], cap: int = COUNT_CAP) -> list[Counted]:
    """All in one statement."""
    return _count([_kept(one, cap) for one in asked], cap)


def _kept(one: Question, cap: int) -> Text | None:
    return _texts.get((one.key, cap), lambda: _compiled(one.rows(), cap))


def _compiled(rows: QuerySet[Any], cap: int) -> Text | None:
    """None: there can be none."""
    try:
        text, given = rows.order_by()[: cap + 1].query.sql_with_params()
    except EmptyResultSet:
        return None
    return text, tuple(given)


def _count(texts: Sequence[Text | None], cap: int) -> list[Counted]:
    asked = [text for text in texts if text is not None]
    found: list[int] = []
    if asked:
        counted = ", ".join(f"(SELECT count(*) FROM ({text}) AS found)" for text, _given in asked)  # noqa: S608  the ORM's
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {counted}", [value for _text, given in asked for value in given])
            found = list(cursor.fetchone())
    numbers = [0 if text is None else int(found.pop(0)) for text in texts]
    return [Counted(min(number, cap), number > cap) for number in numbers]


def page(rows: QuerySet[M], order: Sequence[str], cursor: str | None = None, size: int = PAGE) -> Page[M]:
    """`order` names columns (`-` for descending) and ends with a unique one; nulls come last. Raises Invalid.

    The cursor is opaque and signed; it is good for the order it was made for.
    """
    size = max(1, min(size, LARGEST_PAGE))
    keys = [_Key.of(rows.model, name) for name in order]
    if cursor:
        rows = rows.filter(_after(keys, _read(cursor, order, keys)))
    found = list(rows.order_by(*(key.order_by() for key in keys))[: size + 1])
    more = len(found) > size
    items = found[:size]
    return Page(items, _write(items[-1], order, keys) if more else None)


@dataclass(frozen=True, slots=True)
class _Key:
    name: str
    descending: bool
    field: "models.Field[Any, Any] | None"

    @classmethod
    def of(cls, model: type[models.Model], name: str) -> "_Key":
        plain = name.removeprefix("-")
        try:
            found = model._meta.pk if plain == "pk" else model._meta.get_field(plain)
        except FieldDoesNotExist:
            found = None  # an annotation
        return cls(plain, name.startswith("-"), found if isinstance(found, models.Field) else None)

    @property
    def nullable(self) -> bool:
        return self.field is None or self.field.null

    def order_by(self) -> OrderBy:
        nulls_last = True if self.nullable else None
        return F(self.name).desc(nulls_last=nulls_last) if self.descending else F(self.name).asc(nulls_last=nulls_last)

    def beyond(self, value: Any) -> Q:
        if value is None:
            return Q(pk__in=[])  # nulls are the last
        following = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return following | Q(**{f"{self.name}__isnull": True}) if self.nullable else following

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})


def _after(keys: Sequence[_Key], values: Sequence[Any]) -> Q:
    condition = Q(pk__in=[])
    same = Q()
    for key, value in zip(keys, values, strict=True):
        condition |= same & key.beyond(value)
        same &= key.same(value)
    return condition


def _write(row: models.Model, order: Sequence[str], keys: Sequence[_Key]) -> str:
    values = [getattr(row, key.field.attname if key.field else key.name) for key in keys]
    return signing.dumps([list(order), [None if v is None else _text(v) for v in values]], salt=_SALT, compress=True)


def _text(value: Any) -> Any:
    if isinstance(value, bool | int | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _read(cursor: str, order: Sequence[str], keys: Sequence[_Key]) -> list[Any]:
    refused = stale_cursor()
    try:
        made_for, values = signing.loads(cursor, salt=_SALT)
        if made_for != list(order) or len(values) != len(keys):
            raise refused
        return [
            key.field.to_python(value) if key.field and value is not None else value
            for key, value in zip(keys, values, strict=True)
        ]
    except (signing.BadSignature, ValueError, TypeError, ValidationError):
        raise refused from None


def wrap(after: str) -> str:
    """A cursor around a key that a reader of its own made."""
    return signing.dumps(after, salt=f"{_SALT}.key", compress=True)


def unwrap(cursor: str) -> str:
    """Raises Invalid for what this did not make."""
    try:
        return str(signing.loads(cursor, salt=f"{_SALT}.key"))
    except signing.BadSignature:
        raise stale_cursor() from None


def stale_cursor() -> Invalid:
    return Invalid(_("翻页位置已失效。从第一页重新看。"), code="cursor")


def size_from(params: Mapping[str, Any]) -> int:
    """The query parameter `size`; anything unreadable means the default."""
    text = str(params.get("size", ""))
    return int(text) if text.isdecimal() and len(text) < 6 else PAGE
