"""The scene that a figure shows, as plain data: every value, every wire, the engine's numbers.

`read(graph)` takes a snapshot of a graph; the figure, the text drawing and the table of values are
ways of writing a `Scene` down. Reading never changes the graph and never recurses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from autograd import PRIMITIVES, SATURATED, Graph, Primitive
from viz.graph.branches import branches_of
from viz.graph.direct import bypassed
from viz.graph.given import names_of
from viz.text import label_of, number, printable

Kind = Literal["parameter", "input", "op"]
_SATURATING = frozenset({"sigmoid", "tanh"})
NEGATED = "−( )"
"""The symbol of a unary minus, which is not that of a difference."""
_FLAT = frozenset({"relu", "clip", "maximum", "minimum"})
"""Operations that pass no gradient at all where none of their operands moves the result."""


@dataclass(frozen=True)
class Shown:
    """One value.

    Attributes:
        index: its number in the graph.
        name: its label, or `v7` where it has none.
        unique: the name that formulas write, which no other value has: `h⁽²⁾`.
        labelled: whether `name` is a label.
        grad: the backpropagated gradient, None when it has never been computed.
        primitive: the name of the primitive that made it, "" for a leaf.
        symbol: its symbol with the constant of a binary operation, such as `0.5 ×`.
        bare_symbol: its symbol alone.
        note: "off", "saturated", "frozen" (a leaf whose `requires_grad` is False), or how many
            constants its operation hides.
        unsent: whether the backward pass is done and sent it nothing: what is computed from it
            was not taken by a choice such as `where`. Its gradient is 0.
    """

    index: int
    name: str
    unique: str
    labelled: bool
    kind: Kind
    data: float
    grad: float | None
    primitive: str = ""
    symbol: str = ""
    bare_symbol: str = ""
    note: str = ""
    unsent: bool = False

    @property
    def gradient(self) -> float | None:
        """The gradient to show: `grad`, and 0 where the pass sent nothing."""
        return 0.0 if self.unsent else self.grad


@dataclass(frozen=True)
class Wire:
    """One use of a value: operand `slot` of the operation that makes value `target`.

    Attributes:
        local: the local gradient ∂target/∂source at this operand.
        message: upstream gradient times local gradient; None before `backward()`, and to a value
            that takes none.
        off: whether `target` did not take this operand, and sends it 0 whatever comes down.
        shared: whether `source` has further uses, so that its gradient is a sum of messages.
        use: which of several uses of `source` in this operation it is, from 1; 0 for the only one.
        direct: whether longer paths lead from `source` to `target` too, so that `local` is but
            the direct part of the derivative, ∂⁺target/∂source.
    """

    source: int
    target: int
    slot: int
    local: float
    message: float | None
    shared: bool
    use: int = 0
    direct: bool = False
    off: bool = False


@dataclass(frozen=True)
class Constant:
    """A number that is operand `slot` of the operation that makes value `target`."""

    data: float
    target: int
    slot: int


@dataclass(frozen=True)
class Scene:
    """A graph as it was when it was read: `values` in topological order, the output last.

    A scene of a part of a graph has the values of that part only, and the wires into them.
    """

    values: tuple[Shown, ...]
    wires_into: dict[int, tuple[Wire, ...]]
    constants: tuple[Constant, ...]
    outputs: tuple[int, ...]

    @cached_property
    def wires(self) -> tuple[Wire, ...]:
        """All wires, in order."""
        return tuple(wire for wires in self.wires_into.values() for wire in wires)

    @property
    def output(self) -> Shown:
        """The value the graph ends in; of several, the one computed last."""
        return self.values[-1]

    @property
    def ends(self) -> tuple[Shown, ...]:
        """All values the graph ends in."""
        return tuple(self.value(i) for i in self.outputs)

    def value(self, index: int) -> Shown:
        """The value with this index."""
        if index <= len(self.values) and self.values[index - 1].index == index:
            return self.values[index - 1]
        return self.values[bisect_left(self.values, index, key=lambda shown: shown.index)]

    def distances(self) -> dict[int, int]:
        """For each value, the operations from it to the output on the longest path."""
        distance = dict.fromkeys((shown.index for shown in self.ends), 0)
        for shown in reversed(self.values):
            for wire in self.wires_into.get(shown.index, ()):
                further = distance.get(shown.index, 0) + 1
                distance[wire.source] = max(distance.get(wire.source, 0), further)
        return distance


def read(graph: Graph, only: Collection[int] | None = None) -> Scene:
    """Take a snapshot of the values with these numbers, or of all."""
    numbers = graph.numbers if only is None else sorted(only)
    reader = _Reader(graph, numbers)
    into = {i: wires for i in numbers if (wires := reader.wires(i))}
    values = tuple(reader.shown(i, into.get(i, ())) for i in numbers)
    constants = tuple(constant for i in numbers for constant in _constants(graph, i))
    return Scene(values, into, constants, graph.ends)


class _Reader:
    """The values and wires of a graph as a figure shows them."""

    def __init__(self, graph: Graph, numbers: Iterable[int]):
        self._graph, self._names = graph, names_of(graph)
        self._uses = Counter(p for parents in graph.parents.values() for p in parents)
        self._missed, self._off = branches_of(graph)
        self._done = any(graph.values[i].has_grad for i in graph.ends)
        shared = ((i, p) for i in numbers for p in graph.parents[i] if self._uses[p] > 1)
        self._direct = bypassed(graph.parents, shared)
        self._wanting = {i for i in graph.leaves if graph.values[i].requires_grad}
        for i in graph.computed:  # asking each value would walk its graph each time
            if not self._wanting.isdisjoint(graph.parents[i]):
                self._wanting.add(i)

    def wires(self, i: int) -> tuple[Wire, ...]:
        """The wires into value i."""
        values, missed = self._graph.values, i in self._missed
        upstream = float(values[i].grad) if values[i].has_grad else None
        if missed:
            upstream = 0.0 if self._done else None
        return tuple(
            Wire(
                source=wire.source,
                target=i,
                slot=wire.slot,
                local=wire.local,
                message=message(upstream, wire.local, off=missed or not wire.taken)
                if wire.source in self._wanting
                else None,
                shared=self._uses[wire.source] > 1,
                use=wire.use,
                direct=(i, wire.source) in self._direct,
                off=missed or not wire.taken,
            )
            for wire in self._graph.wires(i)
        )

    def shown(self, i: int, wires: tuple[Wire, ...]) -> Shown:
        """Value i."""
        value, label = self._graph.values[i], label_of(self._graph.values[i])
        step = self._graph.computed.get(i)
        constants = _constants(self._graph, i)
        kind: Kind = "op" if step else "parameter" if i in self._graph.parameters else "input"
        note = _note(step.primitive, wires, constants) if step else ""
        if not step and not value.requires_grad:
            note = "frozen"
        return Shown(
            index=i,
            name=label or f"v{i}",
            unique=self._names[i],
            labelled=bool(label),
            kind=kind,
            data=value.data,
            grad=float(value.grad) if value.has_grad else None,
            primitive=_name(step.primitive) if step else "",
            symbol=_symbol(step.primitive, constants) if step else "",
            bare_symbol=_symbol(step.primitive, []) if step else "",
            note="off" if i in self._off else note,
            unsent=i in self._missed and self._done and not value.has_grad,
        )


def message(upstream: float | None, local: float, *, off: bool) -> float | None:
    """Upstream gradient times local gradient; 0 where the operand was not taken."""
    if upstream is None:
        return None
    return 0.0 if off else upstream * local


def _constants(graph: Graph, i: int) -> list[Constant]:
    operands = graph.computed[i].operands if i in graph.computed else ()
    return [Constant(x, i, slot) for slot, x in enumerate(operands) if isinstance(x, float)]


def _name(primitive: Primitive) -> str:
    return primitive.name if primitive.name in PRIMITIVES else printable(primitive.op) or "?"


def _symbol(primitive: Primitive, constants: list[Constant]) -> str:
    """The operation's symbol with the constant of a binary operation: `0.5 ×`, `− 1`."""
    if primitive.name == "neg":
        return NEGATED
    if primitive.arity != 2 or len(constants) != 1:
        return printable(primitive.symbol)
    text = number(constants[0].data)
    left = constants[0].slot == 0
    return f"{text} {primitive.symbol}" if left else f"{primitive.symbol} {text}"


def _note(primitive: Primitive, wires: Sequence[Wire], constants: list[Constant]) -> str:
    if primitive.name in _SATURATING and abs(wires[0].local) < SATURATED:
        return "saturated"
    if primitive.name in _FLAT and all(wire.local == 0 for wire in wires):
        return "off"
    hidden = [c for c in constants if c.data != 0]
    if primitive.arity is None and hidden and not primitive.selects:
        return f"+ {len(hidden)} constant{'s' if len(hidden) > 1 else ''}"
    return ""


def possible_note(primitive: str) -> str:
    """The note that an operation has at some numbers: "saturated", "off", or "" for no other."""
    if primitive in _SATURATING:
        return "saturated"
    return "off" if primitive in _FLAT else ""
