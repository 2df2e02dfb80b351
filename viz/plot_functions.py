"""Plots of functions: an activation with its derivative, a loss surface with a descent path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import PRIMITIVES, Primitive, grad
from viz.errors import DrawingError
from viz.extras import matplotlib
from viz.plot_style import FORWARD, LOCAL, MUTED, ORANGE, axes_in_style, colour_bar, headed

__all__ = ["plot_activation", "plot_loss_surface"]

Array = NDArray[np.float64]
Range = tuple[float, float]

POINTS = 401
FLAT = 0.05
"""Where a derivative is below this in size, next to no gradient passes."""


def plot_activation(
    function: str | Callable[[Any], Any], ax: Any = None, *, x_range: Range = (-5.0, 5.0)
) -> Any:
    """An activation function and its derivative (document 004's figures); returns the Axes.

    Towards the ends, where the derivative stays below 0.05 in size, the ground is hatched: a unit
    there is saturated, or off, and learns next to nothing.

    Args:
        function: the name of one of autograd's functions, such as "sigmoid", "tanh", "relu" or
            "leaky_relu"; or a function of one Value. `leaky_relu.bind(slope=0.1)` sets a slope.
        ax: the Axes to draw on; by default new ones.
        x_range: from where to where.

    Raises:
        DrawingError: no such function, or a range that is empty.
        MissingExtraError: (an ImportError) matplotlib is not installed.

    >>> plot_activation("swoosh")
    Traceback (most recent call last):
        ...
    viz.errors.DrawingError: there is no activation 'swoosh'; ...
    """
    f = _activation(function)
    low, high = _checked_range(x_range, "x_range")
    xs = _points(f, low, high)
    values = np.array([float(f(float(x))) for x in xs])
    slopes = np.array([float(grad(f)(float(x))) if x == x else np.nan for x in xs])
    with axes_in_style(ax) as axes:
        axes.axhline(0.0, color=MUTED, linewidth=0.8)
        axes.axvline(0.0, color=MUTED, linewidth=0.8)
        axes.margins(y=0.08)
        axes.plot(xs[xs == xs], values[xs == xs], color=FORWARD, label="φ(z)")
        axes.plot(xs, slopes, "--", color=LOCAL, label="φ′(z)")
        _hatch_flat(axes, xs[xs == xs], slopes[xs == xs])
        axes.set(xlabel="z", xlim=(low, high))
        headed(axes, _title(f))
    return axes


def _activation(function: str | Callable[[Any], Any]) -> Callable[[Any], Any]:
    if isinstance(function, str):
        known = [name for name, p in PRIMITIVES.items() if p.arity == 1]
        if function not in known:
            raise DrawingError(
                f"there is no activation {function!r}; give a function of one Value, or one of "
                f"{', '.join(sorted(known))}"
            )
        return PRIMITIVES[function]
    if not callable(function):
        raise DrawingError(f"an activation is a name or a function, not {function!r:.40}")
    return function


def _checked_range(given: Range, what: str) -> Range:
    low, high = map(float, given)
    if not (np.isfinite([low, high]).all() and low < high):
        raise DrawingError(f"{what}= goes from a number to a larger one, not from {low} to {high}")
    return low, high


def _points(f: Any, low: float, high: float) -> Array:
    """Evenly spaced points; at a kink one on either side of it, and nan between the two."""
    xs = np.linspace(low, high, POINTS)
    for kink in (k for k in getattr(f, "kinks", ()) if low < k < high):
        step = (high - low) * 1e-6
        at = int(np.searchsorted(xs, kink))
        xs = xs[xs != kink]
        xs = np.insert(xs, at, [kink - step, np.nan, kink + step])
    return xs


def _hatch_flat(axes: Any, xs: Array, slopes: Array) -> None:
    """Hatch the flat ends; a derivative that only crosses 0 is not flat."""
    steep = np.flatnonzero(~(np.abs(slopes) < FLAT))
    if not steep.size:
        return
    flat = np.ones(len(xs), dtype=bool)
    flat[steep[0] : steep[-1] + 1] = False
    if flat.any():
        axes.fill_between(
            xs,
            0.0,
            1.0,
            where=flat,
            transform=axes.get_xaxis_transform(),
            facecolor="#F4F4F4",
            edgecolor="#C4C4C4",
            hatch="///",
            linewidth=0.0,
            label="|φ′| < 0.05: hardly any gradient passes",
            zorder=0,
        )


def _title(f: Any) -> str:
    if isinstance(f, Primitive):
        return f"{f.name.replace('_', ' ')}:  $\\varphi(z) = {f.write('z')}$"
    return str(getattr(f, "__name__", "activation")).replace("<lambda>", "φ(z)")


def plot_loss_surface(
    f: Callable[[float, float], Any],
    x_range: Range,
    y_range: Range,
    *,
    path: Sequence[tuple[float, float]] | None = None,
    ax: Any = None,
    names: tuple[str, str] = ("w₁", "w₂"),
    points: int = 61,
) -> Any:
    """A loss over two parameters as a map of heights, and the way down it; returns the Axes.

    Heights are spaced evenly in the rank of the losses found, so that flat valleys show as well
    as steep walls.

    Args:
        f: the loss as a function of the two parameters; it is called with two floats.
        x_range, y_range: from where to where, for each parameter.
        path: the parameters after each step of gradient descent, the start first.
        ax: the Axes to draw on; by default new ones.
        names: what the parameters are called.
        points: f is called on a grid of points × points.

    Raises:
        DrawingError: a range that is empty, a path that is not made of pairs, or f is nowhere
            finite.
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    (left, right), (low, high) = (
        _checked_range(x_range, "x_range"),
        _checked_range(y_range, "y_range"),
    )
    steps = _checked_path(path)
    xs, ys = np.linspace(left, right, points), np.linspace(low, high, points)
    heights = np.array([[float(f(float(x), float(y))) for x in xs] for y in ys])
    finite = heights[np.isfinite(heights)]
    if not finite.size:
        raise DrawingError("the loss is not finite anywhere in these ranges; give others")
    levels = np.unique(np.quantile(finite, np.linspace(0.0, 1.0, 19)))
    with axes_in_style(ax) as axes:
        if levels.size > 1:
            _draw_heights(axes, xs, ys, heights, levels)
        if steps is not None:
            _draw_path(axes, steps)
        axes.set(xlabel=names[0], ylabel=names[1], xlim=(left, right), ylim=(low, high))
        title = "Loss" if steps is None else f"Loss, and {len(steps) - 1} steps down it"
        headed(axes, title, legend=steps is not None)
        axes.grid(visible=False)
    return axes


def _checked_path(path: Any) -> Array | None:
    if path is None:
        return None
    steps = np.asarray(path, dtype=np.float64)
    if steps.ndim != 2 or steps.shape[1] != 2 or not len(steps):
        raise DrawingError(
            "path= is a list of pairs, one for each step, such as [(0.0, 1.0), (0.1, 0.8)]"
        )
    return steps


def _draw_heights(axes: Any, xs: Array, ys: Array, heights: Array, levels: Array) -> None:
    colours = matplotlib("colors")
    norm = colours.BoundaryNorm(levels, 256)
    filled = axes.contourf(xs, ys, heights, levels=levels, norm=norm, cmap="cividis")
    axes.contour(xs, ys, heights, levels=levels, colors="white", linewidths=0.4, alpha=0.6)
    colour_bar(axes, filled, "loss", ticks=levels[::3])


def _draw_path(axes: Any, steps: Array) -> None:
    marker = "o" if len(steps) <= 60 else ""
    axes.plot(
        steps[:, 0],
        steps[:, 1],
        color="white",
        linewidth=1.6,
        marker=marker,
        markersize=3.5,
        markerfacecolor=ORANGE,
        markeredgecolor="white",
        markeredgewidth=0.6,
        zorder=3,
    )
    ends = {"start": ("s", steps[0]), "end": ("*", steps[-1])}
    for name, (shape, (x, y)) in ends.items():
        axes.scatter(
            [x], [y], marker=shape, s=140 if shape == "*" else 55, color=ORANGE,
            edgecolors="white", linewidths=1.0, zorder=4, label=name,
        )  # fmt: skip
