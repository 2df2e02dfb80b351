"""The logarithm of the gamma function, and its derivatives: digamma, trigamma, …

Each is written in elementary operations, so that every back end computes the same numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

from numpy.polynomial import Polynomial

from autograd.errors import ArgumentError
from autograd.primitives.arithmetic import pow, round
from autograd.primitives.define import define
from autograd.primitives.elementary import log, log1p
from autograd.primitives.operands import equal
from autograd.primitives.selection import abs, where
from autograd.primitives.shapes import Unary
from autograd.primitives.trigonometry import sin, tan

INF = float("inf")
NEAR_TWO = (
    (0.42278433509846713, 0.8910333169145913, 0.6453798299956357, 0.20335010135646442,
     0.027453122730891972, 0.0012384822592879509, 4.612921528856366e-06),
    (1.0, 1.3448139779305166, 0.6600858497117797, 0.14307456082761574, 0.01296828225577007,
     0.00035389474455428254),
)  # fmt: skip
"""ln Γ(2 + z)/z for |z| ≤ ½ as the ratio of two polynomials, within 3e-16: interpolated at the
Chebyshev points with 60 digits. A ratio keeps its digits where ln Γ is 0, at 1 and 2."""
STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)
"""B₂, B₄, …"""
SHIFT = 7
"""So many steps Γ(x + 1) = x·Γ(x) lead from 2.5 to where Stirling's series is exact."""
STEPS = 16
"""So many lead from 0 to where the series of the derivatives up to the fifth are."""


def _horner(coefficients: Sequence[float], x: Any) -> Any:
    return reduce(lambda total, c: total * x + c, reversed(coefficients))


def _stirling(x: Any) -> Any:
    """ln Γ(x) for x ≥ 9.5, where the series is exact; nothing in it overflows before ln Γ does."""
    series = _horner(STIRLING, 1.0 / (x * x)) / x
    return (x - 0.5) * (log(x) - 1.0) + (0.5 * math.log(2.0 * math.pi) - 0.5) + series


def _near(x: Any) -> Any:
    """ln |Γ(x)| for −½ < x < 2½, from ln Γ(2 + z) with z = x − 2, x − 1 or x."""
    z = where(x < 0.5, x, where(x < 1.5, x - 1.0, x - 2.0))
    top, below = NEAR_TWO
    found = z * (_horner(top, z) / _horner(below, z)) - where(x < 1.5, log1p(z), 0.0)
    return found - where(x < 0.5, log(abs(x)), 0.0)


def _lgamma(x: Any) -> Any:
    y = where(x <= -0.5, 1.0 - x, x)
    low = y < 9.5
    shifted = where(low, y + float(SHIFT), y)
    steps = reduce(lambda product, k: product * (y + float(k)), range(1, SHIFT), y)
    found = where(y < 2.5, _near(y), _stirling(shifted) - where(low, log(steps), 0.0))
    sine = abs(sin(math.pi * (x - round(x))))
    reflected = where(x <= -(2.0**52), INF, math.log(math.pi) - log(sine) - found)
    return where(x <= -0.5, reflected, found)


@define(
    Unary,
    symbol="ln Γ",
    latex=r"\ln \Gamma({0})",
    arrays=_lgamma,
    local=lambda out, x: digamma(x),
    domain=((0.0, INF),),
)
def lgamma(x: float) -> float:
    """Logarithm ln |Γ(x)| of the gamma function, with derivative ψ(x), `digamma`.

    n! is e^lgamma(n + 1). It is inf at 0 and at the negative whole numbers.

    >>> f"ln 24 = {lgamma(5.0):.9f}", lgamma(1.0), lgamma(-1.0)
    ('ln 24 = 3.178053830', 0.0, inf)
    """
    return float(_lgamma(x))


def _positive(y: Any, n: int) -> Any:
    """ψ⁽ⁿ⁾(y) for y ≥ 0: 16 steps of ψ(y) = ψ(y + 1) − 1/y, and the series from there."""
    z = y + float(STEPS)
    terms = [b * math.factorial(2 * k + n - 1) / math.factorial(2 * k)
             for k, b in enumerate(BERNOULLI, start=1)]  # fmt: skip
    head = float(math.factorial(n - 1)) if n else -log(z)
    factorial, w = float(math.factorial(n)), 1.0 / (z * z)
    far = (head + 0.5 * factorial / z + _horner(terms, w) * w) / (pow(z, float(n)) if n else 1.0)
    near = reduce(
        lambda total, k: total + factorial / pow(y + float(k), n + 1.0), reversed(range(STEPS)), far
    )
    return near if n % 2 else -near


def _digamma(x: Any, order: float) -> Any:
    if not (order >= 0.0 and float(order).is_integer()):
        raise ArgumentError(
            f"order= of digamma must be a whole number from 0, not {order!r}"
        ) from None  # it is a ValueError, after which floats are tried as NumPy's
    n = int(order)
    rest = x - round(x)
    cotangent = 1.0 / tan(math.pi * rest)
    if n % 2 == 0:  # between −∞ and ∞, at a pole
        cotangent = where(equal(rest, 0.0) & (x < 0.0), math.nan, cotangent)
    slope = Polynomial([0.0, 1.0])  # of the cotangent, in itself: cot′ = −(1 + cot²)
    for _ in range(n):
        slope = Polynomial([-1.0, 0.0, -1.0]) * slope.deriv()
    turned = math.pi ** (n + 1) * _horner([*map(float, slope.coef)], cotangent)
    found = _positive(where(x > 0.0, x, 1.0 - x), n)
    return where(x > 0.0, found, (-found if n % 2 else found) - turned)


@define(
    Unary,
    symbol=lambda order: "ψ" + "′" * int(order) if order < 4.0 else f"ψ⁽{order:.0f}⁾",
    latex=lambda x, order: rf"\psi({x})" if not order else rf"\psi^{{({order:.0f})}}({x})",
    arrays=lambda x, order: _digamma(x, order),
    local=lambda out, x, order: digamma(x, order=order + 1.0),
    domain=((0.0, INF),),
)
def digamma(x: float, *, order: float = 0.0) -> float:
    """Digamma function ψ(x), the derivative of ln Γ(x); with `order` n its n-th derivative ψ⁽ⁿ⁾.

    ψ′ is also called trigamma, ψ⁽ⁿ⁾ polygamma. Where ψ⁽ⁿ⁾ jumps between −∞ and ∞, at a negative
    whole number, it is nan.

    >>> f"−γ = {digamma(1.0):.9f}, π²/6 = {digamma(1.0, order=1):.9f}"
    '−γ = -0.577215665, π²/6 = 1.644934067'
    """
    return float(_digamma(x, order))
