"""Base of every model whose rows live in one office's schema: it refuses to be used in another."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.db import models

from kernel.errors import CrossTenant
from kernel.ids import new_id
from kernel.schema import current
from kernel.stamps import check_instance

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[M_co]):
    """Stamps its query with the office it is built in; `kernel.backend.compiler` reads the stamp."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query, using, hints)
        if query is None:
            self.query.__dict__["tenant_schema"] = current()
        if hints and (instance := hints.get("instance")) is not None:
            check_instance(instance)

    def _add_hints(self, **hints: Any) -> None:
        if (instance := hints.get("instance")) is not None:
            check_instance(instance)
        super()._add_hints(**hints)  # type: ignore[misc]

    def _fetch_all(self) -> None:
        here = current()
        stamp = self.query.__dict__.setdefault("tenant_schema", here)
        if stamp is None:
            self.query.__dict__["tenant_schema"] = here  # its rows are this office's from now on
        elif stamp != here:
            raise CrossTenant(f"A query built in {stamp} was about to be read in {here}.")
        super()._fetch_all()

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        found = super().raw(*args, **kwargs)
        found.query.__dict__["tenant_schema"] = current()
        return found

    def bulk_update(self, objs: Iterable[M_co], fields: Iterable[str], batch_size: int | None = None) -> int:
        rows = list(objs)
        for row in rows:
            check_instance(row)
        return super().bulk_update(rows, fields, batch_size)


class TenantManager(models.Manager[M_co]):
    """Also Django's base manager of these models, so that relations and refresh go through it."""

    def get_queryset(self) -> TenantQuerySet[M_co]:
        return TenantQuerySet(self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]


class Model(models.Model):
    """A row of one office, stamped when it is loaded or made. One made outside any office takes its stamp on save."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    objects = TenantManager[Self]()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._state.__dict__["schema"] = current()

    def save_base(self, *args: Any, **kwargs: Any) -> None:
        check_instance(self)
        super().save_base(*args, **kwargs)
        self._state.__dict__["schema"] = current()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_instance(self)
        return super().delete(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        check_instance(self)
        super().refresh_from_db(*args, **kwargs)


from kernel.alerts.models import Alert, Position, Receipt, Stream  # noqa: E402  Django looks for an app's models here
from kernel.failures import TaskFailure  # noqa: E402
from kernel.heartbeats import Heartbeat  # noqa: E402
from kernel.idempotency import Idempotency  # noqa: E402
from kernel.limits import Attempt  # noqa: E402
from kernel.outbox import OutboxRow  # noqa: E402

__all__ = [
    "Alert",
    "Attempt",
    "Heartbeat",
    "Idempotency",
    "Model",
    "OutboxRow",
    "Position",
    "Receipt",
    "Stream",
    "TaskFailure",
    "TenantManager",
    "TenantQuerySet",
]
