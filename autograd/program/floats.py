"""Operations on floats as Python text: operators, and functions of `math` or of a primitive.

What is written for NumPy's functions is written for a primitive whose computation on arrays is one
of them; any other primitive is called.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.primitives.primitive import Primitive
from autograd.program.logarithms import LogOf
from autograd.program.spelling import number, plain_name
from autograd.program.symbols import Symbol, apply, exponent_of, select

SPELLED: dict[Any, str] = {
    np.add: "{} + {}", np.subtract: "{} - {}", np.multiply: "{} * {}", np.divide: "{} / {}",
    np.negative: "-{}", np.positive: "{}", select: "{1} if {0} else {2}",
    np.less: "{} < {}", np.less_equal: "{} <= {}", np.greater: "{} > {}",
    np.greater_equal: "{} >= {}", np.equal: "{} == {}", np.not_equal: "{} != {}",
    np.logical_and: "{} and {}", np.logical_or: "{} or {}", np.logical_not: "not {}",
}  # fmt: skip
_OF_FLOATS: dict[Any, Callable[..., Any]] = {
    np.abs: math.fabs, np.arccos: math.acos, np.arccosh: math.acosh, np.arcsin: math.asin,
    np.arcsinh: math.asinh, np.arctan: math.atan, np.arctan2: math.atan2, np.arctanh: math.atanh,
    np.cbrt: math.cbrt, np.cos: math.cos, np.cosh: math.cosh, np.exp: math.exp,
    np.expm1: math.expm1, np.hypot: math.hypot, np.log: math.log, np.log10: math.log10,
    np.log1p: math.log1p, np.log2: math.log2, np.sin: math.sin, np.sinh: math.sinh,
    np.sqrt: math.sqrt, np.tan: math.tan, np.tanh: math.tanh,
}  # fmt: skip
"""NumPy's functions as Python spells them for floats, or as functions of floats."""


class Scalar(Symbol):
    """A symbol in whose expressions primitives stay whole: floats have no use for arrays."""

    __slots__ = ()

    def __primitive__(self, primitive: Primitive, operands: tuple[Any, ...]) -> Any:
        if primitive.arrays in SPELLED:
            return apply(primitive.arrays, *operands)
        return operands[0] if exponent_of(primitive) == 1.0 else Scalar(primitive, operands)


def applied(function: Any, names: list[str], call: Callable[..., str]) -> str:
    """A primitive, or a function of NumPy's, of named operands.

    `call(f, named)` gives the text that calls f, which a reader knows as `named`.
    """
    if isinstance(function, LogOf):
        return applied(function.logarithm, names[:1], call)
    if not isinstance(function, Primitive):
        return _called(function, function, names, call)
    exponent = exponent_of(function)
    if exponent == 2.0:
        return f"{names[0]} * {names[0]}"
    if exponent is not None:
        return f"{call(math.pow, None)}({names[0]}, {number(exponent)})"
    if function.arity is None:
        return f"{call(function.compute, function)}([{', '.join(names)}])"
    return _called(function.arrays, function, names, call)


def _called(known: Any, function: Any, names: list[str], call: Callable[..., str]) -> str:
    """A function of two operands at most: spelled, or called as the function of floats it is."""
    if known in SPELLED:
        return SPELLED[known].format(*names)
    of_floats = _OF_FLOATS.get(known) or getattr(function, "forward", function)
    return f"{call(of_floats, function)}({', '.join(names)})"


def shown(function: Any, named: Any) -> str:
    """A function's name for the reader; of `named`, if it is known by another."""
    return plain_name((named or function).__name__)
