"""The tree of departments as the page shows it: what was filtered, what is folded, how many people and open cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from cases.queries import holding
from tenants import finding
from tenants.administration import departments, overview
from tenants.administration.ground import Tree, has_ceased, will_cease
from tenants.models import Department

FOLDED_FROM = 30  # with more rows than this, what hangs beneath a unit begins folded
KINDS = ("all", "unit", "inside")


@dataclass(slots=True)
class Node:
    """One row. `found`: it fits what was asked (else it stands there for what hangs beneath); `area`: what may be
    dragged to what."""

    row: Department
    people: int
    open: int
    pieces: tuple[tuple[str, bool], ...]
    found: bool
    area: str
    children: list[Node] = field(default_factory=list)
    folded: bool = False
    all_people: int = 0  # with everything beneath, shown or not
    all_open: int = 0

    def __post_init__(self) -> None:
        self.all_people = self.people + sum(child.all_people for child in self.children)
        self.all_open = self.open + sum(child.all_open for child in self.children)

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def kind(self) -> str:
        return str(Department.Kind(self.row.kind).label)

    @property
    def movable(self) -> bool:
        return self.row.parent_id is not None and self.row.valid_to is None

    @property
    def ceasing(self) -> bool:
        return will_cease(self.row)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Shown:
    """`top` is None where nothing fits; `ceased`: those that are gone, last first, with what still lies there."""

    top: Node | None
    ceased: list[Ceased]
    units: int
    inside: int
    people: int
    open: int
    found: int


@dataclass(frozen=True, slots=True)
class Ceased:
    row: Department
    left: int
    people: int


def shown(tenant: UUID, query: str = "", kind: str = "all") -> Shown:
    """In the office's own context: open cases are counted in its schema."""
    tree = Tree.read(tenant)
    people, lying = overview.people_by_department(tenant), holding.open_by_department()
    alive = [row for row in tree.rows.values() if not has_ceased(row)]
    node = _node(tree, tree.root, query, kind, people, lying)
    gone = [
        Ceased(row, lying.get(row.pk, 0), people.get(row.pk, 0))
        for row in sorted(tree.rows.values(), key=lambda row: str(row.valid_to), reverse=True)
        if has_ceased(row) and finding.match(query, row.name, others=(row.short_name,), code=row.code)[0]
    ]
    kept = _keep(node) if query.strip() or kind != "all" else node
    if kept is not None and not query.strip() and len(alive) > FOLDED_FROM:
        for one in kept.walk():
            one.folded = one.row.parent_id is not None and bool(one.children)
    return Shown(
        top=kept,
        ceased=gone,
        units=sum(row.kind == Department.Kind.UNIT for row in alive),
        inside=sum(row.kind in departments.INSIDE for row in alive),
        people=overview.people_in(tenant),
        open=sum(lying.values()),
        found=sum(one.found for one in kept.walk()) if kept is not None else 0,
    )


def _node(
    tree: Tree, row: Department, query: str, kind: str, people: Mapping[UUID, int], lying: Mapping[UUID, int]
) -> Node:
    score, hits = finding.match(query, row.name, others=(row.short_name,), code=row.code)
    fits = kind == "all" or (row.kind in departments.INSIDE) == (kind == "inside")
    area = "unit" if row.kind in Department.BODIES else "desk" if row.unit_id == tree.root.pk else "section"
    return Node(
        row=row,
        people=people.get(row.pk, 0),
        open=lying.get(row.pk, 0),
        pieces=finding.pieces(row.name, hits),
        found=bool(score) and fits,
        area=area,
        children=[
            _node(tree, child, query, kind, people, lying)
            for child in sorted(tree.children(row), key=_order)
            if not has_ceased(child)
        ],
    )


def _order(row: Department) -> tuple[bool, str, str]:
    """Sections before units; within each the office's own order, its codes."""
    return row.kind in Department.BODIES, row.code, row.pinyin


def _keep(node: Node) -> Node | None:
    """The branch that leads to what fits."""
    node.children = [kept for child in node.children if (kept := _keep(child)) is not None]
    return node if node.found or node.children else None


def outline(tree: Tree, rows: list[Department]) -> list[tuple[str, str]]:
    """For a select: the rows in the order of the tree, each as deep as it hangs."""
    wanted = {row.pk for row in rows}
    made: list[tuple[str, str]] = []

    def put(row: Department, depth: int) -> None:
        if row.pk in wanted:
            made.append(
                (str(row.pk), "\u3000" * depth + (row.name if depth else _("本局（%(name)s）") % {"name": row.name}))
            )
        for child in sorted(tree.children(row), key=_order):
            put(child, depth + 1)

    put(tree.root, 0)
    return made
