"""Steps of a graph: what nodes compute, each operation once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.core.wiring import parents, wires
from autograd.graph import Step
from autograd.primitives.arithmetic import add
from autograd.program.tracing.graph import FROM_ZERO
from autograd.program.tracing.handmade import operation_of

MANY = 8
"""From so many operands on, they are looked up together, in half the time."""
_INT = frozenset([int])


def steps_of(nodes: list[Any], numbers: Any, count: int, outputs: list[Any]) -> Iterator[Step]:
    """Each operation once: what has been computed already is used again.

    Args:
        nodes: in an order in which they can be computed.
        numbers: of the leaves (floats of those that are constants); those of nodes are added.
        count: the number that the first step has.
        outputs: the nodes that are asked for.
    """
    zeros = _zeros_of_sums(nodes, outputs)
    known: dict[Any, int] = {}
    for node in nodes:
        operands = _operands(wires(node), numbers)
        operation = operation_of(node)
        if operation is None:
            numbers[node] = float(node._float)
            continue
        if id(node) in zeros:
            numbers[node] = operands[1]
            continue
        if _begins_with(node, zeros):
            operation = FROM_ZERO
        if _INT.issuperset(map(type, operands)):
            key = (id(operation), *operands)
        else:
            key = (id(operation), *(repr(x) if isinstance(x, float) else x for x in operands))
        found = known.get(key)
        if found is None:
            found = known[key] = count
            count += 1
            yield Step(operation, operands)
        numbers[node] = found


def _operands(pairs: tuple[tuple[Any, float], ...], numbers: Any) -> tuple[Any, ...]:
    if len(pairs) >= MANY:
        try:
            return tuple(map(numbers.__getitem__, next(zip(*pairs, strict=True))))
        except KeyError:  # None, which stands for a constant
            pass
    return tuple(float(x) if parent is None else numbers[parent] for parent, x in pairs)


def _zeros_of_sums(nodes: list[Any], outputs: list[Any]) -> set[int]:
    """The ids of the nodes 0 + x from which additions alone go on, as Python's `sum` begins."""
    zeros = {id(n) for n in nodes if n._primitive is add and repr(wires(n)[0]) == "(None, 0.0)"}
    if not zeros:
        return zeros
    begun = {id(parents(n)[0]) for n in nodes if _begins_with(n, zeros)}
    used = {id(v) for n in nodes for v in parents(n)[_begins_with(n, zeros) :]}
    return (zeros & begun) - used - set(map(id, outputs))


def _begins_with(node: Any, zeros: set[int]) -> bool:
    """True for the addition of something to one of these."""
    return node._primitive is add and id(wires(node)[0][0]) in zeros
