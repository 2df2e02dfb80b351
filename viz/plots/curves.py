"""Curves of numbers, told apart by more than their colours."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import numpy as np

from viz.errors import DrawingError
from viz.plots.axes import MARKERS, SERIES, Array, axes_in_style, headed
from viz.text import number
from viz.theme import MUTED

LINES = "-", "--", "-.", ":"
MARKS = 8
"""About so many marks along a curve; one of fewer points has one at each."""


def plot_curves(
    curves: Mapping[str, Any],
    ax: Any = None,
    *,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    log: bool = False,
    levels: Mapping[str, float] | None = None,
) -> Any:
    """Curves in one panel, each with a colour, a line and a mark of its own; returns the Axes.

    Args:
        curves: a mapping from the label to the numbers of a curve, which stand over 0, 1, 2, …;
            or to a pair (x, y) of equally many.
        ax: the Axes to draw on; by default new ones.
        title, xlabel, ylabel: what is written above, below and beside.
        log: whether the numbers stand on a logarithmic scale.
        levels: numbers to compare with, each a dotted line with its label at the right.

    Raises:
        DrawingError: there is no curve, or one is neither numbers nor such a pair.
        MissingExtraError: (an ImportError) matplotlib is not installed.

    >>> plot_curves({"loss": 0.5})
    Traceback (most recent call last):
        ...
    viz.errors.DrawingError: the curve 'loss' is a list of numbers, or a pair of lists (x, y) ...
    """
    if not isinstance(curves, Mapping) or not curves:
        raise DrawingError(
            "curves are numbers by their labels, such as {'training': [0.7, 0.4, 0.2]}, "
            f"not {curves!r:.60}"
        )
    known = {label: _points(label, given) for label, given in curves.items()}
    with axes_in_style(ax) as axes:
        looks = zip(known.items(), cycle(SERIES), cycle(LINES), cycle(MARKERS))
        for (label, (x, y)), colour, line, marker in looks:
            every = max(1, len(x) // MARKS)
            axes.plot(x, y, line, color=colour, marker=marker, markevery=every, label=label)
        for label, level in (levels or {}).items():
            axes.axhline(level, color=MUTED, linewidth=1.0, linestyle=":")
            axes.annotate(
                label, (1.0, level), (0.0, 3.0), axes.get_yaxis_transform(),
                textcoords="offset points", ha="right", color=MUTED,
            )  # fmt: skip
        headed(axes, title, legend=len(known) > 1)
        axes.set(xlabel=xlabel, ylabel=ylabel)
        if log:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(lambda y, _: number(y))
    return axes


def _points(label: str, given: Any) -> Array:
    """A curve as two rows, x and y."""
    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.ndim == 1 and found.size:
        return np.stack([np.arange(float(found.size)), found])
    if found.ndim == 2 and len(found) == 2 and found.size:
        return found
    raise DrawingError(
        f"the curve {label!r} is a list of numbers, or a pair of lists (x, y) of equally many, "
        f"not {given!r:.60}"
    )
