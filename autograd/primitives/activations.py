"""Activation functions of neurons, and logarithms that go with them; exact for large inputs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.primitives.define import define
from autograd.primitives.elementary import LN2, SQRT_HALF, TWO_OVER_SQRT_PI, erfc, exp
from autograd.primitives.operands import equal
from autograd.primitives.selection import where
from autograd.primitives.shapes import Binary, Unary
from autograd.primitives.trigonometry import sech

SATURATED = 0.05
"""A unit whose slope is smaller than this in size is saturated: next to no gradient passes."""


def _sigmoid_arrays(x: Any) -> Any:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0.0, 1.0, e) / (1.0 + e)


def _sigmoid_and_slope(x: Any) -> tuple[Any, Any]:
    """σ and σ′ = e/(1 + e)² with e = e^(−|x|), which keep their digits at both ends."""
    e = np.exp(-np.abs(x))
    one = 1.0 + e
    return np.where(x >= 0.0, 1.0, e) / one, e / (one * one)


def _slope_of_sigmoid(out: Any, x: Any) -> Any:
    """σ′ = (½/cosh ½x)², rounded once where it is subnormal: then it is σ itself there."""
    half = 0.5 * sech(0.5 * x)
    return half * half


@define(
    Unary,
    symbol="σ",
    latex=r"\sigma({0})",
    arrays=_sigmoid_arrays,
    local=_slope_of_sigmoid,
    shown=lambda out, x: out * (1.0 - out),
    fused=_sigmoid_and_slope,
)
def sigmoid(x: float) -> float:
    """Sigmoid a = σ(x) = 1/(1 + e⁻ˣ), with σ′(x) = a(1 − a) (Nielsen, equation 40).

    It is computed as ¼/cosh²(x/2), which keeps its digits where a is near 0 or 1.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    if x >= 0.0:
        return 1.0 / (1.0 + math.exp(-x))
    e = math.exp(x)
    return e / (1.0 + e)


@define(
    Unary,
    latex=r"\ln(1 + e^{{{0}}})",
    arrays=lambda x: np.logaddexp(0.0, x),
    local=lambda out, x: sigmoid(x),
)
def softplus(x: float) -> float:
    """Softplus ln(1 + eˣ), a smooth ReLU, with derivative σ(x).

    >>> softplus(25.0)
    25.000000000013888
    """
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


@define(
    Unary,
    symbol="ln σ",
    latex=r"\ln \sigma({0})",
    arrays=lambda x: -np.logaddexp(0.0, -x),
    local=lambda out, x: sigmoid(-x),
)
def log_sigmoid(x: float) -> float:
    """Logarithm ln σ(x) = −ln(1 + e⁻ˣ) of the sigmoid, with derivative σ(−x).

    >>> round(log_sigmoid(0.0), 9), log_sigmoid(-1000.0)
    (-0.693147181, -1000.0)
    """
    return -(max(-x, 0.0) + math.log1p(math.exp(-abs(x))))


def _share(out: Any, x: Any, y: Any) -> Any:
    """e^(x − out) = σ(x − y), and 0 where nothing is shared."""
    return where(equal(out, -math.inf), 0.0, sigmoid(x - y))


@define(
    Binary,
    symbol="LSE",
    latex=r"\ln\left(e^{{{0}}} + e^{{{1}}}\right)",
    arrays=np.logaddexp,
    local=(lambda out, x, y: _share(out, x, y), lambda out, x, y: _share(out, y, x)),
    shown=(lambda out, x, y: exp(x - out), lambda out, x, y: exp(y - out)),
)
def logaddexp(x: float, y: float) -> float:
    """ln(eˣ + eʸ) without overflow: ∂/∂x = σ(x − y) and ∂/∂y = σ(y − x); both 0 at −inf, −inf.

    >>> logaddexp(25.0, 0.0)
    25.000000000013888
    """
    if x == y:
        return x + LN2
    return (x if x > y else y) + math.log1p(math.exp(-abs(x - y)))


@define(
    Unary,
    symbol="ReLU",
    op="ReLU",
    latex=r"\max(0, {0})",
    arrays=lambda x: np.maximum(x, 0.0),
    local=lambda out, x: where(x > 0.0, 1.0, 0.0),
    kinks=(0.0,),
)
def relu(x: float) -> float:
    """Rectified linear unit max(0, x), with derivative 1 for x > 0, else 0 (the blog post).

    >>> relu(-2.0), relu(3.0)
    (0.0, 3.0)
    """
    return 0.0 if x <= 0.0 else x


@define(
    Unary,
    symbol="LReLU",
    latex=lambda x, slope: rf"\max({x}, {slope:.6g}\,{x})",
    arrays=lambda x, slope: np.where(x > 0.0, x, slope * x),
    local=lambda out, x, slope: where(x > 0.0, 1.0, slope),
    kinks=(0.0,),
)
def leaky_relu(x: float, *, slope: float = 0.01) -> float:
    """Leaky ReLU: x for x > 0, else slope · x; its derivative is 1 or the slope (at 0 too).

    >>> leaky_relu(-2.0, slope=0.1)
    -0.2
    """
    return x if x > 0.0 else slope * x


@define(
    Unary,
    symbol="ELU",
    latex=r"\operatorname{{ELU}}({0})",
    arrays=lambda x, alpha: np.where(x > 0.0, x, alpha * np.expm1(x)),
    local=lambda out, x, alpha: where(x > 0.0, 1.0, alpha * exp(x)),
    kinks=(0.0,),
)
def elu(x: float, *, alpha: float = 1.0) -> float:
    """Exponential linear unit: x for x > 0, else α(eˣ − 1); its derivative is 1 or αeˣ.

    >>> elu(2.0), elu(-1000.0)
    (2.0, -1.0)
    """
    return x if x > 0.0 else alpha * math.expm1(x)


@define(
    Unary,
    symbol="GELU",
    latex=r"\operatorname{{GELU}}({0})",
    arrays=lambda x: 0.5 * x * erfc(-SQRT_HALF * x),
    local=lambda out, x: (
        0.5 * erfc(-SQRT_HALF * x) + 0.5 * SQRT_HALF * TWO_OVER_SQRT_PI * x * exp(-0.5 * x * x)
    ),
)
def gelu(x: float) -> float:
    """Gaussian error linear unit x·Φ(x), with derivative Φ(x) + x·φ(x).

    Φ and φ are the normal distribution and density; the exact form, not the tanh approximation.

    >>> gelu(0.0)
    0.0
    """
    return 0.5 * x * math.erfc(-SQRT_HALF * x)


@define(
    Unary,
    symbol="SiLU",
    latex=r"{0}\,\sigma({0})",
    arrays=lambda x: x * _sigmoid_arrays(x),
    local=lambda out, x: sigmoid(x) * (1.0 + x * sigmoid(-x)),
    shown=lambda out, x: sigmoid(x) * (1.0 + x * (1.0 - sigmoid(x))),
)
def silu(x: float) -> float:
    """Sigmoid linear unit (swish) x·σ(x), with derivative σ(x)(1 + x·σ(−x)).

    >>> silu(0.0)
    0.0
    """
    return x * sigmoid(x)
