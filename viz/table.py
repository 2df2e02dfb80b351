"""The table of every value: forward value, backpropagated gradient, local gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

from autograd import Value
from viz.scene import Scene, Shown, read
from viz.tabular import Cells, Column, TableOf
from viz.text import number, shorten

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
        name: its label, or `v7` where it has none.
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
    """

    fields: ClassVar[tuple[str, ...]] = Row._fields

    def __init__(self, rows: Iterable[Row], target: str):
        super().__init__(rows)
        self.target = target

    def _columns(self) -> list[Column]:
        gradient = f"∂{shorten(self.target, 12)}/∂·"
        numbers = (Column("forward", numeric=True), Column(gradient, numeric=True))
        return [Column("value"), Column("operation"), *numbers, Column("local gradients")]

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
    return Table((_row(scene, shown) for shown in scene.values), scene.output.name)


def _row(scene: Scene, shown: Shown) -> Row:
    local = tuple(
        Local(scene.value(wire.source).name, wire.local)
        for wire in scene.wires_into.get(shown.index, ())
    )
    return Row(shown.name, shown.primitive, shown.data, shown.grad, local)


def _cells(row: Row) -> tuple[str, ...]:
    name = shorten(row.name)
    grad = "–" if row.grad is None else number(row.grad)
    locals_ = [f"∂{name}/∂{shorten(p)} = {number(g)}" for p, g in row.local[:MOST_LOCALS]]
    if len(row.local) > MOST_LOCALS:
        locals_.append(f"… {len(row.local) - MOST_LOCALS:,} more")
    return name, row.op, number(row.data), grad, "  ".join(locals_)
