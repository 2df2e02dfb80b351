"""`nudge`: what a gradient promises, and what happens (Nielsen, "The error measure").

Change a value by h, and the output changes by ∂z/∂x · h, but for an error that is of second
order: a tenth of h leaves a hundredth of the error, until rounding takes over.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple

from autograd import Graph, Value, grad, no_grad
from viz.errors import DrawingError
from viz.graph.doubts import refuse_outdated
from viz.graph.given import find, graph_of, help_with, keeps_branches, names_of
from viz.plots.axes import axes_in_style, headed
from viz.tables.columns import Column, grid
from viz.tables.kinks import slopes_beside
from viz.text import atom, derivative, number, shorten
from viz.theme import GRADIENT, INK, MUTED

DECADES = 14
"""The curve of the error goes from the largest step down to 10⁻¹⁴ of it, two steps a decade."""

BAND = "#D9D9D9"


class NudgeStep(NamedTuple):
    """One nudge by `h`: the change predicted, ∂z/∂x · h, the actual change, and |difference|."""

    h: float
    predicted: float
    actual: float
    error: float


@dataclass(frozen=True, repr=False)
class Nudge:
    """The effects of nudging a value; `print` it, or `.plot()` the error against h.

    Attributes:
        target, name: what is looked at, and what is nudged.
        x, before: their numbers before.
        gradient: ∂target/∂name.
        step: the nudge asked for.
        curve: the same for steps of many sizes, the largest first.
        floor: how far rounding alone can move the output, about; smaller errors mean nothing.
        sides: the slopes left and right of x where they differ, as at a kink; infinite ones where
            the output jumps. None where it is smooth.
        kept: whether a `where` in the graph keeps the branch that it took: of its condition the
            graph knows only the outcome.
    """

    target: str
    name: str
    x: float
    before: float
    gradient: float
    step: NudgeStep
    curve: tuple[NudgeStep, ...]
    floor: float
    sides: tuple[float, float] | None = None
    kept: bool = False

    @property
    def predicted(self) -> float:
        """The change that the gradient promises, ∂target/∂name · h."""
        return self.step.predicted

    @property
    def actual(self) -> float:
        """The change that happens."""
        return self.step.actual

    @property
    def error(self) -> float:
        """The distance of the two."""
        return self.step.error

    @property
    def order(self) -> float | None:
        """The power of h with which the error falls: 2 where the gradient is right.

        None where there is no error but rounding, as for a function that is linear.
        """
        slopes = [_slope(a, b) for a, b in pairwise(self._measured())]
        return statistics.median(slopes[len(slopes) // 2 :]) if slopes else None

    def _measured(self) -> list[NudgeStep]:
        """The steps whose error is more than rounding alone may leave, the largest first."""
        return [s for s in self.curve if math.isfinite(s.error) and s.error > 100 * self._noise(s)]

    def _noise(self, step: NudgeStep) -> float:
        return max(self.floor, sys.float_info.epsilon * abs(step.actual))

    @property
    def exact_up_to(self) -> float | None:
        """The size of step from which on there is an error, where it does not fade but ends.

        That is so where the slope changes beyond x: up to there the gradient is all there is.
        None where the error falls as a power of h.
        """
        measured = self._measured()
        rest = [s for s in self.curve if abs(s.h) < abs(measured[-1].h)] if measured else []
        if len(measured) < 3 or not rest:
            return None
        a, b = measured[-2:]
        expected = b.error * abs(rest[0].h / b.h) ** max(_slope(a, b), 2.0)
        sudden = expected > 1e3 * max(rest[0].error, self._noise(rest[0]))
        return abs(rest[0].h) if sudden else None

    @property
    def _h(self) -> str:
        """The name of the step: h, unless a value has that name."""
        return "ε" if "h" in (self.target, self.name) else "h"

    def _rows(self) -> list[tuple[str, str, str]]:
        target, name = shorten(self.target), shorten(self.name)
        h, step = self._h, atom(number(self.step.h))
        promise = f"{derivative(target, name)} · {h} = {number(self.gradient)} · {step}"
        change = f"{atom(target)}({name} + {h}) − {atom(target)}({name})"
        change += ", on the branch that where took" * self.kept
        return [
            ("predicted", number(self.predicted), promise),
            ("actual", number(self.actual), change),
            ("error", number(self.error), self._verdict()),
        ]

    def _verdict(self) -> str:
        if not math.isfinite(self.error):
            return "the gradient or the output is not finite"
        if self.sides is not None:
            return self._at_a_kink(*self.sides)
        if self.exact_up_to is not None:
            return f"none up to {self._h} = {number(self.exact_up_to)}; further on there is a kink"
        if self.order is None or self.order < 0.5:  # what does not fall with the step is noise
            return "nothing but rounding"
        power = "²" if abs(self.order - 2.0) < 0.05 else f"^{self.order:.2g}"
        rounding = f", until rounding at about {number(self.floor)}" if self.floor else ""
        return f"falls as {self._h}{power}{rounding}"

    def _at_a_kink(self, left: float, right: float) -> str:
        name = shorten(self.name)
        if not (math.isfinite(left) and math.isfinite(right)):
            return f"{name} is at a jump of {shorten(self.target)}, where no gradient says much"
        return f"{name} is at a kink: the slope is {number(left)} left of it, {number(right)} right"

    @property
    def _step(self) -> str:
        return f"{self._h} = {number(self.step.h)}"

    @property
    def _title(self) -> str:
        return f"{shorten(self.name)} = {number(self.x)}, nudged by {self._step}"

    def __str__(self) -> str:
        rows = self._rows()
        wide = max(len(x) for _, x, _ in rows)
        lines = [f"  {head:<9}  {x:>{wide}}  {what}" for head, x, what in rows]
        return "\n".join([self._title, *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        heads = [Column(self._title), Column("", numeric=True), Column("")]
        return grid(heads, self._rows())

    def plot(self, ax: Any = None) -> Any:
        """The error against h, both logarithmic, with the line of slope 2; returns the Axes.

        Raises:
            MissingExtraError: (an ImportError) matplotlib is not installed.
        """
        with axes_in_style(ax) as axes:
            seen = [s for s in self.curve if s.error > 0 and math.isfinite(s.error)]
            self._guides(axes, [s for s in seen if s.error > 100 * self.floor])
            hs = [abs(s.h) for s in seen]
            axes.loglog(hs, [s.error for s in seen], "o-", color=GRADIENT, label="error")
            at = abs(self.step.h)
            axes.axvline(at, color=MUTED, linewidth=0.9, linestyle="--", zorder=1)
            large = at > abs(self.curve[len(self.curve) // 2].h)
            axes.annotate(
                self._step,
                (at, 1.0),
                (-5 if large else 5, -5),
                xycoords=("data", "axes fraction"),
                textcoords="offset points",
                ha="right" if large else "left",
                va="top",
            )
            axes.set(xlabel=f"size of the nudge, {self._h}", ylabel="|actual − predicted|")
            promise = f"{derivative(shorten(self.target), shorten(self.name))} · {self._h}"
            headed(axes, f"How wrong is {promise}?")
        return axes

    def _guides(self, axes: Any, clean: list[NudgeStep]) -> None:
        """The rounding floor, and behind the clean errors a line of slope 2."""
        if clean:
            middle, hs = clean[len(clean) // 2], [abs(s.h) for s in clean]
            line = [middle.error * (h / abs(middle.h)) ** 2 for h in hs]
            label = f"slope 2: error ∝ {self._h}²"
            axes.loglog(hs, line, "-", color=BAND, linewidth=9, label=label)
        if self.floor > 0:
            axes.axhline(self.floor, color=INK, linestyle=":", label="rounding, about")


def nudge(f: Callable[[Any], Any] | Value, leaf: Value | str | float, h: float = 1e-3) -> Nudge:
    """Nudge a value by h, and compare the change of the output with the gradient's promise.

    Args:
        f: the output of a graph, which is computed again beside the graph with the leaf at
            leaf + h; or a function of one number, which is called.
        leaf: the Value to nudge, or its label; for a function, the number where it is nudged.
        h: by how much.

    Raises:
        DrawingError: h is 0 or not finite, the leaf is not in the graph or is itself not finite,
            data were assigned to since f was computed, or f is neither.

    >>> x = Value(3.0, label="x")
    >>> y = x * x
    >>> y.label = "y"
    >>> print(nudge(y, x, h=0.01))
    x = 3, nudged by h = 0.01
      predicted    0.06  ∂y/∂x · h = 6 · 0.01
      actual     0.0601  y(x + h) − y(x)
      error       1e−04  falls as h², until rounding at about 3.997e−15
    """
    if not (math.isfinite(h) and h):
        raise DrawingError(f"h= must be a finite number other than 0, such as 1e-3, not {h!r}")
    if isinstance(f, Value):
        return _of_graph(f, leaf, h)
    if not callable(f):
        raise DrawingError(
            f"nudge takes a Value or a function, not {type(f).__name__}{help_with(f, 'nudge')}"
        )
    if isinstance(leaf, str):
        raise DrawingError("with a function, give the number where it is nudged: nudge(f, 2.0)")
    x = float(leaf)
    target = getattr(f, "__name__", "f").strip("<>")
    with no_grad():
        slope = grad(f)(x)
    result = f(Value(x))
    floor = _rounding(Graph.of(result)) if isinstance(result, Value) else 0.0
    names = "f" if target == "lambda" else target, "x"
    return _measured(lambda at: float(f(at)), x, slope, h, names, floor)


def _of_graph(root: Value, leaf: Value | str | float, h: float) -> Nudge:
    graph = graph_of(root, caller="nudge")
    refuse_outdated(graph)
    i, names = find(leaf, graph), names_of(graph)
    slope, called = graph.gradients().get(i, 0.0), (names[len(graph)], names[i])
    run, x = graph.function_of(i), graph.values[i].data
    found = _measured(run, x, slope, h, called, _rounding(graph))
    return replace(found, kept=keeps_branches(graph))


def _rounding(graph: Graph) -> float:
    """The most that the rounding of one value can move the output."""
    found = (abs(graph.values[i].data * grad) for i, grad in graph.gradients().items())
    return sys.float_info.epsilon * max(filter(math.isfinite, found), default=0.0)


def _measured(
    run: Callable[[float], float],
    x: float,
    gradient: float,
    h: float,
    names: tuple[str, str],
    rounding: float,
) -> Nudge:
    target, name = names
    if not math.isfinite(x):
        raise DrawingError(
            f"{shorten(name)} is {number(x)}: only a finite number can be nudged; give it one first"
        )
    before = run(x)

    def step(size: float) -> NudgeStep:
        taken = (x + size) - x  # the step that floating point makes of it
        predicted, actual = gradient * taken, run(x + size) - before
        return NudgeStep(size, predicted, actual, abs(actual - predicted))

    def attempt(size: float) -> NudgeStep:
        try:
            return step(size)
        except (ArithmeticError, ValueError):  # so far away, the function is not defined
            return NudgeStep(size, gradient * size, math.nan, math.nan)

    top = math.copysign(max(10.0 * abs(h), 10.0 ** math.floor(math.log10(max(abs(x), 1.0)))), h)
    curve = tuple(attempt(top * 10.0 ** (-k / 2)) for k in range(2 * DECADES + 1))
    floor = sys.float_info.epsilon * max(abs(before), abs(gradient * x))
    if rounding > 10.0 * floor:  # large numbers on the way that cancel, as in (x + 1e9) − 1e9
        floor = rounding
    sides = slopes_beside(lambda size: attempt(size).actual, x, floor)
    return Nudge(target, name, x, before, gradient, step(h), curve, floor, sides)


def _slope(a: NudgeStep, b: NudgeStep) -> float:
    """The power of h with which the error falls from one step to a smaller one."""
    return math.log(a.error / b.error) / math.log(a.h / b.h)
