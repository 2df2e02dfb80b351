"""Plots of a loss over two parameters, with the way down it."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import TeachingWarning, Value
from viz.errors import DrawingError
from viz.extras import matplotlib
from viz.graph.given import find, graph_of, keeps_branches, names_of
from viz.plots.axes import (
    ORANGE,
    Array,
    Range,
    axes_in_style,
    checked_pairs,
    checked_range,
    colour_bar,
    headed,
    rounded,
)
from viz.text import shorten

ARROW = 0.2
"""The share of the map that the arrow along −∇ takes, in the direction in which it takes more."""
ROOM = 0.15
"""So much of its extent is shown around the path, where no range is given."""

PATH = "path= is a list of pairs, one for each step, such as [(0.0, 1.0), (0.1, 0.8)]"
EXAMPLE = "plot_loss_surface(loss, w, b, x_range=(-1.0, 1.0))"


Point = tuple[float, float]
Surface = tuple[Callable[[float, float], Any], tuple[str, str], list[Range]]
"""A loss of two numbers, what these are called, and the ranges to show."""


def plot_loss_surface(
    f: Callable[[float, float], Any] | Value,
    x: Range | Value | str | None = None,
    y: Range | Value | str | None = None,
    *,
    x_range: Range | None = None,
    y_range: Range | None = None,
    path: Sequence[tuple[float, float]] | None = None,
    ax: Any = None,
    names: tuple[str, str] | None = None,
    points: int = 61,
) -> Any:
    """A loss over two parameters as a map of heights, and the way down it; returns the Axes.

    Heights are spaced evenly in the rank of the losses found, so that flat valleys show as well
    as steep walls.

    Args:
        f: the loss as a function of the two parameters, which is called with two floats; or the
            Value that a graph ends in, which is computed again beside the graph.
        x, y: for a function the ranges; for a graph the two parameters, as Values or labels.
        x_range, y_range: from where to where, for each parameter. For a graph they may be left
            out: shown is what lies around the parameters and the path.
        path: the parameters after each step of gradient descent, the start first. Without it, a
            graph's own parameters are marked, and the direction −∇ in which the loss falls fastest.
        ax: the Axes to draw on; by default new ones.
        names: what the parameters are called; by default w₁ and w₂, or their labels.
        points: f is called on a grid of points × points.

    Raises:
        DrawingError: f is no loss, a parameter is missing or not in the graph, a range is empty,
            the path is not made of pairs, or f is nowhere finite.
        GraphError: a node between the parameters and the loss was made by hand.
        MissingExtraError: (an ImportError) matplotlib is not installed.

    Warns:
        TeachingWarning: the graph of the loss has a `where`, which keeps its branch.
    """
    steps = None if path is None else checked_pairs(path, PATH)
    descent: tuple[Point, Point] | None = None
    if isinstance(f, Value):
        loss, labels, ranges, descent = _of_graph(f, (x, y), (x_range, y_range), steps)
    else:
        loss, labels, ranges = _of_function(f, x_range or x, y_range or y)
    (left, right), (low, high) = ranges
    xs, ys = np.linspace(left, right, points), np.linspace(low, high, points)
    heights, levels = _heights(loss, xs, ys)
    with axes_in_style(ax) as axes:
        if levels.size > 1:
            _draw_heights(axes, xs, ys, heights, levels)
        title = "Loss"
        if steps is not None:
            _draw_path(axes, steps)
            title = f"Loss, and {len(steps) - 1} step{'s' * (len(steps) != 2)} down it"
        elif descent is not None:
            _draw_descent(axes, *descent, (right - left, high - low))
            title = "Loss, where the parameters are, and −∇"
        xlabel, ylabel = names or labels
        axes.set(xlabel=xlabel, ylabel=ylabel, xlim=(left, right), ylim=(low, high))
        headed(axes, title, legend=steps is not None or descent is not None)
        axes.grid(visible=False)
    return axes


def _of_function(f: Any, x_range: Any, y_range: Any) -> Surface:
    if not callable(f):
        raise DrawingError(
            f"a loss is a function of two numbers, or a Value as in {EXAMPLE}, not "
            f"{type(f).__name__}"
        )
    for given in (x_range, y_range):
        if given is None or isinstance(given, (Value, str)):
            raise DrawingError(
                "with a function, give two ranges: plot_loss_surface(f, (-1.0, 1.0), (-1.0, 1.0)); "
                f"parameters go with the Value of the loss: {EXAMPLE}"
            )
    ranges = [checked_range(x_range, "x_range"), checked_range(y_range, "y_range")]
    return f, ("w₁", "w₂"), ranges


def _of_graph(
    root: Value, leaves: Sequence[Any], ranges: Sequence[Range | None], steps: Array | None
) -> tuple[Callable[[float, float], Any], tuple[str, str], list[Range], tuple[Point, Point]]:
    graph = graph_of(root, caller="plot_loss_surface")
    for leaf in leaves:
        if not isinstance(leaf, (Value, str)):
            raise DrawingError(f"with the Value of a loss, give two parameters of it: {EXAMPLE}")
    first, second = (find(leaf, graph) for leaf in leaves)
    if first == second:
        raise DrawingError(f"the two parameters must not be the same one: {EXAMPLE}")
    labels = names_of(graph)
    shown = []
    for k, (i, given) in enumerate(zip((first, second), ranges, strict=True)):
        along = [] if steps is None else steps[:, k].tolist()
        around = _around([graph.values[i].data, *along], labels[i]) if given is None else given
        shown.append(checked_range(around, "xy"[k] + "_range"))
    if keeps_branches(graph):
        warnings.warn(
            "the graph of this loss has a where, which keeps the branch it took wherever the "
            "parameters are moved; for the whole surface give the loss as a function of two "
            "numbers: plot_loss_surface(f, (-1.0, 1.0), (-1.0, 1.0))",
            TeachingWarning,
            stacklevel=3,
        )
    called = shorten(labels[first]), shorten(labels[second])
    here = float(graph.values[first].data), float(graph.values[second].data)
    grads = graph.gradients()
    slopes = grads.get(first, 0.0), grads.get(second, 0.0)
    return graph.function_of(first, second), called, shown, (here, slopes)


def _around(numbers: Sequence[float], name: str) -> Range:
    """A range that shows some numbers, at least one to each side of the first."""
    if not np.isfinite(numbers).all():
        raise DrawingError(
            f"{shorten(name)} is not finite; give the range to show with x_range= and y_range="
        )
    low, first, high = min(numbers), numbers[0], max(numbers)
    room, reach = ROOM * (high - low), max(1.0, abs(first))
    return min(first - reach, low - room), max(first + reach, high + room)


def _heights(f: Callable[[float, float], Any], xs: Array, ys: Array) -> tuple[Array, Array]:
    """The losses, a row for each y, and the levels between them."""
    heights = np.array([[float(f(float(x), float(y))) for x in xs] for y in ys])
    finite = heights[np.isfinite(heights)]
    if not finite.size:
        raise DrawingError("the loss is not finite anywhere in these ranges; give others")
    return heights, np.unique(np.quantile(finite, np.linspace(0.0, 1.0, 19)))


def _draw_heights(axes: Any, xs: Array, ys: Array, heights: Array, levels: Array) -> None:
    colours = matplotlib("colors")
    norm = colours.BoundaryNorm(levels, 256)
    filled = axes.contourf(xs, ys, heights, levels=levels, norm=norm, cmap="cividis")
    axes.contour(xs, ys, heights, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
    colour_bar(axes, filled, "loss", ticks=_ticks(levels))


def _ticks(levels: Array) -> list[float]:
    """Round numbers at about every third level, which are not evenly far apart."""
    low, high = float(levels[0]), float(levels[-1])
    inner = (rounded(float(level), digits) for digits in (1, 2) for level in levels[::3])
    found = sorted({level for level in inner if low <= level <= high}, key=lambda x: len(f"{x:g}"))
    chosen: list[float] = []
    for level in found:
        places = [int(np.searchsorted(levels, one)) for one in (level, *chosen)]
        if all(abs(places[0] - other) > 1 for other in places[1:]):
            chosen.append(level)
    return sorted(chosen)


def _draw_descent(axes: Any, here: Point, slopes: Point, size: Point) -> None:
    """The point where the parameters are, and the direction in which the loss falls fastest."""
    axes.scatter(
        *here, marker="o", s=45, color=ORANGE, edgecolors="white", linewidths=1.0, zorder=4,
        label="here",
    )  # fmt: skip
    if not np.isfinite(slopes).all() or not any(slopes):
        return
    long = min(ARROW * side / abs(s) for side, s in zip(size, slopes, strict=True) if s)
    axes.annotate(
        "", xy=[a - long * s for a, s in zip(here, slopes, strict=True)], xytext=here, zorder=4,
        arrowprops={"arrowstyle": "-|>", "color": ORANGE, "linewidth": 2.2, "shrinkA": 3},
    )  # fmt: skip
    axes.plot([], [], color=ORANGE, linewidth=2.2, label="−∇")


def _draw_path(axes: Any, steps: Array) -> None:
    axes.plot(
        *steps.T, color="white", linewidth=1.6, marker="o" if len(steps) <= 60 else "",
        markersize=3.5, markerfacecolor=ORANGE, markeredgecolor="white", markeredgewidth=0.6,
        zorder=3,
    )  # fmt: skip
    for name, place, shape, size in (("start", 0, "s", 55), ("end", -1, "*", 140)):
        axes.scatter(
            *steps[place], marker=shape, s=size, color=ORANGE, edgecolors="white", linewidths=1.0,
            zorder=4, label=name,
        )  # fmt: skip
