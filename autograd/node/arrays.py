"""How Values and NumPy meet: ufuncs on Values, and Values in object arrays.

`np.exp(v)` and `np.float64(2) * v` give a Value; `v * ndarray` gives an object array, whose own
operations (`W @ x`, `np.exp(a)`, `.sum()`) work element by element.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd import primitives
from autograd.context.modes import ACTIVE
from autograd.context.tracing import NUMBER, refuse
from autograd.errors import OperandError
from autograd.primitives.operands import boxed, float_or_none

UFUNCS: dict[str, Any] = {
    "absolute": primitives.abs,
    "add": primitives.add,
    "arccos": primitives.acos,
    "arccosh": primitives.acosh,
    "arcsin": primitives.asin,
    "arcsinh": primitives.asinh,
    "arctan": primitives.atan,
    "arctan2": primitives.atan2,
    "arctanh": primitives.atanh,
    "ceil": lambda x: primitives.neg(primitives.floordiv(primitives.neg(x), 1.0)),
    "divide": primitives.div,
    "divmod": lambda x, y: (primitives.floordiv(x, y), primitives.mod(x, y)),
    "exp2": lambda x: primitives.pow(2.0, x),
    "fabs": primitives.abs,
    "float_power": primitives.pow,
    "floor": lambda x: primitives.floordiv(x, 1.0),
    "floor_divide": primitives.floordiv,
    "logaddexp": lambda x, y: primitives.logsumexp([x, y]),
    "multiply": primitives.mul,
    "negative": primitives.neg,
    "positive": primitives.identity,
    "power": primitives.pow,
    "reciprocal": lambda x: primitives.div(1.0, x),
    "remainder": primitives.mod,
    "square": lambda x: primitives.power(x),
    "subtract": primitives.sub,
    "trunc": lambda x: primitives.mul(primitives.sign(x), primitives.floordiv(abs(x), 1.0)),
} | {
    name: getattr(primitives, name)
    for name in (
        "cbrt", "cos", "cosh", "exp", "expm1", "hypot", "log", "log10", "log1p", "log2",
        "maximum", "minimum", "sign", "sin", "sinh", "sqrt", "tan", "tanh",
    )
}  # fmt: skip


PREDICATES = ("isfinite", "isinf", "isnan", "signbit")
COMPARISONS: dict[str, tuple[Any, Any]] = {
    "less": (operator.lt, operator.gt),
    "less_equal": (operator.le, operator.ge),
    "greater": (operator.gt, operator.lt),
    "greater_equal": (operator.ge, operator.le),
    "equal": (operator.eq, operator.eq),
    "not_equal": (operator.ne, operator.ne),
}
"""Each as it is, and with its sides exchanged."""


class NumpyProtocol:
    """What makes a Value an operand of NumPy's element-wise functions."""

    __slots__ = ()

    data: Any

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        called = method == "__call__" and not kwargs
        arrays = [x for x in inputs if isinstance(x, np.ndarray)]
        if called and ufunc.__name__ in COMPARISONS and None not in map(float_or_none, arrays):
            return _compared(ufunc.__name__, *inputs)
        if arrays or not called:
            return getattr(ufunc, method)(*map(boxed, inputs), **kwargs)
        function = UFUNCS.get(ufunc.__name__)
        if function is not None:
            return function(*inputs)
        if ufunc.__name__ in PREDICATES:
            if ACTIVE:
                refuse(f"np.{ufunc.__name__} of a Value is taken", NUMBER, self)
            return ufunc(*(x.data if isinstance(x, NumpyProtocol) else x for x in inputs))
        raise OperandError(
            f"np.{ufunc.__name__} is not among the functions that Values know; use one of "
            "autograd's functions, or x.data if you only want the number"
        )


def _compared(name: str, x: Any, y: Any) -> Any:
    """Two operands compared by the Value among them: a number on the left would ask NumPy again."""
    as_it_is, exchanged = COMPARISONS[name]
    return as_it_is(x, y) if isinstance(x, NumpyProtocol) else exchanged(y, x)


def _method(name: str) -> Any:
    function = UFUNCS[name]

    def method(self: Any, *others: Any) -> Any:
        return function(self, *others)

    method.__name__ = name
    method.__doc__ = f"NumPy's name for this function, so that np.{name} works on object arrays."
    return method


for _name in ("arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh"):
    setattr(NumpyProtocol, _name, _method(_name))
