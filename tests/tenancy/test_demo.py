"""The demo region: its shape, somebody in every role, twice is harmless."""

import pytest

from tenants import demo
from tenants.models import Department, Membership, Tenant, User
from tenants.roles import KNOWN


@pytest.mark.usefixtures("as_owner")
def test_the_demo_region() -> None:
    Tenant.objects.filter(code__in=["990000", "990100", "990123", "990124"]).update(host="")
    demo.build()
    places = Tenant.objects.filter(code__in=[place.code for place in demo.PLACES])
    assert sorted(places.values_list("level", flat=True)) == ["county"] * 9 + ["prefecture"] * 3 + ["province"]
    assert places.get(code="990400").parent == places.get(code="990000")
    fresh = places.exclude(code__in=["990000", "990100", "990123", "990124"])  # those the template has filled
    for tenant in fresh:
        units = Department.objects.filter(tenant=tenant, kind="unit")
        assert 6 <= units.count() <= 10
        assert all(unit.children.count() >= 2 for unit in units)
        held = Membership.objects.alive().filter(tenant=tenant)
        assert {code for post in held for code in post.roles} == KNOWN
    assert User.objects.get(username="weian-r3").check_password(demo.PASSWORD)
    assert User.objects.get(username="weian-zjj-r6").memberships.get().department.name == "物业管理科"

    before = (Tenant.objects.count(), User.objects.count(), Department.objects.count())
    demo.build()
    assert (Tenant.objects.count(), User.objects.count(), Department.objects.count()) == before
    offices = {office.code: office for office in demo.table()}
    assert len(offices) == 13
    assert len({account.name for account in offices["990221"].accounts}) == len(offices["990221"].accounts)
