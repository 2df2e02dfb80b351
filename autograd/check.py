"""check_grads: are the derivatives right? Measured slopes against `backward()`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.context.modes import no_grad, recording
from autograd.core.wiring import order_of, wires
from autograd.errors import ArgumentError, GradientCheckError, GraphError
from autograd.primitives.operands import as_float
from autograd.transforms.derivatives import jacobian
from autograd.transforms.structures import join, take_apart
from autograd.value import Value

Function = Callable[..., Any]
Vector = list[float]

NOISE = 1e-14
"""Relative rounding error that a function value may carry."""


def check_grads(
    f: Function,
    args: Sequence[Any],
    order: int = 1,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Compare the derivatives of f at `args`, up to the given order, with measured slopes.

    The slope in each coordinate comes from central differences (f(x + h) − f(x − h)) / 2h at
    falling steps, extrapolated to h = 0. A derivative passes if it lies within
    rtol · |slope| + atol, plus the error that the measured slope itself may have.

    Args:
        f: returns a number, or an array, list, tuple or dict of them.
        args: the positional arguments, as a tuple; numbers, arrays or nested sequences.
        order: 1 checks gradients, 2 also gradients of gradients, and so on.

    Raises:
        GradientCheckError: (an AssertionError) names the argument, the point, the two numbers
            and the primitive that is likely at fault.
        ArgumentError: `args` is not a tuple or list, or `order` is not positive.

    >>> check_grads(lambda x, y: x ** 2 * y, (3.0, 4.0), order=2)
    """
    if not isinstance(args, (tuple, list)):
        raise ArgumentError(
            f"args must be a tuple with one entry per argument, such as (x,), not "
            f"{type(args).__name__}"
        )
    if not isinstance(order, int) or order < 1:
        raise ArgumentError(f"order must be 1, 2, …, not {order!r}")
    check = _Check(f, tuple(args), rtol, atol)
    for level in range(1, order + 1):
        check.level(level)


class _Check:
    """The function, flattened to vectors, and its derivatives of rising order."""

    def __init__(self, f: Function, args: tuple[Any, ...], rtol: float, atol: float) -> None:
        parts = [take_apart(arg, f"[{i}]", "args") for i, arg in enumerate(args)]
        self.arguments = join(parts)
        self.names = [f"args{name}" for block in self.arguments.blocks for name in block.names()]
        self.point = [float(x) for x in self.arguments.elements]
        self.args, self.rtol, self.atol = args, rtol, atol
        self.derivatives: list[Callable[[list[Any]], list[Any]]] = [self._flat(f)]

    def _flat(self, f: Function) -> Callable[[list[Any]], list[Any]]:
        def flat(x: list[Any]) -> list[Any]:
            out = f(*self.arguments.like(x))
            return take_apart(out, what="what the function returns").elements

        return flat

    def level(self, level: int) -> None:
        """Check the derivative of order `level` against slopes of the one below."""
        below = self.derivatives[-1]
        derivative = jacobian(below)
        with no_grad():
            table = derivative(self.point)
        numbers = _numbers(below, self.point)
        for j, name in enumerate(self.names):
            for i, (slope, error, _) in enumerate(_slopes(below, self.point, j)):
                given = table[i][j]
                allowed = self.atol + self.rtol * abs(slope) + error
                if given != slope and error > max(1e-6, 1e-3 * max(abs(slope), abs(given))):
                    raise GradientCheckError(_hidden(name, self.point[j], numbers[i], error))
                if not _close(given, slope, allowed):
                    which = f"output {i}" if len(numbers) > 1 else "the output"
                    self._fail(level, which, name, given, slope, allowed)
        self.derivatives.append(lambda x: [d for row in derivative(x) for d in row])

    def _fail(
        self, level: int, which: str, name: str, given: float, slope: float, allowed: float
    ) -> None:
        of = which if level == 1 else f"{which} of the derivative of order {level - 1}"
        raise GradientCheckError(
            f"the derivative of {of} with respect to {name} is {given!r} by backward(), "
            f"{slope!r} measured (allowed difference {allowed:.1e})\n"
            f"at {', '.join(f'{n} = {x!r}' for n, x in zip(self.names, self.point, strict=True))}\n"
            + _culprit(self.derivatives[-1], self.point, self.rtol)
        )


def _numbers(f: Callable[[list[Any]], list[Any]], x: Vector) -> Vector:
    with no_grad():
        return [as_float(float(y)) for y in f([Value(number) for number in x])]


