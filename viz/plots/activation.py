"""Plots of activations, each with its derivative."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import PRIMITIVES, SATURATED, Primitive, grad, no_grad
from viz.errors import DrawingError
from viz.plots.axes import Array, Range, axes_in_style, checked_range, headed, panels_in_style
from viz.theme import FORWARD, LOCAL, MUTED

POINTS = 401
FLAT = f"|φ′| < {SATURATED}"

Activation = str | Callable[[Any], Any]


def plot_activation(
    function: Activation | Sequence[Activation],
    ax: Any = None,
    *,
    x_range: Range = (-5.0, 5.0),
) -> Any:
    """An activation function and its derivative (the blog post's figures); returns the Axes.

    Towards the ends, where the derivative stays below 0.05 in size, the ground is hatched: a unit
    there is saturated, or off, and learns next to nothing.

    Args:
        function: the name of one of autograd's functions, such as "sigmoid", "tanh", "relu" or
            "leaky_relu"; or a function of one Value. `leaky_relu.bind(slope=0.1)` sets a slope.
            A list of several gives a panel for each, two to a row; returned are the Axes of the
            first (the others' are in `axes.figure.axes`).
        ax: the Axes to draw a single activation on; by default new ones.
        x_range: from where to where.

    Raises:
        DrawingError: no such function, a range that is empty, or one `ax=` for several functions.
        MissingExtraError: (an ImportError) matplotlib is not installed.

    >>> plot_activation("swoosh")
    Traceback (most recent call last):
        ...
    viz.errors.DrawingError: there is no activation 'swoosh'; ...
    """
    low, high = checked_range(x_range, "x_range")
    if isinstance(function, str) or not isinstance(function, Sequence):
        f = _activation(function)
        with axes_in_style(ax) as axes:
            _draw(axes, f, low, high, f"{FLAT}: hardly any gradient passes")
        return axes
    if not function:
        raise DrawingError('give at least one activation, such as plot_activation(["tanh"])')
    if ax is not None:
        raise DrawingError(
            "ax= is for a single activation; leave it out and each has a panel, or call "
            "plot_activation(one, ax=axes) for each of them"
        )
    functions = [_activation(one) for one in function]
    columns = min(2, len(functions))
    with panels_in_style(columns, -(-len(functions) // columns), 4.6 * columns) as panels:
        for axes, f in zip(panels, functions, strict=False):
            _draw(axes, f, low, high, FLAT)
        for axes in panels[len(functions) :]:
            axes.remove()
    return panels[0]


def _draw(axes: Any, f: Callable[[Any], Any], low: float, high: float, flat: str) -> None:
    xs = _points(f, low, high)
    values = np.array([float(f(float(x))) for x in xs])
    with no_grad():  # f may close over parameters; its slope is wanted as a number
        slopes = np.array([grad(f)(float(x)) if x == x else np.nan for x in xs])
    known = xs == xs
    axes.axhline(0.0, color=MUTED, linewidth=0.8)
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.margins(y=0.08)
    axes.plot(xs[known], values[known], color=FORWARD, label="φ(z)")
    axes.plot(xs, slopes, "--", color=LOCAL, label="φ′(z)")
    _hatch_flat(axes, xs[known], slopes[known], flat)
    axes.set(xlabel="z", xlim=(low, high))
    headed(axes, _title(f))


def _activation(function: Activation) -> Callable[[Any], Any]:
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


def _points(f: Any, low: float, high: float) -> Array:
    """Evenly spaced points; at a kink one on either side of it, and nan between the two."""
    xs = np.linspace(low, high, POINTS)
    for kink in (k for k in getattr(f, "kinks", ()) if low < k < high):
        step = (high - low) * 1e-6
        at = int(np.searchsorted(xs, kink))
        xs = xs[xs != kink]
        xs = np.insert(xs, at, [kink - step, np.nan, kink + step])
    return xs


def _hatch_flat(axes: Any, xs: Array, slopes: Array, label: str) -> None:
    """Hatch the flat ends; a derivative that only crosses 0 is not flat."""
    steep = np.flatnonzero(~(np.abs(slopes) < SATURATED))
    if not steep.size:
        return
    flat = np.ones(len(xs), dtype=bool)
    flat[steep[0] : steep[-1] + 1] = False
    if flat.any():
        axes.fill_between(
            xs, 0.0, 1.0, where=flat, transform=axes.get_xaxis_transform(), facecolor="#F4F4F4",
            edgecolor="#C4C4C4", hatch="///", linewidth=0.0, label=label, zorder=0,
        )  # fmt: skip


def _title(f: Any) -> str:
    if isinstance(f, Primitive):
        return f"{f.name.replace('_', ' ')}:  $\\varphi(z) = {f.write('z')}$"
    return str(getattr(f, "__name__", "activation")).replace("<lambda>", "φ(z)")
