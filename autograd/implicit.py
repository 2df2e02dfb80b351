"""Solutions of equations: numbers x with f(x) = 0, or x = g(x), that can be differentiated.

The solution is found by plain numbers. Two Newton steps from there, x ← x − J(x)⁻¹f(x), are
recorded. They change no digit of it; but each doubles the order to which x is right as a function
of all that f depends on, so that its derivatives are exact up to the third order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from typing import Any

from autograd import linalg
from autograd.context.modes import anomalies_allowed, no_grad
from autograd.context.tracing import is_tracing
from autograd.errors import ArgumentError, ConvergenceError
from autograd.primitives import abs, logical_and, max, where
from autograd.program import scan
from autograd.transforms.derivatives import jacobian, stop_gradient
from autograd.transforms.structures import Nested, take_apart
from autograd.value import Value

Function = Callable[..., Any]
Row = list[Any]
STEPS = 30
"""So many steps are taken at most."""
LENGTHS = (1.0, 0.25, 0.0625, 2.0**-6, 2.0**-8, 2.0**-10)
"""The parts of a Newton step that are tried."""
SMALL, NEGLIGIBLE = 1e-6, 1e-12
"""A next step this small beside x, or beside x0, is the last: after the two that follow, the error
is its fourth power."""
NAN = float("nan")


def root(f: Function, x0: Any, *, steps: int = STEPS) -> Any:
    """Solution x of f(x) = 0, found from x0 by Newton's method with shortened steps.

    If f closes over Values, so is x a function of them, with dx/da = −(∂f/∂x)⁻¹ ∂f/∂a. Derivatives
    are exact up to the third order, in any transform and any program; x does not depend on x0.

    Args:
        f: as many numbers as there are in x0, in any structure.
        x0: a number, an array, or lists, tuples, dicts or dataclasses of these; x is like it.
            There is a linear system to solve in each step: up to about 30 numbers. Its size says
            what is small: give 1e-9 and not 0 (which counts as 1) for a capacitance.
        steps: so many are taken at most; in a program always. A program gives nan for what has not
            converged by then.

    Raises:
        ConvergenceError: not converged after so many steps, or stuck where no step helps.
        ArgumentError: f gives another count of numbers.

    >>> from autograd import grad, sin
    >>> kepler = lambda M, e: root(lambda E: E - e * sin(E) - M, M)
    >>> f"{kepler(1.0, 0.5):.12f}"
    '1.498701133518'
    >>> f"{grad(kepler)(1.0, 0.5):.12f}"                               # 1/(1 − e·cos E)
    '1.037362021894'
    """
    start = take_apart(x0, what="x0 of root")

    def residuals(xs: Row) -> Row:
        return _called(f, start, xs, "root").elements

    xs = _constants(start.elements)
    return start.like(_solved(residuals, xs, _sizes(xs), steps))


def fixed_point(g: Function, x0: Any, *, steps: int = STEPS) -> Any:
    """Solution x of x = g(x): where x0, g(x0), g(g(x0)), … leads.

    So many steps of that, at most, then those of `root` for x − g(x), which converge where the
    sequence itself is slow. Derivatives are as of `root`.

    Args:
        g: numbers in the structure of x0.
        x0, steps: as for `root`.

    Raises:
        ConvergenceError: see `root`.
        ArgumentError: g gives another structure.

    >>> from autograd import cos, grad
    >>> f"{fixed_point(cos, 1.0):.12f}"
    '0.739085133215'
    >>> f"{grad(lambda a: fixed_point(lambda x: cos(x + a), 1.0))(0.0):.12f}"
    '-0.402489954325'
    """
    start = take_apart(x0, what="x0 of fixed_point")

    def of(xs: Row) -> Row:
        found = _called(g, start, xs, "fixed_point")
        if found.places != start.places:
            raise ArgumentError(
                f"the function of fixed_point gives {_listed(found)} for x0 with {_listed(start)}; "
                "return numbers in the structure of x0"
            )
        return found.elements

    def residuals(xs: Row) -> Row:
        return [x - y for x, y in zip(xs, of(xs), strict=True)]

    def moved(xs: Row) -> Row:
        found = _constants(of(xs))
        change = [x - y for x, y in zip(xs, found, strict=True)]
        return xs if _is_last(found, change, sizes) is True else found

    xs = _constants(start.elements)
    sizes = _sizes(xs)
    return start.like(_solved(residuals, _after(steps, moved, xs), sizes, steps))


def _solved(f: Function, xs: Row, sizes: Row, steps: int) -> Row:
    """The numbers at which f is 0; `sizes` are those of the first ones."""
    found = _constants(_after(steps, partial(_improved, f), xs))
    change, size = _newton_step(f, found)
    converged = _is_last(found, change, sizes)
    if converged is False:
        stuck = _improved(f, found) is found
        raise ConvergenceError(_how_far(change, size, steps, stuck=stuck))
    found = [x - d for x, d in zip(found, change, strict=True)]
    change, _ = _newton_step(f, found)
    found = [x - d for x, d in zip(found, change, strict=True)]
    return found if converged is True else [x * where(converged, 1.0, NAN) for x in found]


def _called(f: Function, start: Nested, xs: Row, name: str) -> Nested:
    """The numbers that f gives for those in the place of x0, as Values: by IEEE 754."""
    values = [x if isinstance(x, Value) else Value(x) for x in xs]
    found = take_apart(f(start.like(values)), what=f"what {name}'s function returns")
    count = len(found.elements)
    if not xs or count != len(xs):
        raise ArgumentError(
            f"{name} needs as many equations as numbers to find, one at least: the function gives "
            f"{count} for {len(xs)}"
        )
    return found


def _listed(found: Nested) -> str:
    """The places of the first numbers of a structure."""
    return ", ".join(name or "a number" for block in found.blocks[:3] for name in block.names()[:3])


def _constants(xs: Row) -> Row:
    """The same numbers, of which none is a function of another."""
    if is_tracing():
        return [*stop_gradient(xs)]
    return [x._float if isinstance(x, Value) else x for x in xs]


def _after(steps: int, step: Callable[[Row], Row], xs: Row) -> Row:
    """The numbers after so many steps, or when a step gives back those that it was given.

    Nothing of it is recorded, but in a program, which knows no numbers and takes all steps.
    """
    if not isinstance(steps, int) or steps < 1:
        raise ArgumentError(f"steps= is a whole number from 1, not {steps!r}")
    if is_tracing():
        return [*scan(lambda xs, _: (step(xs), None), xs, length=steps)[0]]
    with no_grad(), anomalies_allowed():
        for _ in range(steps):
            before, xs = xs, step(xs)
            if xs is before:
                break
    return xs


def _improved(f: Function, xs: Row) -> Row:
    """The numbers after that part of a Newton step which makes f smaller; xs itself if none does.

    A program tries all parts, and takes the best.
    """
    change, size = _newton_step(f, xs)
    best = xs
    for length in LENGTHS:
        moved = [x - length * d for x, d in zip(xs, change, strict=True)]
        moved_size = _size(f(moved))
        better = moved_size < size
        if better is True:
            return moved
        if better is not False:
            best = [where(better, y, x) for x, y in zip(best, moved, strict=True)]
            size = where(better, moved_size, size)
    return best


def _newton_step(f: Function, xs: Row) -> tuple[Row, Any]:
    """J(x)⁻¹f(x), and the size of f(x)."""
    slopes, found = jacobian(lambda xs: (found := f(xs), found), has_aux=True)(xs)
    return linalg.solve(slopes, found), _size(found)


def _size(xs: Row) -> Any:
    return max([abs(x) for x in xs])


def _sizes(xs: Row) -> Row:
    """The sizes of numbers, beside which a change of them counts; of 0, which has none, 1."""
    return [where(x == 0.0, 1.0, abs(x)) for x in xs]


def _is_last(xs: Row, change: Row, sizes: Row) -> Any:
    """True where a change of the numbers is too small for another to be needed."""
    small = (
        abs(d) <= SMALL * abs(x) + NEGLIGIBLE * size
        for x, d, size in zip(xs, change, sizes, strict=True)
    )
    return reduce(logical_and, small)


def _how_far(change: Row, size: Any, steps: int, *, stuck: bool) -> str:
    if size == 0.0:
        return (
            "x solves the equations, but is not the only one there: the Jacobian has no inverse, "
            "and x no derivative; give equations that tell solutions apart"
        )
    off = f"the equations are still off by up to {size:.3g}"
    if stuck:
        return (
            f"no solution was found from x0: {off} where the search ended, and no step from there "
            "makes that less; give an x0 nearer to a solution, if there is one"
        )
    return (
        f"no solution was found in {steps} steps: {off}, and the next step would move x by up to "
        f"{_size(change):.3g}; give an x0 nearer to it, or more steps (steps=)"
    )
