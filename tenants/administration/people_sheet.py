"""People from a spreadsheet: every row checked before anything is written, then invited twenty at a time. Run again
with the same file it finds everybody there and changes nothing."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kernel.clock import today
from kernel.errors import HuiyinError, Invalid
from tenants import sheets
from tenants.actors import Actor
from tenants.administration import jobs, people
from tenants.administration.ground import require_admin
from tenants.administration.standing import CONSENTED, not_over
from tenants.models import Department, Job, Membership, User
from tenants.roles import ADMIN, BESIDE_ADMIN, BY_CODE
from tenants.sheets import Line, Sheet

PEOPLE = Sheet(
    "人员",
    ("人员", "people"),
    {
        "username": ("用户名", "username"),
        "name": ("姓名", "name"),
        "phone": ("电话", "手机", "联系电话", "phone"),
        "department": ("部门", "科室", "department", "部门代码"),
        "roles": ("角色", "岗位", "roles"),
        "since": ("起任日", "任职日期", "since"),
    },
    ("username", "name", "department", "roles"),
)
AT_ONCE = 20
MOST = 10_000
LARGEST = 10 * 1024 * 1024


def plan(actor: Actor, upload: UploadedFile[Any]) -> Job:
    """What the file asks for, as a draft that can be looked at. Raises Invalid when it cannot be read at all."""
    require_admin(actor)
    if (upload.size or 0) > LARGEST:
        raise Invalid(fields={"file": [_("表格不能超过 10 MB。分成几个文件再试。")]})
    suffix = Path(str(upload.name)).suffix.lower()
    with tempfile.NamedTemporaryFile(suffix=suffix if suffix in (".csv", ".xlsx") else ".xlsx") as kept:
        for part in upload.chunks():
            kept.write(part)
        kept.flush()
        lines = sheets.read(Path(kept.name), (PEOPLE,))[PEOPLE.title]
    if not lines:
        raise Invalid(fields={"file": [_("表里没有人员。第一行是列名，从第二行起每人一行。")]})
    if len(lines) > MOST:
        raise Invalid(fields={"file": [_("超过 %(n)d 人。分成几个文件再试。") % {"n": MOST}]})
    return planned(actor, lines)


def planned(actor: Actor, lines: list[Line]) -> Job:
    """Rows from wherever they came, as a draft; what is wrong with one stands in it."""
    require_admin(actor)
    rows, counts = _Checks(actor).all(lines)
    refused = [[line.number, line.cells, line.errors] for line in lines if line.errors]
    data = {"rows": rows, "refused": refused, "counts": counts | {"refused": len(refused)}}
    return jobs.start(actor, Job.Kind.IMPORT, data=data, total=len(rows), draft=True)


class _Checks:
    """What stands in the way of each row, with the office read once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.places: dict[str, list[UUID]] = {}
        for place in Department.objects.alive().filter(tenant=actor.tenant):
            for called in {place.code, place.name, place.short_name} - {""}:
                self.places.setdefault(called, []).append(place.pk)

    def all(self, lines: Sequence[Line]) -> tuple[list[dict[str, Any]], dict[str, int]]:
        """The rows to carry out, and how many bring somebody new, a post, a request, or nothing."""
        names = {line["username"].lower() for line in lines}
        users = {user.username: user for user in User.objects.filter(username__in=names)}
        held: dict[tuple[UUID, UUID], set[str]] = {}
        for post in Membership.objects.filter(not_over(), user__in=list(users.values()), tenant=self.actor.tenant):
            held[(post.user_id, post.department_id)] = set(post.roles)
        rows: list[dict[str, Any]] = []
        counts = dict.fromkeys(("new", "post", "ask", "known"), 0)
        seen: dict[tuple[str, UUID], int] = {}
        for line in lines:
            row = self._row(line)
            if row is None:
                continue
            place = UUID(row["department"])
            user, key = users.get(row["username"]), (row["username"], place)
            if key in seen:
                line.errors.append(_("与第 %(row)d 行同一个人、同一个部门。") % {"row": seen[key]})
            elif user is not None and (user.is_operator or user.name != row["name"]):
                line.errors.append(_("用户名已有人用，姓名也不同。"))
            elif user is not None and user.pk == self.actor.user:
                line.errors.append(_("这是您自己，由另一位管理员设岗。"))
            elif user is not None and (user.pk, place) in held and held[(user.pk, place)] != set(row["roles"]):
                line.errors.append(_("在这个部门已有岗位，角色不同。在人员页上改岗。"))
            if line.errors:
                continue
            seen[key] = line.number
            if user is not None and (user.pk, place) in held:
                counts["known"] += 1
                continue
            row["what"] = "ask" if set(row["roles"]) & CONSENTED else "post" if user is not None else "new"
            counts[row["what"]] += 1
            rows.append(row)
        return rows, counts

    def _row(self, line: Line) -> dict[str, Any] | None:
        username, name = line["username"].lower(), " ".join(line["name"].split())
        if username and not people.USERNAME.match(username):
            line.errors.append(_("用户名用小写字母、数字、点、短横，至少 3 个字。"))
        if len(name) > 40:
            line.errors.append(_("姓名最多 40 个字。"))
        if not people.PHONE.match(line["phone"]):
            line.errors.append(_("电话只写数字，可带区号和短横。"))
        places = self.places.get(line["department"], [])
        if line["department"] and len(places) != 1:
            text = _("有几个部门叫“%(name)s”，写部门代码。") if places else _("没有部门“%(name)s”。")
            line.errors.append(text % {"name": line["department"][:40]})
        roles, unknown = _roles(line["roles"])
        if unknown:
            line.errors.append(
                _("角色不认识：%(roles)s。写角色名称，或 R2 至 R21。") % {"roles": "、".join(unknown)[:80]}
            )
        elif ADMIN in roles and not roles <= BESIDE_ADMIN:
            line.errors.append(_("管理员不看信访内容，不能同时承担办件岗位。"))
        since = _day(line["since"])
        if since is None:
            line.errors.append(_("起任日写成 2026-11-23 的样子，或留空。"))
        if line.errors or since is None:
            return None
        return {
            "number": line.number,
            "username": username,
            "name": name,
            "phone": line["phone"],
            "department": str(places[0]),
            "place": line["department"],
            "roles": sorted(roles),
            "since": since.isoformat(),
        }


