"""Regularity of a graph: if array statements are quicker than straight lines, and their order."""

from __future__ import annotations

from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.program.arrange import arrange, parameter_order
from autograd.program.tracing.graph import FROM_ZERO, TracedGraph

_MERGED = {FROM_ZERO, *(PRIMITIVES[n] for n in ("add", "sub", "mul", "sum", "dot", "mean"))}
WIRE, GROUP = 0.1, 5.0
"""Rough costs in µs: of a wire in straight-line Python, of a group in array statements."""


def is_irregular(graph: TracedGraph) -> bool:
    """True if straight-line Python is likely to be quicker than array statements."""
    most = sum(len(step.operands) for step in graph.steps) * WIRE / GROUP
    return _fewest_groups(graph) > most or most < len(
        arrange(graph, wanted=lambda block: True, passes=1).groups
    )


def _fewest_groups(graph: TracedGraph) -> int:
    """At least so many groups: functions of different levels. Sums and products may be one."""
    levels = [0] * len(graph.leaves)
    found: set[tuple[int, Primitive]] = set()
    for step in graph.steps:
        level = max([levels[v] for v in step.values], default=0)
        if step.primitive not in _MERGED:
            level += 1
            found.add((level, step.primitive))
        levels.append(level)
    return len(found)


def order_of_parameters(graph: TracedGraph) -> list[int]:
    """The order in which array statements have the parameters side by side."""
    return parameter_order(graph, arrange(graph, wanted=lambda block: True))
