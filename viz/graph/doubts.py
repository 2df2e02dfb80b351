"""What a figure or table of a graph must say when its numbers are not those of one clean pass."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd import PRIMITIVES, Value
from viz.errors import DrawingError
from viz.graph.flow import used_wires
from viz.text import label_of, number, shorten

MOST_VALUES = 20_000
"""Graphs beyond this size are not looked through."""


def doubts(order: Sequence[Value]) -> list[str]:
    """Sentences about a graph, in topological order, whose numbers need one; usually none.

    Leaves add up the gradients of every `backward()` until `zero_grad()`, so what they hold may
    be more than ∂output/∂leaf; a value may hold a gradient of another output; and data may have
    been assigned to after the values that follow from it were computed.

    >>> a = Value(2.0, label="a")
    >>> y = a * 3.0
    >>> y.backward()
    >>> y.backward()
    >>> print(*doubts([a, y]))
    ∂ of a holds more than this pass (6, of which 3): leaves add up until zero_grad()
    """
    if len(order) > MOST_VALUES:
        return []
    return [*_accumulated(order), *_changed(order)]


def _accumulated(order: Sequence[Value]) -> list[str]:
    sums = _sums_of_messages(order)
    more = [
        (value, sums[id(value)])
        for value in reversed(order)
        if id(value) in sums and value.has_grad and not _same(float(value.grad), sums[id(value)])
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


def _sums_of_messages(order: Sequence[Value]) -> dict[int, float]:
    """For every value but the output, by id, the sum of the messages of its successors."""
    sums: dict[int, float] = {}
    for value in reversed(order):
        if not value.has_grad:
            continue
        for _, parent, local in used_wires(value):
            sums[id(parent)] = sums.get(id(parent), 0.0) + float(value.grad) * local
    return sums


def _changed(order: Sequence[Value]) -> list[str]:
    for value in order:
        now = _outdated(value)
        if now is not None:
            name = shorten(label_of(value) or "a value", 24)
            return [
                f"{name} = {number(value.data)} was computed before the data of its operands "
                f"changed (they give {number(now)} now); gradients are those of the old numbers"
            ]
    return []


def refuse_outdated(order: Sequence[Value]) -> None:
    """Make sure that each value of a topological order follows from its operands.

    Raises:
        DrawingError: one does not: data were assigned to since.
    """
    for i, value in enumerate(order, start=1):
        now = _outdated(value)
        if now is not None:
            raise DrawingError(
                f"{shorten(label_of(value) or f'v{i}')} = {number(value.data)} was computed before "
                f"the data of its operands changed (they give {number(now)} now): compute the "
                "graph again"
            )


def _outdated(value: Value) -> float | None:
    """What the operands of a value give now, if that is not what the value holds."""
    primitive = value.primitive
    if value.is_leaf or primitive is None or primitive.name not in PRIMITIVES:
        return None
    operands = (o if isinstance(o, float) else o.data for o in value.operands)
    now = primitive.number(*operands)
    same = math.isnan(now) or math.isclose(now, value.data, rel_tol=1e-9)
    return None if same else now


def _same(x: float, y: float) -> bool:
    if math.isnan(x) or math.isnan(y):
        return True
    return math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-12)


def _names(values: Sequence[tuple[Value, float]]) -> str:
    names = [shorten(label_of(value) or "a value", 24) for value, _ in values[:3]]
    more = f" and {len(values) - 3} more" if len(values) > 3 else ""
    return ", ".join(dict.fromkeys(names)) + more
