"""Many offices in a scratch database, made by the owner: what provisioning and migration are measured on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from django.db import connections

from config.environment import database
from infra.bench import place
from infra.testing.database import Databases
from tenants.models import Tenant
from tenants.provisioning import provision as provisioned

TOP = "990000"


@contextlib.contextmanager
def as_owner(databases: Databases) -> Iterator[str]:
    """Migration and provisioning run as the database's owner, as `manage.py owner_worker` does; the database's name."""
    default = connections["default"]
    place.leave()
    owner = database(os.environ["OWNER_DATABASE_URL"])
    default.settings_dict.update(USER=owner["USER"], PASSWORD=owner["PASSWORD"])
    yield owner["NAME"]


@contextlib.contextmanager
def other(databases: Databases, name: str) -> Iterator[str]:
    """A second database from the same template."""
    databases.clone(name, databases.ensure_template())
    try:
        yield name
    finally:
        place.leave()
        databases.drop(name)


def provision(number: int) -> Tenant:
    """A county right under the province."""
    code = f"98{number:04}"
    return provisioned(code=code, name=f"第{number}县信访局", level="county", parent=TOP, host=f"c{number}.localhost")


def fill(name: str, wanted: int) -> int:
    """Provision until so many stand; the number to go on with."""
    place.switch(name)
    have = Tenant.objects.count()
    for number in range(have, wanted):
        provision(number)
    return max(have, wanted)
