"""The order of nodes, and the wires between them: iterative, so that depth never matters.

A node is anything with `_left` and `_right`: its parents (None where there is none; an n-ary
node has a tuple of them in `_left`); `_x` and `_y` are the numbers its operands had.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from autograd.node_sets import node_dict, node_set

Node = TypeVar("Node")


def is_leaf(node: Any) -> bool:
    """Whether the node has no parents: a parameter, an input, or a detached result."""
    return node._left is None and node._right is None


def wires(node: Any) -> tuple[tuple[Any, float], ...]:
    """For each operand of a node: its parent (None for a constant) and the number it had."""
    if is_leaf(node):
        return ()
    if type(node._left) is tuple:
        return tuple(zip(node._left, node._x, strict=True))
    if node._primitive.arity == 1:
        return ((node._left, node._x),)
    return ((node._left, node._x), (node._right, node._y))


def parents(node: Any) -> tuple[Any, ...]:
    """The values among a node's operands, in order, repeated where one is used twice."""
    return tuple(parent for parent, _ in wires(node) if parent is not None)


def add_dependents(known: Any, order: Iterable[Any]) -> None:
    """Add to a `node_set` every node of a topological order that depends on a node in it."""
    for node in order:
        if any(parent in known for parent in parents(node)):
            known.add(node)


def topological_order(root: Node, seen: Any = None) -> list[Node]:
    """Every value that `root` depends on, parents before successors, `root` last.

    Depth first from `root`, left parent before right, each node once: the order depends on the
    graph alone. Time and memory grow linearly with nodes and wires. Nodes already `seen` are
    passed over, with all that only they depend on; those of this walk are added to the set (a
    `node_set`).

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> [v is x for v in topological_order(y + x)]
    [True, False, False]
    """
    order: list[Any] = []
    path: list[Any] = []
    seen = node_set() if seen is None else seen
    seen.update((None, root))
    unvisited = node_dict()  # of n-ary nodes on the path: parents still to visit
    node: Any = root
    while True:
        parent = node._left
        if type(parent) is tuple:
            rest = unvisited.get(node)
            if rest is None and not seen.issuperset(parent):
                rest = unvisited[node] = iter(parent)
            parent = next((p for p in rest if p not in seen), None) if rest else None
        if parent in seen:
            parent = node._right
        if parent not in seen:
            seen.add(parent)
            path.append(node)
            node = parent
            continue
        order.append(node)
        if not path:
            return order
        node = path.pop()
