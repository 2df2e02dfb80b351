"""Expansions: elementary operations in terms of simpler ones, for back ends that lack them.

What remains is in the C library, or nearly so: arithmetic, comparisons and their combinations,
`where`, `absolute`, `floor`, `fmod` (C's remainder, of the sign of x), roots, `power`, exponentials
and logarithms, circular and hyperbolic functions, `erf` and `erfc`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.program.straight.forms import inner_first, is_operation
from autograd.program.symbols import Expression, Symbol, apply


def _maximum(x: Any, y: Any) -> Any:
    """NumPy's: nan if either is; at a tie y, so that the larger of −0.0 and a constant 0.0 is 0."""
    return apply("where", apply("logical_or", x > y, apply("not_equal", x, x)), x, y)


def _minimum(x: Any, y: Any) -> Any:
    return apply("where", apply("logical_or", x < y, apply("not_equal", x, x)), x, y)


def _sign(x: Any) -> Any:
    below = apply("where", x < 0.0, -1.0, apply("where", apply("equal", x, 0.0), 0.0, x))
    return apply("where", x > 0.0, 1.0, below)


def _logaddexp(x: Any, y: Any) -> Any:
    """max(x, y) + ln(1 + e^−|x − y|); at a tie x + ln 2, infinities included."""
    smaller = apply("exp", apply("negative", apply("absolute", apply("subtract", x, y))))
    total = apply("add", _maximum(x, y), apply("log1p", smaller))
    return apply("where", apply("equal", x, y), apply("add", x, math.log(2.0)), total)


def _against(x: Any, y: Any) -> Any:
    """True where one is above 0 and the other below."""
    below, above = apply("less", x, 0.0), apply("greater", x, 0.0)
    return apply(
        "logical_or",
        apply("logical_and", below, apply("greater", y, 0.0)),
        apply("logical_and", above, apply("less", y, 0.0)),
    )


def _remainder(x: Any, y: Any) -> Any:
    """Python's %: of the sign of y, zeros too."""
    rest = apply("fmod", x, y)
    zero = apply("where", apply("less", y, 0.0), -0.0, 0.0)
    moved = apply("where", _against(rest, y), apply("add", rest, y), rest)
    return apply("where", apply("equal", rest, 0.0), zero, moved)


def _floor_divide(x: Any, y: Any) -> Any:
    """Python's //, by way of the remainder, which is exact."""
    rest, ratio = apply("fmod", x, y), apply("divide", x, y)
    whole = apply("divide", apply("subtract", x, rest), y)
    whole = apply("where", _against(rest, y), apply("subtract", whole, 1.0), whole)
    down = apply("floor", whole)
    far = apply("greater", apply("subtract", whole, down), 0.5)
    near = apply("where", far, apply("add", down, 1.0), down)
    signed = apply("where", apply("equal", whole, 0.0), apply("multiply", ratio, 0.0), near)
    return apply("where", apply("equal", y, 0.0), ratio, signed)


def _rint(x: Any) -> Any:
    """The nearest whole number, the even one of two; −0 from below."""
    down = apply("floor", x)
    above = apply("subtract", x, down)
    half = apply("multiply", down, 0.5)
    odd = apply("not_equal", half, apply("floor", half))
    tie = apply("logical_and", apply("equal", above, 0.5), odd)
    up = apply("logical_or", apply("greater", above, 0.5), tie)
    found = apply("where", up, apply("add", down, 1.0), down)
    return apply("where", apply("equal", found, 0.0), apply("multiply", x, 0.0), found)


EXPANSIONS: dict[str, Callable[..., Expression]] = {
    "maximum": _maximum,
    "minimum": _minimum,
    "sign": _sign,
    "logaddexp": _logaddexp,
    "remainder": _remainder,
    "floor_divide": _floor_divide,
    "rint": _rint,
}
"""By operation, the expression that stands for it."""


def expanded(results: Sequence[Expression]) -> tuple[Expression, ...]:
    """Expressions without the operations that have an expansion."""
    operations = list(inner_first(results))
    if not any(x.op in EXPANSIONS for x in operations):
        return tuple(results)
    found: dict[Any, Expression] = {}

    def known(x: Expression) -> Expression:
        return found[x.key] if is_operation(x) else x

    for x in operations:
        args = tuple(map(known, x.args))
        rule = EXPANSIONS.get(x.op)
        made: Symbol = type(x)(x.op, args, function=x.function)
        found[x.key] = rule(*args) if rule else made
    return tuple(map(known, results))