def _roles(text: str) -> tuple[set[str], list[str]]:
    """Codes of what is written: R5, 单位信访专干, or several apart by commas."""
    known = {row.code: row.code for row in BY_CODE.values()}
    for row in BY_CODE.values():
        for called in (row.name, *row.name.split(" / ")):
            known.setdefault(called.replace(" ", ""), row.code)
    found, unknown = set(), []
    for part in re.split(r"[,，、;；\n]+", text.replace(" ", "").replace("/", "、")):
        code = known.get(part.upper(), known.get(part))
        if code is not None:
            found.add(code)
        elif part:
            unknown.append(part)
    return found, unknown


def _day(text: str) -> date | None:
    """Empty and past days mean today; None is no day at all."""
    if not text:
        return today()
    try:
        return max(today(), date.fromisoformat(text.replace("/", "-").replace(".", "-")))
    except ValueError:
        return None


def error_rows(job: Job) -> list[Line]:
    """What the check refused and what failed later, in the order of the file."""
    refused = [Line(number, dict(cells), list(errors)) for number, cells, errors in job.data["refused"]]
    by_number = {row["number"]: row for row in job.data["rows"]}
    for number, why in job.failed:
        row = by_number[number]
        cells = {name: str(row.get(name, "")) for name in ("username", "name", "phone", "since")}
        refused.append(Line(number, cells | {"department": row["place"], "roles": "、".join(row["roles"])}, [why]))
    return sorted(refused, key=lambda line: line.number)


def _piece(job: Job, actor: Actor) -> int:
    """The next rows; one that cannot stand keeps its reason and delays no other."""
    rows = job.data["rows"][job.done : job.done + AT_ONCE]
    for row in rows:
        try:
            with transaction.atomic():
                people.invite(
                    actor,
                    username=row["username"],
                    name=row["name"],
                    phone=row["phone"],
                    department=UUID(row["department"]),
                    roles=row["roles"],
                    valid_from=max(today(), date.fromisoformat(row["since"])),
                    with_password=False,
                )
        except HuiyinError as error:
            job.failed.append(
                [row["number"], " ".join(t for texts in error.fields.values() for t in texts) or str(error)]
            )
        else:
            job.counts[row["what"]] = job.counts.get(row["what"], 0) + 1
    return len(rows)


jobs.carried_by(Job.Kind.IMPORT, _piece)
