"""Arranging a graph's nodes into arrays: isomorphic nodes of one level become rows of one array.

A node's level is the longest way to it from a leaf. All nodes of a level with the same operation
share an array, with a row for each; those that also take their operands from the same arrays form a
Group, which becomes one statement. The rows are ordered so that groups, and what later groups take
together, lie together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from autograd.graph import Step
from autograd.program.loops.loop import Element, Loop
from autograd.program.normal import Node, SumOfTerms, Term, normal_form
from autograd.program.statements import Array
from autograd.program.tracing.graph import Index, TracedGraph

_LETTERS = {"parameters": "P", "input": "X", "index": "X", "sum": "Z", "applied": "A"}


class Ref(NamedTuple):
    """A row of an array, which is known by its number."""

    array: int
    row: int


class Group(NamedTuple):
    """Nodes that one statement computes: rows `start` … `start + len(nodes)` of an array."""

    array: int
    start: int
    nodes: list[Node]


class Use(NamedTuple):
    """The first use of a value: its level, a number for its operation, and the value it gives."""

    level: int
    operation: int
    value: int


Source = tuple[int, int, int]
"""Of terms: two arrays, and if the factor is 1, see `_source`."""
Order = dict[int, tuple[int, int, int]]


@dataclass
class Arrangement:
    """The arrays, the groups in the order in which they can be computed, and the values' places."""

    arrays: list[Array] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    place: dict[int, Ref] = field(default_factory=dict)
    where: Index = field(default_factory=lambda: np.zeros((2, 1), np.intp))
    """The same as two rows; the last column, (−1, 0), stands for no value."""
    parameters: int = -1
    """The number of the parameters' array; −1 if there are none."""
    loops: dict[str, Loop] = field(default_factory=dict)
    """The loops whose results arrays hold, by the arrays' names."""
    _counts: Counter[str] = field(default_factory=Counter)

    def put(self, values: list[int], number: int, first: int) -> None:
        """Place values in the rows of an array from `first` on."""
        rows = range(first, first + len(values))
        self.place.update(zip(values, map(Ref, repeat(number), rows), strict=True))
        self.where[0, values], self.where[1, values] = number, rows

    def add(self, rows: int, batched: bool, role: str, block: int, differentiable: bool) -> int:
        """Add an array, P, X1, Z1 (a sum) or A1 (a primitive applied); its number."""
        letter = _LETTERS[role]
        self._counts[letter] += 1
        name = letter if letter == "P" else f"{letter}{self._counts[letter]}"
        self.arrays.append(Array(name, rows, batched, role, block, differentiable))
        return len(self.arrays) - 1


def arrange(
    graph: TracedGraph, *, wanted: Callable[[int], bool], per_example: bool = False, passes: int = 2
) -> Arrangement:
    """Arrange a graph.

    Args:
        wanted: whether gradients are asked for a block (−1: the parameters).
        per_example: give parameters and shared inputs a column for each example too, so that
            their gradients come out example by example.
        passes: 1 for a rough arrangement.
    """
    nodes = normal_form(graph)
    inner = {value: _computed(node, len(graph.leaves)) for value, node in nodes.items()}
    levels = _levels(nodes, inner)
    by_level = _by_level(nodes, levels)
    consumers = _first_consumers(nodes, levels, inner)
    order: Order = {value: (use.level, use.operation, 0) for value, use in consumers.items()}
    found = Arrangement()
    for _ in range(passes):  # the second time, sums lie in the order in which they were first used
        found = Arrangement(where=np.full((2, max([*nodes, -1]) + len(graph.leaves) + 2), -1))
        found.where[1, -1] = 0
        _place_leaves(graph, found, wanted, per_example)
        for members in by_level:
            _place_level(members, nodes, order, found)
        order = {
            value: (use.level, use.operation, found.place[use.value].row)
            for value, use in consumers.items()
        }
    return found


