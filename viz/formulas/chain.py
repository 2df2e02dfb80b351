"""The chain of labelled values between an output and what it is differentiated by.

A derivation goes over the values that have names; the unlabelled ones between them are
bookkeeping, and their local gradients are multiplied (and, over parallel wires, added) into the
derivative of one named value with respect to the next: of ½ · (a − y)² only ∂C/∂a = a − y is
left. An unlabelled value stays when several named values are computed from it, or when its
formula would be too long to read; it is then called v7, as in the table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import add
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


class Chain:
    """Named values by their numbers, and the links between them.

    Attributes:
        names: a name for every value.
        root, wanted: the output, and what it is differentiated by.
        gradients: ∂root/∂value; values that no message reaches are missing.
        paths: how many paths lead from the root to each value, over all wires.
        up: for each value the links to what is computed from it, in the order of the messages.
        down: for each value the links to what it is computed from.
        bypassed: the links, by their ends, beside which a longer path has the same ends.
    """

    def __init__(self, graph: Graph, wanted: Sequence[int], every_node: bool):
        self._graph = graph
        self.root, self.wanted = graph.numbers[-1], tuple(wanted)
        self.names, self.gradients = names_of(graph, latex=True), graph.gradients()
        self.up: defaultdict[int, list[Link]] = defaultdict(list)
        self.down: defaultdict[int, list[Link]] = defaultdict(list)
        self._named = {self.root, *wanted, *(graph.computed if every_node else ())}
        self._named |= {i for i, label in graph.labels.items() if str(label).strip()}
        self._written: dict[int, Expression] = {}
        for i in graph.numbers:
            self._written[i] = self._formula(i)
        wires, self.paths = _wires_towards(graph, wanted)
        self._merge(wires)
        below = {i: [link.below for link in links] for i, links in self.down.items()}
        self.bypassed = bypassed(below, ((i, p) for i, several in below.items() for p in several))

    def up_to(self, i: int, named: Collection[int]) -> list[list[Link]]:
        """The paths from value i up to the nearest of the `named` values, top link first.

        Of the values computed from i, those computed first come first.
        """
        paths: list[list[Link]] = []
        growing = [[link] for link in self.up.get(i, ())]  # they are in the order of the messages
        while growing:
            path = growing.pop()
            while (top := path[-1].above) not in named and len(self.up[top]) == 1:
                path.append(self.up[top][0])
            if top in named:
                paths.append(path[::-1])
            else:
                growing += [[*path, link] for link in self.up[top]]
        return paths

    def _merge(self, wires: dict[int, list[Wire]]) -> None:
        """Turn wires into links, from the root down."""
        waiting: dict[int, dict[int, list[Link]]] = {i: {} for i in {*wires, *self.wanted}}
        for i in sorted(waiting, reverse=True):
            links = [*map(_added, waiting.pop(i).values())]
            long = any(link.written.size > LONGEST_DERIVATIVE for link in links)
            if i in self._named or len(links) > 1 or long:
                self._name(i)
                for link in links:
                    self.up[i].append(link)
                    self.down[link.above].append(link)
                links = [Link(i, i, constant(1.0), 1.0)]
            rules = self._rules(i, wires.get(i, []))
            for wire, written in zip(wires.get(i, []), rules, strict=True):
                for above, _, before, local in links:
                    link = Link(above, wire.source, before * written, local * wire.local)
                    waiting[wire.source].setdefault(above, []).append(link)

    def _name(self, i: int) -> None:
        """From now on, write value i by its name."""
        self._named.add(i)
        self._written[i] = symbol(self.names[i], self._graph.values[i].data)

    def _formula(self, i: int) -> Expression:
        """Value i by its name, or by a short formula if it has none."""
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
        return symbol(self.names[i], number)

    def _operands(self, i: int) -> tuple[Expression, ...]:
        operands = self._graph.computed[i].operands
        return tuple(constant(x) if isinstance(x, float) else self._written[x] for x in operands)

    def _rules(self, i: int, wires: Sequence[Wire]) -> list[Expression]:
        """The local gradients on wires into value i, read from its primitive's block.

        Of a node made by hand only the numbers are known.
        """
        if not wires or self._graph.computed[i].primitive.name not in PRIMITIVES:
            return [constant(wire.local) for wire in wires]
        primitive = self._graph.computed[i].primitive
        rules = primitive.shown_gradients(self._written[i], *self._operands(i))
        read = [rules[wire.slot] for wire in wires]
        return [rule if isinstance(rule, Expression) else constant(float(rule)) for rule in read]


def _added(links: list[Link]) -> Link:
    """Links with the same ends, added up."""
    if len(links) == 1:
        return links[0]
    written = PRIMITIVES["sum"]([link.written for link in links])
    return links[0]._replace(written=written, local=reduce(add, [link.local for link in links]))


def _wires_towards(
    graph: Graph, wanted: Iterable[int]
) -> tuple[dict[int, list[Wire]], Counter[int]]:
    """The wires on paths from the root to a wanted value, and how many paths lead to each value."""
    leads = set(wanted)
    found: dict[int, list[Wire]] = {}
    for i in graph.computed:
        if not leads.isdisjoint(graph.parents[i]):
            wires = [w for w in graph.wires(i, known=True) if w.taken and w.source in leads]
            if wires:
                leads.add(i)
                found[i] = wires
    paths = Counter({graph.numbers[-1]: 1})
    for i in sorted(found, reverse=True):
        for wire in found[i]:
            paths[wire.source] += paths[i]
    return {i: wires for i, wires in found.items() if paths[i]}, paths
