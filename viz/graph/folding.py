"""Folding: a figure shows every value, or boxes for neurons, layers and the rest.

Up to `max_nodes` values everything is drawn; up to about four times as many neurons fold to one
box each, up to fifteen times as many layers do (one box for each example or step), and beyond
that one box stands for all applications of a layer. A graph without neurons shows the values
near its output, and a box for the others. `expand` opens boxes by path.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from autograd import Graph
from viz.errors import DrawingError
from viz.graph.cells import Cell, cells, computed_parents, feeding, places, recurrent
from viz.graph.given import names_of
from viz.graph.paths import Place, within
from viz.text import printable

Level = Literal["values", "neurons", "layers", "diagram", "near"]
Kind = Literal["neuron", "others", "layer", "inputs", "rest", "more"]
MAX_NODES = 40
"""Values up to which all are drawn."""
NEURONS, LAYERS = 3.75, 15
"""Multiples of max_nodes: values up to which neurons fold, and up to which layers do."""
DEPTH = 6
"""Operations from the output up to which values of a large graph without neurons are drawn."""
FEW_INPUTS = 12
"""Inputs up to which a folded figure shows each by itself."""
SIBLINGS, FEW = 20, 12
"""Values equally far from the output that are drawn; how many are if there are more than that."""


@dataclass(frozen=True, repr=False)
class Box:
    """A box that stands for several values.

    Attributes:
        kind: a neuron, the other neurons of a layer, a layer, many inputs, what comes after the
            layers, or values not shown.
        path: the path of the neuron or layer.
        application: which example or step, from 0; None for all of them.
        members: the numbers of its values, in order.
    """

    kind: Kind
    path: str
    application: int | None
    members: tuple[int, ...]

    @property
    def node(self) -> str:
        """Its id in DOT."""
        return "more" if self.kind == "more" else f"{self.kind[0]}{self.output}"

    @property
    def output(self) -> int:
        """The last of its values."""
        return self.members[-1]


@dataclass(frozen=True, repr=False)
class View:
    """The values that are drawn one by one, and the boxes that stand for the others.

    Attributes:
        graph: all of the graph.
        level: what is folded.
        drawn: the numbers of the values drawn one by one.
        boxes: the boxes, in order.
        cells, places: to which neuron values and parameters belong.
    """

    graph: Graph
    level: Level
    drawn: frozenset[int]
    boxes: tuple[Box, ...] = ()
    cells: dict[int, Cell] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)

    @cached_property
    def box_of(self) -> dict[int, Box]:
        """The box of each value that is in one."""
        return {i: box for box in self.boxes for i in box.members}

    @cached_property
    def applications(self) -> dict[str, int]:
        """The times that each layer and each neuron is applied, by path."""
        most: Counter[str] = Counter()
        for cell in self.cells.values():
            for path in {cell.layer, cell.neuron or cell.layer}:
                most[path] = max(most[path], cell.application + 1)
        return dict(most)

    @cached_property
    def recurrent(self) -> frozenset[str]:
        """The paths of layers (and their neurons) whose applications are steps."""
        layers = set(recurrent(self.graph, self.cells))
        return frozenset(
            path
            for cell in set(self.cells.values())
            if cell.layer in layers
            for path in (cell.layer, cell.neuron or cell.layer)
        )

    @cached_property
    def members(self) -> frozenset[tuple[str, str]]:
        """Every neuron that is applied, with its layer."""
        found = {(cell.layer, cell.neuron) for cell in self.cells.values()}
        return frozenset((layer, neuron) for layer, neuron in found if neuron is not None)

    @cached_property
    def own(self) -> dict[str, list[int]]:
        """The parameters of each layer and each neuron, by path."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for i, place in self.places.items():
            for path in {place.layer, place.neuron}:
                found[path].append(i)
        return dict(found)

    @cached_property
    def names(self) -> dict[int, str]:
        """The names of the values; see `names_of`."""
        return names_of(self.graph)

    @property
    def count(self) -> int:
        """The number of values and boxes that are drawn."""
        return len(self.drawn) + len(self.boxes)

    @property
    def complete(self) -> bool:
        """True if every value is drawn."""
        return not self.boxes


def view(
    graph: Graph,
    *,
    expand: Iterable[str] = (),
    depth: int | None = None,
    max_nodes: int | None = MAX_NODES,
) -> View:
    """Choose what to show of a graph.

    Raises:
        DrawingError: a path in `expand` is none of this graph.

    >>> from autograd import Value
    >>> x = Value(1.0)
    >>> for _ in range(1000):
    ...     x = x * 2.0
    >>> view(Graph.of(x)).level, view(Graph.of(x), depth=3).count
    ('near', 5)
    """
    if depth is not None:
        return _near(graph, depth, None if max_nodes is None else len(graph))
    at = places(graph)
    of = cells(graph, at)
    opened = tuple([expand] if isinstance(expand, str) else expand)
    _check(opened, of)
    whole = View(graph, "values", frozenset(graph.numbers), cells=of, places=at)
    if max_nodes is None or (len(graph) <= max_nodes and not opened):
        return whole
    if not of:
        few = len(graph) <= NEURONS * max_nodes
        return whole if few else _near(graph, DEPTH, max_nodes)
    levels: list[Level] = ["neurons", "layers", "diagram"]
    for level in levels[sum(len(graph) > times * max_nodes for times in (NEURONS, LAYERS)) :]:
        found = _Folding(whole, level, opened).view()
        if opened or found.count <= max_nodes or level == "diagram":
            break
    return found