def _place_leaves(
    graph: TracedGraph, found: Arrangement, wanted: Callable[[int], bool], per_example: bool
) -> None:
    per_example = per_example and any(block.batched for block in graph.blocks)
    for number in dict.fromkeys(block for block, _ in graph.origins):
        wants, here = wanted(number), np.flatnonzero(graph.table[:, 0] == number)
        if number < 0:
            array = found.add(len(graph.parameters), per_example, "parameters", -1, wants)
            found.parameters = array
        else:
            block, role = graph.blocks[number], "index" if number in graph.indices else "input"
            batched = block.batched or (per_example and wants)
            array = found.add(block.size, batched, role, number, wants and role == "input")
        found.where[0, here], found.where[1, here] = array, graph.table[here, 1]
    found.place = dict(enumerate(map(Ref, *found.where[:, : len(graph.leaves)].tolist())))


def _computed(node: Node, first: int) -> list[int]:
    """The values from number `first` on, which are computed, among those that a node takes."""
    if isinstance(node, SumOfTerms):
        return node.computed(first)
    return [v for v in node.values if v >= first]


def _levels(nodes: dict[int, Node], inner: dict[int, list[int]]) -> dict[int, int]:
    levels: dict[int, int] = {}
    for value, node in nodes.items():
        level = max((levels[v] for v in inner[value]), default=0)
        levels[value] = level + (not is_element(node))
    return levels


def is_element(node: Node) -> bool:
    """True for a row of a loop's results, which is there where the loop is."""
    return isinstance(node, Step) and isinstance(node.primitive, Element)


def _operation(node: Node) -> Any:
    return "sum" if isinstance(node, SumOfTerms) else node.primitive


def _first_consumers(
    nodes: dict[int, Node], levels: dict[int, int], inner: dict[int, list[int]]
) -> dict[int, Use]:
    numbers: dict[Any, int] = {}
    first: dict[int, Use] = {}
    for value, node in nodes.items():
        use = Use(levels[value], numbers.setdefault(_operation(node), len(numbers)), value)
        for v in inner[value]:
            if v not in first or use < first[v]:
                first[v] = use
    return first


def _by_level(nodes: dict[int, Node], levels: dict[int, int]) -> list[list[int]]:
    found: dict[int, list[int]] = {}
    for value in nodes:
        found.setdefault(levels[value], []).append(value)
    return [found[level] for level in sorted(found)]


def _place_level(
    members: list[int], nodes: dict[int, Node], order: Order, found: Arrangement
) -> None:
    arrays: dict[Any, dict[Any, list[int]]] = {}
    for value in members:
        node = nodes[value]
        if is_element(node):
            continue
        signature = _signature(node, found)
        below = [found.arrays[i] for i in _taken_from(node, signature)]
        batched = any(array.batched for array in below)
        differentiable = any(array.differentiable for array in below)
        loop = value if isinstance(_operation(node), Loop) else -1  # it has an array of its own
        key = (_operation(node), batched, differentiable, loop)
        arrays.setdefault(key, {}).setdefault(signature, []).append(value)
    # what all examples share comes first, and so is differentiated last: by then messages to
    # the parameters have been assigned, and this one is added to all at once
    shared_first = sorted(arrays.items(), key=lambda item: item[0][1])
    for (operation, batched, differentiable, _), groups in shared_first:
        role = "sum" if operation == "sum" else "applied"
        rows = operation.rows if isinstance(operation, Loop) else sum(map(len, groups.values()))
        number = found.add(rows, batched, role, -1, differentiable)
        if isinstance(operation, Loop):
            found.loops[found.arrays[number].name] = operation
        row = 0
        for values in groups.values():
            _sort(values, nodes, order, found)
            found.groups.append(Group(number, row, [nodes[v] for v in values]))
            found.put(values, number, row)
            row += len(values)
    for value in members:
        node = nodes[value]
        if isinstance(node, Step) and isinstance(node.primitive, Element):
            bundle = found.place[int(node.operands[0])]
            found.put([value], bundle.array, node.primitive.row)


def _sort(values: list[int], nodes: dict[int, Node], order: Order, found: Arrangement) -> None:
    """Put nodes that multiply the same vector with parameters together, or else those that are
    used together.
    """
    vectors: dict[Any, int] = {}
    keys = [_vector(nodes[v], found) for v in values]
    ranks = [vectors.setdefault(key, len(vectors)) for key in keys]
    if keys[0] and 1 < len(vectors) < len(values):
        rank = dict(zip(values, ranks, strict=True))
        values.sort(key=rank.__getitem__)
    else:
        values.sort(key=lambda v: _rank(nodes[v], order.get(v, (0, 0, 0)), found))


