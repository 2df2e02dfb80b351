"""Arithmetic: what `+ - * / % // **` and unary minus mean, and rounding."""

from __future__ import annotations

import builtins
import math
from functools import lru_cache
from typing import Any

import numpy as np

from autograd.core.wiring import first, second
from autograd.primitives.define import define
from autograd.primitives.elementary import log
from autograd.primitives.operands import equal, float_or_none
from autograd.primitives.operations import Elementary
from autograd.primitives.primitive import REAL, Block, Primitive
from autograd.primitives.selection import where
from autograd.primitives.shapes import Binary, Unary

POSITIVE = (0.0, float("inf"))


@define(Binary, symbol="+", op="+", latex="{0} + {1}", arrays=np.add, local=(1.0, 1.0))
def add(x: float, y: float) -> float:
    """Sum x + y. Addition copies the gradient: ∂/∂x = ∂/∂y = 1 (the blog post).

    >>> add(2.0, 3.0)
    5.0
    """
    return x + y


@define(Binary, symbol="−", op="-", latex="{0} - {1}", arrays=np.subtract, local=(1.0, -1.0))
def sub(x: float, y: float) -> float:
    """Difference x − y, with ∂/∂x = 1 and ∂/∂y = −1.

    >>> sub(2.0, 3.0)
    -1.0
    """
    return x - y


@define(
    Binary, symbol="×", op="*", latex=r"{0} \cdot {1}", arrays=np.multiply, local=(second, first)
)
def mul(x: float, y: float) -> float:
    """Product x · y. Multiplication switches: ∂/∂x = y and ∂/∂y = x (the blog post).

    >>> mul(2.0, 3.0)
    6.0
    """
    return x * y


@define(
    Binary,
    symbol="÷",
    op="/",
    latex=r"\frac{{{0}}}{{{1}}}",
    arrays=np.divide,
    local=(lambda out, x, y: 1.0 / y, lambda out, x, y: -out / y),
)
def div(x: float, y: float) -> float:
    """Quotient x / y, with ∂/∂x = 1/y and ∂/∂y = −x/y². By IEEE 754, 1/0 is inf, 0/0 nan.

    >>> div(1.0, 4.0), div(1.0, 0.0)
    (0.25, inf)
    """
    return x / y


@define(Unary, symbol="−", op="neg", latex="-{0}", arrays=np.negative, local=-1.0)
def neg(x: float) -> float:
    """Negative −x, with ∂/∂x = −1.

    >>> neg(2.0)
    -2.0
    """
    return -x


@define(Unary, symbol="=", latex="{0}", arrays=np.positive, local=1.0)
def identity(x: float) -> float:
    """x itself, as a node of its own, with derivative 1.

    >>> identity(2.0)
    2.0
    """
    return x


def stop_(x: float) -> float:
    """x itself, to which nothing is sent back: what a program records of `stop_gradient`."""
    return x


STOP: Primitive = Unary(
    stop_,
    Block("stop", r"\operatorname{{stop}}({0})", np.positive, 0.0, op="stop", selects=True),
    {},
)


@define(
    Binary,
    symbol="mod",
    op="%",
    latex=r"{0} \bmod {1}",
    arrays=np.mod,
    local=(lambda out, x, y: 1.0, lambda out, x, y: -floordiv(x, y)),
    domain=((-2.7, -2.1), (1.4, 1.8)),  # where ⌊x/y⌋ is −2
)
def mod(x: float, y: float) -> float:
    """Remainder x − y·⌊x/y⌋, Python's %, with ∂/∂x = 1 and ∂/∂y = −⌊x/y⌋; x mod 0 is nan.

    >>> mod(7.0, 3.0), mod(-7.0, 3.0)
    (1.0, 2.0)
    """
    return x % y


@define(
    Binary,
    symbol="//",
    op="//",
    latex=r"\left\lfloor \frac{{{0}}}{{{1}}} \right\rfloor",
    arrays=np.floor_divide,
    local=(0.0, 0.0),
    domain=((-2.7, -2.1), (1.4, 1.8)),
)
def floordiv(x: float, y: float) -> float:
    """Whole number ⌊x/y⌋, Python's //, with derivative 0 in both; x // 0 is ±inf, 0 // 0 nan.

    >>> floordiv(7.0, 3.0), floordiv(-7.0, 3.0)
    (2.0, -3.0)
    """
    return x // y


@define(
    Unary,
    latex=r"\left\lfloor {0} \right\rfloor",
    arrays=np.floor,
    local=0.0,
    domain=((-0.9, -0.1),),  # where it is −1
)
def floor(x: float) -> float:
    """Largest whole number ⌊x⌋ that is not above x, with derivative 0.

    >>> floor(2.7), floor(-2.7)
    (2.0, -3.0)
    """
    return x if x == 0.0 else float(math.floor(x))


