"""The branches that a choice did not take: which values no message reaches, or only zeros do."""

from __future__ import annotations

from typing import NamedTuple

from autograd import Graph

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


def branches_of(graph: Graph) -> Branches:
    """Find what the choices in a graph did not take.

    >>> from autograd import Value, log, maximum, where
    >>> x = Value(-1.0)
    >>> branches_of(Graph.of(where(x > 0, log(x), 2.0 * x)))
    Branches(missed=frozenset({2}), off=frozenset({2}))
    >>> branches_of(Graph.of(maximum(x * x, 2.0 * x)))
    Branches(missed=frozenset(), off=frozenset({3}))
    """
    chooses = {i for i, step in graph.computed.items() if step.primitive.selects}
    chooses |= {i for i, name in graph.made.items() if name in EXTREMES}
    if not chooses:
        return Branches(frozenset(), frozenset())
    reached, taken, beside = set(graph.ends), set(graph.ends), set[int]()
    for i in reversed(graph.computed):
        parents = graph.parents[i]
        if i in beside or (i in taken and graph.computed[i].primitive.arity != 1):
            beside.update(parents)
        if i not in reached:
            continue
        some = worth = parents
        if i in chooses:
            wires = [wire for wire in graph.wires(i) if wire.taken]
            some = tuple(wire.source for wire in wires)
            flat = graph.made[i] in EXTREMES
            worth = tuple(wire.source for wire in wires if not (flat and wire.local == 0.0))
        reached.update(some)
        taken.update(worth if i in taken else ())
    everything = frozenset(graph.numbers)
    return Branches(everything - reached, (everything - taken) & beside)
