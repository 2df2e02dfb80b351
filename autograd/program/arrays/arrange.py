"""Arranging a plan's nodes into arrays: isomorphic nodes of one level become rows of one array.

A node's level is the longest way to it from a leaf. All nodes of a level with the same operation
share a Store, an array with a row for each; those that also take their operands from the same
stores form a Group, which becomes one statement. The rows are ordered so that groups, and what
later groups take together, lie together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from autograd.primitives.indexing import TAKE
from autograd.program.normal import Apply, Node, Sum, Term, normal_form
from autograd.program.plan import Operand, Plan


class Ref(NamedTuple):
    """A row of a store."""

    store: int
    row: int


@dataclass
class Store:
    """An array: what its rows have in common.

    Attributes:
        kind: "parameters", "input", "sum" or "applied".
        rows: how many values there are.
        batched: whether it has one column for each example, rather than one for all.
        block: the number of the block, of an input.
        differentiable: whether gradients are wanted for it or for something before it.
    """

    kind: str
    rows: int
    batched: bool
    block: int | None = None
    integer: bool = False
    differentiable: bool = False


class Group(NamedTuple):
    """Nodes that one statement computes: rows `start` … `start + len(nodes)` of a store."""

    store: int
    start: int
    nodes: list[Node]


@dataclass
class Arrangement:
    """The stores, the groups in the order in which they can be computed, and where values are."""

    stores: list[Store] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    place: dict[int, Ref] = field(default_factory=dict)
    """The row of every value that has one."""
    parameters: int = -1
    """The number of the parameters' store; −1 if there are none."""


def arrange(
    plan: Plan, *, wanted: Callable[[int], bool], per_example: bool = False, passes: int = 2
) -> Arrangement:
    """Arrange a plan.

    Args:
        wanted: whether gradients are asked for a block (−1: the parameters).
        per_example: give parameters and shared inputs a column for each example too, so that
            their gradients come out example by example.
        passes: 1 for a rough arrangement.
    """
    nodes = normal_form(plan)
    batch = any(block.batched for block in plan.blocks)
    indices = index_blocks(plan)
    levels = _levels(plan, nodes)
    consumers = _first_consumers(nodes, levels)
    order = {value: (use.level, use.operation, 0) for value, use in consumers.items()}
    found = Arrangement()
    for _ in range(
        passes
    ):  # the second time, sums lie in the order in which the first made use of them
        found = Arrangement()
        _place_leaves(plan, found, wanted, indices, per_example=per_example and batch)
        for members in _by_level(nodes, levels):
            _place_level(members, nodes, order, found)
        order = {
            value: (use.level, use.operation, found.place[use.value].row)
            for value, use in consumers.items()
        }
    return found


def index_blocks(plan: Plan) -> set[int]:
    """The blocks of whole numbers that serve as indices of `take` and as nothing else."""
    indices: set[int] = set()
    numbers: set[int] = set()
    for step in plan.steps:
        for place, v in enumerate(step.operands):
            if not isinstance(v, float) and v < len(plan.leaves):
                last = step.primitive is TAKE and place == len(step.operands) - 1
                (indices if last else numbers).add(plan.leaves[v].block)
    returned = [v for v in plan.outputs if not isinstance(v, float) and v < len(plan.leaves)]
    numbers |= {plan.leaves[v].block for v in returned}
    return {b for b in indices - numbers if b >= 0 and plan.blocks[b].integer}


def _place_leaves(
    plan: Plan,
    found: Arrangement,
    wanted: Callable[[int], bool],
    indices: set[int],
    *,
    per_example: bool,
) -> None:
    stores: dict[int, int] = {}
    for value, leaf in enumerate(plan.leaves):
        if leaf.block not in stores:
            stores[leaf.block] = len(found.stores)
            if leaf.block < 0:
                found.parameters = len(found.stores)
            store = _leaf_store(plan, leaf.block, wanted(leaf.block), per_example)
            if leaf.block in indices:
                store.integer, store.differentiable = True, False
            found.stores.append(store)
        found.place[value] = Ref(stores[leaf.block], leaf.element)


def _leaf_store(plan: Plan, number: int, wanted: bool, per_example: bool) -> Store:
    if number < 0:
        return Store("parameters", plan.parameters, per_example, differentiable=wanted)
    block = plan.blocks[number]
    batched = block.batched or (per_example and wanted)
    return Store("input", block.size, batched, number, differentiable=wanted)


def _levels(plan: Plan, nodes: dict[int, Node]) -> dict[int, int]:
    levels = dict.fromkeys(range(len(plan.leaves)), 0)
    for value, node in nodes.items():
        levels[value] = 1 + max((levels[v] for v in node.values), default=0)
    return levels


def _operation(node: Node) -> Any:
    return "sum" if isinstance(node, Sum) else node.primitive


class Use(NamedTuple):
    """What uses a value first: its level, a number for its operation, and the value it gives."""

    level: int
    operation: int
    value: int


def _first_consumers(nodes: dict[int, Node], levels: dict[int, int]) -> dict[int, Use]:
    """The first use of each value."""
    numbers: dict[Any, int] = {}
    first: dict[int, Use] = {}
    for value, node in nodes.items():
        use = Use(levels[value], numbers.setdefault(_operation(node), len(numbers)), value)
        for v in node.values:
            if v not in first or use < first[v]:
                first[v] = use
    return first


def _by_level(nodes: dict[int, Node], levels: dict[int, int]) -> Iterable[list[int]]:
    found: dict[int, list[int]] = {}
    for value in nodes:
        found.setdefault(levels[value], []).append(value)
    return (found[level] for level in sorted(found))


def _place_level(
    members: list[int],
    nodes: dict[int, Node],
    order: dict[int, tuple[int, int, int]],
    found: Arrangement,
) -> None:
    stores: dict[Any, dict[Any, list[int]]] = {}
    for value in members:
        node = nodes[value]
        below = [found.stores[found.place[v].store] for v in node.values]
        batched = any(store.batched for store in below)
        key = (_operation(node), batched, any(store.differentiable for store in below))
        stores.setdefault(key, {}).setdefault(_signature(node, found.place), []).append(value)
    # what all examples share comes first, and so is differentiated last: by then messages to
    # the parameters have been assigned, and this one is added to all at once
    shared_first = sorted(stores.items(), key=lambda item: item[0][1])
    for (operation, batched, differentiable), groups in shared_first:
        kind = "sum" if operation == "sum" else "applied"
        number, row = len(found.stores), 0
        count = sum(map(len, groups.values()))
        found.stores.append(Store(kind, count, batched, differentiable=differentiable))
        for values in groups.values():
            _sort(values, nodes, order, found)
            found.groups.append(Group(number, row, [nodes[v] for v in values]))
            found.place.update((v, Ref(number, row + i)) for i, v in enumerate(values))
            row += len(values)


def _sort(
    values: list[int],
    nodes: dict[int, Node],
    order: dict[int, tuple[int, int, int]],
    found: Arrangement,
) -> None:
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
    if isinstance(node, Apply) and node.values:
        row = found.place[node.values[0]].row
    return level, operation, row


def _vector(node: Node, found: Arrangement) -> tuple[int, ...]:
    """What a sum multiplies with parameters."""
    if isinstance(node, Apply):
        return ()
    place, parameters = found.place, found.parameters
    return tuple(
        t.b if place[t.a].store == parameters else t.a
        for t in node.terms
        if t.a is not None
        and t.b is not None
        and (place[t.a].store == parameters) != (place[t.b].store == parameters)
    )


def _signature(node: Node, place: dict[int, Ref]) -> Any:
    """What the nodes of one statement have in common: where their operands come from."""
    if isinstance(node, Apply):
        return tuple(_source(v, place) for v in node.operands)
    return node.from_zero, *((key, len(terms)) for key, terms in runs(node, place))


def runs(node: Sum, place: dict[int, Ref]) -> list[tuple[Any, list[Term]]]:
    """The terms of a sum that stand together and come from the same stores, in their order."""
    found = groupby(enumerate(node.terms), lambda item: term_source(item[0], item[1], place))
    return [(key, [term for _, term in terms]) for key, terms in found]


def _source(v: Operand, place: dict[int, Ref]) -> int:
    return -1 if isinstance(v, float) else place[v].store


def term_source(number: int, term: Term, place: dict[int, Ref]) -> tuple[int, int, int]:
    """The stores of a term's values, the lower first, and whether its factor is 1.

    Constants, of no store (−1), stand alone: they have their number in the sum instead.
    """
    if term.a is None:
        return (-1, -1, number)
    a = place[term.a].store
    b = -1 if term.b is None else place[term.b].store
    return (min(a, b), max(a, b), term.c == 1.0)


def parameter_order(plan: Plan, arrangement: Arrangement) -> list[int]:
    """The parameters in the order in which statements take them, so that they take slices.

    Matrices come first, row after row; then what is taken one for each node, such as biases.
    """
    order: dict[int, None] = {}
    rows = {value: leaf.element for value, leaf in enumerate(plan.leaves) if leaf.block < 0}
    for layers in (True, False):
        for group in (g for g in arrangement.groups if (len(g.nodes) > 1) == layers):
            for several in (True, False):
                for node in group.nodes:
                    order.update((rows[v], None) for v in _taken(node, rows, several=several))
    order.update((index, None) for index in range(plan.parameters))
    return list(order)


def _taken(node: Node, rows: dict[int, int], *, several: bool) -> list[int]:
    """The parameters in a node's products (several), or those in its other operands."""
    if isinstance(node, Apply):
        return [] if several else [v for v in node.values if v in rows]
    return [
        v
        for term in node.terms
        if (term.b is not None) == several
        for v in (term.a, term.b)
        if v is not None and v in rows
    ]
