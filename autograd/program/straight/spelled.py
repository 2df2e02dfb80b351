"""Primitives spelled out in elementary operations, n-ary ones too; those that C has, or simpler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from autograd.primitives.primitive import Primitive
from autograd.program.straight.expanded import expanded
from autograd.program.straight.forms import placeholders
from autograd.program.symbols import Expression, Symbol, argument, slopes_of, whole_of


class Spelled(Symbol):
    """A symbol of whose expressions every primitive is spelled out in elementary operations."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        return _spelled(primitive, operands)

    @staticmethod
    def value(primitive: Primitive, count: int) -> Expression:
        """A primitive of the first placeholders."""
        return expanded([_spelled(primitive, placeholders(Spelled, count))])[0]

    @staticmethod
    def slopes(primitive: Primitive, out: Symbol, operands: list[Any]) -> tuple[Expression, ...]:
        """Its local gradients; the value and the slope share what they can."""
        if primitive.fused is not None and primitive.arity == 1:
            found = _read(primitive.fused, operands)
            if found is not None:
                return expanded([argument(found[1])])
        return expanded(slopes_of(primitive, out, operands))


def _spelled(primitive: Primitive, operands: Sequence[Any]) -> Expression:
    several = primitive.arity is None
    ways: list[Any] = [(primitive.elementary, [operands] if several else operands)]
    if not several:
        ways.insert(0, (primitive.arrays, operands))
    for computation, given in [] if primitive.opaque else ways:
        found = _read(computation, given)
        if found is not None:
            return argument(found)
    return Spelled("call", tuple(operands), function=whole_of(primitive))


def _read(computation: Callable[..., Any], operands: Sequence[Any]) -> Any:
    """The expression that a computation makes of symbols; None if it cannot be read."""
    try:
        return computation(*operands)
    except Exception:  # whatever it says to a symbol: one that cannot be read stays a "call"
        return None
