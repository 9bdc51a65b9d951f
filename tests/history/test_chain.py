"""Whoever changes history behind our back is found: `verify` names the case and the event where it breaks first."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from cases import history
from cases.history import Break
from cases.models import Case, Event, Seal
from kernel.clock import recorded_now
from tenants import context
from tests.cases.making import BUREAU, COUNTY, do, register, row, served
from tests.people import actor, department, tenant
from tests.privacy.driving import drive

SCHEMA = "t_990123"
Owner = psycopg.Connection[tuple[object, ...]]


def verified(code: str = COUNTY) -> list[Break]:
    connection.close()  # nothing remembered from before
    with context.use(tenant(code)):
        return list(history.verify())


def sealed(code: str = COUNTY) -> Seal | None:
    with context.use(tenant(code)):
        return history.seal()


def events(case_id: UUID, code: str = COUNTY) -> list[Event]:
    with context.use(tenant(code)):
        return list(Event.objects.filter(case_id=case_id).order_by("seq"))


def change(owner: Owner, statement: str, *values: Any) -> None:
    """As somebody with the owner's password, with the history's own constraints out of the way."""
    with owner.transaction():
        owner.execute(f"SET LOCAL search_path TO {SCHEMA}")
        owner.execute("ALTER TABLE cases_event DROP CONSTRAINT IF EXISTS event_seq")
        for one in statement.split(";"):
            owner.execute(one, values[: one.count("%s")])


# --- what each kind of tampering does, on the third event of a case that has many -------------------------------------

Tamper = Callable[[Owner, UUID, int], None]


def _set(column: str, value: str) -> Tamper:
    def tamper(owner: Owner, case_id: UUID, seq: int) -> None:
        statement = f"UPDATE cases_event SET {column} = {value} WHERE case_id = %s AND seq = %s"
        change(owner, statement, case_id, seq)

    return tamper


def _delete(owner: Owner, case_id: UUID, seq: int) -> None:
    change(owner, "DELETE FROM cases_event WHERE case_id = %s AND seq = %s", case_id, seq)


def _swap(owner: Owner, case_id: UUID, seq: int) -> None:
    change(
        owner,
        f"UPDATE cases_event SET seq = CASE seq WHEN {seq} THEN {seq + 1} ELSE {seq} END"
        f" WHERE case_id = %s AND seq IN ({seq}, {seq + 1})",
        case_id,
    )


def _insert(owner: Owner, case_id: UUID, seq: int) -> None:
    names = "id, case_id, seq, kind, version, state, actor, tenant, department, happened_at, recorded_at, data,"
    names += " prev_hash, hash"
    copied = names.replace("id, case_id, seq", f"gen_random_uuid(), case_id, {seq}", 1)
    change(
        owner,
        f"UPDATE cases_event SET seq = seq + 1 WHERE case_id = %s AND seq >= {seq};"
        f"INSERT INTO cases_event ({names}) SELECT {copied} FROM cases_event WHERE case_id = %s AND seq = 1",
        case_id,
    )


# The last of two events goes, and the head kept on the row is set back to match.
CUT = (
    "UPDATE cases_case c SET head_seq = 1, head_hash = e.hash FROM cases_event e"
    " WHERE e.case_id = c.id AND e.seq = 1 AND c.id = %s;DELETE FROM cases_event WHERE case_id = %s AND seq = 2"
)

TAMPERING: dict[str, tuple[Tamper, str]] = {
    "data": (_set("data", """data || '{"reason": "other"}'"""), "content"),
    "data emptied": (_set("data", "'{}'"), "content"),
    "kind": (_set("kind", "'closed'"), "content"),
    "state": (_set("state", "'S90'"), "content"),
    "version": (_set("version", "version + 1"), "content"),
    "who": (_set("actor", "gen_random_uuid()"), "content"),
    "which office": (_set("tenant", "gen_random_uuid()"), "content"),
    "which department": (_set("department", "gen_random_uuid()"), "content"),
    "when, by a microsecond": (_set("happened_at", "happened_at + interval '1 microsecond'"), "content"),
    "when it was written": (_set("recorded_at", "recorded_at - interval '1 microsecond'"), "content"),
    "hash": (_set("hash", "decode(repeat('00', 32), 'hex')"), "content"),
    "previous hash": (_set("prev_hash", "decode(repeat('00', 32), 'hex')"), "chain"),
    "deleted in the middle": (_delete, "missing"),
    "swapped with the next": (_swap, "chain"),
    "one slipped in": (_insert, "chain"),
}


@pytest.mark.django_db(transaction=True)
def test_each_tampering_is_found_and_named(owner: Owner) -> None:
    """One case for each kind; every one is named, at its event, and an untouched one is not."""
    kinds = list(TAMPERING)
    made = {name: register().case for name in [*kinds, "untouched"]}
    for case in made.values():
        for _ in range(4):
            do(actor(COUNTY, "R3"), "note", case.id, text="备注")
    assert verified() == []
    for name in kinds:
        TAMPERING[name][0](owner, made[name].id, 3)
    found = {broken.case: broken for broken in verified()}
    assert len(found) == len(kinds)
    for name in kinds:
        assert found[made[name].id] == Break(made[name].id, made[name].number, 3, TAMPERING[name][1]), name


@pytest.mark.django_db(transaction=True)
def test_a_history_cut_at_either_end_or_gone_is_found(owner: Owner) -> None:
    first, last, gone, replaced = (register().case for _ in range(4))
    for case in (first, last, gone, replaced):
        do(actor(COUNTY, "R3"), "note", case.id, text="备注")
    _delete(owner, first.id, 1)
    _delete(owner, last.id, 2)
    change(owner, "DELETE FROM cases_event WHERE case_id = %s", gone.id)
    # Cut, and the head on the case row set back to match: without a seal nothing else would tell.
    change(
        owner,
        CUT,
        replaced.id,
    )
    found = {broken.case: (broken.number, broken.seq, broken.fault) for broken in verified()}
    assert found == {
        first.id: (first.number, 1, "missing"),
        last.id: (last.number, 2, "missing"),
        gone.id: (gone.number, 1, "missing"),
    }


def _rewritten(owner: Owner, case_id: UUID) -> None:
    """Somebody clever: the first event is changed and every hash after it, up to the head, computed anew."""
    head = bytes(32)
    rows = events(case_id)
    for event in rows:
        if event.seq == 1:
            event.data = {**event.data, "channel": "LETTER"}
        event.prev_hash = head
        head = event.hash = history.hashlib.sha256(head + history.canonical(event)).digest()
        change(
            owner,
            "UPDATE cases_event SET data = %s, prev_hash = %s, hash = %s WHERE id = %s",
            json.dumps(event.data),
            event.prev_hash,
            event.hash,
            event.id,
        )
    change(owner, "UPDATE cases_case SET head_hash = %s WHERE id = %s", head, case_id)


@pytest.mark.django_db(transaction=True)
def test_what_was_sealed_cannot_be_rewritten_even_cleverly(owner: Owner) -> None:
    case, other, cut = (register().case for _ in range(3))
    do(actor(COUNTY, "R3"), "note", case.id, text="备注")
    do(actor(COUNTY, "R3"), "note", cut.id, text="备注")
    assert sealed() is not None
    do(actor(COUNTY, "R3"), "note", other.id, text="备注")
    assert verified() == []
    _rewritten(owner, other.id)  # its second event came after the seal, but the first is under it
    assert verified() == [Break(other.id, other.number, 1, "sealed")]
    change(
        owner,
        CUT,
        cut.id,
    )
    assert {broken.fault for broken in verified()} == {"sealed"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("edit", "seq", "fault"),
    [
        ("UPDATE cases_seal SET heads = '[]' WHERE seq = 2", 2, "seal"),
        ("UPDATE cases_seal SET at = at + interval '1 microsecond' WHERE seq = 2", 2, "seal"),
        ("UPDATE cases_seal SET hash = prev_hash WHERE seq = 2", 2, "seal"),
        ("UPDATE cases_seal SET prev_hash = hash WHERE seq = 1", 1, "seal"),
        ("UPDATE cases_seal SET signature = set_byte(signature, 5, 1 + get_byte(signature, 5) % 200)", 1, "signature"),
        ("DELETE FROM cases_seal WHERE seq = 1", 2, "seal"),
        ("DELETE FROM cases_seal WHERE seq = 2", 3, "seal"),
    ],
)
def test_an_edited_seal_is_found_and_named(owner: Owner, edit: str, seq: int, fault: str) -> None:
    for _ in range(3):
        register()
        assert sealed() is not None
    assert verified() == []
    change(owner, edit.replace("%", "%%"))
    assert verified() == [Break(None, "", seq, fault)]


@pytest.mark.django_db
def test_a_seal_signs_what_moved_and_twice_is_nothing() -> None:
    assert sealed() is None
    first, second = register().case, register().case
    made = sealed()
    assert made is not None
    assert [head[:2] for head in made.heads] == sorted([[str(first.id), 1], [str(second.id), 1]])
    assert bytes(made.prev_hash) == bytes(32)
    assert sealed() is None
    do(actor(COUNTY, "R3"), "note", second.id, text="备注")
    again = sealed()
    assert again is not None
    assert [head[:2] for head in again.heads] == [[str(second.id), 2]]
    assert bytes(again.prev_hash) == bytes(made.hash)
    assert (made.seq, again.seq) == (1, 2)
    assert sealed() is None
    assert verified_here() == []
    assert sealed(BUREAU) is None, "each office seals its own"


def verified_here(code: str = COUNTY) -> list[Break]:
    """In a test that rolls back: on the same connection."""
    with context.use(tenant(code)):
        return list(history.verify())


@pytest.mark.django_db
def test_what_was_committed_late_is_sealed_by_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event may be written before a seal and committed after it: its time lies before the seal's."""
    case = register().case
    now = recorded_now()
    monkeypatch.setattr(history, "recorded_now", lambda: now + history.LONGEST_TRANSACTION / 2)
    other = register().case
    first = sealed()
    assert first is not None
    assert {head[0] for head in first.heads} == {str(case.id), str(other.id)}
    monkeypatch.setattr(history, "recorded_now", lambda: now - history.LONGEST_TRANSACTION / 3)
    slow = register().case
    monkeypatch.setattr(history, "recorded_now", lambda: now + history.LONGEST_TRANSACTION)
    second = sealed()
    assert second is not None
    assert [head[0] for head in second.heads] == [str(slow.id)]
    assert verified_here() == []


