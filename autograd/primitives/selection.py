"""Choosing between numbers: absolute value, extremes, bounds, branches, distance.

At a kink the derivative is the one that SEMANTICS settles: 0 for |x| at 0, one half each at a
tie of `maximum`, 1 for `clip` at a bound.

Only `where` (and `take`, `sort`) sends nothing to what was not taken, by the rule of
`Primitive.is_taken`. `maximum`, `minimum`, `max`, `min`, `clip` and `relu` multiply by their slope,
so that 0 · ∞ is nan, as in PyTorch and JAX: maximum(sqrt(x), 1e-10) at 0. To send nothing, a
program needs to know for each example which values were reached, and loses its matrix products: a
network of relu(v) takes 0.14 ms for what where(v > 0, v, 0) takes 4.6 ms. And a picture of a ReLU
that is off shows its slope of 0, which is what there is to learn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from operator import add as plus
from typing import Any

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.primitives.define import define
from autograd.primitives.operands import (
    as_float,
    boxed,
    equal,
    is_array,
    keeping_masks,
    records,
    require_floats,
)
from autograd.primitives.shapes import Binary, Nary, Unary

INF = float("inf")


def _choice(xs: Any, axis: int | None = None) -> Any:
    condition, x, y = np.moveaxis(xs, axis or 0, 0)
    return np.where(np.greater(condition, 0.0), x, y)[()]


def _slopes(condition: Any) -> list[Any]:
    return [0.0, where(condition, 1.0, 0.0), where(condition, 0.0, 1.0)]


@define(
    Nary,
    latex=lambda condition, x, y: {"1": x, "0": y}.get(
        condition, rf"[{x} \mathrm{{\ where\ }} {condition},\ {y}]"
    ),
    arrays=_choice,
    local=lambda out, xs: _slopes(xs[0] > 0.0),
    selects=True,
    at_least=3,
    elementary=lambda xs: np.where(np.greater(xs[0], 0.0), xs[1], xs[2]),
)
def where_(condition_x_y: Sequence[Any]) -> float:
    """x if the condition is 1, y if it is 0; the one not taken is sent nothing."""
    condition, x, y = condition_x_y
    return where(condition > 0.0, x, y)


def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y.

    The branch not taken contributes nothing to any gradient, even where its own derivative is
    infinite: `where(x > 0, log(x), 0)` has derivative 0 at x = 0. Arrays go element by element.
    `maximum`, `minimum`, `clip` and `relu` do not promise that: for maximum(sqrt(x), 1e-10), whose
    derivative at 0 is 0 · ∞ = nan, write where(x > 1e-20, sqrt(x), 1e-10).

    Args:
        condition: a bool such as `x > 0`, or an array of them.
        x, y: numbers, Values or arrays.

    Raises:
        OperandError: the condition is not a bool.

    >>> where(2 > 1, 10.0, 20.0)
    10.0
    """
    known = type(condition) is bool or isinstance(condition, np.bool_)
    if known and type(x) is type(y) is float:
        return x if condition else y
    if known and (type(x) is float or records(x)) and (type(y) is float or records(y)):
        return where_.dispatch((1.0 if condition else 0.0, x, y))  # a quarter faster than below
    if not (known or isinstance(condition, np.ndarray) or hasattr(condition, "__select__")):
        raise OperandError(
            f"the condition of where must be a bool, not {type(condition).__name__}; "
            "write a comparison, such as where(x > 0, x, 0.0)"
        )
    if is_array(condition) or is_array(x) or is_array(y):
        return _where_of_arrays(condition, x, y)
    if not known:
        return condition.__select__(x, y)
    if records(x) or records(y):
        return where_.dispatch((1.0 if condition else 0.0, x, y))
    chosen = require_floats((x, y), "where")[0 if condition else 1]
    return (
        np.float64(chosen) if isinstance(x, np.floating) or isinstance(y, np.floating) else chosen
    )


def _where_of_arrays(condition: Any, x: Any, y: Any) -> Any:
    symbolic = hasattr(condition, "__select__") or _has_values(x) or _has_values(y)
    if symbolic or np.asarray(condition).dtype != bool:
        return keeping_masks(np.frompyfunc(where, 3, 1), map(boxed, (condition, x, y)))
    return keeping_masks(np.where, (condition, *map(where_._real, (x, y))))


def _has_values(x: Any) -> bool:
    return records(x) or (is_array(x) and np.asarray(x).dtype == object)


@define(
    Unary,
    latex=r"\operatorname{{sgn}} {0}",
    arrays=lambda x: np.where(x == 0.0, x, np.sign(x)),
    local=0.0,
    kinks=(0.0,),
)
def sign(x: float) -> float:
    """Sign of x: −1, 0 or 1, with derivative 0.

    >>> sign(-3.0), sign(0.0)
    (-1.0, 0.0)
    """
    return x if x == 0.0 or x != x else math.copysign(1.0, x)


@define(
    Unary,
    symbol="|·|",
    latex="|{0}|",
    arrays=np.abs,
    local=lambda out, x: sign(x),
    kinks=(0.0,),
    length=True,
)
def abs_(x: float) -> float:
    """Absolute value |x|, with derivative sgn x: 0 at 0.

    >>> abs(-3.0)
    3.0
    """
    return math.fabs(x)


abs = abs_


def _winner(x: Any, y: Any) -> Any:
    """1 where x > y, 0 where x < y, and one half at a tie."""
    return where(x > y, 1.0, where(x < y, 0.0, 0.5))


