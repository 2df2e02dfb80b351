"""The graph of a gradient: the steps of a graph, and the messages of the engine, as one graph.

A graph with loops is differentiated before it becomes arrays or lines: so back ends need to know
loops that go forward, and no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.backward import gradients
from autograd.context.modes import paused_gc
from autograd.context.tracing import tracing
from autograd.core.wiring import order_of
from autograd.program.loops.loop import Loop
from autograd.program.loops.needed import needed
from autograd.program.loops.replay import replayed, written
from autograd.program.tracing.graph import TracedGraph
from autograd.value import Value


def has_loops(graph: TracedGraph) -> bool:
    """True if there is a loop among the steps."""
    return any(isinstance(step.primitive, Loop) for step in graph.steps)


def gradient_graph(
    graph: TracedGraph, wanted: Sequence[int], places: Sequence[int] = (0,)
) -> TracedGraph:
    """The graph whose outputs are those of a graph, and their gradients, one after the other.

    Args:
        wanted: the blocks whose elements the gradients are for (−1: the parameters), in order.
        places: of the outputs that are differentiated.
    """
    leaves = [Value(0.5) for _ in graph.leaves]
    places_of = {block: i for i, block in enumerate(wanted)}
    chosen = [(places_of[o.block], o.element, i) for i, o in enumerate(graph.origins)
              if o.block in places_of]  # fmt: skip
    by = [leaves[i] for _, _, i in sorted(chosen)]
    with paused_gc(), tracing(leaves, moved=True):
        outputs = replayed(graph, leaves)
        found: list[Any] = []
        for place in places:
            out = outputs[place]
            if isinstance(out, Value):
                found += gradients(order_of([out]), [(out, 1.0)], by, again=True)
            else:
                found += [0.0] * len(by)
    return needed(written(graph.blocks, graph.origins, leaves, [*outputs, *found]))