def _hidden(name: str, x: float, number: float, error: float) -> str:
    return (
        f"the slope with respect to {name} cannot be measured at {x!r}: the function is {number!r} "
        f"there, and rounding (or a change too fast) leaves an error of {error:.1e} in it; scale "
        "or shift the function, or check at another point"
    )


class _Slope(NamedTuple):
    """A measured slope and how far it may be off, by truncation and by rounding.

    `steepness` is |f| over the scale of the steps: what a slope there would be worth.
    """

    slope: float
    error: float
    steepness: float

    def badness(self) -> float:
        """The error, in relation to what the slope is or could be."""
        size = abs(self.slope) + self.steepness
        return math.inf if math.isnan(self.slope) else self.error / (size or 1.0)

    def is_good(self) -> bool:
        """True if it is not worth measuring any better."""
        return self.error <= 1e-9 * abs(self.slope) or self.error <= 1e-14


def _slopes(f: Callable[[list[Any]], list[Any]], x: Vector, j: int) -> list[_Slope]:
    """The slope of every output along coordinate j, measured as well as can be.

    Central differences (f(x + h) − f(x − h)) / 2h at falling steps h, each with the one before
    extrapolated to h = 0; the best estimate is kept. The steps begin at a tenth of |x|, which
    suits a function that changes near 0, and then at a tenth.
    """
    best: list[_Slope] = []
    for scale in dict.fromkeys((abs(x[j]) or 1.0, 1.0)):
        coarse: list[float] = []
        for halvings in range(0, 28, 3):
            h = 0.1 * scale / 2.0**halvings
            up, down = (_numbers(f, [*x[:j], x[j] + step, *x[j + 1 :]]) for step in (h, -h))
            fine = [u / (2.0 * h) - d / (2.0 * h) for u, d in zip(up, down, strict=True)]
            found = [
                _estimate(c, d, max(abs(u), abs(v)), h, scale)
                for c, d, u, v in zip(coarse, fine, up, down, strict=False)
            ]
            if found:
                pairs = zip(best or found, found, strict=True)
                best = [min(pair, key=_Slope.badness) for pair in pairs]
                if all(map(_Slope.is_good, best)):
                    return best
            coarse = fine
    return best


def _estimate(coarse: float, fine: float, size: float, h: float, scale: float) -> _Slope:
    """Two central differences, at steps 8h and h, extrapolated to h = 0.

    Their errors fall with h²: that of the second is a 63rd of the difference between the two.
    """
    error = abs(fine - coarse) / 8.0 + NOISE * size / h
    slope = fine + (fine - coarse) / 63.0 if math.isfinite(error) else math.nan
    return _Slope(slope, error, size / scale)


def _close(given: float, slope: float, allowed: float) -> bool:
    if math.isnan(given) or math.isnan(slope):
        return math.isnan(given) and math.isnan(slope)
    return given == slope or abs(given - slope) <= allowed


def _culprit(f: Callable[[list[Any]], list[Any]], x: Vector, rtol: float) -> str:
    """A line on the first node in the graph whose local gradient differs from its own slope."""
    with recording():
        outputs = [y for y in f([Value(number) for number in x]) if isinstance(y, Value)]
    wrong = (_wrong_wire(node, rtol) for node in order_of(outputs) if node.primitive)
    return next(filter(None, wrong), _NO_CULPRIT)


_NO_CULPRIT = (
    "every local gradient on the way agrees with its own slope: does the function use x.data or "
    "float(x), is the point at a kink, or are there different results from call to call?"
)


def _wrong_wire(node: Value, rtol: float) -> str:
    primitive: Any = node.primitive
    operands = [number for _, number in wires(node)]
    positions = [i for i, (parent, _) in enumerate(wires(node)) if parent is not None]
    for i, given in zip(positions, node.local_gradients, strict=True):
        culprit = f"likely culprit: {primitive.name}, whose local gradient"
        try:
            measured, error, _ = _local_slope(primitive.number, operands, i)
        except GraphError:
            return f"{culprit} is {given!r} by its definition, which cannot be computed again"
        if not _close(given, measured, 1e-9 + rtol * abs(measured) + error):
            at = ", ".join(map(repr, operands))
            said = (
                "which cannot be computed again"
                if math.isnan(measured)
                else f"{measured!r} measured"
            )
            return f"{culprit} for operand {i + 1} at ({at}) is {given!r} by its definition, {said}"
    return ""


def _local_slope(function: Callable[..., float], operands: Vector, i: int) -> _Slope:
    def along(x: list[Any]) -> list[Any]:
        return [function(*operands[:i], float(x[0]), *operands[i + 1 :])]

    (slope,) = _slopes(along, [operands[i]], 0)
    return slope
