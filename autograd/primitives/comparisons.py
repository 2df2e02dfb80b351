"""Comparisons and their combinations as primitives: 1 where something holds, 0 where it does not.

They are what a program records of `x > y`, and as what a rule that compares is read. Their
derivative is 0, and no message goes over them. `isnan`, `logical_and`, `logical_or` and
`logical_not` are functions of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.errors import OperandError
from autograd.primitives.operands import as_float, is_array, records
from autograd.primitives.primitive import Block, Primitive
from autograd.primitives.shapes import Binary, Unary

COMPARISONS: dict[str, Primitive] = {}
"""By name. They are no functions for users, and so not in `PRIMITIVES`."""


def _comparison(name: str, symbol: str, holds: Callable[..., Any], arrays: Any) -> Primitive:
    def body(x: float, y: float) -> float:
        return 1.0 if holds(x, y) else 0.0

    body.__name__, body.__doc__ = name, f"1 if x {symbol} y, else 0."
    block = Block(symbol, f"[{{0}} {symbol} {{1}}]", arrays, (0.0, 0.0), op=symbol, selects=True)
    COMPARISONS[name] = made = Binary(body, block, {})
    return made


less = _comparison("less", "<", operator.lt, np.less)
less_equal = _comparison("less_equal", "≤", operator.le, np.less_equal)
greater = _comparison("greater", ">", operator.gt, np.greater)
greater_equal = _comparison("greater_equal", "≥", operator.ge, np.greater_equal)
equals = _comparison("equal", "=", operator.eq, np.equal)
both = _comparison("both", "and", lambda x, y: x and y, np.logical_and)
either = _comparison("either", "or", lambda x, y: x or y, np.logical_or)


def inverse_(x: float) -> float:
    """1 if x is 0, else 0."""
    return 0.0 if x else 1.0


inverse = COMPARISONS["inverse"] = Unary(
    inverse_, Block("not", "[not {0}]", np.logical_not, 0.0, op="not", selects=True), {}
)


def _condition(x: Any, name: str) -> Any:
    """A bool, an array of them, or a comparison, as it is."""
    if isinstance(x, (bool, np.bool_)):
        return bool(x)
    of_values = isinstance(x, np.ndarray) and x.dtype == object and all(map(_is_one, x.flat))
    if of_values or _is_one(x) or (isinstance(x, np.ndarray) and x.dtype == bool):
        return x
    raise OperandError(
        f"{name} takes conditions, such as x > 0, not {type(x).__name__}; for its number write "
        f"{name}(x > 0, …), or where(x > 0, a, b)"
    )


def _is_one(x: Any) -> bool:
    return isinstance(x, (bool, np.bool_)) or hasattr(x, "__select__")


def logical_and(x: Any, y: Any) -> Any:
    """True where both conditions hold: `x & y`, in programs too, where `and` would decide a branch.

    Args:
        x, y: bools, comparisons such as `v > 0`, or arrays of them, element by element.

    Raises:
        OperandError: one is no condition.

    >>> logical_and(2.0 > 1.0, 2.0 > 3.0)
    False
    """
    return _condition(x, "logical_and") & _condition(y, "logical_and")


def logical_or(x: Any, y: Any) -> Any:
    """True where one of the conditions holds: `x | y`; see `logical_and`.

    >>> logical_or(2.0 > 1.0, 2.0 > 3.0)
    True
    """
    return _condition(x, "logical_or") | _condition(y, "logical_or")


def logical_not(x: Any) -> Any:
    """True where a condition does not hold: `~x`; see `logical_and`.

    >>> logical_not(2.0 > 1.0)
    False
    """
    x = _condition(x, "logical_not")
    return not x if isinstance(x, bool) else ~x


def isnan(x: Any) -> Any:
    """True where a number, a Value or an element of an array is nan; a condition in a program.

    >>> isnan(float("nan")), isnan(1.0)
    (True, False)
    """
    if is_array(x):
        x = np.asarray(x)
        if x.dtype != object:
            return np.isnan(x)
        with np.errstate(all="ignore"):
            found = np.frompyfunc(isnan, 1, 1)(x)
        known = all(isinstance(part, bool) for part in found.flat)
        return found.astype(bool) if known else found
    x = x if records(x) else as_float(x, "the operand of isnan")
    same = x <= x  # of one node with itself: two nan are not equal (and == compares nodes)
    return not same if isinstance(same, bool) else ~same
