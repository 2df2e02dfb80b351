"""What a figure shows, as plain data: every value, every wire, with the engine's numbers.

`read(root)` takes a snapshot of a graph; the figure, the text drawing and the table of values are
ways of writing a `Scene` down. Reading never changes the graph and never recurses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from autograd import PRIMITIVES, Primitive, Value
from viz.graph.branches import branches_of
from viz.graph.flow import bypassed, locals_of, places, sends
from viz.graph.outline import Outline, outline
from viz.text import label_of, number, printable

Kind = Literal["parameter", "input", "op"]
SATURATED = 0.05
"""A sigmoid or tanh whose local gradient is below this in size lets next to nothing through."""

_SATURATING = frozenset({"sigmoid", "tanh"})
_FLAT = frozenset({"relu", "clip", "maximum", "minimum"})
"""Operations that pass no gradient at all where none of their operands moves the result."""


@dataclass(frozen=True)
class Shown:
    """One value.

    Attributes:
        index: its place in topological order, from 1.
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
    wires: tuple[Wire, ...]
    constants: tuple[Constant, ...]
    wires_into: dict[int, tuple[Wire, ...]] = field(repr=False)
    outputs: tuple[int, ...] = ()

    @property
    def output(self) -> Shown:
        """The value the graph ends in; of several, the one computed last."""
        return self.values[-1]

    @property
    def ends(self) -> tuple[Shown, ...]:
        """All values the graph ends in."""
        return tuple(self.value(i) for i in self.outputs) or (self.output,)

    def value(self, index: int) -> Shown:
        """The value with this index.

        >>> from autograd import Value
        >>> read(Value(2.0, label="w")).value(1).name
        'w'
        """
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


def read(root: Value, wrt: Iterable[Value | str] = ()) -> Scene:
    """Take a snapshot of the graph of `root`.

    Args:
        root: the output.
        wrt: the leaves to show as parameters, as Values or labels. Without it, leaves that are
            labelled with the path of a model's parameter, such as `layer1.neuron2.w[0]`.

    Raises:
        DrawingError: `root` is no Value, or something in `wrt` is no leaf of this graph.
    """
    return part_of(outline(root, wrt))


def part_of(graph: Outline, only: Collection[int] | None = None) -> Scene:
    """The scene of the values with these numbers, in order, or of all."""
    uses = Counter(parent for parents in graph.parents for parent in parents)
    wires: list[Wire] = []
    constants: list[Constant] = []
    shown = []
    chosen = range(1, len(graph) + 1) if only is None else sorted(only)
    branches, done = branches_of(graph), any(graph.value(i).has_grad for i in graph.outputs)
    below = dict(enumerate(graph.parents))
    direct = bypassed(below, ((i, p) for i in chosen for p in graph.parents[i] if uses[p] > 1))
    for i in chosen:
        fixed = _constants(graph.value(i), i)
        incoming = _wires(graph, i, uses, direct)
        missed = i in branches.missed
        if missed:
            incoming = [replace(w, off=True, message=0.0 if done else None) for w in incoming]
        constants += fixed
        wires += incoming
        one = _show(graph, i, incoming, fixed)
        note = "off" if i in branches.off else one.note
        shown.append(replace(one, note=note, unsent=missed and done and one.grad is None))
    into = {i: tuple(w for w in group) for i, group in _grouped(wires).items()}
    return Scene(tuple(shown), tuple(wires), tuple(constants), into, graph.outputs)


def _grouped(wires: list[Wire]) -> dict[int, list[Wire]]:
    groups: dict[int, list[Wire]] = {}
    for wire in wires:
        groups.setdefault(wire.target, []).append(wire)
    return groups


def _wires(graph: Outline, i: int, uses: Counter[int], direct: set[tuple[int, int]]) -> list[Wire]:
    value, parents = graph.value(i), graph.parents[i]
    if not parents:
        return []
    slots = [s for s, operand in enumerate(value.operands) if isinstance(operand, Value)]
    upstream = float(value.grad) if value.has_grad else None
    found = zip(slots, parents, locals_of(value), places(parents), strict=True)
    return [
        Wire(
            source=parent,
            target=i,
            slot=slot,
            local=local,
            message=message(upstream, local, off=not sends(value, local))
            if graph.value(parent).requires_grad
            else None,
            shared=uses[parent] > 1,
            use=use,
            direct=(i, parent) in direct,
            off=not sends(value, local),
        )
        for slot, parent, local, use in found
    ]


def message(upstream: float | None, local: float, *, off: bool) -> float | None:
    """Upstream gradient times local gradient; 0 where the operand was not taken."""
    if upstream is None:
        return None
    return 0.0 if off else upstream * local


def _constants(value: Value, i: int) -> list[Constant]:
    return [
        Constant(float(operand), i, slot)
        for slot, operand in enumerate(value.operands)
        if not isinstance(operand, Value)
    ]


def _show(graph: Outline, i: int, wires: list[Wire], constants: list[Constant]) -> Shown:
    value, unique = graph.value(i), graph.names[i]
    label = label_of(value)
    name = label or f"v{i}"
    grad = float(value.grad) if value.has_grad else None
    made_by = value.primitive
    if made_by is None or value.is_leaf:
        kind: Kind = "parameter" if i in graph.parameters else "input"
        note = "" if value.requires_grad else "frozen"
        return Shown(i, name, unique, bool(label), kind, value.data, grad, note=note)
    return Shown(
        index=i,
        name=name,
        unique=unique,
        labelled=bool(label),
        kind="op",
        data=value.data,
        grad=grad,
        primitive=made_by.name if made_by.name in PRIMITIVES else printable(made_by.op) or "?",
        symbol=_symbol(made_by, constants),
        bare_symbol=printable(made_by.symbol),
        note=_note(made_by, wires, constants),
    )


def _symbol(primitive: Primitive, constants: list[Constant]) -> str:
    """The operation's symbol with the constant of a binary operation: `0.5 ×`, `− 1`."""
    if primitive.arity != 2 or len(constants) != 1:
        return printable(primitive.symbol)
    text = number(constants[0].data)
    left = constants[0].slot == 0
    return f"{text} {primitive.symbol}" if left else f"{primitive.symbol} {text}"


def _note(primitive: Primitive, wires: list[Wire], constants: list[Constant]) -> str:
    if primitive.name in _SATURATING and abs(wires[0].local) < SATURATED:
        return "saturated"
    if primitive.name in _FLAT and all(wire.local == 0 for wire in wires):
        return "off"
    hidden = [c for c in constants if c.data != 0]
    if primitive.arity is None and hidden:
        return f"+ {len(hidden)} constant{'s' if len(hidden) > 1 else ''}"
    return ""
