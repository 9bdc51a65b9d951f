"""The shape of every change: lock, check, write, record; nothing else writes a case (design §4).

`begin` locks Custody, then the case row. `Side` is one office's row of the case under that lock; a
hand-over has two. `Side.record` closes the change: version, clocks, history, row, outbox.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from cases import history, policy
from cases.clocks import Clocks
from cases.delivery import columns
from cases.models import Case, Clock, Filing, Handover, Note, Proposal
from cases.states import NOT_HELD, REASON, State
from cases.transitions import Row, rows
from kernel import batch, outbox
from kernel.batch import Batch
from kernel.clock import now
from kernel.errors import Conflict, Invalid, NotFound, Refused, Stale
from kernel.ids import new_id
from kernel.models import Model
from tenants import context
from tenants.actors import Actor
from tenants.models import Custody, Department, Tenant

TOPIC = "case"


class Written(NamedTuple):
    """What subscribers in the same transaction need not read again: the row with its filing and clocks as they were
    written; all its hand-overs too, where the verb has them. `new`: to every office. `quiet`: only its history grew
    (a note, a file, a call), nothing of it has changed. `gone`: the office has just handed it over. `known`: what
    subscribers wanted read under the lock of Custody (`kernel.outbox.reads`), one and the same through all offices of
    the change; without a subscriber's name where nothing was read for it."""

    case: Case
    clocks: Collection[Clock]
    known: Mapping[str, batch.Rows]
    stays: Sequence[Handover] | None = None
    new: bool = False
    quiet: bool = False
    gone: bool = False


HISTORY = frozenset({"version", "updated_at", "head_seq", "head_hash"})
QUIET = frozenset({"note", "attach", "contact"})


class Side:
    """One office's locked row. Use under that office's context only."""

    def __init__(
        self, actor: Actor, tenant: UUID, case: Case, at: datetime, clocks: Sequence[Clock] | None = None
    ) -> None:
        """`clocks`: all of a row that is in the database; None for one that is not yet."""
        self.actor, self.tenant_id, self.case, self.at = actor, tenant, case, at
        self.event_id = new_id()
        self.rows: list[Model] = []  # written with the next record
        self.known: Mapping[str, batch.Rows] = {}
        self._clocks = clocks or ()
        self._changes: list[tuple[Model, tuple[str, ...]]] = []
        self._loaded = {} if clocks is None else _kept(columns(case))

    @cached_property
    def clocks(self) -> Clocks:
        return Clocks(self.case, self.tenant_id, self._clocks)

    @cached_property
    def tenant(self) -> Tenant:
        return context.tenant_by_id(self.tenant_id)

    @cached_property
    def stays(self) -> list[Handover]:
        """Every hand-over the office knows of, in their order."""
        (rows,) = batch.read(_stays(self.case.id))
        return rows

    @cached_property
    def path(self) -> list[Handover]:
        """The living chain from the registering desk to the holder: transfers and assignments not taken back."""
        kinds = (Handover.Kind.TRANSFER, Handover.Kind.ASSIGN)
        return [row for row in self.stays if row.kind in kinds and row.undone_at is None]

    def change(self, row: Model, *names: str) -> None:
        """These columns of the row are written with the next record."""
        self._changes.append((row, names))

    def note(self, kind: str, text: str) -> Note:
        row = Note(
            case=self.case,
            event=self.event_id,
            kind=kind,
            body=text,
            author=self.actor.user,
            department=self.actor.department,
            at=self.at,
        )
        self.rows.append(row)
        return row

    def record(
        self,
        kind: str,
        version: int,
        *,
        custody: Custody | None = None,
        stays: Sequence[Handover] | None = None,
        **data: Any,
    ) -> None:
        """Version, clocks, event, row, outbox: together, in this transaction. `custody` where it has moved; `stays`:
        all hand-overs as this leaves them, where the verb has them."""
        case = self.case
        case.version, case.updated_at = version, self.at
        case.reason = REASON.get(State(case.state), "") if case.state not in NOT_HELD else ""
        writes = Batch()
        self.clocks.put(writes)
        event = history.chain(case, kind, self.actor, data, event_id=self.event_id, at=self.at)
        now_there = columns(case)
        altered = [name for name, value in now_there.items() if value != self._loaded.get(name, self)]
        # A clock of its own would show in the case's columns or not be of these verbs.
        quiet = data.get("verb") in QUIET and not self._changes and HISTORY.issuperset(altered)
        writes.update(case, altered)
        for row, names in self._changes:
            writes.update(row, names)
        writes.insert([event, *self.rows])
        if custody is not None:
            writes.update(custody, ["tenant", "department", "hops"])
        writes.settle()
        self.rows, self._changes = [], []
        self._loaded = _kept(now_there)
        self.event_id = new_id()
        written = self._written(stays=stays, quiet=quiet, gone="state" in altered and case.state == State.S99)
        outbox.publish(TOPIC, self.tenant.schema_name, str(case.id), about=written, writes=writes)

    def arrive(self, kind: str, parts: Sequence[Model], *, custody: Custody | None = None, **data: Any) -> None:
        """The first record of a case new to this office: filing, row and all that hangs on it, at once.

        `custody` where no office had it before.
        """
        self.clocks.show()
        event = history.chain(self.case, kind, self.actor, data, event_id=self.event_id, at=self.at)
        writes = Batch()
        if custody is not None:
            writes.insert([custody])
        writes.insert([self.case.filing, self.case, *parts])
        self.clocks.put(writes)
        writes.insert([event])
        if custody is not None:
            writes.settle()  # otherwise the sender's record did, for the whole transaction
        stays = [part for part in parts if isinstance(part, Handover)]
        written = self._written(stays=stays, new=custody is not None)
        outbox.publish(TOPIC, self.tenant.schema_name, str(self.case.id), about=written, writes=writes)

    def _written(self, **more: Any) -> Written:
        return Written(self.case, self.clocks.known.values(), self.known, **more)


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """As they are now: what may be changed in place is copied."""
    return {name: copy(value) if isinstance(value, (list, dict)) else value for name, value in values.items()}


