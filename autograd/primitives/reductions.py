"""Functions of many operands: each call is one node, however long the sequence.

Every function here takes one sequence (or array) of operands. An array of numbers is reduced
over `axis`, by default over all of it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from operator import add as plus
from operator import mul as times
from typing import Any

import numpy as np

from autograd.context.tracing import is_tracing
from autograd.errors import ArgumentError, OperandError
from autograd.primitives.define import define
from autograd.primitives.elementary import exp
from autograd.primitives.operands import equal, is_operand, records, refuse_masked
from autograd.primitives.primitive import Block
from autograd.primitives.selection import where
from autograd.primitives.shapes import Nary
from autograd.primitives.summation import add_in_order, plain_sum

Operands = Sequence[Any]


@define(
    Nary,
    symbol="Σ",
    latex=lambda *xs: " + ".join(xs),
    arrays=lambda xs, axis=None: add_in_order(xs, axis),
    local=lambda out, xs: [1.0] * len(xs),
)
def sum_(xs: Operands) -> float:
    """Sum Σ xᵢ as a single node, with ∂/∂xᵢ = 1. The empty sum is 0.

    >>> sum([1.0, 2.0, 3.0])
    6.0
    """
    return plain_sum(xs)


sum = sum_


@define(
    Nary,
    at_least=1,
    latex=lambda *xs: rf"\frac{{1}}{{{len(xs)}}}\left({' + '.join(xs)}\right)",
    arrays=lambda xs, axis=None: add_in_order(xs, axis) / np.size(xs, axis),
    local=lambda out, xs: [1.0 / len(xs)] * len(xs),
)
def mean(xs: Operands) -> float:
    """Mean (Σ xᵢ)/n as a single node, with ∂/∂xᵢ = 1/n.

    >>> mean([1.0, 2.0, 6.0])
    3.0
    """
    return plain_sum(xs) / len(xs)


def _products_of_others(xs: Operands) -> list[Any]:
    """For each i the product of all xⱼ with j ≠ i, in 3n multiplications, zeros included."""
    before = accumulate(xs[:-1], times, initial=1.0)
    after = [*accumulate(reversed(xs[1:]), times, initial=1.0)]
    return [x * y for x, y, _ in zip(before, reversed(after), xs, strict=False)]


def _prod_and_products_of_others(xs: Any, axis: int) -> tuple[Any, Any]:
    """Π xᵢ along an axis, and its gradient: the same numbers from running products."""
    n = xs.shape[axis]
    one = np.ones_like(np.take(xs, [0], axis))
    before = np.multiply.accumulate(np.concatenate([one, xs], axis), axis)
    after = np.multiply.accumulate(np.concatenate([one, np.flip(xs, axis)], axis), axis)
    others = np.take(before, range(n), axis) * np.take(after, range(n - 1, -1, -1), axis)
    return np.take(before, n, axis), others


@define(
    Nary,
    symbol="Π",
    latex=lambda *xs: r" \cdot ".join(xs),
    arrays=lambda xs, axis=None: np.prod(xs, axis=axis),
    local=lambda out, xs: _products_of_others(xs),
    fused=_prod_and_products_of_others,
    elementary=lambda xs: reduce(times, xs, 1.0),
)
def prod(xs: Operands) -> float:
    """Product Π xᵢ as a single node; ∂/∂xᵢ is the product of the others. The empty one is 1.

    >>> prod([2.0, 3.0, 4.0])
    24.0
    """
    return float(math.prod(xs))


def _swap(ws_xs_bias: Operands) -> list[Any]:
    n = len(ws_xs_bias) // 2
    return [*ws_xs_bias[n : 2 * n], *ws_xs_bias[:n], 1.0]


def _write_dot(*operands: str) -> str:
    n = len(operands) // 2
    terms = [f"{w} {x}" for w, x in zip(operands[:n], operands[n : 2 * n], strict=True)]
    return " + ".join([*terms, operands[-1]])


@define(
    Nary,
    symbol="Σ w·x",
    latex=_write_dot,
    arrays=lambda ws_xs_bias, axis=None: dot_._body(ws_xs_bias),
    local=lambda out, ws_xs_bias: _swap(ws_xs_bias),
)
def dot_(ws_xs_bias: Operands) -> float:
    """Σ wᵢxᵢ + b over the flat operands (w₁ … wₙ, x₁ … xₙ, b)."""
    n = len(ws_xs_bias) // 2
    return plain_sum(map(times, ws_xs_bias[:n], ws_xs_bias[n : 2 * n]), ws_xs_bias[-1])


def dot(ws: Iterable[Any], xs: Iterable[Any], bias: Any = 0.0) -> Any:
    """Weighted input Σ wᵢxᵢ + b of a neuron as a single node (Lei's notes, section 2).

    ∂/∂wᵢ = xᵢ, ∂/∂xᵢ = wᵢ, ∂/∂b = 1. Arrays of numbers follow `ws @ xs + bias`.

    Args:
        ws, xs: two sequences of the same length, of numbers and Values.
        bias: a number or a Value.

    Raises:
        ArgumentError: the lengths differ.

    >>> dot([2.0, -3.0], [-1.0, -2.0], bias=-3.0)
    1.0
    """
    if not (type(ws) is list and type(xs) is list):
        if _numeric(ws) and _numeric(xs) and not records(bias):
            return _dot_arrays(ws, xs, bias)
        ws, xs = _sequence(ws, "weights"), _sequence(xs, "inputs")
    if len(ws) != len(xs):
        raise ArgumentError(
            f"dot needs as many weights as inputs, not {len(ws)} weights and {len(xs)} inputs"
        )
    return dot_.dispatch((*ws, *xs, bias))


def _dot_arrays(ws: Any, xs: Any, bias: Any) -> Any:
    for operand in (ws, xs, bias):
        refuse_masked(operand, "dot")
    try:
        with np.errstate(all="ignore"):
            return np.matmul(ws, xs) + bias
    except ValueError:
        raise ArgumentError(
            f"dot needs as many weights as inputs, not arrays of shapes {ws.shape} and {xs.shape}"
            f" (and a bias of shape {np.shape(bias)})"
        ) from None


def _numeric(xs: Any) -> bool:
    return isinstance(xs, np.ndarray) and xs.dtype != object


def _sequence(xs: Any, what: str) -> tuple[Any, ...]:
    if is_operand(xs) or isinstance(xs, str) or not isinstance(xs, Iterable):
        raise OperandError(
            f"the {what} of dot must be a sequence such as [a, b], not {type(xs).__name__}"
        )
    return tuple(xs)


def _top(xs: Any, axis: int | None = None) -> Any:
    """The largest along an axis, which stays with length 1; 0 where that is not finite."""
    top = np.max(xs, axis=axis, keepdims=True)
    return np.where(np.isfinite(top), top, 0.0)


def _logsumexp_arrays(xs: Any, axis: int | None = None) -> Any:
    top = _top(xs, axis)
    total = np.log(np.sum(np.exp(xs - top), axis=axis, keepdims=True)) + top
    return np.squeeze(total, axis=axis)[()]


def _logsumexp_and_softmax(xs: Any, axis: int) -> tuple[Any, Any]:
    """ln Σ e^xᵢ and its gradient, softmax(x)."""
    top = np.maximum.reduce(xs, axis, keepdims=True)
    e = np.exp(xs - top)
    total = np.add.reduce(e, axis, keepdims=True)
    wide = np.log(total) + top
    e /= total
    if np.isfinite(np.add.reduce(wide, None)) is not np.True_:  # or not known, where it is read
        wide = np.expand_dims(_logsumexp_arrays(xs, axis), axis)
        e = np.where(np.isneginf(wide), 0.0, e)
    return np.squeeze(wide, axis), e


def _top_of_scalars(xs: Operands) -> Any:
    """The largest, or 0 where that is not finite."""
    top = reduce(np.maximum, xs)
    return where((top > -math.inf) & (top < math.inf), top, 0.0)


def _above(top: Any, xs: Operands) -> Any:
    return np.log(reduce(plus, [np.exp(x - top) for x in xs])) + top


def _softmax_rule(out: Any, xs: Operands) -> list[Any]:
    """softmax(x) from out = ln Σ e^xⱼ: the sum is 1 but for what rounding took from a large out."""
    es = [exp(x - out) for x in xs]
    total = reduce(plus, es)
    return [where(equal(out, -math.inf), 0.0, e / total) for e in es]


@define(
    Nary,
    symbol="LSE",
    at_least=1,
    latex=lambda *xs: r"\ln\left(" + " + ".join(f"e^{{{x}}}" for x in xs) + r"\right)",
    arrays=_logsumexp_arrays,
    local=lambda out, xs: _softmax_rule(out, xs),
    shown=lambda out, xs: [exp(x - out) for x in xs],
    fused=_logsumexp_and_softmax,
    elementary=lambda xs: _above(_top_of_scalars(xs), xs),
)
def logsumexp(xs: Operands) -> float:
    """ln Σ e^xᵢ without overflow; ∂/∂xᵢ is softmax(x)ᵢ, and 0 where every xᵢ is −inf.

    >>> round(logsumexp([1000.0, 1000.0]), 9)
    1000.693147181
    """
    top = max(xs)
    if math.isinf(top):
        return top if all(x == x for x in xs) else math.nan
    return top + math.log(math.fsum(math.exp(x - top) for x in xs))


class _Shift(Nary):
    """A number that may be taken off every operand without changing the result.

    So it is a constant, of no gradient; only a program, which computes it anew, records it.
    """

    def dispatch(self, operands: tuple[Any, ...]) -> Any:
        """The number; while a program is traced, what stands for it."""
        out = super().dispatch(operands)
        return out if is_tracing() else getattr(out, "data", out)


def _largest(xs: Operands) -> float:
    """The largest xᵢ, or 0 if it is not finite."""
    top = float(max(xs))
    return top if math.isfinite(top) else 0.0


LARGEST = _Shift(
    _largest,
    Block(
        symbol="max",
        latex=lambda *xs: rf"\max({', '.join(xs)})",
        arrays=lambda xs, axis=None: np.squeeze(_top(xs, axis), axis=axis)[()],
        local=lambda out, xs: [0.0] * len(xs),
        op="max",
        selects=True,
        at_least=1,
        elementary=_top_of_scalars,
    ),
    {},
)


def log_softmax(xs: Iterable[Any], axis: int = -1) -> Any:
    """Logarithms of the softmax, xᵢ − ln Σⱼ e^xⱼ, one result for each operand.

    The largest xⱼ is taken off all of them first, which changes nothing: so no digit is lost
    where the xⱼ are large beside their differences. A list of results for a sequence; for an
    array of numbers an array, normalised over `axis`.

    >>> [round(p, 9) for p in log_softmax([1e16, 1e16])]
    [-0.693147181, -0.693147181]
    """
    refuse_masked(xs, "softmax")
    if _numeric(xs):
        array = np.asarray(xs, dtype=np.float64)
        with np.errstate(all="ignore"):
            array = array - _top(array, axis)
            return array - np.expand_dims(logsumexp(array, axis=axis), axis)
    if isinstance(xs, np.ndarray):
        return np.apply_along_axis(lambda row: np.array(log_softmax([*row]), object), axis, xs)
    operands = logsumexp._flat(xs)
    top = LARGEST(operands)
    shifted = [x - top for x in operands]
    total = logsumexp(shifted)
    return [x - total for x in shifted]


def softmax(xs: Iterable[Any], axis: int = -1) -> Any:
    """Softmax e^xᵢ / Σⱼ e^xⱼ, one result for each operand, summing to 1.

    Composed as e^log_softmax(x), which is stable for large operands. A list of results for a
    sequence; for an array of numbers an array, normalised over `axis`.

    >>> [round(p, 9) for p in softmax([1000.0, 1000.0])]
    [0.5, 0.5]
    """
    logs = log_softmax(xs, axis)
    return exp(logs) if isinstance(logs, np.ndarray) else [exp(x) for x in logs]


@define(
    Nary,
    symbol="‖·‖",
    latex=lambda *xs: r"\sqrt{" + " + ".join(f"{x}^2" for x in xs) + "}",
    arrays=lambda xs, axis=None: np.hypot.reduce(xs, axis=axis),
    local=lambda out, xs: [where(equal(out, 0.0), 0.0, x / out) for x in xs],
    length=True,
    elementary=lambda xs: reduce(np.hypot, xs, 0.0),
)
def norm(xs: Operands) -> float:
    """Euclidean length √(Σ xᵢ²) without overflow, with ∂/∂xᵢ = xᵢ/out; 0 at the origin.

    >>> norm([3.0, 4.0])
    5.0
    """
    return math.hypot(*xs)
