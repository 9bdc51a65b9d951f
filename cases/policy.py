"""Who sees a case and who may act on it. One module; pages, API, exports and tasks ask here (design §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.codes.channels import Channel
from cases.models import Case
from cases.states import Class, State, Task
from cases.transitions import BY_VERB, SEALED_ROLES, SEALED_VERBS, STAFF, Row
from kernel.clock import TZ
from kernel.errors import Conflict, HuiyinError, Refused
from tenants.actors import Actor
from tenants.context import tenant_by_id
from tenants.models import Tenant
from tenants.profiles import profile_by_id

# Roles that see every case of their bureau or unit; a handler sees what lies in the own section or with the own name.
WHOLE_OFFICE = frozenset({"R2", "R3", "R4", "R5", "R7", "R8", "R9", "R13", "R15", "system"})
OWN_SECTION = frozenset({"R6"})
# Who at the desk of an upper office may look into a case of an office below (read-only, masked, logged there).
READS_BELOW = frozenset({"R3", "R4", "R13", "R14", "R15"})


def visible(actor: Actor) -> QuerySet[Case]:
    """The rows of the actor's office that the actor may know of; everything else does not exist.

    What a unit or section had closed before it ceased is for its successor; open cases it is handed one by one.
    """
    allowed = Q()
    if actor.roles & WHOLE_OFFICE:
        allowed |= Q(sealed=False) if actor.at_desk else Q(sealed=False, unit__in=actor.units)
    elif actor.roles & OWN_SECTION:
        own = Q(department__in=actor.departments) | Q(handler=actor.user, unit__in=actor.units)
        allowed |= Q(sealed=False) & own
    if actor.roles & SEALED_ROLES and actor.at_desk:
        allowed |= Q(sealed=True)
    rows: QuerySet[Case] = Case.objects.filter(allowed) if allowed else Case.objects.none()
    return rows


def sees(actor: Actor, case: Case) -> bool:
    """Is this row of the actor's office one of `visible`? Answered without the database."""
    if case.sealed:
        return actor.at_desk and bool(actor.roles & SEALED_ROLES)
    if actor.roles & WHOLE_OFFICE:
        return actor.at_desk or case.unit in actor.units
    if actor.roles & OWN_SECTION:
        mine = case.handler == actor.user and case.unit in actor.units
        return mine or case.department in actor.departments
    return False


def below(actor: Actor, office: Tenant) -> bool:
    """Does the office stand under the actor's own? Never sideways, never up, not the own one."""
    return office.path.startswith(f"{tenant_by_id(actor.tenant).path}/")


def reads_below(actor: Actor, office: Tenant) -> bool:
    """May the actor look into cases of that office at all?"""
    return actor.at_desk and actor.reads == "office" and bool(actor.roles & READS_BELOW) and below(actor, office)


def sees_below(actor: Actor, office: Tenant, case: Case) -> bool:
    """Reading down: this row of an office below, never a sealed one."""
    return not case.sealed and reads_below(actor, office)


def supervises(actor: Actor, office: Tenant, case: Case) -> bool:
    """Is the case one about which the actor's office may order something: its own, or one of an office below?"""
    return not case.sealed and (sees(actor, case) if office.pk == actor.tenant else sees_below(actor, office, case))


def holds(actor: Actor, case: Case) -> bool:
    """Is the actor one of the holder's people? The row must be the holder's, in the actor's own office.

    An open case of a unit that ceased is held by the successor once it was taken over, not before.
    """
    if case.state == State.S99:
        return False
    if actor.is_system:
        return True
    if case.unit != actor.unit:
        return False
    if actor.roles & WHOLE_OFFICE:
        return True
    return case.department == actor.department or case.handler == actor.user


def _site_allows(actor: Actor, case: Case, row: Row) -> bool:
    if row.site == "holder":
        return holds(actor, case)
    if row.site == "sender":
        return actor.at_desk and case.task == Task.OBJECTION
    if row.site == "assigner":
        return actor.at_desk and case.task in (Task.REPORT, Task.DEFER)
    if row.site == "path":
        return actor.at_desk and case.task == Task.FORWARD
    return row.site == "registrar"


def sensitive(case: Case) -> bool:
    return case.group or case.urgent


def important(case: Case) -> bool:
    return case.important or (case.group and case.klass == Class.C)


