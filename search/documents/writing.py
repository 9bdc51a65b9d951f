"""Documents are written where they differ, each time with the next revision; whoever copies them hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from cases.models import Attachment, Case
from cases.states import Class
from kernel import outbox
from kernel.clock import recorded_now
from search.documents.making import Made, make
from search.models import Document, FileText
from tenants import context
from tenants.models import Tenant

TOPIC = "document"
UNREAD = "search.file"  # a file whose text is wanted; the key is its hash
BATCH = 200
BEGIN = UUID(int=0)  # before the first case
# Raised with a change of what documents hold or how it is folded and cut up (documents.making, embedded.columns,
# language.words): those of all offices are then made anew by themselves (indexing.renewal).
SHAPE = 5

_TERMS = ("shared_terms", "inner_terms")
_MARKS = ("revision", "made_at")
_FIELDS = [field for field in Document._meta.concrete_fields if field.attname not in (*_MARKS, *_TERMS)]
# A version alone is no news to anybody: case rows change in ways no document shows.
_SHOWN = [field.attname for field in _FIELDS if field.attname not in ("case", "version")]
_LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || one, 1746))
FROM unnest(%s::text[]) WITH ORDINALITY AS list (one, place) ORDER BY place
"""
_VERSIONS = """
UPDATE search_document SET version = new.version FROM unnest(%s::uuid[], %s::int[]) AS new (id, version)
WHERE "case" = new.id
"""


def _upsert() -> str:
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in _FIELDS]
    places = ["%s"] * len(columns)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in [*columns, *_TERMS, "made_at"])
    table = Document._meta.db_table
    return (
        f"INSERT INTO {table} ({', '.join([*columns, *_TERMS, 'made_at', 'revision'])}) "  # noqa: S608  own names
        f"VALUES ({', '.join(places)}, array_to_tsvector(%s), array_to_tsvector(%s), %s, 1) "
        f'ON CONFLICT ("case") DO UPDATE SET {changes}, revision = {table}.revision + 1'
    )


def write(office: Tenant, cases: Sequence[UUID], *, anew: bool = False) -> int:
    """Make the documents of these cases what the office's rows say now; how many changed. `anew`: write all.

    A lock per case comes before its rows are read: of two that do this at once the later one reads what the earlier
    one could not yet see, so that an older state never comes last.
    """
    ids = sorted(set(cases))
    with context.use(office), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [[str(one) for one in ids]])
        made = make(office, ids)
        kept = Document.objects.defer(*_TERMS).in_bulk(ids)
        changed = [one for one in made if anew or _differs(one.document, kept.get(one.document.case))]
        _put(changed)
        _remember_versions(made, changed, kept)
        _forget_files([one.document.case for one in changed if one.document.removed])
        outbox.publish_each(TOPIC, office.schema_name, [str(one.document.case) for one in changed])
        unread = sorted({sha for one in made for sha in one.unread})
        outbox.publish_each(UNREAD, office.schema_name, unread)
    return len(changed)


def _differs(new: Document, old: Document | None) -> bool:
    if old is None:
        return not new.removed  # what was never there need not be taken away
    return any(getattr(new, name) != getattr(old, name) for name in _SHOWN)


def _put(made: Sequence[Made]) -> None:
    if not made:
        return
    at = recorded_now()
    with connection.cursor() as cursor:
        cursor.executemany(_upsert(), [[*_values(one.document), one.terms.shared, one.terms.inner, at] for one in made])


def _values(document: Document) -> list[Any]:
    return [field.get_db_prep_save(getattr(document, field.attname), connection) for field in _FIELDS]


def _remember_versions(made: Sequence[Made], changed: Sequence[Made], kept: dict[Any, Document]) -> None:
    written = {one.document.case for one in changed}
    versions = {one.document.case: one.document.version for one in made if one.document.case not in written}
    moved = [case for case, version in versions.items() if case in kept and kept[case].version != version]
    if moved:
        with connection.cursor() as cursor:
            cursor.execute(_VERSIONS, [moved, [versions[case] for case in moved]])


def _forget_files(removed: Sequence[UUID]) -> None:
    """Texts of files that came with no case that may be found."""
    if not removed:
        return
    shut = Case.objects.filter(sealed=True) | Case.objects.filter(klass=Class.B)
    open_ = Attachment.objects.exclude(case__in=shut.values("id")).values("sha256")
    theirs = Attachment.objects.filter(case__in=removed).values("sha256")
    FileText.objects.filter(sha256__in=theirs).exclude(sha256__in=open_).delete()


class Rebuilt(NamedTuple):
    """How far one is; after `last` one may go on."""

    cases: int
    changed: int
    last: UUID


def rebuild(office: Tenant, *, anew: bool = False, after: UUID = BEGIN) -> Iterator[Rebuilt]:
    """Every document whose case is gone, then every case of an office, beside normal work."""
    done = Rebuilt(0, 0, after)
    for cases, last in _slices(office, after):
        changed = write(office, cases, anew=anew)
        done = Rebuilt(done.cases + len(cases), done.changed + changed, last)
        yield done


def _slices(office: Tenant, last: UUID) -> Iterator[tuple[list[UUID], UUID]]:
    with context.use(office):
        gone = Document.objects.filter(removed=False).exclude(case__in=Case.objects.values("id"))
        orphans = list(gone.values_list("case", flat=True))
    yield from ((orphans[at : at + BATCH], last) for at in range(0, len(orphans), BATCH))
    while True:
        with context.use(office):
            rows = Case.objects.filter(id__gt=last).order_by("id").values_list("id", flat=True)
            cases = list(rows[:BATCH])
        if not cases:
            return
        last = cases[-1]
        yield cases, last
