"""A whole file: read and checked before anything is written, then carried out by worker processes, row by row."""

from __future__ import annotations

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import DataError, OperationalError
from django.utils.translation import gettext as _

from cases.imports import crew, shares
from cases.imports.carry import carry
from cases.imports.findings import Finding, kept
from cases.imports.mapping import Mapping
from cases.imports.places import Gazetteer, Place
from cases.imports.records import Reader, Record
from cases.imports.tables import header, lines
from cases.models import Filing
from kernel import crypto, locks
from kernel.clock import now
from kernel.errors import Conflict, HuiyinError
from tenants import context
from tenants.models import Tenant

LOCK = 0x48554959
TRIES = 5
PREVIEWED = 5
LARGEST_BIN = 0.7
# What a killed import leaves behind in a temporary folder is nobody's to read.
SPOOL = "import.spool"

Item = tuple[Record, UUID | None, list[str]]


@dataclass
class Plan:
    """What the file asks for. `spools` hold the rows to carry out, one file per worker."""

    names: list[str]
    rows: int = 0
    todo: int = 0
    known: int = 0
    placed: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    preview: list[str] = field(default_factory=list)
    years: Counter[int] = field(default_factory=Counter)
    offices: set[UUID] = field(default_factory=set)

    @property
    def refused(self) -> int:
        return len({finding.row for finding in self.findings if finding.refused})


