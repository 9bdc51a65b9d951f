"""What the operator asks for: new offices, one or a whole sheet, and offices brought to the head. The owner worker
carries it out; nothing here makes a schema."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import recorded_now
from kernel.errors import Conflict, Invalid, NotFound
from tenants import provisioning, regions
from tenants.administration.changes import record
from tenants.administration.first_admins import settled_codes
from tenants.models import ProvisioningBatch, ProvisioningRequest, Tenant, User
from tenants.sheets import Line, Sheet

MOST_BYTES = 10 * 1024 * 1024
ENDINGS = (".xlsx", ".csv")
Kind, Status = ProvisioningRequest.Kind, ProvisioningRequest.Status


def read_sheet(by: UUID, file: UploadedFile[Any] | None) -> ProvisioningBatch:
    """Keep a sheet with what is wrong in each row; nothing is asked for yet. Raises Invalid(file)."""
    if file is None:
        raise Invalid(fields={"file": [_("选一个表格。")]})
    name = Path(file.name or "").name[:120]
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise Invalid(fields={"file": [_("“%(name)s”不是表格。用 .xlsx 或 .csv。") % {"name": name}]})
    if getattr(file, "too_large", False) or (file.size or 0) > MOST_BYTES:
        raise Invalid(fields={"file": [_("文件超过 10 MB。分成几个文件再试。")]})
    with tempfile.NamedTemporaryFile(suffix=ending) as copy:
        for part in file.chunks():
            copy.write(part)
        copy.flush()
        region = regions.Region(Path(copy.name))
    _only_the_operators(region)
    lines = rows(region)
    if not lines:
        raise Invalid(fields={"file": [_("表里没有机构。第一行写列名，第二行起每行一个机构。")]})
    return ProvisioningBatch.objects.create(kind=ProvisioningBatch.Kind.SHEET, name=name, lines=lines, made_by=by)


def _only_the_operators(region: regions.Region) -> None:
    """Where an administrator is at work, departments and people are that office's own affair; and nobody who has an
    account elsewhere gets a post from here."""
    settled = settled_codes()
    people = region.lines[regions.PEOPLE.title]
    known = set(
        User.objects.filter(username__in=[line["username"] for line in people]).values_list("username", flat=True)
    )
    for line in [*region.lines[regions.DEPARTMENTS.title], *people]:
        if line["office"] in settled:
            text = _("机构 %(code)s 已有管理员，部门和人员由该管理员办。删去这一行。")
            line.errors.append(text % {"code": line["office"]})
    for line in people:
        if line["username"] in known:
            line.errors.append(_("用户名 %(name)s 已有人用。换一个。") % {"name": line["username"]})


def rows(region: regions.Region) -> list[dict[str, Any]]:
    """Every line as it is kept: offices in the order in which they are made, then departments, then people."""
    ordered = {id(line): place for place, line in enumerate(region.offices)}
    found = sorted(region.lines[regions.OFFICES.title], key=lambda line: ordered.get(id(line), len(ordered)))
    sheets = [(regions.OFFICES.title, found)]
    sheets += [(sheet.title, region.lines[sheet.title]) for sheet in (regions.DEPARTMENTS, regions.PEOPLE)]
    return [
        {"sheet": title, "number": line.number, "cells": line.cells, "errors": line.errors}
        for title, lines in sheets
        for line in lines
    ]


@transaction.atomic
def start(by: UUID, batch_id: UUID) -> ProvisioningBatch:
    """One request for each office with a row that stands. Twice is once. Raises Conflict when no row stands."""
    batch = _locked(batch_id)
    if batch.started_at is not None:
        return batch
    orders = _orders(batch.lines)
    if not orders:
        raise Conflict(_("没有可以办的行。改正表格后重新上传。"))
    batch.started_at = recorded_now()
    batch.save(update_fields=["started_at"])
    _file(batch, Kind.PROVISION, orders, by)
    record(by, None, "opening.asked", batch.pk, count=len(orders))
    return batch


def _orders(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    orders: dict[str, dict[str, Any]] = {}
    staff: dict[str, dict[str, list[Any]]] = defaultdict(lambda: {"departments": [], "people": []})
    part = {regions.DEPARTMENTS.title: "departments", regions.PEOPLE.title: "people"}
    for line in lines:
        if line["errors"]:
            continue
        if line["sheet"] == regions.OFFICES.title:
            orders[line["cells"]["code"]] = regions.office(line["cells"])
        else:
            staff[line["cells"]["office"]][part[line["sheet"]]].append(line["cells"])
    there = Tenant.objects.filter(code__in=staff.keys() - orders.keys(), valid_to__isnull=True)
    for tenant in there:
        orders[tenant.code] = {"code": tenant.code, "name": tenant.name, "level": tenant.level}
    for code, given in staff.items():
        if code in orders:
            orders[code] |= {name: found for name, found in given.items() if found}
    return list(orders.values())


@transaction.atomic
def add_one(by: UUID, cells: Mapping[str, str]) -> ProvisioningBatch:
    """Ask for one office from a form. Raises Invalid with the fields that cannot stand."""
    order = regions.office(cells)
    code = order["code"]
    if Tenant.objects.filter(code=code, valid_to__isnull=True).exists():
        raise Invalid(fields={"code": [_("代码 %(code)s 已有机构。") % {"code": code}]})
    provisioning.short_of(order["name"], order.get("short_name", ""))
    above = provisioning.find_parent(code, order["level"], order["parent"])
    provisioning.check(code=code, level=order["level"], host=order["host"], parent=above)
    line = {"sheet": regions.OFFICES.title, "number": 1, "cells": dict(cells), "errors": []}
    batch = ProvisioningBatch.objects.create(
        kind=ProvisioningBatch.Kind.FORM, name=order["name"], lines=[line], made_by=by, started_at=recorded_now()
    )
    _file(batch, Kind.PROVISION, [order], by)
    record(by, None, "opening.asked", batch.pk, count=1, code=code)
    return batch


@transaction.atomic
def migrate(by: UUID, tenant_id: UUID | None = None) -> ProvisioningBatch:
    """Ask to bring one office, or all that lag, to the head. Raises Conflict when none lags."""
    behind = [tenant for tenant in provisioning.behind() if tenant_id in (None, tenant.pk)]
    if not behind:
        raise Conflict(_("没有落后的机构，不用升级。"))
    batch = ProvisioningBatch.objects.create(
        kind=ProvisioningBatch.Kind.MIGRATE,
        name=behind[0].name if len(behind) == 1 else "",
        made_by=by,
        started_at=recorded_now(),
    )
    _file(batch, Kind.MIGRATE, [{"code": tenant.code, "name": tenant.name} for tenant in behind], by)
    record(by, tenant_id, "upgrade.asked", batch.pk, count=len(behind))
    return batch


@transaction.atomic
def retry(by: UUID, batch_id: UUID) -> int:
    """Ask again for what failed; how many."""
    batch = _locked(batch_id)
    failed = batch.requests.filter(status=Status.FAILED)
    again: int = failed.update(status=Status.PENDING, finished_at=None, requested_by=by)
    if again:
        record(by, None, "opening.repeated", batch.pk, count=again)
    return again


def with_errors(batch: ProvisioningBatch) -> list[tuple[Sheet, list[Line]]]:
    """The rows as lines again, with what was wrong in them and what the worker could not do."""
    failed = dict(batch.requests.filter(status=Status.FAILED).values_list("data__code", "error"))
    found: dict[str, list[Line]] = {sheet.title: [] for sheet in regions.SHEETS}
    for row in batch.lines:
        line = Line(row["number"], row["cells"], list(row["errors"]))
        code = line["code"] if row["sheet"] == regions.OFFICES.title else line["office"]
        if not line.errors and code in failed:
            line.errors.append(failed[code])
        found[row["sheet"]].append(line)
    return [(sheet, found[sheet.title]) for sheet in regions.SHEETS]


def _file(batch: ProvisioningBatch, kind: str, orders: list[dict[str, Any]], by: UUID) -> None:
    """In this order: the owner worker takes the oldest first, so parents come before their children."""
    moment = recorded_now()
    ProvisioningRequest.objects.bulk_create(
        ProvisioningRequest(
            kind=kind, data=order, requested_by=by, requested_at=moment + timedelta(microseconds=place), batch=batch
        )
        for place, order in enumerate(orders)
    )


def _locked(batch_id: UUID) -> ProvisioningBatch:
    batch = ProvisioningBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch
