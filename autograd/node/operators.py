"""Every operator of a number, once, over one entry point.

What a primitive's rule is read with (symbols that become source, formulas that are written out)
offers `__primitive__(primitive, operands)`; deriving from `Operators` gives it the operators and
the NumPy functions that a `Value` has, so that whoever reads a rule can read `3*x**2` or `abs(x)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import primitives as p
from autograd.node.arrays import NumpyProtocol
from autograd.primitives.arithmetic import pow_
from autograd.primitives.primitive import Primitive


def _operator(primitive: Primitive) -> Callable[[Any, Any], Any]:
    return lambda self, other: self.__primitive__(primitive, (self, other))


def _reflected(primitive: Primitive) -> Callable[[Any, Any], Any]:
    return lambda self, other: self.__primitive__(primitive, (other, self))


class Operators(NumpyProtocol):
    """Arithmetic of an operand class, from its `__primitive__`."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        """What the primitive of these operands is."""
        raise NotImplementedError

    __add__, __radd__ = _operator(p.add), _reflected(p.add)
    __sub__, __rsub__ = _operator(p.sub), _reflected(p.sub)
    __mul__, __rmul__ = _operator(p.mul), _reflected(p.mul)
    __truediv__, __rtruediv__ = _operator(p.div), _reflected(p.div)
    __mod__, __rmod__ = _operator(p.mod), _reflected(p.mod)
    __floordiv__, __rfloordiv__ = _operator(p.floordiv), _reflected(p.floordiv)
    __rpow__ = _reflected(pow_)

    def __pow__(self, other: Any) -> Any:
        return p.pow(self, other)

    def __divmod__(self, other: Any) -> tuple[Any, Any]:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> tuple[Any, Any]:
        return other // self, other % self

    def __neg__(self) -> Any:
        return p.neg(self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return p.abs(self)