class Act:
    """A change in progress: the actor's own side, the holder's side when that is another office's."""

    def __init__(
        self, actor: Actor, custody: Custody, own: Side, row: Row, proposal: Proposal | None, found: list[batch.Rows]
    ) -> None:
        self.actor, self.custody, self.own, self.row, self.proposal = actor, custody, own, row, proposal
        self.found = found
        self.at = own.at
        self._sides: dict[UUID, Side] = {own.tenant_id: own}

    @property
    def case(self) -> Case:
        return self.own.case

    @property
    def clocks(self) -> Clocks:
        return self.own.clocks

    @property
    def version(self) -> int:
        return max(side.case.version for side in self._sides.values()) + 1

    @contextmanager
    def under(self, tenant: UUID) -> Iterator[Side]:
        """Another office's row of this case, locked, in that office's context."""
        if tenant == self.own.tenant_id:
            yield self.own
            return
        with context.use(context.tenant_by_id(tenant)):
            if tenant not in self._sides:
                found = locked(self.case.id)
                assert found is not None
                self._sides[tenant] = Side(self.actor, tenant, found[0], self.at, found[1])
                self._sides[tenant].known = self.own.known
            yield self._sides[tenant]

    def adopt(self, side: Side) -> None:
        self._sides[side.tenant_id] = side

    def move(self, to: State) -> None:
        """Along the row; a state the row does not name is a defect of the table, not of the caller."""
        allowed = {self.row.to, *self.row.also_to}
        if to not in allowed and to != State.S88:
            raise AssertionError(f"{self.row.code} does not lead to {to}")
        self.case.state = to

    def note(self, kind: str, text: str) -> None:
        if text:
            self.own.note(kind, text)

    def record(self, kind: str, **data: Any) -> Case:
        """Closes the change on the actor's own side."""
        if self.proposal is not None:
            data.setdefault("proposal", self.proposal.id)
        _void_proposals(self.case, self.proposal)
        self.own.record(kind, self.version, verb=self.row.verb, row=self.row.code, **data)
        return self.case


