"""A case's document as a function of the office's rows: what stands in it, and what never does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from cases.models import Answer, Attachment, Case, Demand, Handover, Notice, Opinion, Petitioner
from cases.queries.below import ISSUED
from cases.states import Class, State
from kernel.errors import NotFound
from search.documents.masking import known_of, masked
from search.documents.reading import READABLE
from search.embedded.columns import columns
from search.models import Document, FileText
from search.places import place_names
from search.shapes import INNER, SHARED
from tenants import context
from tenants.models import Tenant

A_FILE, ALL_FILES = 20_000, 60_000  # characters of one attachment, of all of a case


@dataclass(frozen=True, slots=True)
class Terms:
    """The lexemes of the two search vectors."""

    shared: list[str] = field(default_factory=list)
    inner: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """`unread`: hashes of files whose text nobody has read yet."""

    document: Document
    terms: Terms
    unread: tuple[str, ...] = ()


@dataclass(slots=True)
class Hanging:
    """What hangs on one case."""

    people: list[Petitioner] = field(default_factory=list)
    demands: list[Demand] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    stays: list[Handover] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


def is_shut(case: Case) -> bool:
    """Never a document: an accusation, and whatever is sealed."""
    return case.sealed or case.klass == Class.B


def make(office: Tenant, cases: Iterable[UUID]) -> list[Made]:
    """In the office's context: a document for each id; a removed one where there must be none."""
    ids = list(dict.fromkeys(cases))
    rows = {case.id: case for case in Case.objects.select_related("filing").filter(id__in=ids)}
    open_ = [case for case in rows.values() if not is_shut(case)]
    hanging = _hanging([case.id for case in open_])
    texts = _texts(file.sha256 for held in hanging.values() for file in held.files)
    with override(settings.LANGUAGE_CODE):  # names of papers stand in the text
        found = {case.id: _made(office, case, hanging[case.id], texts) for case in open_}
    return [found.get(one) or _removed(one, rows.get(one)) for one in ids]


def _removed(case: UUID, row: Case | None) -> Made:
    return Made(Document(case=case, removed=True, version=row.version if row else 0), Terms())


def _made(office: Tenant, case: Case, held: Hanging, texts: Mapping[str, str]) -> Made:
    known = known_of(held.people)
    filing = case.filing
    said = {
        "title": [case.title],
        "narrative": [filing.text],
        "demands": [demand.text for demand in held.demands],
        "answers": [answer.reasons for answer in held.answers],
        "papers": list(_papers(held)),
        "files": list(_files(held.files, texts)),
    }
    shown = {name: masked("\n".join(filter(None, said[name])), known) for name in (*SHARED, *INNER)}
    place = place_names([filing.place]).get(filing.place, "")
    spot = masked(f"{place} {filing.place_detail}", known)
    derived = columns(case.number, spot, shown, filing.registered_at)
    document = Document(
        case=case.id,
        version=case.version,
        held=case.state != State.S99,
        offices=_offices(office, held.stays),
        unit=case.unit,
        department=case.department,
        handler=case.handler,
        number=case.number,
        klass=case.klass,
        state=case.state,
        channel=filing.channel,
        content_class=filing.content_class,
        place=filing.place,
        spot=spot,
        due_raw=case.due_raw,
        due_kind=case.due_kind,
        received_at=filing.received_at,
        registered_at=filing.registered_at,
        closed_at=case.closed_at,
        group=case.group,
        urgent=case.urgent,
        folded_title=derived.folded_title,
        folded_shared=derived.folded_shared,
        folded_inner=derived.folded_inner,
        **shown,
    )
    unread = tuple(dict.fromkeys(file.sha256 for file in held.files if _wanting(file, texts)))
    return Made(document, Terms(derived.shared_terms, derived.inner_terms), unread)


def _wanting(file: Attachment, texts: Mapping[str, str]) -> bool:
    return file.mime in READABLE and file.sha256 not in texts


def _offices(office: Tenant, stays: Iterable[Handover]) -> list[str]:
    """Codes of all offices that hold or held a row of the case, as far as this row knows of them."""
    found = {office.code}
    for tenant in {tenant for stay in stays for tenant in (stay.from_tenant, stay.to_tenant)}:
        try:
            found.add(context.tenant_by_id(tenant).code)
        except NotFound:  # an office of another province
            continue
    return sorted(found)


def _papers(held: Hanging) -> Iterator[str]:
    """What was signed or sent, by its number; answers to the demands have a field of their own."""
    for answer in held.answers:
        yield "\n".join(filter(None, (answer.opinion.number, answer.facts, answer.law, answer.item)))
    for notice in held.notices:
        yield "\n".join(filter(None, (str(Notice.Kind(notice.kind).label), notice.number, str(notice.text or ""))))


def _files(files: Iterable[Attachment], texts: Mapping[str, str]) -> Iterator[str]:
    """Each file's text once, in the order they came."""
    left = ALL_FILES
    for sha in dict.fromkeys(file.sha256 for file in files):
        text = texts.get(sha, "")[: min(A_FILE, left)]
        left -= len(text)
        yield text


def _texts(hashes: Iterable[str]) -> dict[str, str]:
    rows = FileText.objects.filter(sha256__in=set(hashes))
    return {row.sha256: str(row.text or "") for row in rows}


def _hanging(cases: Sequence[UUID]) -> dict[UUID, Hanging]:
    found: defaultdict[UUID, Hanging] = defaultdict(Hanging)
    if not cases:
        return found
    for person in Petitioner.objects.filter(case__in=cases).order_by("seq"):
        found[person.case_id].people.append(person)
    for demand in Demand.objects.filter(case__in=cases).order_by("seq"):
        found[demand.case_id].demands.append(demand)
    issued = Opinion.objects.filter(case__in=cases, status__in=ISSUED).values("id")
    answers = Answer.objects.filter(opinion__in=issued).select_related("opinion").defer("opinion__body")
    for answer in answers.order_by("demand__seq"):
        found[answer.opinion.case_id].answers.append(answer)
    for notice in Notice.objects.filter(case__in=cases, sent_at__isnull=False).order_by("drafted_at", "id"):
        found[notice.case_id].notices.append(notice)
    for stay in Handover.objects.filter(case__in=cases).order_by("seq"):
        found[stay.case_id].stays.append(stay)
    for file in Attachment.objects.filter(case__in=cases).order_by("added_at", "id"):
        found[file.case_id].files.append(file)
    return found
