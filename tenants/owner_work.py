"""What the owner worker does with what pages have asked for: one request after the other, each all or nothing."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import recorded_now
from kernel.errors import HuiyinError
from tenants import context, regions
from tenants.administration.changes import record
from tenants.context import nobody
from tenants.models import ProvisioningRequest, Tenant
from tenants.provisioning import behind, migrate_tenant, provision, request


def carry_out_next() -> ProvisioningRequest | None:
    """The oldest request nobody else works on, done or marked as failed; None when there is none.

    Request and schema are one transaction: a worker that dies leaves the request pending.
    """
    with nobody(), transaction.atomic():
        waiting = ProvisioningRequest.objects.filter(status=ProvisioningRequest.Status.PENDING)
        asked = waiting.select_for_update(skip_locked=True).first()
        if asked is None:
            return None
        try:
            with transaction.atomic():
                _carry_out(asked)
            asked.status, asked.error = ProvisioningRequest.Status.DONE, ""
        except HuiyinError as error:
            asked.status = ProvisioningRequest.Status.FAILED
            asked.error = "；".join([t for texts in error.fields.values() for t in texts] or [str(error)])
        except Exception as error:  # whatever it was, the next request must not wait for it
            what = f"{type(error).__name__}: {error}"[:1900]
            asked.status = ProvisioningRequest.Status.FAILED
            asked.error = _("没有料到的错误。重办一次；仍不成，把这一句交给维护人员：%(what)s") % {"what": what}
        asked.finished_at = recorded_now()
        asked.save(update_fields=["status", "error", "finished_at"])
        return asked


def _carry_out(asked: ProvisioningRequest) -> None:
    if asked.kind == ProvisioningRequest.Kind.PROVISION:
        given = {key: value for key, value in asked.data.items() if value is not None}
        staff = {name: given.pop(name, []) for name in ("departments", "people")}
        tenant = provision(**given)
        regions.staff(tenant, **staff)
        _recorded(asked, tenant, "office.provisioned")
    elif "code" in asked.data:
        tenant = context.tenant_by_code(asked.data["code"])
        if migrate_tenant(tenant):
            _recorded(asked, tenant, "office.migrated")
    else:
        for tenant in behind():  # one office, one transaction: a hundred at once would need too many locks
            request(asked.kind, {"code": tenant.code}, asked.requested_by)


def _recorded(asked: ProvisioningRequest, tenant: Tenant, kind: str) -> None:
    """In the name of whoever asked; what nobody asked for is in the log of the command."""
    if asked.requested_by is not None:
        record(asked.requested_by, tenant.pk, kind, asked.pk, code=tenant.code)
