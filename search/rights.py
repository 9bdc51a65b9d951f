"""Which documents an actor may find: what cases.policy says of rows, in the words of an index. One property test holds
the two to the same answer. Whoever may see nothing is refused before any backend is asked.
"""

from __future__ import annotations

from typing import Literal

from django.utils.translation import gettext as _

from cases import policy
from kernel.errors import Refused
from search.shapes import Own, Rights
from tenants.actors import Actor
from tenants.context import tenant_by_id


def rights_of(actor: Actor) -> Rights:
    """Raises Refused for who sees no case, or sealed ones alone: those are in no index."""
    office = tenant_by_id(actor.tenant)
    own, below = _own(actor), _below(actor)
    if own is None and not below:
        raise Refused(_("您的岗位不查信访件。需要查询时，请有权限的同事办理。"))
    return Rights(
        tenant=office.pk,
        schema=office.schema_name,
        code=office.code,
        province=office.path.partition("/")[0],
        own=own,
        below=below,
    )


def _own(actor: Actor) -> Own | None:
    """As policy.visible, without what is sealed."""
    kind: Literal["all", "unit", "section"]
    if actor.roles & policy.WHOLE_OFFICE:
        kind = "all" if actor.at_desk else "unit"
    elif actor.roles & policy.OWN_SECTION:
        kind = "section"
    else:
        return None
    return Own(kind, units=actor.units, departments=actor.departments, user=actor.user)


def _below(actor: Actor) -> bool:
    """As policy.reads_below, of whichever office stands below."""
    return actor.at_desk and actor.reads == "office" and bool(actor.roles & policy.READS_BELOW)
