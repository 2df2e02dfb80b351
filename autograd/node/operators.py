"""Every operator of a number, once, over one entry point, `__primitive__`.

Whatever stands for a number while an expression is computed (a Value, a condition in a trace, a
symbol that becomes source, a formula that is written out) says what a primitive of such operands
is, and has all operators and NumPy's functions by deriving from `Operators`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import primitives as p
from autograd.context.modes import ACTIVE
from autograd.context.tracing import NUMBER, refuse
from autograd.errors import OperandError
from autograd.primitives import comparisons as c
from autograd.primitives.arithmetic import pow_
from autograd.primitives.operands import boxed, float_or_none, is_operand, refuse_or_defer
from autograd.primitives.primitive import Primitive
from autograd.primitives.selection import where_

_OTHER_NAMES = {
    "absolute": "abs", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin",
    "arcsinh": "asinh", "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh",
    "divide": "div", "fabs": "abs", "float_power": "pow", "floor_divide": "floordiv",
    "multiply": "mul", "negative": "neg", "positive": "identity", "power": "pow",
    "remainder": "mod", "rint": "round", "square": "power", "subtract": "sub",
}  # fmt: skip
"""Ours for NumPy's names; every other primitive that NumPy has goes by NumPy's own."""
_COMPOSED: dict[str, Callable[..., Any]] = {
    "divmod": lambda x, y: (p.floordiv(x, y), p.mod(x, y)),
    "exp2": lambda x: p.pow(2.0, x),
    "reciprocal": lambda x: 1.0 / x,
    "trunc": lambda x: p.sign(x) * (abs(x) // 1.0),
}


def _ours(name: str) -> Any:
    """Our function for NumPy's of this name, or None."""
    return _COMPOSED.get(name) or getattr(p, _OTHER_NAMES.get(name, name), None)


_PREDICATES = ("isfinite", "isinf", "signbit")
_COMPARISONS: dict[str, tuple[Any, Any]] = {
    "less": (operator.lt, operator.gt),
    "less_equal": (operator.le, operator.ge),
    "greater": (operator.gt, operator.lt),
    "greater_equal": (operator.ge, operator.le),
    "equal": (operator.eq, operator.eq),
    "not_equal": (operator.ne, operator.ne),
}
"""Each as it is, and with its sides exchanged: a number on the left would ask NumPy again."""


def _operator(primitive: Primitive, what: str = "an operand", *, reflected: bool = False) -> Any:
    def operator(self: Any, other: Any) -> Any:
        if not _is_known(other):
            return refuse_or_defer(other, f"{what} of {primitive.op}")
        return primitive.dispatch((other, self) if reflected else (self, other))

    return operator


def _both_ways(primitive: Primitive) -> tuple[Any, Any]:
    return _operator(primitive), _operator(primitive, reflected=True)


def _is_known(other: Any) -> bool:
    return isinstance(other, np.ndarray) or is_operand(other)


_RIGHT = "the right side"


class Operators:
    """Arithmetic, ordering and NumPy's functions of an operand class, from its `__primitive__`."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        """The primitive of these operands, of which self is the first that records."""
        raise NotImplementedError

    __add__, __radd__ = _both_ways(p.add)
    __sub__, __rsub__ = _both_ways(p.sub)
    __mul__, __rmul__ = _both_ways(p.mul)
    __truediv__, __rtruediv__ = _both_ways(p.div)
    __mod__, __rmod__ = _both_ways(p.mod)
    __floordiv__, __rfloordiv__ = _both_ways(p.floordiv)
    __rpow__ = _operator(pow_, reflected=True)
    __lt__, __le__ = _operator(c.less, _RIGHT), _operator(c.less_equal, _RIGHT)
    __gt__, __ge__ = _operator(c.greater, _RIGHT), _operator(c.greater_equal, _RIGHT)

    def __pow__(self, other: Any) -> Any:
        if not _is_known(other):
            return refuse_or_defer(other, "an operand of **")
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

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        name, called = ufunc.__name__, method == "__call__" and not kwargs
        arrays = [x for x in inputs if isinstance(x, np.ndarray)]
        if called and name in _COMPARISONS and None not in map(float_or_none, arrays):
            x, y = inputs
            as_it_is, exchanged = _COMPARISONS[name]
            return as_it_is(x, y) if isinstance(x, Operators) else exchanged(y, x)
        if not called or (arrays and any("O" in types for types in ufunc.types)):
            return getattr(ufunc, method)(*map(boxed, inputs), **kwargs)
        function = _ours(name)
        if function is not None:
            return function(*inputs)
        if name in _PREDICATES:
            if ACTIVE:
                refuse(f"np.{name} of a Value is taken", NUMBER, self)
            return ufunc(*(x.data if hasattr(x, "_float") else x for x in inputs))
        raise OperandError(
            f"{'np.' * hasattr(np, name)}{name} is not among the functions that Values know; use "
            "one of autograd's functions, or x.data if you only want the number"
        )

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        """np.interp, and np.where of a comparison, are ours; of all others NumPy decides."""
        if function is np.interp and len(args) == 3 and not kwargs:
            return p.interp(*args)
        if function is np.where and len(args) == 3 and hasattr(args[0], "__select__"):
            return p.where(*args)
        return _NOTHING.__array_function__(function, (), args, kwargs)


_NOTHING = np.empty(0)


def _numpy_method(name: str) -> Any:
    function: Any = _ours(name)

    def method(self: Any, *others: Any) -> Any:
        return function(self, *others)

    method.__name__ = name
    method.__doc__ = f"NumPy's name for this function, so that np.{name} works on object arrays."
    return method


for _name in (
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "exp2",
    "fabs",
):
    setattr(Operators, _name, _numpy_method(_name))


class Conditions:
    """`&`, `|`, `^` and `~` of what may be a condition: of what `where` chooses by."""

    __slots__ = ()
    __primitive__: Callable[..., Any]

    def __and__(self, other: Any) -> Any:
        return self.__primitive__(c.both, (self, other))

    def __or__(self, other: Any) -> Any:
        return self.__primitive__(c.either, (self, other))

    def __invert__(self) -> Any:
        return self.__primitive__(c.inverse, (self,))

    def __xor__(self, other: Any) -> Any:
        return (self | other) & ~(self & other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __select__(self, x: Any, y: Any) -> Any:
        """`where(self, x, y)`."""
        return self.__primitive__(where_, (self, x, y))
