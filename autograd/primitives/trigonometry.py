"""Circular and hyperbolic functions and their inverses. Angles are in radians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.primitives.define import define
from autograd.primitives.elementary import sqrt
from autograd.primitives.operands import equal
from autograd.primitives.selection import abs, hypot, where
from autograd.primitives.shapes import Binary, Unary

UNIT = (-1.0, 1.0)


def _one_minus_square(x: Any) -> Any:
    """1 − x² without cancellation near ±1, and with an exact derivative near 0."""
    return where(abs(x) < 0.5, 1.0 - x * x, (1.0 - x) * (1.0 + x))


@define(Unary, latex=r"\sin {0}", arrays=np.sin, local=lambda out, x: cos(x))
def sin(x: float) -> float:
    """Sine of x radians, with derivative cos x.

    >>> sin(0.0)
    0.0
    """
    return math.sin(x)


@define(Unary, latex=r"\cos {0}", arrays=np.cos, local=lambda out, x: -sin(x))
def cos(x: float) -> float:
    """Cosine of x radians, with derivative −sin x.

    >>> cos(0.0)
    1.0
    """
    return math.cos(x)


@define(
    Unary,
    latex=r"\tan {0}",
    arrays=np.tan,
    local=lambda out, x: 1.0 + out * out,
    domain=((-math.pi / 2, math.pi / 2),),
)
def tan(x: float) -> float:
    """Tangent of x radians, with derivative 1 + tan²x.

    >>> tan(0.0)
    0.0
    """
    return math.tan(x)


@define(
    Unary,
    latex=r"\arcsin {0}",
    arrays=np.arcsin,
    local=lambda out, x: 1.0 / sqrt(_one_minus_square(x)),
    shown=lambda out, x: 1.0 / sqrt(1.0 - x * x),
    domain=(UNIT,),
)
def asin(x: float) -> float:
    """Inverse sine, with derivative 1/√(1 − x²); nan outside [−1, 1].

    >>> asin(0.0)
    0.0
    """
    return math.asin(x)


@define(
    Unary,
    latex=r"\arccos {0}",
    arrays=np.arccos,
    local=lambda out, x: -1.0 / sqrt(_one_minus_square(x)),
    shown=lambda out, x: -1.0 / sqrt(1.0 - x * x),
    domain=(UNIT,),
)
def acos(x: float) -> float:
    """Inverse cosine, with derivative −1/√(1 − x²); nan outside [−1, 1].

    >>> acos(1.0)
    0.0
    """
    return math.acos(x)


@define(Unary, latex=r"\arctan {0}", arrays=np.arctan, local=lambda out, x: 1.0 / (1.0 + x * x))
def atan(x: float) -> float:
    """Inverse tangent, with derivative 1/(1 + x²).

    >>> atan(0.0)
    0.0
    """
    return math.atan(x)


def _over_square(part: Any, radius: Any) -> Any:
    """part / radius², and 0 at the origin, without overflow for large radii."""
    return where(equal(radius, 0.0), 0.0, part / radius / radius)


@define(
    Binary,
    arrays=np.arctan2,
    local=(
        lambda out, y, x: _over_square(x, hypot(x, y)),
        lambda out, y, x: -_over_square(y, hypot(x, y)),
    ),
    shown=(lambda out, y, x: x / (x * x + y * y), lambda out, y, x: -y / (x * x + y * y)),
    domain=((0.0, float("inf")), (float("-inf"), float("inf"))),
)
def atan2(y: float, x: float) -> float:
    """Angle of the point (x, y): ∂/∂y = x/(x² + y²) and ∂/∂x = −y/(x² + y²); 0 at the origin.

    >>> atan2(0.0, 1.0)
    0.0
    """
    return math.atan2(y, x)


@define(Unary, latex=r"\sinh {0}", arrays=np.sinh, local=lambda out, x: cosh(x))
def sinh(x: float) -> float:
    """Hyperbolic sine, with derivative cosh x.

    >>> sinh(0.0)
    0.0
    """
    return math.sinh(x)


@define(Unary, latex=r"\cosh {0}", arrays=np.cosh, local=lambda out, x: sinh(x))
def cosh(x: float) -> float:
    """Hyperbolic cosine, with derivative sinh x.

    >>> cosh(0.0)
    1.0
    """
    return math.cosh(x)


@define(
    Unary,
    symbol="sech",
    latex=r"\operatorname{{sech}} {0}",
    # where cosh overflows, 2e^(−|x|) is the same to the last bit
    arrays=lambda x: np.where(np.abs(x) < 700.0, 1.0 / np.cosh(x), 2.0 * np.exp(-np.abs(x))),
    local=lambda out, x: -out * tanh(x),
)
def sech(x: float) -> float:
    """Hyperbolic secant 1/cosh x, with derivative −sech x · tanh x.

    >>> sech(0.0), sech(1000.0)
    (1.0, 0.0)
    """
    return 1.0 / math.cosh(x)


def _sech_squared(x: Any) -> Any:
    """1/cosh²x, which is 1 − tanh²x and 4·σ(2x)(1 − σ(2x)), with all digits at both ends."""
    one = sech(x)
    return one * one


def _tanh_and_slope(x: Any) -> tuple[Any, Any]:
    """tanh x and 1/cosh²x = 4e/(1 + e)² with e = e^(−2|x|)."""
    e = np.exp(-2.0 * np.abs(x))
    one = 1.0 + e
    return np.tanh(x), 4.0 * e / (one * one)


@define(
    Unary,
    latex=r"\tanh({0})",
    arrays=np.tanh,
    local=lambda out, x: _sech_squared(x),
    shown=lambda out, x: 1.0 - out * out,
    fused=_tanh_and_slope,
)
def tanh(x: float) -> float:
    """Hyperbolic tangent a = tanh x = 2σ(2x) − 1 (the blog post), with derivative 1 − a².

    1 − a² is computed as 1/cosh²x, which keeps its digits where a is near ±1.

    >>> tanh(0.0), tanh(1000.0)
    (0.0, 1.0)
    """
    return math.tanh(x)


@define(
    Unary,
    latex=r"\operatorname{{arsinh}} {0}",
    arrays=np.arcsinh,
    local=lambda out, x: 1.0 / hypot(1.0, x),
    shown=lambda out, x: 1.0 / sqrt(1.0 + x * x),
)
def asinh(x: float) -> float:
    """Inverse hyperbolic sine, with derivative 1/√(1 + x²).

    >>> asinh(0.0)
    0.0
    """
    return math.asinh(x)


@define(
    Unary,
    latex=r"\operatorname{{arcosh}} {0}",
    arrays=np.arccosh,
    local=lambda out, x: 1.0 / (sqrt(x - 1.0) * sqrt(x + 1.0)),
    shown=lambda out, x: 1.0 / sqrt(x * x - 1.0),
    domain=((1.0, float("inf")),),
)
def acosh(x: float) -> float:
    """Inverse hyperbolic cosine, with derivative 1/√(x² − 1); nan below 1.

    >>> acosh(1.0)
    0.0
    """
    return math.acosh(x)


@define(
    Unary,
    latex=r"\operatorname{{artanh}} {0}",
    arrays=np.arctanh,
    local=lambda out, x: 1.0 / _one_minus_square(x),
    shown=lambda out, x: 1.0 / (1.0 - x * x),
    domain=(UNIT,),
)
def atanh(x: float) -> float:
    """Inverse hyperbolic tangent, with derivative 1/(1 − x²); ±inf at ±1.

    >>> atanh(0.0)
    0.0
    """
    return math.atanh(x)