@pytest.mark.django_db
def test_the_receivers_chain_starts_at_the_senders_head() -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R3"), "note", case.id, text="备注")
    do(actor(BUREAU, "R4"), "transfer", case.id, to_department=department(COUNTY).id)
    sent, received = events(case.id, BUREAU), events(case.id)
    assert [event.kind for event in sent] == ["registered", "noted", "transferred"]
    assert [event.seq for event in received] == [1]
    assert bytes(received[0].prev_hash) == bytes(sent[-1].hash) == bytes(row(BUREAU, case.id).head_hash)
    assert received[0].data["from_head"] == bytes(sent[-1].hash).hex()
    assert received[0].data["content_hash"] == sent[-1].data["content_hash"]
    assert verified_here(BUREAU) == verified_here(COUNTY) == []

    for who, verb, fields in (
        (actor(COUNTY, "R3"), "propose", {"verb": "object", "fields": {}}),
        (actor(COUNTY, "R4"), "object", {"reason": "duty", "text": "不属本县", "law": "权责清单"}),
        (actor(BUREAU, "R4"), "consent", {}),
        (actor(BUREAU, "R4"), "transfer", {"to_department": department(COUNTY).id}),
    ):
        do(who, verb, case.id, **fields)
    again = events(case.id)
    assert [event.seq for event in again] == list(range(1, len(again) + 1)), "a revived row goes on with its own chain"
    assert again[-1].data["from_head"] == bytes(row(BUREAU, case.id).head_hash).hex()
    assert verified_here(BUREAU) == verified_here(COUNTY) == []