@define(
    Unary,
    latex=r"\left\lceil {0} \right\rceil",
    arrays=lambda x: -np.floor(-x),
    local=0.0,
    domain=((0.1, 0.9),),
)
def ceil(x: float) -> float:
    """Smallest whole number ⌈x⌉ that is not below x, with derivative 0.

    >>> ceil(2.2), ceil(-2.2)
    (3.0, -2.0)
    """
    return x if x == 0.0 else -float(math.floor(-x))


@define(
    Unary,
    latex=r"\operatorname{{round}}({0})",
    arrays=np.rint,
    local=0.0,
    domain=((0.55, 1.45),),
)
def round_(x: float) -> float:
    """Whole number nearest to x, the even one of two, with derivative 0. NumPy's rint.

    >>> round(2.5), round(3.5), round(-0.7)
    (2.0, 4.0, -1.0)
    """
    return builtins.round(x, 0)


round = round_


def _power(x: Any, y: Any) -> Any:
    """xʸ with an array of exponents: with a single one NumPy takes √(−inf) for (−inf)^½."""
    return np.power(x, np.full(np.broadcast_shapes(np.shape(x), np.shape(y)), y))


POWER = Elementary("power", lambda: _power)


def _exponent_text(exponent: float) -> str:
    return f"{exponent:.0f}" if exponent.is_integer() and abs(exponent) < 1e16 else repr(exponent)


@define(
    Unary,
    symbol=lambda exponent: {2.0: "( )²", 3.0: "( )³"}.get(exponent, f"( )^{exponent:.4g}"),
    op=lambda exponent: f"**{_exponent_text(exponent)}",
    latex=lambda x, exponent: f"{{{x}}}^{{{_exponent_text(exponent)}}}",
    arrays=lambda x, exponent: POWER(x, exponent),
    local=lambda out, x, exponent: 0.0 if exponent == 0.0 else exponent * pow(x, exponent - 1.0),
    domain=(POSITIVE,),
    kinks=(0.0,),
)
def power(x: float, *, exponent: float = 2.0) -> float:
    """Power xⁿ with a constant exponent n, with derivative n·xⁿ⁻¹ (0 everywhere for n = 0).

    A negative x with a fractional exponent gives nan, never a complex number.

    >>> power(3.0), power(2.0, exponent=-1.0)
    (9.0, 0.5)
    """
    return x * x if exponent == 2.0 else math.pow(x, exponent)


def _slope_in_base(out: Any, x: Any, y: Any) -> Any:
    """y·xʸ⁻¹. At y = 0 it is 0, for x = 0 too, and still has its derivative 1/x in y."""
    at_zero = where((x > 0.0) | (x < 0.0), y * out / x, 0.0)
    return where(equal(y, 0.0), at_zero, y * pow(x, y - 1.0))


@define(
    Binary,
    symbol="^",
    op="**",
    latex="{{{0}}}^{{{1}}}",
    arrays=POWER,
    local=(
        lambda out, x, y: _slope_in_base(out, x, y),
        lambda out, x, y: where(equal(x, 0.0) & (y >= 0.0), 0.0, out * log(x)),
    ),
    domain=(POSITIVE, REAL),
)
def pow_(x: float, y: float) -> float:
    """Power xʸ with both operands variable: ∂/∂x = y·xʸ⁻¹ and ∂/∂y = xʸ·ln x."""
    return math.pow(x, y)


def pow(x: Any, y: Any) -> Any:
    """Power xʸ. A number as exponent is a constant; then nothing is asked of ln x.

    ∂/∂x = y·xʸ⁻¹ and ∂/∂y = xʸ·ln x, with 0⁰ = 1 and both its derivatives 0.

    >>> pow(2.0, 3.0), pow(-2.0, 0.5)
    (8.0, nan)
    """
    exponent = float_or_none(y)
    if exponent is None or exponent != exponent:
        return pow_(x, y)
    if type(x) is float:
        return power.number(x) if exponent == 2.0 else pow_.number(x, exponent)
    return power_of(exponent)(x)


def power_of(exponent: float) -> Unary:
    """The primitive xⁿ of this constant exponent.

    >>> power_of(3.0)(2.0)
    8.0
    """
    return _power_of(exponent) if exponent else power.bind(exponent=exponent)  # 0.0 is not −0.0


@lru_cache(maxsize=256)
def _power_of(exponent: float) -> Unary:
    return power.bind(exponent=exponent)
