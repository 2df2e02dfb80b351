"""The table of every value: forward value, backpropagated gradient, local gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograd import Value
from viz.figure.heading import target
from viz.graph.doubts import doubts
from viz.graph.given import graph_of
from viz.graph.scene import Scene, Shown, Wire, read
from viz.tables.columns import LINES, Cells, Column, TableOf
from viz.text import DIRECT, atom, derivative, number, shorten
from viz.theme import FORWARD, GRADIENT, LOCAL

Wires = Sequence[Wire]
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
        grad: the backpropagated gradient, None when it has never been computed; 0 where the pass
            sent nothing, since a choice such as `where` took another branch.
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

    fields = Row._fields

    def __init__(self, rows: Sequence[Row], doubts: Sequence[str], wires: Sequence[Wires]):
        self.doubts, self._wires = doubts, {row.name: w for row, w in zip(rows, wires, strict=True)}
        shown = (text for row in rows[:LINES] for text in self._symbols(row))
        direct = [f"{text}: {DIRECT}" for text in shown if text.startswith("∂⁺")]
        super().__init__(rows, rows[-1].name, [*direct[:1], *doubts])

    def _symbols(self, row: Row) -> list[str]:
        """The names of the first local gradients of a row: `∂J/∂w`."""
        name = shorten(row.name)
        return [
            derivative(name, shorten(local.parent), use=wire.use, direct=wire.direct)
            for local, wire in zip(
                row.local[:MOST_LOCALS], self._wires.get(row.name, ()), strict=False
            )
        ]

    def _columns(self) -> list[Column]:
        own = not self or self[-1].grad in _OWN
        return [
            Column("value"),
            Column("operation"),
            Column("forward", numeric=True, colour=FORWARD),
            Column(
                f"∂{atom(shorten(self.target, 12))}/∂·" if own else "∂",
                numeric=True,
                colour=GRADIENT,
            ),
            Column("local gradients", colour=LOCAL),
        ]

    def _cells(self, row: Row) -> Cells:
        grad = "–" if row.grad is None else number(row.grad)
        pairs = zip(self._symbols(row), row.local, strict=False)
        locals_ = [f"{symbol} = {number(local.gradient)}" for symbol, local in pairs]
        if len(row.local) > MOST_LOCALS:
            locals_.append(f"… {len(row.local) - MOST_LOCALS:,} more")
        return shorten(row.name), row.op, number(row.data), grad, "  ".join(locals_)


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
    graph = graph_of(root, caller="table")
    scene = read(graph)
    wires = [scene.wires_into.get(shown.index, ()) for shown in scene.values]
    rows = [_row(scene, *one) for one in zip(scene.values, wires, strict=True)]
    beyond = [target(scene)] * (rows[-1].grad not in _OWN)
    return Table(rows, [*beyond, *doubts(graph)], wires)


_OWN = (None, 1.0)
"""The gradient of an output before a backward pass, and after one that began at it."""


def _row(scene: Scene, shown: Shown, wires: Wires) -> Row:
    local = tuple(Local(scene.value(wire.source).unique, wire.local) for wire in wires)
    return Row(shown.unique, shown.primitive, shown.data, shown.gradient, local)
