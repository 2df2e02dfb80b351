"""The table of every value: forward value, backpropagated gradient, local gradients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from autograd import Value
from viz.scene import Scene, Shown, read
from viz.text import columns, number, shorten

__all__ = ["Local", "Row", "Table", "table"]

HEADINGS = ("value", "operation", "forward")
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


class Table(list[Row]):
    """Rows in topological order; `print` it to see them aligned.

    Attributes:
        target: the name of the output, whose gradients these are.
    """

    def __init__(self, rows: Iterable[Row], target: str):
        super().__init__(rows)
        self.target = target

    def __str__(self) -> str:
        target = shorten(self.target, 12)
        head = (*HEADINGS, f"∂{target}/∂·", "local gradients")
        return _aligned([head, *map(_cells, self)])


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


def _aligned(rows: list[tuple[str, ...]]) -> str:
    """Columns of text; numbers (columns 2 and 3) to the right, a rule under the headings."""
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    head, *body = rows
    rule = tuple("─" * w for w in widths)
    return "\n".join(_joined(row, widths) for row in (head, rule, *body))


def _joined(row: tuple[str, ...], widths: list[int]) -> str:
    cells = []
    for i, (text, wide) in enumerate(zip(row, widths, strict=True)):
        gap = " " * (wide - columns(text))
        cells.append(gap + text if i in (2, 3) else text + gap)
    return "  ".join(cells).rstrip()
