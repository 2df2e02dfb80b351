"""Regularity of a graph: if array statements are quicker than straight lines, and their order."""

from __future__ import annotations

from autograd.primitives.primitive import PRIMITIVES, Primitive
from autograd.program.arrange import arrange, parameter_order
from autograd.program.loops.loop import Loop
from autograd.program.tracing.graph import FROM_ZERO, TracedGraph

_MERGED = {FROM_ZERO, *(PRIMITIVES[n] for n in ("add", "sub", "mul", "sum", "dot", "mean"))}
WIRE, GROUP = 0.1, 5.0
"""Rough costs in µs: of a wire in straight-line Python, of a group in array statements."""


COPIES = 1
"""Groups that what is copied for a step of a loop costs as much as."""


def is_irregular(graph: TracedGraph) -> bool:
    """True if straight-line Python is likely to be quicker than array statements."""
    if _loops(graph):
        return WIRE * _wires(graph) < GROUP * _groups(graph)
    most = sum(len(step.operands) for step in graph.steps) * WIRE / GROUP
    return _fewest_groups(graph) > most or most < len(
        arrange(graph, wanted=lambda block: True, passes=1).groups
    )


def _wires(graph: TracedGraph) -> int:
    """The count of wires, those of every step of a loop too."""
    inner = (loop.count * _wires(loop.step) for loop in _loops(graph))
    return sum(len(step.operands) for step in graph.steps) + sum(inner)


def _groups(graph: TracedGraph) -> int:
    """The count of groups, those of every step of a loop and what is copied there too."""
    inner = (loop.count * (_groups(loop.step) + COPIES) for loop in _loops(graph))
    return len(arrange(graph, wanted=lambda block: True, passes=1).groups) + sum(inner)


def _loops(graph: TracedGraph) -> list[Loop]:
    return [step.primitive for step in graph.steps if isinstance(step.primitive, Loop)]


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
