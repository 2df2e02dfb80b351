"""check_grads: are the derivatives right? Measured slopes against `backward()`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd.backward import order_of
from autograd.errors import ArgumentError, GradientCheckError, GraphError
from autograd.graph import wires
from autograd.modes import no_grad, recording
from autograd.nested import Nested, take_apart
from autograd.operands import as_float
from autograd.transforms import jacobian
from autograd.value import Value

__all__ = ["check_grads"]

Function = Callable[..., Any]
Vector = list[float]

STEP = 1e-3
NOISE = 4e-16
"""Relative rounding error that a function value may carry, for the tolerance of a slope."""


def check_grads(
    f: Function,
    args: Sequence[Any],
    order: int = 1,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
) -> None:
    """Compare the derivatives of f at `args`, up to the given order, with measured slopes.

    The slope in each coordinate is the central difference (f(x + h) − f(x − h)) / 2h at h and
    h/2, extrapolated to h = 0. A derivative passes if it lies within rtol · |slope| + atol, plus
    what rounding in f can explain.

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


class _Mismatch(NamedTuple):
    wire: str
    primitive: str
    given: float
    measured: float

    def text(self) -> str:
        return (
            f"likely culprit: {self.primitive}, whose {self.wire} is {self.given!r} by its "
            f"definition, {self.measured!r} measured"
        )


class _Check:
    """The function, flattened to vectors, and its derivatives of rising order."""

    def __init__(self, f: Function, args: tuple[Any, ...], rtol: float, atol: float) -> None:
        self.arguments = [take_apart(arg, what=f"args[{i}]") for i, arg in enumerate(args)]
        self.names = [
            f"args[{i}]{name}"
            for i, argument in enumerate(self.arguments)
            for block in argument.blocks
            for name in block.names()
        ]
        self.point = [float(x) for argument in self.arguments for x in argument.elements]
        self.args, self.rtol, self.atol = args, rtol, atol
        self.derivatives: list[Callable[[list[Any]], list[Any]]] = [self._flat(f)]

    def _flat(self, f: Function) -> Callable[[list[Any]], list[Any]]:
        def flat(x: list[Any]) -> list[Any]:
            out = f(*_filled(self.arguments, x))
            return take_apart(out, what="what the function returns").elements

        return flat

    def level(self, level: int) -> None:
        """Check the derivative of order `level` against slopes of the one below."""
        below = self.derivatives[-1]
        derivative = jacobian(below)
        table = derivative(self.point)
        numbers = _numbers(below, self.point)
        for j, name in enumerate(self.names):
            slopes, noise = _slopes(below, self.point, j)
            for i, slope in enumerate(slopes):
                given = table[i][j]
                allowed = self.atol + self.rtol * abs(slope) + noise[i]
                if not _close(given, slope, allowed):
                    which = f"output {i}" if len(numbers) > 1 else "the output"
                    self._fail(level, which, name, given, slope, allowed)
        self.derivatives.append(lambda x: [d for row in derivative(x) for d in row])

    def _fail(
        self, level: int, which: str, name: str, given: float, slope: float, allowed: float
    ) -> None:
        of = which if level == 1 else f"{which} of the derivative of order {level - 1}"
        culprit = _culprit(self.derivatives[-1], self.point, self.rtol)
        raise GradientCheckError(
            f"the derivative of {of} with respect to {name} is {given!r} by backward(), "
            f"{slope!r} measured (allowed difference {allowed:.1e})\n"
            f"at {', '.join(f'{n} = {x!r}' for n, x in zip(self.names, self.point, strict=True))}\n"
            + (
                culprit.text()
                if culprit
                else "every local gradient on the way agrees with its own slope: is the point at "
                "a kink, or does the function give different results from call to call?"
            )
        )


def _filled(arguments: list[Nested], x: Sequence[Any]) -> list[Any]:
    parts, start = [], 0
    for argument in arguments:
        stop = start + len(argument.elements)
        parts.append(argument.like(x[start:stop]))
        start = stop
    return parts


def _numbers(f: Callable[[list[Any]], list[Any]], x: Vector) -> Vector:
    with no_grad():
        return [as_float(float(y)) for y in f([Value(number) for number in x])]


def _slopes(f: Callable[[list[Any]], list[Any]], x: Vector, j: int) -> tuple[Vector, Vector]:
    """Central differences of every output along coordinate j, and the rounding noise in them."""
    h = STEP * max(abs(x[j]), 1.0)
    ends = [_numbers(f, [*x[:j], x[j] + step, *x[j + 1 :]]) for step in (h, -h, h / 2, -h / 2)]
    slopes, noise = [], []
    for up, down, half_up, half_down in zip(*ends, strict=True):
        slopes.append(_extrapolated(up, down, half_up, half_down, h))
        noise.append(16.0 * NOISE * max(abs(up), abs(down)) / h)
    return slopes, noise


def _extrapolated(up: float, down: float, half_up: float, half_down: float, h: float) -> float:
    """Richardson's extrapolation of two central differences, with an error of order h⁴."""
    return (4.0 * (half_up - half_down) / h - (up - down) / (2.0 * h)) / 3.0


def _close(given: float, slope: float, allowed: float) -> bool:
    if math.isnan(given) or math.isnan(slope):
        return math.isnan(given) and math.isnan(slope)
    return given == slope or abs(given - slope) <= allowed


def _culprit(f: Callable[[list[Any]], list[Any]], x: Vector, rtol: float) -> _Mismatch | None:
    """The first node in the graph whose local gradient differs from its own slope."""
    with recording():
        outputs = [y for y in f([Value(number) for number in x]) if isinstance(y, Value)]
    for node in order_of(outputs):
        found = _wrong_wire(node, rtol)
        if found is not None:
            return found
    return None


def _wrong_wire(node: Value, rtol: float) -> _Mismatch | None:
    primitive = node.primitive
    if primitive is None:
        return None
    operands = [number for _, number in wires(node)]
    positions = [i for i, (parent, _) in enumerate(wires(node)) if parent is not None]
    for i, given in zip(positions, node.local_gradients, strict=True):
        try:
            measured, noise = _local_slope(primitive.number, operands, i)
        except GraphError:
            return _Mismatch("local gradient", "a node made by hand", given, math.nan)
        if not _close(given, measured, 1e-9 + rtol * abs(measured) + noise):
            at = ", ".join(map(repr, operands))
            return _Mismatch(
                f"local gradient for operand {i + 1} at ({at})", primitive.name, given, measured
            )
    return None


def _local_slope(function: Callable[..., float], operands: Vector, i: int) -> tuple[float, float]:
    def along(x: list[Any]) -> list[Any]:
        return [function(*operands[:i], float(x[0]), *operands[i + 1 :])]

    (slope,), (noise,) = _slopes(along, [operands[i]], 0)
    return slope, noise
