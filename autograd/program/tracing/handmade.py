"""Operations of the user's own, as steps of a graph: primitives, and nodes made by hand.

Of a node made by hand, number and local gradients are what was given.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from autograd.core.wiring import given_slopes
from autograd.errors import TraceError
from autograd.interop.micrograd import HandMade
from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.shapes import Nary
from autograd.program.tokens import plain_name
from autograd.program.tracing.surroundings import Surroundings


def operation_of(node: Any) -> Primitive | None:
    """The primitive that a node applies; None for a node that is a plain number to a program.

    A node made by hand has no computation to repeat. Its number stays, as it does eagerly, and it
    sends its parents the gradient times the local gradients that it was given.

    Raises:
        TraceError: they are a function, `_backward`, which a program cannot run; or a primitive
            reads Values.
    """
    made = node._primitive
    if not isinstance(made, HandMade):
        _need_no_values(made)
        return made
    if made.function is not None:
        raise TraceError(
            f"a program cannot run the function (_backward) of a node made by hand, {node!r:.60}; "
            "compute it with autograd's functions, or give its local gradients as numbers: "
            "Value(data, children, local_grads)"
        )
    slopes = given_slopes(node)
    return _Given(node._float, slopes) if slopes else None


@lru_cache(maxsize=4096)
def _need_no_values(primitive: Primitive) -> None:
    """Raise if a primitive depends on Values beside its operands: of them nobody would know."""
    if primitive.__module__.startswith("autograd."):
        return
    functions = (primitive.__wrapped__, primitive.arrays, primitive.fused, *primitive.local)
    if any(callable(f) and Surroundings(f).values for f in functions):
        raise TraceError(
            f"the primitive {plain_name(primitive.name)} reads Values beside its operands, in its "
            "computation or its rules: no gradient would go to them. Let them be operands (kind "
            "Binary or Nary), or read their plain numbers before it is defined"
        )


class _Given(Nary):
    """The operation of one node made by hand; equal for equal numbers."""

    def __init__(self, data: float, slopes: tuple[float, ...]) -> None:
        def made_by_hand(operands: Any, axis: Any = None) -> float:
            return data

        block = Block("?", "", made_by_hand, lambda out, xs: list(slopes))
        super().__init__(made_by_hand, block, {})
        self._numbers = repr((data, *slopes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Given) and other._numbers == self._numbers

    def __hash__(self) -> int:
        return hash(self._numbers)
