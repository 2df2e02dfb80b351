"""The chain of labelled values between an output and what it is differentiated by.

A derivation goes over the values that have names; the unlabelled ones between them are
bookkeeping, and their local gradients are multiplied (and, over parallel wires, added) into the
derivative of one named value with respect to the next: of ½ · (a − y)² only ∂C/∂a = a − y is
left. An unlabelled value stays when several named values are computed from it, or when its
formula would be too long to read; it is then called v7, as in the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd import PRIMITIVES, Graph, Wire
from viz.formulas.expressions import Expression, constant, symbol
from viz.graph.direct import bypassed
from viz.graph.given import names_of

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
    """Named values by their numbers, and the links between them.

    Attributes:
        names: a name for every value.
        root, wanted: the output, and what it is differentiated by.
        gradients: ∂root/∂value; values that no message reaches are missing.
        up: for each value the links to what is computed from it, in the order of the messages.
        down: for each value the links to what it is computed from.
        paths: how many paths lead from the root to each wanted value, over all wires.
        bypassed: the links, by their ends, beside which a longer path has the same ends.
    """

    names: Mapping[int, str]
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


def chain_of(graph: Graph, wanted: Sequence[int], every_node: bool) -> Chain:
    """The chain from the output of a graph to the wanted values."""
    names, root = names_of(graph), graph.numbers[-1]
    wires = _wires_towards(graph, wanted)
    chain = Chain(names, root, tuple(wanted), graph.gradients(), _path_counts(wires, root, wanted))
    merging = _Merging(graph, names, set(wanted), every_node)
    for i in sorted({*wires, *wanted}, reverse=True):
        merging.visit(i, wires.get(i, []), chain)
    below = {i: [link.below for link in links] for i, links in chain.down.items()}
    chain.bypassed |= bypassed(below, ((i, p) for i, several in below.items() for p in several))
    return chain


Wires = dict[int, list[Wire]]


def _wires_towards(graph: Graph, wanted: Iterable[int]) -> Wires:
    """All wires on paths from the root to a wanted value."""
    leads = set(wanted)
    found: Wires = {}
    for i in graph.computed:
        if leads.isdisjoint(graph.parents[i]):
            continue
        wires = [w for w in graph.wires(i, known=True) if w.taken and w.source in leads]
        if wires:
            leads.add(i)
            found[i] = wires
    reached = {graph.numbers[-1]}
    for i in sorted(found, reverse=True):
        if i in reached:
            reached.update(wire.source for wire in found[i])
    return {i: wires for i, wires in found.items() if i in reached}


def _path_counts(wires: Wires, root: int, wanted: Iterable[int]) -> dict[int, int]:
    counts = {root: 1}
    for i in sorted(wires, reverse=True):
        for wire in wires[i]:
            counts[wire.source] = counts.get(wire.source, 0) + counts[i]
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

    def __init__(self, graph: Graph, names: Mapping[int, str], wanted: set[int], every: bool):
        self._formulas = _Formulas(graph, names, wanted, every)
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
        for wire in wires:
            written = constant(wire.local) if locals_ is None else locals_[wire.slot]
            for link in arrived:
                self._send(link.above, wire.source, link.written * written, link.local * wire.local)

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

    def __init__(self, graph: Graph, names: Mapping[int, str], wanted: set[int], every: bool):
        self._graph, self._names = graph, names
        self._named = wanted | {graph.numbers[-1]}
        self._named |= {i for i, label in graph.labels.items() if str(label).strip()}
        self._named |= set(graph.computed) if every else set()
        self._written: dict[int, Expression] = {}
        for i in graph.numbers:
            self._written[i] = self._write(i)

    def named(self, i: int) -> bool:
        """Whether value i is written by its name."""
        return i in self._named

    def name(self, i: int) -> None:
        """From now on, write value i by its name."""
        self._named.add(i)
        self._written[i] = symbol(self._names[i], self._graph.values[i].data)

    def _write(self, i: int) -> Expression:
        number, step = self._graph.values[i].data, self._graph.computed.get(i)
        if i not in self._named:
            if step is None:
                return constant(number)
            if step.primitive.name in PRIMITIVES:
                operands = self._operands(i)
                formula = operands[0].__primitive__(step.primitive, operands)
                if formula.size <= LONGEST_VALUE:
                    return formula
            self._named.add(i)
        return symbol(self._names[i], number)

    def _operands(self, i: int) -> tuple[Expression, ...]:
        operands = self._graph.computed[i].operands
        return tuple(constant(x) if isinstance(x, float) else self._written[x] for x in operands)

    def locals_of(self, i: int) -> tuple[Expression, ...] | None:
        """The local gradient at each operand of value i, read from its primitive's block.

        None for a node made by hand, of which only the numbers are known.
        """
        primitive = self._graph.computed[i].primitive
        if primitive.name not in PRIMITIVES:
            return None
        rules = primitive.shown_gradients(self._written[i], *self._operands(i))
        return tuple(r if isinstance(r, Expression) else constant(float(r)) for r in rules)
