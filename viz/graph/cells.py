"""Which neuron of which layer each value belongs to, found from the parameters' paths alone.

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
from typing import NamedTuple

from viz.graph.outline import Outline
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


def places(graph: Outline) -> dict[int, Place]:
    """The place of each parameter whose label is a path."""
    own = [i for i in sorted(graph.parameters) if is_parameter(graph.value(i))]
    found = {i: place_of(label_of(graph.value(i))) for i in own}
    return {i: place for i, place in found.items() if place is not None}


def cells(graph: Outline, at: dict[int, Place]) -> dict[int, Cell]:
    """The cell of each computed value that has one, in topological order.

    >>> from autograd import Value
    >>> from viz.graph.outline import outline
    >>> w, b = Value(2.0, label="layer1.neuron1.w[0]"), Value(1.0, label="layer1.neuron1.b")
    >>> graph = outline(((w * 3.0 + b).tanh() - 1.0) ** 2)
    >>> list(cells(graph, places(graph)))
    [2, 4, 5]
    >>> cells(graph, places(graph))[5]
    Cell(layer='layer1', neuron='layer1.neuron1', application=0)
    """
    linear = _Pieces(graph, at).members()
    return _Followers(graph, linear).assign()


class _Pieces:
    """Walk 1: the linear part of every application of every neuron."""

    def __init__(self, graph: Outline, at: dict[int, Place]):
        self._graph, self._at = graph, at
        self._parent: list[int] = []
        self._neuron: list[tuple[str, str]] = []
        self._used: list[set[int]] = []
        self._last: list[int] = []
        self._piece: dict[int, int] = {}

    def members(self) -> dict[int, Cell]:
        for i in range(1, len(self._graph) + 1):
            if self._graph.parents[i]:
                self._visit(i)
        roots = sorted({self._find(p) for p in self._piece.values()}, key=self._last.__getitem__)
        count: Counter[tuple[str, str]] = Counter()
        cell: dict[int, Cell] = {}
        for root in roots:
            neuron = self._neuron[root]
            cell[root] = Cell(*neuron, count[neuron])
            count[neuron] += 1
        found = ((i, self._find(piece)) for i, piece in self._piece.items())
        return {i: cell[root] for i, root in found if i <= self._last[root]}

    def _visit(self, i: int) -> None:
        made_by, parents = self._graph.made[i], self._graph.parents[i]
        own = [p for p in parents if p in self._at]
        if not own and made_by not in ADDITIVE:
            return
        if made_by not in LINEAR or len(set(own)) < len(own):
            return  # a penalty such as w · w or |w|
        own = own if made_by in ADDITIVE else self._weights(own)
        pieces = self._joined(parents) if made_by in ADDITIVE else self._inside(own, parents)
        neurons = {(self._at[p].layer, self._at[p].neuron) for p in own}
        neurons |= {self._neuron[piece] for piece in pieces or ()}
        if pieces is None or len(neurons) != 1:
            return
        if own:
            pieces.append(self._new(neurons.pop(), own))
        if len(pieces) == 1:
            self._piece[i] = pieces[0]
            self._last[pieces[0]] = i if own else self._last[pieces[0]]
        elif self._disjoint(pieces):
            self._piece[i] = self._join(pieces, i)
        elif own:
            self._piece[i] = pieces[-1]
            self._last[pieces[-1]] = i

    def _weights(self, own: list[int]) -> list[int]:
        """The parameters of the neuron that has most of them, or the first.

        Those of another are its inputs, as the numbers of an embedding are.
        """
        count = Counter((self._at[p].layer, self._at[p].neuron) for p in own)
        neuron = max(count, key=count.__getitem__, default=None)
        return [p for p in own if (self._at[p].layer, self._at[p].neuron) == neuron]

    def _joined(self, parents: tuple[int, ...]) -> list[int] | None:
        """The pieces among the parents; None if some parent is neither that nor a leaf."""
        computed = [p for p in parents if self._graph.parents[p]]
        if any(p not in self._piece for p in computed):
            return None
        return list(dict.fromkeys(self._find(self._piece[p]) for p in computed))

    def _inside(self, own: list[int], parents: tuple[int, ...]) -> list[int]:
        """Pieces that go into a weighted input of the same neuron, as in a GRU's candidate."""
        neurons = {(self._at[p].layer, self._at[p].neuron) for p in own}
        met = {self._find(self._piece[p]) for p in parents if p in self._piece}
        return sorted(
            piece
            for piece in met
            if {self._neuron[piece]} == neurons and self._used[piece].isdisjoint(own)
        )

    def _new(self, neuron: tuple[str, str], used: list[int]) -> int:
        self._parent.append(len(self._parent))
        self._neuron.append(neuron)
        self._used.append(set(used))
        self._last.append(0)
        return len(self._parent) - 1

    def _find(self, piece: int) -> int:
        while self._parent[piece] != piece:
            self._parent[piece] = piece = self._parent[self._parent[piece]]
        return piece

    def _disjoint(self, pieces: list[int]) -> bool:
        first, *others = sorted((self._used[p] for p in pieces), key=len, reverse=True)
        if len(others) == 1:
            return first.isdisjoint(others[0])
        return sum(map(len, others)) == len(set().union(*others)) and first.isdisjoint(
            set().union(*others)
        )

    def _join(self, pieces: list[int], last: int) -> int:
        biggest = max(pieces, key=lambda piece: len(self._used[piece]))
        for piece in pieces:
            if piece != biggest:
                self._used[biggest] |= self._used[piece]
                self._parent[piece] = biggest
        self._last[biggest] = last
        return biggest


class _Followers:
    """Walks 2 to 4: what lies between the linear parts and the next layer."""

    def __init__(self, graph: Outline, linear: dict[int, Cell]):
        self._graph, self._linear = graph, linear
        self._recurrent = set(recurrent(graph, linear))
        self._feeding = feeding(graph, linear)
        self._cell = dict(linear)
        self._after: dict[int, int] = {}
        self._most: defaultdict[str, int] = defaultdict(int)

    def assign(self) -> dict[int, Cell]:
        for i in range(1, len(self._graph) + 1):
            if i not in self._linear and self._graph.parents[i]:
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
        computed = self._graph.computed(i)
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


def rescales(graph: Outline, i: int) -> bool:
    """Whether value i is one computed value, scaled or shifted by numbers and leaves."""
    return graph.made[i] in LINEAR and len(set(graph.computed(i))) == 1


def recurrent(graph: Outline, of: dict[int, Cell]) -> Iterator[str]:
    """The layers an application of which depends on an earlier one."""
    number = {layer: k for k, layer in enumerate(dict.fromkeys(c.layer for c in of.values()))}
    above = [0] * (len(graph) + 1)
    for i in range(1, len(graph) + 1):
        reached = 0
        cell = of.get(i)
        for parent in graph.parents[i]:
            reached |= above[parent]
            if cell is not None and above[parent] >> number[cell.layer] & 1:
                inner = of.get(parent)
                if inner is None or inner.layer != cell.layer or inner[2] != cell[2]:
                    yield cell.layer
        above[i] = reached | (1 << number[cell.layer] if cell is not None else 0)


def feeding(graph: Outline, of: dict[int, Cell]) -> set[int]:
    """The values that an application of some neuron depends on without being part of it."""
    feeding: set[int] = set()
    for i in range(len(graph), 0, -1):
        cell = of.get(i)
        if cell is not None:
            feeding.update(p for p in graph.parents[i] if of.get(p) != cell)
        elif i in feeding:
            feeding.update(graph.parents[i])
    return feeding
