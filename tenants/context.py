"""The only way into an office's schema: `with use(tenant):`. And the in-process cache of offices and host names."""

from __future__ import annotations

import time
from threading import Lock
from uuid import UUID

from django.db import transaction

from kernel.errors import NotFound
from kernel.schema import current, use_schema
from tenants.models import Domain, Tenant

CACHE_S = 5.0  # a host that moves to another office is followed by every process within this time
CACHED_HOSTS = 4096


class _Cache:
    """Found rows only, for a few seconds. What is not found is asked again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[object, tuple[float, Tenant]] = {}
        self._age = 0

    def get(self, key: object) -> Tenant | None:
        found = self._rows.get(key)
        return found[1] if found is not None and found[0] > time.monotonic() else None

    def age(self) -> int:
        return self._age

    def put(self, key: object, tenant: Tenant, age: int) -> Tenant:
        """`age` was taken before the row was read: what was forgotten meanwhile stays forgotten."""
        with self._lock:
            if age == self._age:
                if len(self._rows) >= CACHED_HOSTS:
                    self._rows.clear()
                self._rows[key] = (time.monotonic() + CACHE_S, tenant)
        return tenant

    def clear(self) -> None:
        with self._lock:
            self._age += 1
            self._rows.clear()


_cache = _Cache()


def use(tenant: Tenant | str) -> use_schema:
    """Work in an office's schema for the length of a block, in this thread or task only."""
    return use_schema(tenant if isinstance(tenant, str) else tenant.schema_name)


def nobody() -> use_schema:
    """Leave any office: shared tables only."""
    return use_schema(None)


def current_tenant() -> Tenant:
    """Raises NotFound outside any office."""
    schema = current()
    if schema is None:
        raise NotFound
    return tenant_by_schema(schema)


def tenant_by_schema(schema: str) -> Tenant:
    return _one(("schema", schema), schema_name=schema)


def tenant_by_id(tenant: UUID) -> Tenant:
    return _one(("id", tenant), pk=tenant)


def tenant_by_code(code: str) -> Tenant:
    """The valid office of a region code."""
    return _one(("code", code), code=code, valid_to__isnull=True)


def tenant_by_host(host: str) -> Tenant | None:
    """`host` in lower case and without port. None: no office is reached there."""
    key = ("host", host)
    found = _cache.get(key)
    if found is not None:
        return found
    age = _cache.age()
    domain = Domain.objects.select_related("tenant").filter(domain=host).first()
    return None if domain is None else _cache.put(key, domain.tenant, age)


def _one(key: tuple[str, object], **lookup: object) -> Tenant:
    found = _cache.get(key)
    if found is not None:
        return found
    age = _cache.age()
    tenant = Tenant.objects.filter(**lookup).first()
    if tenant is None:
        raise NotFound
    return _cache.put(key, tenant, age)


def forget() -> None:
    """Called when an office or a host name is saved; again after the commit, for whoever read the old row meanwhile."""
    _cache.clear()
    if transaction.get_connection().in_atomic_block:
        transaction.on_commit(_cache.clear)
