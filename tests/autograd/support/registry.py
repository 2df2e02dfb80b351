"""The registry check of every primitive: its mpmath reference, its variants, its tolerances.

A primitive is tested by its block and one line in `REFERENCE`; one without that line fails.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from autograd_support import (
    check_primitive,
)
from mpmath import mp

import autograd as ag
from autograd import PRIMITIVES
from autograd.primitives.primitive import Primitive


def _erfc(x: Any) -> Any:
    """mpmath's own overflows for arguments like 1e300, where nothing is left of the tail."""
    return mp.erfc(x) if abs(x) < 1e4 else mp.mpf(2 if x < 0 else 0)


REFERENCE: dict[str, Any] = {
    "abs": abs,
    "acos": mp.acos,
    "acosh": mp.acosh,
    "add": lambda x, y: x + y,
    "asin": mp.asin,
    "asinh": mp.asinh,
    "atan": mp.atan,
    "atan2": mp.atan2,
    "atanh": mp.atanh,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "ceil": mp.ceil,
    "clip": lambda x, low=-mp.inf, high=mp.inf: min(max(x, low), high),
    "cos": mp.cos,
    "cosh": mp.cosh,
    "digamma": lambda x, order=0: mp.psi(int(order), x),
    "div": lambda x, y: x / y,
    "dot": lambda *wxb: mp.fdot(wxb[: len(wxb) // 2], wxb[len(wxb) // 2 : -1]) + wxb[-1],
    "elu": lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x),
    "erf": lambda x: mp.erf(x) if abs(x) < 1e4 else mp.sign(x),
    "erfc": _erfc,
    "exp": mp.exp,
    "expm1": mp.expm1,
    "floor": mp.floor,
    "floordiv": lambda x, y: mp.floor(x / y),
    "gelu": lambda x: x * _erfc(-x / mp.sqrt(2)) / 2,
    "hypot": mp.hypot,
    "identity": lambda x: x,
    "leaky_relu": lambda x, slope=0.01: x if x > 0 else mp.mpf(slope) * x,
    "lgamma": mp.loggamma,
    "log": mp.log,
    "log1p": lambda x: mp.log(1 + x),
    "log10": lambda x: mp.log(x) / mp.log(10),
    "log2": lambda x: mp.log(x) / mp.log(2),
    "log_sigmoid": lambda x: -mp.log(1 + mp.exp(-x)),
    "logaddexp": lambda x, y: mp.log(mp.exp(x) + mp.exp(y)),
    "logsumexp": lambda *xs: mp.log(mp.fsum(map(mp.exp, xs))),
    "max": lambda *xs: max(xs),
    "maximum": max,
    "mean": lambda *xs: mp.fsum(xs) / len(xs),
    "min": lambda *xs: min(xs),
    "minimum": min,
    "mod": lambda x, y: x - y * mp.floor(x / y),
    "mul": lambda x, y: x * y,
    "neg": lambda x: -x,
    "norm": lambda *xs: mp.sqrt(mp.fsum(x * x for x in xs)),
    "norm_cdf": lambda x: _erfc(-x / mp.sqrt(2)) / 2,
    "pow": lambda x, y: x**y,
    "power": lambda x, exponent=2: x ** mp.mpf(exponent),
    "prod": lambda *xs: mp.fprod(xs),
    "relu": lambda x: max(x, mp.zero),
    "round": mp.nint,
    "sech": mp.sech,
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "sign": mp.sign,
    "silu": lambda x: x / (1 + mp.exp(-x)),
    "sin": mp.sin,
    "sinh": mp.sinh,
    "softplus": lambda x: mp.log(1 + mp.exp(x)),
    "sqrt": mp.sqrt,
    "sub": lambda x, y: x - y,
    "sum": lambda *xs: mp.fsum(xs),
    "tan": mp.tan,
    "tanh": mp.tanh,
    "where": lambda condition, x, y: x if condition > 0 else y,
}

VARIANTS: dict[str, list[dict[str, Any]]] = {
    "clip": [{"low": -1.0, "high": 2.5}, {"low": 0.7}],
    "digamma": [{"order": 1.0}, {"order": 2.0}],
    "elu": [{"alpha": 0.3}],
    "leaky_relu": [{"slope": 0.2}, {"slope": 0.0}, {"slope": -1.5}],
    "power": [{"exponent": e} for e in (3.0, 1.0, 0.0, 0.5, -1.0, -2.5, 7.0)],
}

# dot's operands are (w₁ … wₙ, x₁ … xₙ, b): an odd number; where's are (condition, x, y).
COUNTS = {"dot": (1, 3, 7), "where": (3,)}


def _nothing(*xs: float) -> float:
    return 0.0


def _crosses_zero(*xs: float) -> float:
    """Allows an absolute error of 1e-15 in a second derivative that crosses zero.

    There it is the small difference of two local gradients of order 1, each exact to an ulp:
    σ(−x) − σ(x) for the sigmoid, (1 − x) − (1 + x) for the others.
    """
    return 1e-4


def _slope_crosses_zero(*xs: float) -> float:
    """Allows an absolute error of 1e-15 in f′ of GELU and SiLU, which cross zero near −0.75, −1.28.

    It is the sum of two terms of order 1 there, and x·φ(x) is itself only exact to an ulp.
    """
    return 1e-3


def _over_length(*xs: float) -> float:
    """Allows 1e-15/r: ∂²r/∂x² = 1/r − x²/r³ cancels where x is nearly all of the length r."""
    return 1e-4 / math.hypot(*xs)


SCALES: dict[str, Any] = {
    "acos": (_nothing, _crosses_zero),
    "asin": (_nothing, _crosses_zero),
    "atanh": (_nothing, _crosses_zero),
    "gelu": (_slope_crosses_zero, _nothing),
    "hypot": (_nothing, _over_length),
    "norm": (_nothing, _over_length),
    "sigmoid": (_nothing, _crosses_zero),
    "silu": (_slope_crosses_zero, _nothing),
}


def variants() -> list[Any]:
    every = [(p, {}) for p in PRIMITIVES.values()]
    bound = [(PRIMITIVES[name], c) for name, cs in VARIANTS.items() for c in cs]
    return [pytest.param(p, c, id=_id(p, c)) for p, c in every + bound]


def _id(primitive: Primitive, constants: dict[str, Any]) -> str:
    return "-".join([primitive.name, *(f"{name}={c}" for name, c in constants.items())])


def check(primitive: Primitive, constants: dict[str, Any], at_most: int = 40) -> None:
    """The registry check, with this file's reference; fails loudly where there is none."""
    reference = REFERENCE.get(primitive.name)
    assert reference, f"write one line for {primitive.name!r} into REFERENCE of {__file__}"
    given = {name: mp.mpf(c) if type(c) is float else c for name, c in constants.items()}
    bounds = tuple(c for name, c in constants.items() if name in ("low", "high"))
    check_primitive(
        primitive,
        (lambda *xs: reference(*xs, **given)) if given else reference,
        kinks=bounds,
        counts=COUNTS.get(primitive.name, (1, 2, 7)),
        scales=SCALES.get(primitive.name),
        at_most=at_most,
    )


TWO_OPERANDS = [p for p in PRIMITIVES.values() if p.arity == 2]
MANY_OPERANDS = [p for p in PRIMITIVES.values() if p.arity is None and p.name != "where"]


def named(primitive: Primitive) -> str:
    return primitive.name


# Functions of a length, and their Hessians at the origin

RADIAL: dict[str, tuple[Callable[[Any], Any], list[list[float]]]] = {
    "norm²": (lambda v: ag.norm(v) ** 2, [[2.0, 0.0], [0.0, 2.0]]),
    "norm · norm": (lambda v: ag.norm(v) * ag.norm(list(v)), [[2.0, 0.0], [0.0, 2.0]]),
    "one norm twice": (lambda v: (lambda n: 3.0 * n * n)(ag.norm(v)), [[6.0, 0.0], [0.0, 6.0]]),
    "hypot²": (lambda v: ag.hypot(v[0], v[1]) ** 2, [[2.0, 0.0], [0.0, 2.0]]),
    "stretched": (lambda v: ag.hypot(v[0], 2.0 * v[1]) ** 2, [[2.0, 0.0], [0.0, 8.0]]),
    "bell": (lambda v: ag.exp(-(ag.norm(v) ** 2) / 2.0), [[-1.0, 0.0], [0.0, -1.0]]),
    "cosine": (lambda v: ag.cos(ag.norm(v)), [[-1.0, 0.0], [0.0, -1.0]]),
    "root of 1 + r²": (lambda v: ag.sqrt(1.0 + ag.norm(v) ** 2), [[1.0, 0.0], [0.0, 1.0]]),
    "r⁴": (lambda v: ag.norm(v) ** 4, [[0.0, 0.0], [0.0, 0.0]]),
    "abs²": (lambda v: ag.abs(v[0]) ** 2 + abs(v[1]) * abs(v[1]), [[2.0, 0.0], [0.0, 2.0]]),
    "abs of abs": (lambda v: abs(abs(v[0])) ** 2 + 0.0 * v[1], [[2.0, 0.0], [0.0, 0.0]]),
    "length of lengths": (
        lambda v: ag.hypot(v[0], ag.norm([v[0], v[1]])) ** 2, [[4.0, 0.0], [0.0, 2.0]],
    ),
    "times another": (lambda v: ag.norm(v) ** 2 * (1.0 + v[0]), [[2.0, 0.0], [0.0, 2.0]]),
    "not through the length": (lambda v: ag.norm(v) * v[0], [[0.0, 0.0], [0.0, 0.0]]),
}  # fmt: skip