def must_assign(case: Case) -> bool:
    """初信交办: where the local rule says so, a first letter is assigned and never merely transferred (domain §1.1)."""
    if case.filing.channel != Channel.LETTER or case.state == State.S12 or "repeat" in case.flags:
        return False
    return profile_by_id(case.profile, case.filing.registered_at.astimezone(TZ).date()).flag("assign_first_letters")


NARROWS = {"sensitive": sensitive, "important": important}


def fits(row: Row, actor: Actor, case: Case, *, propose: bool = False) -> bool:
    """Has the actor a role of this line for this case, and does the role, which is data, hold the verb?"""
    if propose:
        return actor.may_propose(row.verb) and bool(actor.roles & row.proposers)
    roles = row.roles
    if row.narrow is not None and NARROWS[row.narrow[0]](case):
        roles = row.narrow[1]
    return actor.may(row.verb) and bool(actor.roles & roles)


def require(actor: Actor, verb: str, case: Case, *, propose: bool = False) -> Row:
    """The line of the table that lets the actor do this now.

    Refused (403): no line gives this verb to the actor's roles, or the case is not in the actor's hands.
    Conflict (409): the verb exists for the actor, but not from this state.
    """
    found = _judged(actor, verb, case, propose)
    if isinstance(found, Row):
        return found
    raise found()


def line_for(actor: Actor, verb: str, case: Case, *, propose: bool = False) -> Row | None:
    """As `require`; None where it refuses. Lists ask this for each verb, and put no refusal into words."""
    found = _judged(actor, verb, case, propose)
    return found if isinstance(found, Row) else None


Refusal = Callable[[], HuiyinError]


def _judged(actor: Actor, verb: str, case: Case, propose: bool) -> Row | Refusal:
    if case.sealed:
        return _judged_sealed(actor, verb)
    mine = [row for row in BY_VERB.get(verb, ()) if fits(row, actor, case, propose=propose)]
    if not mine:
        return lambda: Refused(_("您的岗位不能办这一步。"))
    # Verbs of the sender stand on the sender's own row, whose state tells nothing of the holder's.
    far = [row for row in mine if row.site in ("sender", "assigner", "path")]
    near = [row for row in mine if row.site == "holder"]
    for row in far:
        if not propose and _site_allows(actor, case, row):
            return row
    if propose and far and holds(actor, case) and verb == "defer":
        return far[0]
    if not near:
        if not actor.at_desk:
            return Refused
        return lambda: Conflict(_("这件现在没有等您决定的事项。刷新后再看。"))
    if verb != "unmask" and not holds(actor, case):
        return lambda: Refused(_("这件现在不由您的单位办理，只能由现在的承办单位操作。"))
    for row in near:
        if case.state in row.frm and (case.seat in row.seats):
            if case.planned_ending and row.to is not None and verb != "report":
                return lambda: Conflict(_("这件已经办完，等着结报。下一步是结报。"), code="report-owed")
            return row
    words = {"state": State(case.state).label}
    return lambda: Conflict(_("“%(state)s”状态下不能办这一步。刷新后看现在可以办什么。") % words)


def _judged_sealed(actor: Actor, verb: str) -> Row | Refusal:
    if not (actor.roles & SEALED_ROLES):
        return lambda: Refused(_("封存件只由检举控告专人办理。"))
    if verb not in SEALED_VERBS:
        return lambda: Conflict(_("封存件的移送程序另行办理，现在只能查看和备注。"))
    return BY_VERB[verb][0]


def available(actor: Actor, case: Case) -> Iterator[tuple[Row, bool]]:
    """The lines open to the actor on this case now, each with True when the actor only proposes."""
    seen: set[str] = set()
    for verb in BY_VERB:
        for propose in (False, True):
            if verb in seen:
                continue
            row = line_for(actor, verb, case, propose=propose)
            if row is None:
                continue
            waiting = f"awaiting:{verb}" in case.flags
            if waiting if propose else row.four_eyes and not waiting:
                continue
            seen.add(verb)
            yield row, propose


def may_read_people(actor: Actor, case: Case) -> bool:
    """Masked particulars are for staff only; statistics, archive and audit see none at all."""
    return bool(actor.roles & (SEALED_ROLES if case.sealed else STAFF))