def _rank(node: Node, use: tuple[int, int, int], found: Arrangement) -> tuple[int, int, int]:
    """By use; then applications in the order of their first operands, which is read as a slice."""
    level, operation, row = use
    if isinstance(node, Step) and node.values:
        row = found.place[node.values[0]].row
    return level, operation, row


def _vector(node: Node, found: Arrangement) -> Hashable:
    """The values that a sum multiplies with parameters."""
    if isinstance(node, Step):
        return ()
    place, parameters = found.place, found.parameters
    if node.is_long:
        _, a, b = node.columns
        from_a, from_b = found.where[0, a] == parameters, found.where[0, b] == parameters
        products = (a >= 0) & (b >= 0) & (from_a != from_b)
        return np.where(from_a, b, a)[products].tobytes()
    return tuple(
        t.b if place[t.a].array == parameters else t.a
        for t in node.terms
        if t.a is not None
        and t.b is not None
        and (place[t.a].array == parameters) != (place[t.b].array == parameters)
    )


def _signature(node: Node, found: Arrangement) -> Any:
    """The arrays that operands come from, which the nodes of one statement have in common."""
    if isinstance(node, Step):
        place = found.place
        return tuple(-1 if isinstance(v, float) else place[v].array for v in node.operands)
    return node.from_zero, *((key, run.stop - run.start) for key, run in runs(node, found))


def _taken_from(node: Node, signature: Any) -> set[int]:
    """The numbers of the arrays in a signature."""
    if isinstance(node, Step):
        return {*signature} - {-1}
    return {number for key, _ in signature[1:] for number in key[:2]} - {-1}


def runs(node: SumOfTerms, found: Arrangement) -> list[tuple[Source, slice]]:
    """The terms of a sum that stand together and come from the same arrays, in their order."""
    if node.is_long:
        c, a, b = node.columns
        sources = np.array([found.where[0, a], found.where[0, b], c == 1.0])
        sources[:2].sort(axis=0)
        alone = a < 0
        begins = (sources[:, 1:] != sources[:, :-1]).any(axis=0) | alone[1:] | alone[:-1]
        starts = [0, *(np.flatnonzero(begins) + 1).tolist()]
        keys = (
            (-1, -1, i) if alone[i] else (int(low), int(high), bool(one))
            for i, (low, high, one) in zip(starts, sources[:, starts].T.tolist(), strict=True)
        )  # fmt: skip
    else:
        each = [_source(i, term, found.place) for i, term in enumerate(node.terms)]
        starts = [i for i, source in enumerate(each) if not i or source != each[i - 1]]
        keys = (each[i] for i in starts)
    return list(zip(keys, map(slice, starts, [*starts[1:], len(node.terms)]), strict=True))


def _source(number: int, term: Term, place: dict[int, Ref]) -> Source:
    """The arrays of a term's values, the lower first, and whether its factor is 1.

    Constants, of no array (−1), stand alone: they have their number in the sum instead.
    """
    if term.a is None:
        return (-1, -1, number)
    a = place[term.a].array
    b = -1 if term.b is None else place[term.b].array
    return (min(a, b), max(a, b), term.c == 1.0)


def parameter_order(graph: TracedGraph, arrangement: Arrangement) -> list[int]:
    """The parameters in the order in which statements take them, so that they take slices.

    Matrices come first, row after row; then what is taken one for each node, such as biases.
    """
    order: dict[int, None] = {}
    rows = {value: leaf.element for value, leaf in enumerate(graph.origins) if leaf.block < 0}
    for layers in (True, False):
        for group in (g for g in arrangement.groups if (len(g.nodes) > 1) == layers):
            for several in (True, False):
                for node in group.nodes:
                    order.update((rows[v], None) for v in _taken(node, rows, several))
    order.update((index, None) for index in range(len(graph.parameters)))
    return list(order)


def _taken(node: Node, rows: dict[int, int], several: bool) -> list[int]:
    """The parameters in a node's products (several), or those in its other operands."""
    if isinstance(node, Step):
        return [] if several else [v for v in node.values if v in rows]
    chosen = SumOfTerms([term for term in node.terms if (term.b is not None) == several])
    return [v for v in chosen.values if v in rows]
