"""Which values no message reaches: those of the branches that a choice did not take."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import Value
from viz.flow import locals_of, sends
from viz.outline import Outline

__all__ = ["passed_over"]


def passed_over(graph: Outline) -> dict[int, bool]:
    """The values that no message reaches, each with whether a choice passed it over.

    A choice has several operands, as `where` does. What goes into a function of one operand that
    is flat, such as a ReLU, is sent nothing either, but it is the function that is off.

    >>> from autograd import log, where
    >>> from viz.outline import outline
    >>> x = Value(-1.0)
    >>> passed_over(outline(where(x > 0, log(x), 2.0 * x)))
    {2: True}
    """
    if not any(value.primitive and value.primitive.selects for value in graph.order):
        return {}
    reached, beside = set(graph.outputs), set[int]()
    for i in range(len(graph), 0, -1):
        value, parents = graph.value(i), graph.parents[i]
        if i in reached:
            reached.update(_taken(value, parents))
        if i in beside or (value.primitive and value.primitive.arity != 1 and i in reached):
            beside.update(parents)
    return {i: i in beside for i in range(1, len(graph) + 1) if i not in reached}


def _taken(value: Value, parents: Sequence[int]) -> Sequence[int]:
    if value.primitive is None or not value.primitive.selects:
        return parents
    pairs = zip(parents, locals_of(value), strict=True)
    return [parent for parent, local in pairs if sends(value, local)]
