"""The local gradients of a node: as numbers, or as Values that can be differentiated again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from autograd.context.modes import anomalies_allowed
from autograd.core.wiring import rewire, wires
from autograd.node.foreign import require_differentiable_rules
from autograd.primitives.arithmetic import identity


def local_gradients(node: Any) -> tuple[float, ...]:
    """∂node/∂parent for each parent, at the numbers the node was computed from."""
    return tuple(local for *_, local in plain_locals(node))


def plain_locals(node: Any) -> Iterator[tuple[Any, float, float]]:
    """For each parent: the parent, the number that it had, and the slope."""
    found = wires(node)
    if not found:
        return
    slopes = node._primitive.slopes(node, tuple(number for _, number in found))
    for (parent, number), slope in zip(found, slopes, strict=True):
        if parent is not None:
            yield parent, number, slope


def differentiable_locals(node: Any) -> Iterator[tuple[Any, Any, Any]]:
    """For each parent: the parent, what stands for it in the slope, and the slope."""
    found = wires(node)
    require_differentiable_rules(node._primitive)
    operands = [number if p is None else _as_recorded(p, number) for p, number in found]
    with anomalies_allowed():  # a rule may compute a branch that it then does not take
        slopes = node._primitive.local_gradients(node, *operands)
    for (parent, _), operand, slope in zip(found, operands, slopes, strict=True):
        if parent is not None:
            yield parent, operand, slope


def _as_recorded(parent: Any, number: float) -> Any:
    """The parent with the number it had; if it was given another since, a node that says so."""
    both_nan = parent._float != parent._float and number != number
    if both_nan or parent._float == number:
        return parent
    then = identity(parent)
    then._float = number
    rewire(then, identity, parent, None, number)
    return then


def times(local: Any, grad: Any) -> Any:
    """local · grad, without a node for a factor of 1."""
    if type(local) is float and local == 1.0:
        return grad
    return local if type(grad) is float and grad == 1.0 else local * grad
