"""Making and moving offices' schemas: idempotent, one transaction per office, as the database's owner.

A process that dies half-way leaves nothing of the office it was at; run again, it goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import Invalid
from tenants import context, steps
from tenants.context import nobody
from tenants.models import Department, Domain, ProvisioningRequest, Tenant

SHORT = 20
LEVELS = {level.value: rank for rank, level in enumerate(Tenant.Level)}


def short_of(name: str, given: str = "") -> str:
    """The short name, or the one that follows from the name. Raises Invalid where it does not fit."""
    short = given or name.removesuffix("信访局")
    if len(short) > SHORT:
        raise Invalid(fields={"short_name": [_("名称太长，填一个简称，最多 %(n)d 字。") % {"n": SHORT}]})
    return short


def provision(
    *,
    code: str,
    name: str,
    level: str,
    parent: str | None = None,
    host: str = "",
    short_name: str = "",
    desk_name: str = "",
    valid_from: date | None = None,
    **extra: Any,
) -> Tenant:
    """The office of a region code, with schema, host, root department and all steps; made or brought to the head.

    `parent` is a region code; left out, the nearest existing ancestor is the parent. `extra` are fields of Tenant such
    as address, hours, phone, letter_prefix. Raises Invalid with the fields that cannot stand.
    """
    with nobody(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().filter(code=code, valid_to__isnull=True).first()
        known = tenant is not None
        if tenant is None:
            above = find_parent(code, level, parent)
            check(code=code, level=level, host=host, parent=above)
            tenant = Tenant.objects.create(
                code=code,
                name=name,
                short_name=short_of(name, short_name),
                level=level,
                parent=above,
                path=code if above is None else f"{above.path}/{code}",
                schema_name=_free_schema(code),
                host=host,
                valid_from=valid_from or today(),
                **extra,
            )
        if host and not (known and tenant.domains.filter(domain=host).exists()):
            _add_host(host, tenant, first=not known)
        if not (known and Department.objects.filter(tenant=tenant, parent__isnull=True).exists()):
            Department.objects.create(
                tenant=tenant,
                kind=Department.Kind.BUREAU,
                code="00",
                name=desk_name or name,
                valid_from=tenant.valid_from,
            )
        return _to_head(tenant)


def migrate_tenant(tenant: Tenant) -> int:
    """Bring one office to the head; how many steps it took. Raises OperationalError when a reader holds a table for
    longer than the lock timeout: try again later, the others are not affected."""
    with nobody(), transaction.atomic():
        locked = Tenant.objects.select_for_update().get(pk=tenant.pk)
        before: int = locked.schema_rev
        after: int = _to_head(locked).schema_rev
        return after - before


def behind() -> Iterator[Tenant]:
    """Offices that are not at the head of the stored steps."""
    head = len(steps.stored())
    yield from Tenant.objects.filter(status=Tenant.Status.READY, schema_rev__lt=head).order_by("path")


def store_steps() -> int:
    return steps.build()


def _add_host(host: str, tenant: Tenant, *, first: bool) -> None:
    """`first`: the office was made a moment ago, with its host looked at and none before it."""
    if first:
        Domain.objects.bulk_create([Domain(tenant=tenant, domain=host, is_primary=True)])
        return
    check_host(host, tenant)
    Domain.objects.create(tenant=tenant, domain=host, is_primary=not tenant.domains.exists())


def _to_head(tenant: Tenant) -> Tenant:
    todo = [step for step in steps.stored() if step.rev > tenant.schema_rev]
    if tenant.schema_rev == 0 and not todo:
        raise steps.StepsMissing(steps.StepsMissing.__doc__)
    if not tenant.schema_rev:
        steps.create_schema(tenant.schema_name)
    if todo:
        done = _applied(tenant) if tenant.schema_rev else set()
        steps.replay([step for step in todo if (step.app, step.name) not in done], tenant.schema_name)
        tenant.schema_rev = todo[-1].rev
    if todo or tenant.status == Tenant.Status.PENDING:
        tenant.status = Tenant.Status.READY
        tenant.save(update_fields=["schema_rev", "status"])
    return tenant


def _applied(tenant: Tenant) -> set[tuple[str, str]]:
    """What plain migrate_schemas has run meanwhile."""
    with context.use(tenant), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return {(app, name) for app, name in cursor.fetchall()}


def _free_schema(code: str) -> str:
    """A code that was given up and given out again gets a schema of its own."""
    base = f"t_{code.lower()}"
    taken = Tenant.objects.filter(schema_name__startswith=base).values_list("schema_name", flat=True)
    return base if base not in taken else f"{base}_{len(taken) + 1}"


def ancestors_of(code: str) -> list[str]:
    """Codes that may stand above a six-digit code, nearest first (domain §14.1): 990123 -> 990100, 990000."""
    found = [f"{code[:4]}00", f"{code[:2]}0000"] if code[:6].isdigit() and len(code) >= 6 else []
    if len(code) > 6:
        found.insert(0, code[:6])
    return [above for above in dict.fromkeys(found) if above != code]


def find_parent(code: str, level: str, parent: str | None) -> Tenant | None:
    """The named office, else the nearest existing one of a higher level; None makes a top. Depth is never assumed."""
    candidates = [parent] if parent else ancestors_of(code)
    rows = Tenant.objects.filter(code__in=candidates, valid_to__isnull=True)
    valid: dict[str, Tenant] = {row.code: row for row in rows}
    for candidate in candidates:
        if candidate in valid and (parent or LEVELS[valid[candidate].level] < LEVELS.get(level, 0)):
            return valid[candidate]
    if parent:
        raise Invalid(fields={"parent": [_("没有代码为 %(code)s 的上级。先开通上级，或改正代码。") % {"code": parent}]})
    return None


def check(*, code: str, level: str, host: str, parent: Tenant | None) -> None:
    if not code.isalnum() or not code.isascii() or not 2 <= len(code) <= 12:
        raise Invalid(fields={"code": [_("代码只能是 2 至 12 位数字或字母。")]})
    if level not in LEVELS:
        raise Invalid(fields={"level": [_("层级不认识。填 province、prefecture 或 county。")]})
    if parent is not None and LEVELS[parent.level] >= LEVELS[level]:
        raise Invalid(fields={"parent": [_("上级“%(name)s”的层级不高于本级。") % {"name": parent.name}]})
    if host:
        check_host(host, None)


def check_host(host: str, tenant: Tenant | None) -> None:
    check_host_name(host)
    if host in settings.PUBLIC_HOSTS or Domain.objects.filter(domain=host).exclude(tenant=tenant).exists():
        raise Invalid(fields={"host": [_("域名 %(host)s 已被其他单位使用。") % {"host": host}]})


def check_host_name(host: str) -> None:
    labels = host.split(".")
    plain = all(label and label.strip("-") == label and label.replace("-", "").isalnum() for label in labels)
    if not (host.isascii() and host == host.lower() and plain and len(host) <= 253):
        raise Invalid(fields={"host": [_("域名只能用小写字母、数字、短横和点。")]})


def request(kind: str, data: dict[str, Any], by: UUID | None = None) -> ProvisioningRequest:
    """File a request; the owner worker carries it out."""
    return ProvisioningRequest.objects.create(kind=kind, data=data, requested_by=by)