@define(
    Binary,
    symbol="max",
    latex=r"\max({0}, {1})",
    arrays=lambda x, y: np.where((x == 0.0) & (y == 0.0), x + y, np.maximum(x, y)),
    local=(lambda out, x, y: _winner(x, y), lambda out, x, y: _winner(y, x)),
)
def maximum(x: float, y: float) -> float:
    """The larger of x and y (nan if either is). Its gradient goes there, half each at a tie.

    By IEEE 754, 0.0 is larger than −0.0.

    >>> maximum(2.0, 3.0)
    3.0
    """
    return x + y if x == 0.0 == y else y if y > x or y != y else x


@define(
    Binary,
    symbol="min",
    latex=r"\min({0}, {1})",
    arrays=lambda x, y: np.where((x == 0.0) & (y == 0.0), -(-x - y), np.minimum(x, y)),
    local=(lambda out, x, y: _winner(y, x), lambda out, x, y: _winner(x, y)),
)
def minimum(x: float, y: float) -> float:
    """The smaller of x and y (nan if either is). Its gradient goes there, half each at a tie.

    >>> minimum(2.0, 3.0)
    2.0
    """
    return -(-x - y) if x == 0.0 == y else y if y < x or y != y else x


def _shares(out: Any, xs: Sequence[Any]) -> list[Any]:
    """1 for the one that was found, 0 for the others; at a tie, or for nan, equal parts."""
    ones = [where((x < out) | (x > out), 0.0, 1.0) for x in xs]
    count = reduce(plus, ones)
    return [one / count for one in ones]


def _extreme(function: Any) -> Any:
    """np.max or np.min, where 0.0 is larger than −0.0, which NumPy leaves to the processor."""

    def extreme(xs: Any, axis: int | None = None, keepdims: bool = False) -> Any:
        found = function(xs, axis=axis, keepdims=keepdims)
        signs = function(np.copysign(1.0, xs), axis=axis, keepdims=keepdims)
        return np.where(found == 0.0, np.copysign(found, signs), found)[()]

    return extreme


def _with_shares(extreme: Any) -> Any:
    """The extreme along an axis, and the parts of its gradient."""

    def fused(xs: Any, axis: int) -> tuple[Any, Any]:
        found = extreme(xs, axis, keepdims=True)
        ones = np.where((xs < found) | (xs > found), 0.0, 1.0)
        return np.squeeze(found, axis), ones / np.sum(ones, axis=axis, keepdims=True)

    return fused


_MAX, _MIN = _extreme(np.max), _extreme(np.min)


def _write_extreme(name: str) -> Any:
    return lambda *xs: rf"\{name}({', '.join(xs)})"


@define(
    Nary,
    at_least=1,
    latex=_write_extreme("max"),
    arrays=_MAX,
    local=lambda out, xs: _shares(out, xs),
    fused=_with_shares(_MAX),
    elementary=lambda xs: reduce(np.maximum, xs),
)
def max_(xs: Sequence[Any]) -> float:
    """Largest of a sequence (nan if one is) as a single node; its gradient goes there.

    At a tie each of the largest gets an equal part, as of `maximum`. Python's own max compares
    Values, too, and gives one of them; in a program it would decide a branch.

    >>> max([2.0, 3.0, 1.0])
    3.0
    """
    return reduce(maximum._body, xs)


@define(
    Nary,
    at_least=1,
    latex=_write_extreme("min"),
    arrays=_MIN,
    local=lambda out, xs: _shares(out, xs),
    fused=_with_shares(_MIN),
    elementary=lambda xs: reduce(np.minimum, xs),
)
def min_(xs: Sequence[Any]) -> float:
    """Smallest of a sequence (nan if one is) as a single node; its gradient goes there: see `max`.

    >>> min([2.0, 3.0, 1.0])
    1.0
    """
    return reduce(minimum._body, xs)


max, min = max_, min_


def _bound(x: float) -> str:
    return f"{x:.6g}".replace("inf", r"\infty")


@define(
    Unary,
    latex=lambda x, low, high: rf"\operatorname{{clip}}({x}, {_bound(low)}, {_bound(high)})",
    arrays=lambda x, low, high: np.clip(x, low, high),
    local=lambda out, x, low, high: where((x >= low) & (x <= high), 1.0, 0.0),
)
def clip_(x: float, *, low: float = -INF, high: float = INF) -> float:
    """x kept between two constants, with derivative 1 inside and at the bounds, 0 outside."""
    return low if x < low else high if x > high else x


def clip(x: Any, low: float | None = -INF, high: float | None = INF) -> Any:
    """x kept between `low` and `high` (None: no bound); derivative 1 within, bounds included.

    Raises:
        ArgumentError: low > high, or a bound that is nan.

    >>> clip(7.0, -5.0, 5.0)
    5.0
    """
    low = -INF if low is None else as_float(low, "low= of clip")
    high = INF if high is None else as_float(high, "high= of clip")
    if low > high:
        raise ArgumentError(f"clip needs low <= high, not low = {low!r} and high = {high!r}")
    return clip_.bind(low=low, high=high)(x)


@define(
    Binary,
    latex=r"\sqrt{{{0}^2 + {1}^2}}",
    arrays=np.hypot,
    local=(
        lambda out, x, y: where(equal(out, 0.0), 0.0, x / out),
        lambda out, x, y: where(equal(out, 0.0), 0.0, y / out),
    ),
    length=True,
)
def hypot(x: float, y: float) -> float:
    """Length √(x² + y²) without overflow: ∂/∂x = x/out, ∂/∂y = y/out; 0 at the origin.

    >>> hypot(3.0, 4.0)
    5.0
    """
    return math.hypot(x, y)
