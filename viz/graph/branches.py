"""The branches that a choice did not take: which values no message reaches, or only zeros do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from autograd import Value
from viz.graph.flow import locals_of, sends
from viz.graph.outline import Outline

EXTREMES = frozenset({"maximum", "minimum"})
"""Choices that send 0 to the operand they did not take, where `where` sends nothing."""


class Branches(NamedTuple):
    """Values by their numbers.

    Attributes:
        missed: those that no message reaches.
        off: those that a choice between operands passed over, and what only they use. (What goes
            into a function of one operand that is flat, such as a ReLU, is not off: the function
            is.)
    """

    missed: frozenset[int]
    off: frozenset[int]


def branches_of(graph: Outline) -> Branches:
    """What the choices in a graph did not take.

    >>> from autograd import log, maximum, where
    >>> from viz.graph.outline import outline
    >>> x = Value(-1.0)
    >>> branches_of(outline(where(x > 0, log(x), 2.0 * x)))
    Branches(missed=frozenset({2}), off=frozenset({2}))
    >>> branches_of(outline(maximum(x * x, 2.0 * x)))
    Branches(missed=frozenset(), off=frozenset({3}))
    """
    if not any(map(_chooses, graph.order)):
        return Branches(frozenset(), frozenset())
    reached, taken, beside = set(graph.outputs), set(graph.outputs), set[int]()
    for i in range(len(graph), 0, -1):
        value = graph.value(i)
        if i in beside or (value.primitive and value.primitive.arity != 1 and i in taken):
            beside.update(graph.parents[i])
        if i in reached:
            for parent, local in _wires(graph, i):
                if sends(value, local):
                    reached.add(parent)
                    if i in taken and not (local == 0.0 and graph.made[i] in EXTREMES):
                        taken.add(parent)
    everything = frozenset(range(1, len(graph) + 1))
    return Branches(everything - reached, (everything - taken) & beside)


def _chooses(value: Value) -> bool:
    primitive = value.primitive
    return primitive is not None and (primitive.selects or primitive.name in EXTREMES)


def _wires(graph: Outline, i: int) -> Iterator[tuple[int, float]]:
    """The parents of a value with its local gradients, which matter where it is a choice."""
    value, parents = graph.value(i), graph.parents[i]
    locals_ = locals_of(value) if _chooses(value) else (1.0,) * len(parents)
    return zip(parents, locals_, strict=True)
