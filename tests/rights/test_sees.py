"""One case in hand is answered as the query answers it: `policy.sees` is `policy.visible` without the database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cases import policy
from cases.models import Case
from cases.transitions import SEALED_ROLES
from kernel.ids import new_id
from tenants import context
from tests.cases import making
from tests.people import actor

pytestmark = pytest.mark.django_db

ROLES = sorted(policy.WHOLE_OFFICE | policy.OWN_SECTION | SEALED_ROLES | {"R10", "R19"})


@pytest.mark.parametrize("role", ROLES)
def test_sees_what_the_query_shows(role: str) -> None:
    plain, sealed = making.register().case, making.register(klass="B").case
    clerk = actor(making.COUNTY, "R2")
    posts = [clerk, replace(clerk, unit=new_id()), replace(clerk, department=new_id())]
    posts.append(replace(posts[1], department=new_id()))
    with context.use(clerk.schema):
        Case.objects.filter(id=plain.id).update(handler=clerk.user)
        for post in posts:
            for who in (replace(post, roles=frozenset({role})), replace(post, roles=frozenset({role}), user=new_id())):
                shown = set(policy.visible(who).filter(id__in=[plain.id, sealed.id]).values_list("id", flat=True))
                for case in Case.objects.filter(id__in=[plain.id, sealed.id]):
                    assert policy.sees(who, case) == (case.id in shown), (who, case.sealed)
