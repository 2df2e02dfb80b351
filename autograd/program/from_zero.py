"""Sums that begin with 0, as Python's `sum` does: the 0 is no operation of its own in a graph.

It matters to a zero's sign alone (0 + −0 is 0): an addition that begins with it is marked instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.primitives.arithmetic import add
from autograd.wiring import parents, wires


def zeros_of_sums(nodes: Iterable[Any], outputs: Iterable[Any]) -> set[int]:
    """The ids of the nodes 0 + x that additions go on from, and that nothing else uses."""
    nodes = list(nodes)
    found = {id(node) for node in nodes if _is_zero_plus(node)}
    used: set[int] = set()
    for node in nodes:
        first = begins_with(node, found)
        others = parents(node)[1:] if first else parents(node)
        found -= {id(parent) for parent in others}
        used |= {id(parents(node)[0])} if first else set()
    return (found & used) - {id(output) for output in outputs}


def _is_zero_plus(node: Any) -> bool:
    return node._primitive is add and repr(wires(node)[0]) == "(None, 0.0)"


def begins_with(node: Any, zeros: set[int]) -> bool:
    """True for the addition of something to one of these."""
    return node._primitive is add and id(wires(node)[0][0]) in zeros