def begin(
    actor: Actor,
    case_id: UUID,
    verb: str,
    version: int | None = None,
    *,
    propose: bool = False,
    stays: bool = False,
    also: Sequence[batch.Ask] = (),
) -> Act:
    """Locks Custody, then the actor's row of the case. Under that lock is read: `stays`, for verbs that need
    `Side.path`; `also`, into `Act.found`.

    NotFound: not visible. Refused: not permitted. Conflict: not from this state, or the second pair of
    eyes is missing. Stale: the row has moved since `version`.
    """
    asked, reads = _asked(case_id), {} if verb in QUIET else outbox.reads(TOPIC, str(case_id))
    way = [_stays(case_id)] if stays else []
    read = iter(batch.read(batch.Ask(Custody, "case", case_id, lock=True), *asked, *also, *way, *reads.values()))
    held, found = next(read), _together(*islice(read, len(asked)))
    extra = list(islice(read, len(also)))
    if not held or found is None or not (actor.is_system or policy.sees(actor, found[0])):
        raise NotFound
    case, clocks = found
    allowed = policy.require(actor, verb, case, propose=propose)
    if version is not None and version != case.version:
        raise Stale
    own = Side(actor, actor.tenant, case, now(), clocks)
    if stays:
        own.stays = next(read)
    own.known = dict(zip(reads, read, strict=True))
    proposal = None if propose else _proposal(actor, case, allowed)
    return Act(actor, held[0], own, allowed, proposal, extra)


def locked(case_id: UUID) -> tuple[Case, list[Clock]] | None:
    """The row with its filing, if the current office has one, and its clocks. Custody is locked already."""
    return _together(*batch.read(*_asked(case_id)))


def _asked(case_id: UUID) -> tuple[batch.Ask, ...]:
    return (
        batch.Ask(Case, "id", case_id, lock=True),
        batch.Ask(Filing, "id", case_id, via=batch.Via(Case, "filing_id")),
        batch.Ask(Clock, "case_id", case_id, ("due_raw", "id")),
    )


def _stays(case_id: UUID) -> batch.Ask:
    return batch.Ask(Handover, "case_id", case_id, ("seq",))


def _together(cases: list[Case], filings: list[Filing], clocks: list[Clock]) -> tuple[Case, list[Clock]] | None:
    if not cases:
        return None
    case = cases[0]
    case.filing = filings[0]
    return case, clocks


def _proposal(actor: Actor, case: Case, row: Row) -> Proposal | None:
    if not row.proposers or not (row.four_eyes or f"awaiting:{row.verb}" in case.flags):
        return None
    found: Proposal | None = (
        Proposal.objects.select_for_update().filter(case=case, verb=row.verb, status="open").first()
    )
    if found is None and row.four_eyes:
        raise Conflict(_("这一步要由经办人先提请，再由您批准。"), code="needs-proposal")
    if found is not None and found.by == actor.user:
        if row.four_eyes:
            raise Refused(_("提请和批准不能是同一个人。请另一位有权限的同事批准。"), code="four-eyes")
        return None
    if found is not None:
        found.status, found.decided_by, found.decided_at = "done", actor.user, now()
        found.save(update_fields=["status", "decided_by", "decided_at"])
    return found


def _void_proposals(case: Case, done: Proposal | None) -> None:
    """What was proposed for the state the case has left waits for nobody any more."""
    waiting = [flag for flag in case.flags if flag.startswith("awaiting:")]
    if not waiting:
        return
    keep: list[str] = []
    for flag in waiting:
        verb = flag.removeprefix("awaiting:")
        row_exists = bool(case.state != State.S99 and _still_open(case, verb))
        if (done is not None and done.verb == verb) or not row_exists:
            Proposal.objects.filter(case=case, verb=verb, status="open").update(status="void")
        else:
            keep.append(flag)
    case.flags = [flag for flag in case.flags if not flag.startswith("awaiting:")] + keep


def _still_open(case: Case, verb: str) -> bool:
    return bool(rows(verb, State(case.state), case.seat))


def destination(department: UUID, at: datetime) -> Department:
    """The department a case may be sent to; one that ceased is named with its successor."""
    return able_to_take(Department.objects.filter(id=department).first(), at)


def able_to_take(found: Department | None, at: datetime) -> Department:
    """`destination` of a department that was read already."""
    day = at.date()
    if found is None:
        raise Invalid(fields={"to_department": [_("没有这个单位。按名称、代码或拼音重新查找。")]})
    if found.valid_to is not None and found.valid_to <= day:
        heir = found.successor
        text = _("%(name)s已于 %(day)s 撤销。") % {"name": found.name, "day": found.valid_to.isoformat()}
        if heir is not None:
            text += _("请转送承接单位：%(heir)s。") % {"heir": heir.name}
        raise Invalid(fields={"to_department": [text]})
    found.tenant = context.tenant_by_id(found.tenant_id)
    if found.tenant.status != "ready":
        raise Invalid(fields={"to_department": [_("%(name)s还没有开通。") % {"name": found.tenant.name}]})
    return found
