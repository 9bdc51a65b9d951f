"""权责清单, 法规条文 and 常用语: what is kept for those who write (R19; a unit's own wording R7)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from cases.actions import wordings as acts
from cases.api.answers.listed import NamedOut, Out
from cases.api.bodies.filings import Body, several
from cases.api.bodies.handling import Nothing
from cases.api.fields import Code, Day, Number, Text, optional_code, optional_text
from cases.api.office.acts import TAG, WholeList, act, both
from cases.api.routing import Route, items_of, one
from cases.codes.contents import called
from cases.models import Wording
from cases.queries import wordings
from tenants import laws as cited
from tenants.actors import Actor
from tenants.administration import duties, laws
from tenants.administration.ground import require_admin
from tenants.administration.reference_sheets import MOST, Plan
from tenants.sheets import Line


def codes() -> Any:
    return serializers.ListField(child=serializers.CharField())


def contents() -> Any:
    """Content classes by code or name."""
    return serializers.ListField(child=Text(max_length=40), required=False, default=list, max_length=50)


class DutyOut(Out):
    """One item of a unit's list."""

    id = serializers.UUIDField()
    department = NamedOut()
    number = serializers.IntegerField()
    text = serializers.CharField()
    contents = codes()
    law = serializers.CharField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class ArticleOut(Out):
    """`own`: of the office's own table, which it may bring anew."""

    id = serializers.UUIDField()
    law = serializers.CharField(source="law.title")
    issued = serializers.CharField(source="law.issued")
    number = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    contents = codes()
    own = serializers.SerializerMethodField()

    def get_own(self, row: Any) -> bool:
        return row.law.tenant_id is not None


class WordingOut(Out):
    """A sentence that is written often. `outcome`: for which conclusion, empty for any."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Wording.Kind.values)
    outcome = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class RefusedRowOut(Out):
    """`row` counts from 1, in the order sent."""

    row = serializers.IntegerField()
    errors = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]


class BroughtOut(Out):
    """Refused rows hold up no other; the same rows again change nothing."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = RefusedRowOut(many=True)

    @staticmethod
    def of(plan: Plan) -> dict[str, Any]:
        refused = [{"row": line.number, "errors": line.errors} for line in plan.refused]
        return {**{fate: plan.count(fate) for fate in ("new", "changed", "same")}, "refused": refused}


class Duties(WholeList):
    item = DutyOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        require_admin(actor)
        return duties.rows(actor.tenant)


class Laws(WholeList):
    """All the office may cite, its own first."""

    item = ArticleOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        require_admin(actor)
        return cited.listed(actor.tenant)


class Wordings(WholeList):
    """Those the caller keeps: the office's, or the own unit's."""

    item = WordingOut

    def rows(self, actor: Actor, asked: dict[str, Any]) -> Any:
        return wordings.kept(acts.scope(actor))


class DutyRowBody(Body):
    """`department`: name, short name or code of the unit. Without `number` the item is known by its words."""

    department = Text(max_length=60)
    number = Number(required=False, allow_null=True, min_value=1, max_value=duties.LAST_NUMBER)
    text = Text(max_length=duties.LONGEST["text"])
    contents = contents()
    law = optional_text(duties.LONGEST["law"])
    valid_from = Day(required=False, allow_null=True)
    valid_to = Day(required=False, allow_null=True)


class BringDutiesBody(Body):
    """权责清单, as the sheet has it."""

    rows = several(DutyRowBody, allow_empty=False, max_length=MOST)


class ArticleRowBody(Body):
    law = Text(max_length=laws.LONGEST["law"])
    number = Text(max_length=laws.LONGEST["number"])
    title = optional_text(laws.LONGEST["title"])
    text = optional_text(laws.LONGEST["text"])
    contents = contents()
    issued = optional_text(laws.LONGEST["issued"])
    valid_from = Day(required=False, allow_null=True)
    valid_to = Day(required=False, allow_null=True)


class BringLawsBody(Body):
    """法规条文 of the office itself, as the sheet has it."""

    rows = several(ArticleRowBody, allow_empty=False, max_length=MOST)


class WordingBody(Body):
    """常用语. Never about a person."""

    kind = Code([*Wording.Kind.values])
    outcome = optional_code(sorted(acts.OUTCOMES))
    title = Text(max_length=acts.LONGEST_TITLE)
    text = Text(max_length=acts.LONGEST)


def _lines(rows: list[dict[str, Any]]) -> list[Line]:
    return [Line(place, {name: _cell(value) for name, value in row.items()}) for place, row in enumerate(rows, 1)]


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return "" if value is None else str(value)


def bring_duties(actor: Actor, *, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return BroughtOut.of(duties.put(actor, _lines(rows), called()))


def bring_laws(actor: Actor, *, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return BroughtOut.of(laws.put(actor, _lines(rows), called()))


def write(actor: Actor, *, wording_id: UUID | None = None, **given: Any) -> Wording:
    return acts.write_wording(actor, wording_id, **given)


def end(actor: Actor, *, wording_id: UUID) -> Wording:
    return acts.end_wording(actor, wording_id)


WORDING = "office/wordings/<uuid:wording_id>"
ROUTES: list[Route] = [
    (
        "office/duties",
        both(
            one(Duties, "duties", "权责清单", "What each unit answers for.", items_of("Duties", DutyOut), TAG),
            act("bring_duties", "导入权责清单", "Row by row, as the sheet.", bring_duties, BringDutiesBody, BroughtOut),
        ),
    ),
    (
        "office/laws",
        both(
            one(Laws, "laws", "法规条文", "All the office may cite.", items_of("Laws", ArticleOut), TAG),
            act("bring_laws", "导入法规条文", "The office's own articles.", bring_laws, BringLawsBody, BroughtOut),
        ),
    ),
    (
        "office/wordings",
        both(
            one(Wordings, "wordings", "常用语", "Those the caller keeps.", items_of("Wordings", WordingOut), TAG),
            act("add_wording", "增加常用语", "For writers to pick.", write, WordingBody, WordingOut, made=True),
        ),
    ),
    (
        f"{WORDING}/change",
        act("change_wording", "修改常用语", "Other words for one that stands.", write, WordingBody, WordingOut),
    ),
    (f"{WORDING}/end", act("end_wording", "停用常用语", "What was written with it stays.", end, Nothing, WordingOut)),
]
