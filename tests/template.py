"""Fills the template database all tests clone; run by infra.testing.database as the owner, in a process of its own.

A province, a prefecture and two counties: every count in one is a leak test for the others. `tests.people` finds them.
"""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenants.models import Department, Tenant

PROJECT = Path(__file__).resolve().parent.parent
PASSWORD = "huiyin-tests"
OFFICES = (
    ("990000", "西岭省信访局", "province", "xiling.localhost"),
    ("990100", "临澜市信访局", "prefecture", "linlan.localhost"),
    ("990123", "澄屿县信访局", "county", "chengyu.localhost"),
    ("990124", "汀岚县信访局", "county", "tinglan.localhost"),
)
DESK = (
    ("办信科", "section", (("R3",), ("R3",), ("R4",), ("R16",), ("R17",))),
    ("接访科", "section", (("R2",), ("R14",))),
    ("检举控告办理科", "section", (("R18",),)),
    ("综合科", "section", (("R9",), ("R19",), ("R19",), ("R20",), ("R21",))),
    ("督查科", "supervision", (("R13",),)),
    ("联席会议办公室", "joint_conf", (("R15",),)),
    ("复查复核办公室", "review_body", (("R10",), ("R11",), ("R12",))),
)
UNITS = (("住房和城乡建设局", "住建局", ("物业管理科", "村镇科")), ("城市管理局", "城管局", ("市容科", "执法科")))
UNIT_ROLES = ("R5", "R5", "R7", "R8", "R9", "R21")


def prepare_template() -> None:
    """Shared tables, the numbered steps of a tenant's schema, and the tenants every test finds."""
    from django.core.management import call_command
    from django.db import transaction

    from tenants import calendars, profiles

    call_command("migrate_schemas", shared=True, interactive=False, verbosity=0)
    call_command("build_steps", verbosity=0)
    with transaction.atomic():
        calendars.seed()
        profiles.seed()
        provision_tenants()


def provision_tenants() -> None:
    """Two tenants always exist, so that every count is also a leak test."""
    from tenants.organisation import EARLY
    from tenants.provisioning import provision

    for code, name, level, host in OFFICES:
        tenant = provision(
            code=code, name=name, level=level, host=host, valid_from=EARLY, letter_prefix=f"{name[:2]}信"
        )
        _fill(tenant)


def _fill(tenant: "Tenant") -> None:
    """Sections of the desk, two units with two sections each, somebody in every role. R3, R5 and R6 are two people."""
    from tenants.organisation import add_department

    for number, (name, kind, posts) in enumerate(DESK, start=1):
        section = add_department(tenant, name, code=f"{number:02}", kind=kind)
        for person, roles in enumerate(posts):
            _person(tenant, f"d{number}{person}", section, roles)
    for number, (name, short, sections) in enumerate(UNITS, start=21):
        unit = add_department(tenant, name, code=str(number), short_name=short, organ_prefix=short)
        for person, role in enumerate(UNIT_ROLES):
            _person(tenant, f"u{number}{person}", unit, (role,))
        for part, title in enumerate(sections, start=1):
            section = add_department(tenant, title, code=f"{number}{part}", kind="section", parent=unit)
            for person in range(2):
                _person(tenant, f"s{number}{part}{person}", section, ("R6",))


def _person(tenant: "Tenant", label: str, department: "Department", roles: tuple[str, ...]) -> None:
    """The name tells where and what; the hash is one that tests compute in no time."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    from tenants.organisation import add_person

    username = f"{tenant.code}-{label}-{roles[0].lower()}"
    hashed = MD5PasswordHasher().encode(PASSWORD, "tests")
    title = "".join(part for part in (department.short_name or department.name)[:2])
    add_person(username, f"{title}{roles[0]}", posts=[(department, roles)], password_hash=hashed)


def main() -> None:
    sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]
    sys.path.remove(str(PROJECT / "tests"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    prepare_template()


if __name__ == "__main__":
    main()
