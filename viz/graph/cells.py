"""Cells: the neuron and the layer that each value belongs to, by the parameters' paths alone.

Five walks over the graph, none recursive, with no knowledge of how a neuron was written:

1. A value made from a neuron's parameters by a linear operation starts a piece of that neuron;
   sums join pieces of one neuron that have no parameter in common. A piece with all of them is one
   application of the neuron: an example of a batch, or a step of a recurrent network.
2. A layer is recurrent if an application of it depends on an earlier one.
3. A value feeds on if a later application of some neuron depends on it.
4. What follows a piece belongs to its neuron (or to its layer, if several neurons meet) as long as
   it feeds on: it lies between the parameters and the next layer's. After the last layer only
   activations do; the rest is the loss. In a recurrent layer the last step gets as much as the
   steps before it, which does not tell what would be the neuron's and what the layer's.
5. What scales or shifts a neuron's result (`f * 0`, `1 - z`, `a + x`) is not the neuron's own
   value, which its box shows: it belongs to the layer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd import Graph
from viz.graph.paths import Place, is_parameter, place_of
from viz.text import label_of

LINEAR = frozenset({"add", "sub", "mul", "div", "neg", "dot", "sum", "mean", "identity"})
ADDITIVE = frozenset({"add", "sub", "sum", "identity"})
ACTIVATIONS = frozenset(
    {"relu", "leaky_relu", "elu", "gelu", "silu", "softplus", "sigmoid", "tanh", "softmax"}
)


class Cell(NamedTuple):
    """One application of a neuron, or what joins several neurons of one application of a layer.

    Attributes:
        layer: the path of the layer.
        neuron: the path of the neuron, None for what joins several.
        application: which example or step, from 0.
    """

    layer: str
    neuron: str | None
    application: int


def places(graph: Graph) -> dict[int, Place]:
    """The place of each parameter whose label is a path."""
    own = [i for i in sorted(graph.parameters) if is_parameter(graph.values[i])]
    found = {i: place_of(label_of(graph.values[i])) for i in own}
    return {i: place for i, place in found.items() if place is not None}


def cells(graph: Graph, at: dict[int, Place]) -> dict[int, Cell]:
    """The cell of each computed value that has one, in topological order.

    >>> from autograd import Value
    >>> from viz.graph.given import graph_of
    >>> w, b = Value(2.0, label="layer1.neuron1.w[0]"), Value(1.0, label="layer1.neuron1.b")
    >>> graph = graph_of(((w * 3.0 + b).tanh() - 1.0) ** 2)
    >>> list(cells(graph, places(graph)))
    [2, 4, 5]
    >>> cells(graph, places(graph))[5]
    Cell(layer='layer1', neuron='layer1.neuron1', application=0)
    """
    return _Followers(graph, _linear(graph, at)).assign()


@dataclass(eq=False)
class _Piece:
    """Values that belong to one application of a neuron, and the parameters used in them.

    `last` is the last one that adds something; what merely copies it does not count.
    """

    neuron: tuple[str, str]
    used: set[int]
    last: int
    members: list[int] = field(default_factory=list)


def _linear(graph: Graph, at: dict[int, Place]) -> dict[int, Cell]:
    """Walk 1: the linear part of every application of every neuron."""
    piece_of: dict[int, _Piece] = {}
    for i in graph.computed:
        pieces = _pieces_at(i, graph, at, piece_of)
        if pieces:
            joined = max(pieces, key=lambda piece: len(piece.used))
            for piece in pieces:
                if piece is not joined:
                    joined.used |= piece.used
                    joined.members += piece.members
                    joined.last = i
                    piece_of.update(dict.fromkeys(piece.members, joined))
            joined.members.append(i)
            piece_of[i] = joined
    count: Counter[tuple[str, str]] = Counter()
    found: dict[int, Cell] = {}
    for piece in sorted(dict.fromkeys(piece_of.values()), key=lambda piece: piece.last):
        cell = Cell(*piece.neuron, count[piece.neuron])
        found.update((i, cell) for i in piece.members if i <= piece.last)
        count[piece.neuron] += 1
    return found


def _pieces_at(
    i: int, graph: Graph, at: dict[int, Place], piece_of: dict[int, _Piece]
) -> list[_Piece]:
    """The pieces that become one at value i, a new one for its own parameters among them."""
    made_by, parents = graph.made[i], graph.parents[i]
    own = [p for p in parents if p in at]
    if not own and made_by not in ADDITIVE:
        return []
    if made_by not in LINEAR or len(set(own)) < len(own):  # a penalty such as w · w or |w|
        return []
    met = dict.fromkeys(piece_of[p] for p in parents if p in piece_of)
    if made_by in ADDITIVE:
        if any(p in graph.computed and p not in piece_of for p in parents):
            return []
    else:
        own = _weights(own, at)  # a weighted input of the same neuron, as in a GRU's candidate
        mine = at[own[0]][:2]
        met = {p: None for p in met if p.neuron == mine and p.used.isdisjoint(own)}
    neurons = {at[p][:2] for p in own} | {piece.neuron for piece in met}
    if len(neurons) != 1:
        return []
    new = [_Piece(neurons.pop(), set(own), i)] if own else []
    return [*met, *new] if _are_disjoint([*met, *new]) else new


def _weights(own: list[int], at: dict[int, Place]) -> list[int]:
    """The parameters of the neuron that has most of them, or the first.

    Those of another are its inputs, as the numbers of an embedding are.
    """
    count = Counter(at[p][:2] for p in own)
    neuron = max(count, key=count.__getitem__)
    return [p for p in own if at[p][:2] == neuron]


def _are_disjoint(pieces: list[_Piece]) -> bool:
    first, *others = sorted((piece.used for piece in pieces), key=len, reverse=True)
    rest = set().union(*others)
    return len(rest) == sum(map(len, others)) and first.isdisjoint(rest)


class _Followers:
    """Walks 2 to 4: what lies between the linear parts and the next layer."""

    def __init__(self, graph: Graph, linear: dict[int, Cell]):
        self._graph, self._linear, self._cell = graph, linear, dict(linear)
        self._recurrent, self._feeding = set(recurrent(graph, linear)), feeding(graph, linear)
        self._after: dict[int, int] = {}
        self._most: defaultdict[str, int] = defaultdict(int)

    def assign(self) -> dict[int, Cell]:
        for i in self._graph.computed:
            if i not in self._linear:
                cell = self._candidate(i)
                found = cell and self._home(i, cell)
                if found:
                    self._cell[i] = found
        self._trim()
        return dict(sorted(self._cell.items()))

    def _trim(self) -> None:
        """Walk 5, from the last value to the first: no neuron ends in mere scaling."""
        used: set[int] = set()
        for i in sorted(self._cell, reverse=True):
            cell = self._cell[i]
            if i in self._linear or i in used or not rescales(self._graph, i):
                used.update(p for p in self._graph.parents[i] if self._cell.get(p) == cell)
            else:
                self._cell[i] = cell._replace(neuron=None)

    def _candidate(self, i: int) -> Cell | None:
        computed = computed_parents(self._graph, i)
        if not computed or any(p not in self._cell for p in computed):
            return None
        cell = self._common({self._cell[p] for p in computed})
        now = [p for p in computed if cell and self._cell[p].application == cell.application]
        self._after[i] = 1 + max((self._after.get(p, 0) for p in now), default=0)
        return cell

    def _common(self, met: Iterable[Cell]) -> Cell | None:
        """The cell of what is computed from these."""
        first, *others = sorted(met, key=lambda cell: cell.application)
        if not others:
            return first
        last = others[-1]
        if any(cell.layer != first.layer for cell in others):
            return None
        if first.application != last.application and first.layer not in self._recurrent:
            return None
        same = all(cell[1:] == first[1:] for cell in others)
        return Cell(first.layer, first.neuron if same else None, last.application)

    def _home(self, i: int, cell: Cell) -> Cell | None:
        """The cell that value i, computed from values of `cell`, belongs to; None for the loss."""
        if i in self._feeding:
            self._most[cell.layer] = max(self._most[cell.layer], self._after[i])
            return cell
        if self._graph.made[i] in ACTIVATIONS:
            return cell
        within = cell.layer in self._recurrent and self._after[i] <= self._most[cell.layer]
        return cell._replace(neuron=None) if within else None


def computed_parents(graph: Graph, i: int) -> list[int]:
    """Those parents of value i that are no leaves."""
    return [p for p in graph.parents[i] if p in graph.computed]


def rescales(graph: Graph, i: int) -> bool:
    """True if value i is one computed value, scaled or shifted by numbers and leaves."""
    return graph.made[i] in LINEAR and len(set(computed_parents(graph, i))) == 1


def recurrent(graph: Graph, of: dict[int, Cell]) -> Iterator[str]:
    """The layers an application of which depends on an earlier one."""
    bit = {layer: 1 << k for k, layer in enumerate({cell.layer for cell in of.values()})}
    above = dict.fromkeys(graph.leaves, 0)  # the layers that a value depends on, as bits
    for i in graph.computed:
        cell, above[i] = of.get(i), 0
        for parent in graph.parents[i]:
            above[i] |= above[parent]
            if cell is not None and above[parent] & bit[cell.layer]:
                inner = of.get(parent)
                if inner is None or inner.layer != cell.layer or inner[2] != cell[2]:
                    yield cell.layer
        above[i] |= bit[cell.layer] if cell is not None else 0


def feeding(graph: Graph, of: dict[int, Cell]) -> set[int]:
    """The values that an application of some neuron depends on without being part of it."""
    found: set[int] = set()
    for i in reversed(graph.numbers):
        cell = of.get(i)
        if cell is not None:
            found.update(p for p in graph.parents[i] if of.get(p) != cell)
        elif i in found:
            found.update(graph.parents[i])
    return found
