"""Which values of a graph are drawn if only those near its output are.

A value is drawn only if all that uses it is: what is hidden comes before all that is drawn, so no
line runs back into it.
"""

from __future__ import annotations

from collections import defaultdict

from viz.graph.outline import Outline

SIBLINGS, FEW = 20, 12
"""Values equally far from the output that are drawn; how many are if there are more than that."""


def near_output(graph: Outline, depth: int, most: int | None) -> set[int]:
    """The numbers of the values at most `depth` operations from the output, on the longest path.

    Args:
        graph: the graph.
        depth: operations from the output.
        most: how many values there may be, and then few that are equally far; None for all.

    >>> from autograd import Value
    >>> from viz.graph.outline import outline
    >>> x = Value(3.0)
    >>> y = x * 2.0
    >>> sorted(near_output(outline(y * y.exp()), depth=1, most=40))
    [3, 4]
    """
    successors: defaultdict[int, list[int]] = defaultdict(list)
    far = [0] * (len(graph) + 1)
    levels: defaultdict[int, list[int]] = defaultdict(list)
    for i in range(len(graph), 0, -1):
        levels[far[i]].append(i)
        for parent in graph.parents[i]:
            successors[parent].append(i)
            far[parent] = max(far[parent], far[i] + 1)
    near: set[int] = set()
    for distance in range(min(depth, max(levels)) + 1):
        level = [i for i in sorted(levels[distance]) if near.issuperset(successors[i])]
        if most is not None and len(level) > min(SIBLINGS, most - len(near)):
            level = level[: max(0, min(FEW, most - len(near)))]
        near.update(level)
    return near
