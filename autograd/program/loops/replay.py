"""A graph run again on Values, and Values written down as a graph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core.wiring import is_leaf, order_of
from autograd.graph import Operand
from autograd.node_sets import node_dict
from autograd.program.logarithms import through_logarithms
from autograd.program.loops.loop import CARRY, CONSTANTS, GIVEN, STEP
from autograd.program.tracing.arguments import Block
from autograd.program.tracing.graph import Origin, TracedGraph
from autograd.program.tracing.steps import steps_of
from autograd.value import Value


def replayed(graph: TracedGraph, leaves: Sequence[Any]) -> list[Any]:
    """The outputs of a graph, computed anew from Values in place of its leaves."""
    values = list(leaves)
    for primitive, operands in through_logarithms(graph).steps:
        given = tuple([x if isinstance(x, float) else values[x] for x in operands])
        values.append(primitive.dispatch(given))
    return [x if isinstance(x, float) else values[x] for x in graph.outputs]


def written(
    blocks: tuple[Block, ...],
    origins: Iterable[Origin],
    leaves: Sequence[Any],
    outputs: Sequence[Any],
    order: list[Any] | None = None,
    same: Any = (),
) -> TracedGraph:
    """The graph of Values, with these leaves; other leaves are constants.

    Args:
        order: the nodes to compute, if they are known.
        same: a `node_dict` of the leaves that others are the same as.
    """
    ends = [x for x in outputs if isinstance(x, Value)]
    numbers = node_dict((leaf, i) for i, leaf in enumerate(leaves))
    numbers.update((other, numbers[same[other]]) for other in same)
    computed = []
    for node in (order_of(ends) if ends else []) if order is None else order:
        if node not in numbers and is_leaf(node):
            numbers[node] = node._float
        elif node not in numbers:
            computed.append(node)
    steps = list(steps_of(computed, numbers, len(leaves), ends))
    results: tuple[Operand, ...] = tuple(
        numbers[x] if isinstance(x, Value) else float(x) for x in outputs
    )
    return TracedGraph.made_of(blocks, origins, steps, results)


def step_of(
    carry: Sequence[Any], given: Sequence[Any], constants: Sequence[Any], outputs: Sequence[Any],
    order: list[Any] | None = None, same: Any = (),
) -> TracedGraph:  # fmt: skip
    """The graph of a step of a loop; its results end with the carry that it began with."""
    parts = {CARRY: carry, GIVEN: given, CONSTANTS: constants}
    origins = [Origin(block, i) for block, part in parts.items() for i in range(len(part))]
    leaves = [*carry, *given, *constants]
    return written(STEP, origins, leaves, [*outputs, *carry], order, same)