@pytest.mark.django_db(transaction=True)
def test_a_received_chain_with_another_beginning_is_found(owner: Owner) -> None:
    case = register(BUREAU).case
    do(actor(BUREAU, "R4"), "transfer", case.id, to_department=department(COUNTY).id)
    change(owner, "UPDATE cases_event SET prev_hash = %s WHERE case_id = %s", b"\1" * 32, case.id)
    assert verified() == [Break(case.id, case.number, 1, "chain")]


def _walk(value: Any, at: str) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [pair for key, part in value.items() for pair in _walk(part, f"{at}.{key}")]
    if isinstance(value, list):
        return [pair for part in value for pair in _walk(part, at)]
    return [(at, value)]


@pytest.mark.django_db
def test_events_hold_ids_codes_dates_and_numbers_and_no_typed_text() -> None:
    drive()
    seen: set[str] = set()
    for code in (BUREAU, COUNTY):
        with context.use(tenant(code)):
            for kind, data in Event.objects.values_list("kind", "data"):
                seen.add(kind)
                for at, value in _walk(data, kind):
                    assert isinstance(value, bool | int | str), (at, value)
                    assert len(str(value)) <= 64, (at, value)
                    assert str(value).isascii(), f"{at} holds words: {value}"
            assert list(history.verify()) == []
            assert all(isinstance(head, str | int) for made in Seal.objects.all() for h in made.heads for head in h)
    assert len(seen) > 45, sorted(seen)


@pytest.mark.django_db
def test_an_event_outlives_what_its_case_becomes() -> None:
    """Reading moves the chain and not the version; the head on the row is the last event's."""
    case_id = served()
    before = row(COUNTY, case_id)
    do(actor(COUNTY, "R5", unit="住建局"), "unmask", case_id, reason="contact")
    after = row(COUNTY, case_id)
    assert (after.version, after.head_seq) == (before.version, before.head_seq + 1)
    last = events(case_id)[-1]
    assert (last.kind, last.seq, bytes(last.hash)) == ("read", after.head_seq, bytes(after.head_hash))
    with context.use(tenant(COUNTY)):
        assert Case.objects.count() == 1
    assert verified_here() == []
