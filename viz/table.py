"""The table of every value: forward value, backpropagated gradient, local gradients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from autograd import Value, topological_order
from viz.doubts import doubts
from viz.flow import names_of
from viz.scene import Scene, Shown, read
from viz.style import FORWARD, GRADIENT, LOCAL
from viz.tabular import Cells, Column, TableOf
from viz.text import number, shorten
from viz.text_notation import TEXT

__all__ = ["Local", "Row", "Table", "table"]

MOST_LOCALS = 8
"""Local gradients written out on one line of the text; the data always hold all."""


class Local(NamedTuple):
    """One local gradient: ∂(the row's value)/∂`parent`."""

    parent: str
    gradient: float


class Row(NamedTuple):
    """One value.

    Attributes:
        name: its label, or `v7` where it has none; labels in use more than once are numbered.
        op: the name of the primitive that made it, "" for a leaf.
        data: the forward value.
        grad: the backpropagated gradient, None when it has never been computed.
        local: one local gradient per parent, in order; a parent used twice is there twice.
    """

    name: str
    op: str
    data: float
    grad: float | None
    local: tuple[Local, ...]


class Table(TableOf[Row]):
    """Rows in topological order; `print` it to see them aligned.

    Attributes:
        target: the name of the output, whose gradients these are.
        doubts: what to know where the numbers are not those of one clean backward pass.
    """

    fields: ClassVar[tuple[str, ...]] = Row._fields

    def __init__(self, rows: Iterable[Row], target: str, doubts: Sequence[str] = ()):
        super().__init__(rows)
        self.target, self.doubts = target, doubts

    def _notes(self) -> Sequence[str]:
        return self.doubts

    def _columns(self) -> list[Column]:
        return [
            Column("value"),
            Column("operation"),
            Column("forward", numeric=True, colour=FORWARD),
            Column(f"∂{shorten(self.target, 12)}/∂·", numeric=True, colour=GRADIENT),
            Column("local gradients", colour=LOCAL),
        ]

    def _cells(self, row: Row) -> Cells:
        return _cells(row)


def table(root: Value) -> Table:
    """Every value of the graph of `root` in topological order, as plain data that prints well.

    Raises:
        DrawingError: `root` is no Value.

    >>> w, x = Value(5.0, label="w"), Value(2.0, label="x")
    >>> J = w * x
    >>> J.label = "J"
    >>> J.backward()
    >>> print(table(J))
    value  operation  forward  ∂J/∂·  local gradients
    ─────  ─────────  ───────  ─────  ────────────────────
    w                       5      2
    x                       2      5
    J      mul             10      1  ∂J/∂w = 2  ∂J/∂x = 5
    """
    scene = read(root)
    order = topological_order(root)
    names = names_of(order)
    rows = (_row(scene, shown, names) for shown in scene.values)
    return Table(rows, names[-1], doubts(order))


def _row(scene: Scene, shown: Shown, names: Sequence[str]) -> Row:
    local = tuple(
        Local(names[wire.source - 1], wire.local) for wire in scene.wires_into.get(shown.index, ())
    )
    return Row(names[shown.index - 1], shown.primitive, shown.data, shown.grad, local)


def _cells(row: Row) -> tuple[str, ...]:
    name = shorten(row.name)
    grad = "–" if row.grad is None else number(row.grad)
    locals_ = [f"{TEXT.partial(row.name, p)} = {number(g)}" for p, g in row.local[:MOST_LOCALS]]
    if len(row.local) > MOST_LOCALS:
        locals_.append(f"… {len(row.local) - MOST_LOCALS:,} more")
    return name, row.op, number(row.data), grad, "  ".join(locals_)