class Import:
    """One file into one office. Invalid (raised by the first reading) means that nothing was written."""

    def __init__(self, path: Path, office: Tenant, mapping: Mapping) -> None:
        self.path, self.office, self.mapping = path, office, mapping
        self.places = mapping.places(path)
        self.now = now()
        self.gazetteer = Gazetteer(office, mapping.aliases)

    def read(self, spool: Path | None = None) -> Plan:
        """The whole file once; the rows that can be carried out go to `spool`."""
        plan = Plan(header(self.path))
        reader = Reader(self.mapping, self.places, self.now)
        have = self._have()
        seen: dict[str, int] = {}
        said: dict[bytes, int] = {}
        out = spool.open("wb") if spool is not None else None
        try:
            for line in lines(self.path):
                plan.rows += 1
                record, faults = reader.read(line)
                cells = kept(line.cells) if faults else []
                plan.findings += [Finding(line.number, f.column, f.what, f.remedy, cells) for f in faults]
                if record is None:
                    continue
                if record.number in seen:
                    what = _("编号与第 %(row)d 行相同") % {"row": seen[record.number]}
                    remedy = _("一个编号一件；确是两件的，改编号")
                    column = self.mapping.columns["number"]
                    plan.findings.append(Finding(line.number, column, what, remedy, kept(line.cells)))
                    continue
                seen[record.number] = record.row
                if record.number in have:
                    plan.known += 1
                    continue
                place = self._look(plan, record, line.cells, said)
                plan.todo += 1
                plan.years[record.received.year] += 1
                if len(plan.preview) < PREVIEWED:
                    plan.preview.append(f"{record.preview()}  → {place.name if place else self.office.short_name}")
                if out is not None:
                    item: Item = (record, place.tenant if place else None, kept(line.cells))
                    pickle.dump(crypto.encrypt(pickle.dumps(item), SPOOL), out)
        finally:
            if out is not None:
                out.close()
        return plan

    def _have(self) -> set[str]:
        with context.use(self.office):
            return set(Filing.objects.exclude(foreign_number="").values_list("foreign_number", flat=True).iterator())

    def _look(self, plan: Plan, record: Record, cells: list[Any], said: dict[bytes, int]) -> Place | None:
        """Where it goes, and what about it is worth a look: no place named, the same words twice."""
        texts = [str(getattr(record, name)) for name in self.mapping.place]
        place = self.gazetteer.find(texts)
        plan.placed[place.name if place else ""] += 1
        if place is None:
            what, remedy = _("没有写明地方"), _("已登记，留在本局，由人分流")
            plan.findings.append(Finding(record.row, "", what, remedy, kept(cells), refused=False))
        else:
            plan.offices.add(place.tenant)
        first = said.setdefault(record.same, record.row)
        if first != record.row:
            what = _("与前面一件内容相同")
            remedy = _("已登记为另一件（第 %(row)d 行），核对后可并入") % {"row": first}
            plan.findings.append(Finding(record.row, "", what, remedy, kept(cells), refused=False))
        return place

    def run(self, jobs: int, hear: Callable[[int, int], None]) -> Plan:
        """Reads, then carries out. `hear` is told (done, to do). Conflict: another import is running."""
        with tempfile.TemporaryDirectory(prefix="huiyin-import-") as folder, locks.held(LOCK) as mine:
            if not mine:
                raise Conflict(_("另一个导入正在进行。等它结束再运行。"))
            spool = Path(folder) / "rows"
            plan = self.read(spool)
            for office in [self.office, *map(context.tenant_by_id, sorted(plan.offices))]:
                crew.ensure(office)
            jobs = max(1, min(jobs, plan.todo // 20 or 1))
            arguments = {
                "spool": str(spool),
                "office": str(self.office.pk),
                "fixed": self.mapping.fixed,
                "now": self.now.isoformat(),
                "years": split(plan.years, jobs),
            }
            done = 0
            hear(done, plan.todo)

            def told(finding: Finding | None) -> None:
                nonlocal done
                done += 1
                if finding is not None:
                    plan.findings.append(finding)
                hear(done, plan.todo)

            if plan.todo:
                shares.run_shares("cases.imports.run:work", jobs, arguments, told)
            return plan


def split(years: Counter[int], jobs: int) -> dict[int, int] | None:
    """Which worker takes which year: paper numbers are counted by year, so two workers hardly wait for each other.

    None where one year holds most of the rows; they are then dealt out by number.
    """
    if not years or years.most_common(1)[0][1] > LARGEST_BIN * years.total():
        return None
    loads, found = [0] * jobs, {}
    for year, count in years.most_common():
        part = loads.index(min(loads))
        loads[part] += count
        found[year] = part
    return found


def _items(path: Path) -> Iterator[Item]:
    with path.open("rb") as file:
        while True:
            try:
                sealed = pickle.load(file)  # noqa: S301  written by this program a moment ago, in a folder of its own
            except EOFError:
                return
            yield pickle.loads(crypto.decrypt(sealed, SPOOL))  # noqa: S301  nobody else could have sealed it


def work(part: int, parts: int, arguments: dict[str, Any], tell: Callable[[Any], None]) -> None:
    """One worker's rows; tells None or the finding of each."""
    at = datetime.fromisoformat(arguments["now"])
    years: dict[int, int] | None = arguments["years"]
    origin = crew.crew(context.tenant_by_id(UUID(arguments["office"])))
    crews: dict[UUID, tuple[Tenant, crew.Crew]] = {}
    for record, place, cells in _items(Path(arguments["spool"])):
        mine = years[record.received.year] if years else record.row % parts
        if mine != part:
            continue
        if place is not None and place not in crews:
            tenant = context.tenant_by_id(place)
            crews[place] = tenant, crew.crew(tenant)
        to = crews.get(place) if place is not None else None
        tell(_carried(record, cells, arguments["fixed"], origin, to, at))


def _carried(
    record: Record,
    cells: list[str],
    fixed: dict[str, Any],
    origin: crew.Crew,
    to: tuple[Tenant, crew.Crew] | None,
    at: datetime,
) -> Finding | None:
    for turn in range(TRIES):
        try:
            carry(record, fixed, origin, to, at)
            return None
        except HuiyinError as error:
            texts = [text for found in error.fields.values() for text in found] or [str(error)]
            return Finding(record.row, "、".join(error.fields), texts[0], _("改正后重新导入"), cells)
        except DataError as error:
            return Finding(record.row, "", str(error).splitlines()[0], _("改正后重新导入"), cells)
        except OperationalError:  # a deadlock with daily work: the row is not written, it is tried again
            if turn == TRIES - 1:
                raise
    return None
