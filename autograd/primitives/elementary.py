"""Exponentials, logarithms, roots, the error function and the normal distribution."""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from autograd.primitives.define import define
from autograd.primitives.operations import Elementary
from autograd.primitives.shapes import Unary

LN2, LN10 = math.log(2.0), math.log(10.0)
TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
SQRT_HALF = math.sqrt(0.5)
POSITIVE = (0.0, float("inf"))


def _each(function: Any) -> Any:
    """A function of floats, element by element, where NumPy has none of its own."""
    over = np.frompyfunc(function, 1, 1)
    return lambda x: np.asarray(over(x), dtype=np.float64)


@cache
def _over_arrays(name: str) -> Any:
    """SciPy's function of this name, or Python's where there is no SciPy."""
    try:
        return getattr(import_module("scipy.special"), name)
    except ImportError:
        return _each(getattr(math, name))


def _erfc(x: Any) -> Any:
    """SciPy's erfc; in its tail, where that loses digits (6e-14 at 26), Python's."""
    x = np.asarray(x)
    found = np.asarray(_over_arrays("erfc")(x))
    tail = (x > 4.0) & (x < 27.5)
    if tail.any():
        found[tail] = _each(math.erfc)(x[tail])
    return found


ERF = Elementary("erf", lambda: _over_arrays("erf"))
ERFC = Elementary("erfc", lambda: _erfc)


@define(Unary, latex="e^{{{0}}}", arrays=np.exp, local=lambda out, x: out)
def exp(x: float) -> float:
    """Exponential eˣ, its own derivative. Overflows to inf above 709.78.

    >>> exp(0.0)
    1.0
    """
    return math.exp(x)


@define(Unary, latex="(e^{{{0}}} - 1)", arrays=np.expm1, local=lambda out, x: exp(x))
def expm1(x: float) -> float:
    """eˣ − 1 without cancellation near 0, with derivative eˣ.

    >>> expm1(1e-12)
    1.0000000000005e-12
    """
    return math.expm1(x)


@define(Unary, latex=r"\ln {0}", arrays=np.log, local=lambda out, x: 1.0 / x, domain=(POSITIVE,))
def log(x: float) -> float:
    """Natural logarithm ln x, with derivative 1/x. ln 0 is −inf, below 0 it is nan.

    >>> log(1.0), log(0.0)
    (0.0, -inf)
    """
    return math.log(x)


@define(
    Unary,
    latex=r"\ln(1 + {0})",
    arrays=np.log1p,
    local=lambda out, x: 1.0 / (1.0 + x),
    domain=((-1.0, float("inf")),),
)
def log1p(x: float) -> float:
    """ln(1 + x) without cancellation near 0, with derivative 1/(1 + x).

    >>> log1p(1e-12)
    9.999999999995e-13
    """
    return math.log1p(x)


@define(
    Unary,
    latex=r"\log_2 {0}",
    arrays=np.log2,
    local=lambda out, x: 1.0 / (x * LN2),
    domain=(POSITIVE,),
)
def log2(x: float) -> float:
    """Logarithm to base 2, with derivative 1/(x ln 2).

    >>> log2(8.0)
    3.0
    """
    return math.log2(x)


@define(
    Unary,
    latex=r"\log_{{10}} {0}",
    arrays=np.log10,
    local=lambda out, x: 1.0 / (x * LN10),
    domain=(POSITIVE,),
)
def log10(x: float) -> float:
    """Logarithm to base 10, with derivative 1/(x ln 10).

    >>> log10(1000.0)
    3.0
    """
    return math.log10(x)


@define(
    Unary,
    symbol="√",
    latex=r"\sqrt{{{0}}}",
    arrays=np.sqrt,
    local=lambda out, x: 0.5 / out,
    domain=(POSITIVE,),
)
def sqrt(x: float) -> float:
    """Square root √x, with derivative 1/(2√x): inf at 0, nan below.

    >>> sqrt(9.0)
    3.0
    """
    return math.sqrt(x)


@define(
    Unary,
    latex=r"\sqrt[3]{{{0}}}",
    arrays=np.cbrt,
    local=lambda out, x: (1.0 / out) / (3.0 * out),
    kinks=(0.0,),
)
def cbrt(x: float) -> float:
    """Cube root of any real x, with derivative 1/(3·∛x²): inf at 0.

    >>> cbrt(0.0), cbrt(-1.0)
    (0.0, -1.0)
    """
    return math.cbrt(x)


@define(Unary, arrays=ERF, local=lambda out, x: TWO_OVER_SQRT_PI * exp(-x * x))
def erf(x: float) -> float:
    """Error function, 2/√π · ∫₀ˣ e^(−t²) dt, with derivative 2/√π · e^(−x²).

    >>> erf(0.0), erf(10.0)
    (0.0, 1.0)
    """
    return math.erf(x)


@define(Unary, arrays=ERFC, local=lambda out, x: -TWO_OVER_SQRT_PI * exp(-x * x))
def erfc(x: float) -> float:
    """1 − erf(x) without cancellation for large x, with derivative −2/√π · e^(−x²).

    >>> erfc(0.0)
    1.0
    """
    return math.erfc(x)


@define(
    Unary,
    symbol="Φ",
    latex=r"\Phi({0})",
    arrays=lambda x: 0.5 * erfc(-SQRT_HALF * x),
    local=lambda out, x: 0.5 * SQRT_HALF * TWO_OVER_SQRT_PI * exp(-0.5 * x * x),
)
def norm_cdf(x: float) -> float:
    """Normal distribution Φ(x) = ½ erfc(−x/√2), with the density e^(−x²/2)/√2π as derivative.

    >>> norm_cdf(0.0), round(norm_cdf(1.96), 6)
    (0.5, 0.975002)
    """
    return 0.5 * math.erfc(-SQRT_HALF * x)
