"""The table of every value: forward value, backpropagated gradient, local gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from autograd import Value
from viz.figure.heading import target
from viz.graph.doubts import doubts
from viz.graph.flow import order_of
from viz.graph.scene import Scene, Shown, read
from viz.operation_text import DIRECT, atom, derivative
from viz.tables.columns import LINES, Cells, Column, TableOf
from viz.text import number, shorten
from viz.theme import FORWARD, GRADIENT, LOCAL

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

    fields: ClassVar[tuple[str, ...]] = Row._fields

    def __init__(
        self,
        rows: Iterable[Row],
        target: str,
        doubts: Sequence[str] = (),
        written: Mapping[str, Sequence[str]] | None = None,
    ):
        super().__init__(rows)
        self.target, self.doubts = target, doubts
        self._written = written or {}

    def _notes(self) -> Sequence[str]:
        shown = (text for row in self[:LINES] for text in self._symbols(row))
        direct = next((text for text in shown if text.startswith("∂⁺")), None)
        return [*([f"{direct}: {DIRECT}"] if direct else []), *self.doubts]

    def _symbols(self, row: Row) -> Sequence[str]:
        """How the local gradients of a row are called: `∂J/∂w`."""
        plain = [derivative(shorten(row.name), shorten(parent)) for parent, _ in row.local]
        return self._written.get(row.name, plain)[:MOST_LOCALS]

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
    order = order_of(root, "table")
    scene = read(root)
    rows = [_row(scene, shown) for shown in scene.values]
    written = {
        row.name: _written(scene, shown)
        for row, shown in zip(rows[:LINES], scene.values, strict=False)
    }
    beyond = [target(scene)] * (rows[-1].grad not in _OWN)
    return Table(rows, rows[-1].name, [*beyond, *doubts(order)], written)


_OWN = (None, 1.0)
"""The gradient of an output before a backward pass, and after one that began at it."""


def _row(scene: Scene, shown: Shown) -> Row:
    local = tuple(
        Local(scene.value(wire.source).unique, wire.local)
        for wire in scene.wires_into.get(shown.index, ())
    )
    return Row(shown.unique, shown.primitive, shown.data, shown.gradient, local)


def _written(scene: Scene, shown: Shown) -> Sequence[str]:
    above = shorten(shown.unique)
    return [
        derivative(above, shorten(scene.value(w.source).unique), use=w.use, direct=w.direct)
        for w in scene.wires_into.get(shown.index, ())
    ]
