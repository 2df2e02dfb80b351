"""Axes in one style for every plot, with colours for every colour vision, and their ranges.

The settings hold while a plot is drawn; the user's own are untouched. Colours never speak alone:
line style, marker or position repeats what they say.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viz.errors import DrawingError
from viz.extras import matplotlib
from viz.text import number
from viz.theme import FORWARD, INK, LOCAL, MUTED

Array = NDArray[np.float64]
Range = tuple[float, float]

BLUE, ORANGE, PALE = "#0072B2", "#D55E00", "#E6E6E6"
SERIES = (BLUE, ORANGE, FORWARD, LOCAL, "#B8860B", "#56B4E9", "#CC79A7", MUTED)
MARKERS = "o^sDvP*X"
SIZE = (6.4, 4.0)

_SETTINGS = {
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "figure.dpi": 110,
    "font.family": "DejaVu Sans",  # comes with matplotlib, and has ∂ φ ′ ₁
    "font.size": 10.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.grid": True,
    "grid.color": PALE,
    "axes.axisbelow": True,
    "lines.linewidth": 1.8,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "axes.unicode_minus": True,
    "mathtext.fontset": "dejavusans",
}


@contextmanager
def panels_in_style(
    columns: int, rows: int = 1, width: float = SIZE[0], heights: Sequence[float] = ()
) -> Iterator[list[Any]]:
    """New Axes, row by row, in a figure of their own, to be drawn on within the block.

    Rows are as high as `heights` says, in inches, or all alike.
    """
    matplotlib()
    pyplot = matplotlib("pyplot")
    pyplot.get_backend()  # settled before the context, whose end would undo what that sets
    with pyplot.rc_context(_SETTINGS):
        heights = [*heights] or [SIZE[1]] * rows
        _, axes = pyplot.subplots(
            rows, columns, figsize=(width, sum(heights)), layout="constrained", squeeze=False,
            height_ratios=heights,
        )  # fmt: skip
        yield list(axes.flat)


@contextmanager
def axes_in_style(ax: Any = None) -> Iterator[Any]:
    """The Axes to draw on within the block: those given, or new ones in a figure of their own."""
    if ax is None:
        with panels_in_style(1) as panels:
            yield panels[0]
    else:
        with matplotlib().rc_context(_SETTINGS):
            yield ax


def headed(axes: Any, title: str, legend: bool = True) -> None:
    """Put the title above the Axes, and the legend in one row between them, off the data."""
    rows = 1
    if legend:
        handles, labels = axes.get_legend_handles_labels()
        columns = len(labels) if sum(map(len, labels)) + 6 * len(labels) < 66 else 2
        rows = -(-len(labels) // columns)
        axes.legend(
            handles,
            labels,
            loc="lower left",
            bbox_to_anchor=(-0.01, 1.0),
            ncols=columns,
            borderaxespad=0.2,
            columnspacing=1.4,
            handletextpad=0.5,
            scatteryoffsets=[0.5],
        )
    axes.set_title(title, pad=10.0 + (18.0 * rows if legend else 0.0))


def colour_bar(axes: Any, shown: Any, label: str, **options: Any) -> None:
    """A colour bar as tall as the Axes, whatever their shape, with numbers in the house's form."""
    beside = axes.inset_axes((1.03, 0.0, 0.035, 1.0))
    options = {"format": lambda x, _: number(x)} | options
    bar = axes.figure.colorbar(shown, cax=beside, **options)
    bar.set_label(label)
    bar.outline.set_visible(False)
    beside.grid(visible=False)
    beside.tick_params(which="both", length=0)


def rounded(number: float, digits: int = 2) -> float:
    """A number with so many significant digits."""
    return float(f"{number:.{digits - 1}e}")


def whole_numbers(axis: Any) -> None:
    """Ticks at whole numbers only."""
    axis.get_major_locator().set_params(integer=True)


def percent(share: float, _: Any = None) -> str:
    """A share as a tick's label."""
    return f"{share:.0%}"


def checked_pairs(given: Any, wanted: str) -> Array:
    """The pairs as an array, n × 2, if they are some; `wanted` is the error that says so."""
    pairs = np.asarray(given, dtype=np.float64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs):
        raise DrawingError(wanted.format(shape=pairs.shape))
    return pairs


def checked_range(given: Range, what: str) -> Range:
    """Both ends of a range, as floats, if it is one."""
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        raise DrawingError(
            f"{what}= is a pair of numbers such as (-1.0, 1.0), not {given!r:.60}"
        ) from None
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DrawingError(f"{what}= goes from a number to a larger one, not from {low} to {high}")
    return low, high
