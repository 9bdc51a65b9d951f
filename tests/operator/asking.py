"""An operator in a browser on the public host, and sheets to upload."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from tenants.administration import operators
from tenants.models import Tenant, User
from tests.template import PASSWORD

HOST = "localhost"
HEAD = ["代码", "名称", "层级", "上级", "域名"]
GOOD = ["990125", "苇岸县信访局", "县级", "990100", "weian.localhost"]
BROKEN = ["990126", "汀岚县信访局", "县级", "990100", "tinglan.localhost"]


def made(username: str = "yunwei") -> User:
    found = User.objects.filter(username=username).first()
    if found is None:
        found = operators.create(username, "祁望舒", password_hash=make_password(PASSWORD)).user
    return found


def client(user: User | None = None) -> Client:
    """Signed in; a session of the public host names no office."""
    visitor = Client(headers={"host": HOST})
    visitor.force_login(user or made(), backend=settings.AUTHENTICATION_BACKENDS[0])
    return visitor


def book(offices: list[list[Any]], **more: list[list[Any]]) -> bytes:
    made = Workbook()
    page = made.worksheets[0]
    page.title = "机构"
    for row in [HEAD, *offices]:
        page.append(row)
    for title, rows in more.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def sheet(*offices: list[Any], name: str = "region.xlsx", **more: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, book(list(offices), **more))


def office(code: str = "990123") -> Tenant:
    return Tenant.objects.get(code=code, valid_to__isnull=True)
