"""The chain of labelled values between an output and what it is differentiated by.

A derivation goes over the values that have names; the unlabelled ones between them are
bookkeeping, and their local gradients are multiplied (and, over parallel wires, added) into the
derivative of one named value with respect to the next: of ½ · (a − y)² only ∂C/∂a = a − y is
left. An unlabelled value stays when several named values are computed from it, or when its
formula would be too long to read; it is then called v7, as in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd import PRIMITIVES, Value
from viz.formulas.expressions import Expression, constant, symbol
from viz.graph.flow import bypassed, gradients, names_of, used_wires

LONGEST_VALUE = 8
LONGEST_DERIVATIVE = 14
"""Names and numbers in the formula of an unlabelled value, and in a derivative."""


class Link(NamedTuple):
    """∂above/∂below, where `above` is computed from `below` with no named value in between."""

    above: int
    below: int
    written: Expression
    local: float


@dataclass
class Chain:
    """Named values by their index in topological order, and the links between them.

    Attributes:
        names: a name for every value.
        root, wanted: the output, and what it is differentiated by.
        gradients: ∂root/∂value; values that no message reaches are missing.
        up: for each value the links to what is computed from it, in the order of the messages.
        down: for each value the links to what it is computed from.
        paths: how many paths lead from the root to each wanted value, over all wires.
        bypassed: the links, by their ends, beside which a longer path has the same ends.
    """

    names: list[str]
    root: int
    wanted: tuple[int, ...]
    gradients: dict[int, float]
    paths: dict[int, int]
    up: dict[int, list[Link]] = field(default_factory=dict)
    down: dict[int, list[Link]] = field(default_factory=dict)
    bypassed: set[tuple[int, int]] = field(default_factory=set)

    def add(self, link: Link) -> None:
        """Add a link, seen from both of its ends."""
        self.up.setdefault(link.below, []).append(link)
        self.down.setdefault(link.above, []).append(link)


def chain_of(order: Sequence[Value], wanted: Sequence[int], every_node: bool) -> Chain:
    """The chain from the last value of a topological order to the wanted ones."""
    names = names_of(order)
    wires = _wires_towards(order, wanted)
    chain = Chain(
        names, len(order) - 1, tuple(wanted), gradients(order), _path_counts(wires, order, wanted)
    )
    merging = _Merging(order, names, set(wanted), every_node)
    for i in sorted({*wires, *wanted}, reverse=True):
        merging.visit(i, wires.get(i, []), chain)
    below = {i: [link.below for link in links] for i, links in chain.down.items()}
    chain.bypassed |= bypassed(below, ((i, p) for i, several in below.items() for p in several))
    return chain


Wire = tuple[int, int, float]
Wires = dict[int, list[Wire]]


def _wires_towards(order: Sequence[Value], wanted: Iterable[int]) -> Wires:
    """Slot, parent and local gradient of all wires on paths from the root to a wanted value."""
    index = {id(value): i for i, value in enumerate(order)}
    leads = set(wanted)
    found: Wires = {}
    for i, value in enumerate(order):
        if leads.isdisjoint(index[id(parent)] for parent in value.parents):
            continue
        wires = ((slot, index[id(p)], local) for slot, p, local in used_wires(value, known=True))
        towards = [wire for wire in wires if wire[1] in leads]
        if towards:
            leads.add(i)
            found[i] = towards
    reached = {len(order) - 1}
    for i in sorted(found, reverse=True):
        if i in reached:
            reached.update(parent for _, parent, _ in found[i])
    return {i: towards for i, towards in found.items() if i in reached}


def _path_counts(wires: Wires, order: Sequence[Value], wanted: Iterable[int]) -> dict[int, int]:
    counts = {len(order) - 1: 1}
    for i in sorted(wires, reverse=True):
        for _, parent, _ in wires[i]:
            counts[parent] = counts.get(parent, 0) + counts[i]
    return {i: counts.get(i, 0) for i in wanted}


class _Pending(NamedTuple):
    """What adds up to ∂above/∂value, from a named value `above`, before the value is visited."""

    parts: list[Expression]
    local: float

    @property
    def written(self) -> Expression:
        return self.parts[0] if len(self.parts) == 1 else PRIMITIVES["sum"](self.parts)


class _Merging:
    """The walk from the root down that turns wires into links."""

    def __init__(self, order: Sequence[Value], names: list[str], wanted: set[int], every: bool):
        self._formulas = _Formulas(order, names, wanted, every)
        self._pending: dict[int, dict[int, _Pending]] = {}

    def visit(self, i: int, wires: list[Wire], chain: Chain) -> None:
        """Send what has arrived at value i to its parents, through its own local gradients."""
        pending = self._pending.pop(i, {}).items()
        arrived = [Link(above, i, sums.written, sums.local) for above, sums in pending]
        if i == chain.root or self._stays(i, arrived):
            self._formulas.name(i)
            for link in arrived:
                chain.add(link)
            arrived = [Link(i, i, constant(1.0), 1.0)]
        locals_ = self._formulas.locals_of(i) if wires else ()
        for slot, parent, local in wires:
            written = constant(local) if locals_ is None else locals_[slot]
            for link in arrived:
                self._send(link.above, parent, link.written * written, link.local * local)

    def _send(self, above: int, parent: int, written: Expression, local: float) -> None:
        pending = self._pending.setdefault(parent, {})
        parts, total = pending.get(above, ([], None))
        parts.append(written)
        pending[above] = _Pending(parts, local if total is None else total + local)

    def _stays(self, i: int, arrived: list[Link]) -> bool:
        if self._formulas.named(i) or len(arrived) > 1:
            return True
        return any(one.written.size > LONGEST_DERIVATIVE for one in arrived)


class _Formulas:
    """How each value is written: by its name, or by a short formula if it has none."""

    def __init__(self, order: Sequence[Value], names: list[str], wanted: set[int], every: bool):
        self._order, self._names = order, names
        self._index = {id(value): i for i, value in enumerate(order)}
        self._named = {
            i
            for i, value in enumerate(order)
            if i in wanted or str(value.label).strip() or (every and not value.is_leaf)
        } | {len(order) - 1}
        self._written: list[Expression] = []
        for i in range(len(order)):
            self._written.append(self._write(i))

    def named(self, i: int) -> bool:
        """Whether value i is written by its name."""
        return i in self._named

    def name(self, i: int) -> None:
        """From now on, write value i by its name."""
        self._named.add(i)
        self._written[i] = symbol(self._names[i], self._order[i].data)

    def _write(self, i: int) -> Expression:
        value = self._order[i]
        if i not in self._named:
            if value.is_leaf:
                return constant(value.data)
            primitive = value.primitive
            if primitive is not None and primitive.name in PRIMITIVES:
                formula = self._operands(value)[0].__primitive__(primitive, self._operands(value))
                if formula.size <= LONGEST_VALUE:
                    return formula
            self._named.add(i)
        return symbol(self._names[i], value.data)

    def _operands(self, value: Value) -> tuple[Expression, ...]:
        return tuple(
            self._written[self._index[id(x)]] if isinstance(x, Value) else constant(float(x))
            for x in value.operands
        )

    def locals_of(self, i: int) -> tuple[Expression, ...] | None:
        """The local gradient at each operand of value i, read from its primitive's block.

        None for a node made by hand, of which only the numbers are known.
        """
        primitive = self._order[i].primitive
        if primitive is None or primitive.name not in PRIMITIVES:
            return None
        rules = primitive.shown_gradients(self._written[i], *self._operands(self._order[i]))
        return tuple(r if isinstance(r, Expression) else constant(float(r)) for r in rules)