def _check(opened: tuple[str, ...], of: dict[int, Cell]) -> None:
    known = dict.fromkeys(path for cell in of.values() for path in (cell.layer, cell.neuron or ""))
    for path in opened:
        if path not in known or not path:
            names = ", ".join([name for name in known if name][:40])
            there = f"it has {names}" if names else "it has none with a name"
            raise DrawingError(f"expand={path!r} is no layer or neuron of this graph: {there}")


def _near(graph: Graph, depth: int, most: int | None) -> View:
    """The values near the output, and a box for all others."""
    near = _near_output(graph, depth, most)
    others = tuple(i for i in graph.numbers if i not in near)
    if not others:
        return View(graph, "values", frozenset(near))
    return View(graph, "near", frozenset(near), (Box("more", "", None, others),))


def _near_output(graph: Graph, depth: int, most: int | None) -> set[int]:
    """The values at most `depth` operations from the output, on the longest path.

    A value is drawn only if all that uses it is: what is hidden comes before all that is drawn, so
    no line runs back into it. `most` is how many there may be, and then few that are equally far.
    """
    successors: defaultdict[int, list[int]] = defaultdict(list)
    far = dict.fromkeys(graph.numbers, 0)
    levels: defaultdict[int, list[int]] = defaultdict(list)
    for i in reversed(graph.numbers):
        levels[far[i]].append(i)
        for parent in graph.parents[i]:
            successors[parent].append(i)
            far[parent] = max(far[parent], far[i] + 1)
    near: set[int] = set()
    for distance in range(min(depth, max(levels)) + 1):
        level = [i for i in sorted(levels[distance]) if near.issuperset(successors[i])]
        if most is not None and len(level) > min(SIBLINGS, most - len(near)):
            level = level[: max(0, min(FEW, most - len(near)))]
        near.update(level)
    return near


Key = tuple[Kind, str, int | None]
REST: Key = ("rest", "", None)
INPUTS: Key = ("inputs", "", None)


class _Folding:
    """Assigns every value of a view that shows them all to a box, or to none."""

    def __init__(self, whole: View, level: Level, opened: tuple[str, ...]):
        self._whole, self._graph, self._of = whole, whole.graph, whole.cells
        self._level, self._opened = level, opened
        self._feeding = feeding(self._graph, self._of) if level == "diagram" else set()
        self._key: dict[int, Key | None] = {}

    def view(self) -> View:
        for i in self._graph.computed:
            self._key[i] = self._computed(i)
        self._leaves()
        members: defaultdict[Key | None, list[int]] = defaultdict(list)
        for i in [*self._graph.leaves, *self._graph.computed]:  # the last is what a box puts out
            members[self._key[i]].append(i)
        drawn = frozenset(members.pop(None, ()))
        boxes = [Box(*key, tuple(inside)) for key, inside in members.items() if key is not None]
        boxes.sort(key=lambda box: box.output)
        return replace(self._whole, level=self._level, drawn=drawn, boxes=tuple(boxes))

    def _computed(self, i: int) -> Key | None:
        cell = self._of.get(i)
        if cell is not None:
            return self._folded(cell)
        if self._level != "diagram":
            return None
        if i not in self._feeding:
            return REST
        above = computed_parents(self._graph, i)
        return self._key[max(above)] if above else None

    def _folded(self, cell: Cell) -> Key | None:
        """The box of a cell, None if it is open or a value that joins neurons of an open layer."""
        if not self._is_open(cell):
            return "layer", cell.layer, cell.application if self._level == "layers" else None
        if cell.neuron is None or self._all_of(cell.neuron):
            return None
        if self._level != "neurons" and cell.layer not in self._opened:
            return "others", cell.layer, cell.application
        return "neuron", cell.neuron, cell.application

    def _is_open(self, cell: Cell) -> bool:
        if self._level == "neurons":
            return True
        if self._level == "diagram" and cell.application:
            return False
        return any(within(path, cell.layer) for path in self._opened if cell.layer or path)

    def _all_of(self, neuron: str) -> bool:
        """True if a neuron of an open layer is open itself."""
        closed = self._level == "neurons"
        return any(path == neuron or (closed and within(neuron, path)) for path in self._opened)

    def _leaves(self) -> None:
        """Parameters go with their neuron; inputs stand alone, or all in a box where many."""
        first: dict[str, Cell] = {}
        for cell in self._of.values():
            if cell.neuron is not None and cell.application == 0:
                first.setdefault(cell.neuron, cell)
        uses: defaultdict[int, set[Key | None]] = defaultdict(set)
        for i in self._graph.computed:
            for p in self._graph.parents[i]:
                uses[p].add(self._key[i])
        alone: list[int] = []
        for leaf in self._graph.leaves:
            place = self._whole.places.get(leaf)
            if place is not None and place.neuron in first:
                self._key[leaf] = self._folded(first[place.neuron])
            elif uses[leaf] == {REST}:
                self._key[leaf] = REST
            else:
                alone.append(leaf)
        key = INPUTS if len(alone) > FEW_INPUTS else None
        self._key.update(dict.fromkeys(alone, key))


def operations(graph: Graph, members: Iterable[int]) -> Counter[str]:
    """The primitives that made these values, counted."""
    count = Counter(map(graph.made.__getitem__, members))
    return Counter({printable(name): n for name, n in count.items() if name})
