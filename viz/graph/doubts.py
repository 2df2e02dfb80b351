"""Doubts: sentences on a graph whose numbers are not those of one clean pass."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd import PRIMITIVES, Graph, Value
from viz.errors import DrawingError
from viz.text import label_of, number, shorten

MOST_VALUES = 20_000
"""Graphs beyond this size are not looked through."""


def doubts(graph: Graph) -> list[str]:
    """Sentences about a graph whose numbers need one; usually none.

    Leaves add up the gradients of every `backward()` until `zero_grad()`, so what they hold may
    be more than ∂output/∂leaf; a value may hold a gradient of another output; and data may have
    been assigned to after the values that follow from it were computed.

    >>> a = Value(2.0, label="a")
    >>> y = a * 3.0
    >>> y.backward()
    >>> y.backward()
    >>> print(*doubts(Graph.of(y)))
    ∂ of a holds more than this pass (6, of which 3): leaves add up until zero_grad()
    """
    return [] if len(graph) > MOST_VALUES else [*_accumulated(graph), *_changed(graph)]


def _accumulated(graph: Graph) -> list[str]:
    more = [
        (graph.values[i], total)
        for i, total in sorted(_sums_of_messages(graph).items(), reverse=True)
        if graph.values[i].has_grad and not _same(float(graph.values[i].grad), total)
    ]
    leaves = [(leaf, total) for leaf, total in more if leaf.is_leaf]
    if leaves and len(leaves) == len(more):
        leaf, total = leaves[0]
        found = f"{number(float(leaf.grad))}, of which {number(total)}"
        return [f"∂ of {_names(leaves)} holds more than this pass ({found}): {_ADVICE}"]
    if more:
        return [f"∂ of {_names(more)} comes from another backward pass than that of the output"]
    return []


_ADVICE = "leaves add up until zero_grad()"


def _sums_of_messages(graph: Graph) -> dict[int, float]:
    """For each value that is used, the sum of the messages from gradients as they are held."""
    sums: dict[int, float] = {}
    for i in reversed(graph.computed):
        if graph.values[i].has_grad:
            upstream = float(graph.values[i].grad)
            for wire in graph.wires(i):
                if wire.taken:
                    sums[wire.source] = sums.get(wire.source, 0.0) + upstream * wire.local
    return sums


def _changed(graph: Graph) -> list[str]:
    found = _outdated(graph)
    if found is None:
        return []
    i, what = found
    return [f"{_name(graph.values[i])} {what}; gradients are those of the old numbers"]


def refuse_outdated(graph: Graph) -> None:
    """Make sure that each value follows from its operands.

    Raises:
        DrawingError: one does not: data were assigned to since.
    """
    found = _outdated(graph)
    if found is not None:
        i, what = found
        name = shorten(label_of(graph.values[i]) or f"v{i}")
        raise DrawingError(f"{name} {what}: compute the graph again")


def _outdated(graph: Graph) -> tuple[int, str] | None:
    """The first value that does not follow from its operands as they are now, and what to say."""
    values = graph.values
    for i, (primitive, operands) in graph.computed.items():
        if primitive.name in PRIMITIVES:
            given = [x if isinstance(x, float) else values[x].data for x in operands]
            now, then = primitive.number(*given), values[i].data
            if not (math.isnan(now) or math.isclose(now, then, rel_tol=1e-9)):
                return i, (
                    f"= {number(then)} was computed before the data of its operands changed "
                    f"(they give {number(now)} now)"
                )
    return None


def _same(x: float, y: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return True
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12)


def _name(value: Value) -> str:
    return shorten(label_of(value) or "a value", 24)


def _names(values: Sequence[tuple[Value, float]]) -> str:
    names = dict.fromkeys(_name(value) for value, _ in values[:3])
    more = f" and {len(values) - 3} more" if len(values) > 3 else ""
    return ", ".join(names) + more
