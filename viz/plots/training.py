"""Plots of a training run: its course, the gradient in each layer, units that do not learn."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import Any

import numpy as np

from viz.errors import DrawingError
from viz.extras import matplotlib
from viz.plots.axes import (
    BLUE,
    MARKERS,
    ORANGE,
    axes_in_style,
    colour_bar,
    headed,
    panels_in_style,
    percent,
    whole_numbers,
)
from viz.plots.layer_data import LayerData, layer_data
from viz.text import number

DOTTED_UP_TO = 40
"""Curves of up to so many points have a marker at each, maps of so many columns have edges."""

EDGE = "#C8C8C8"


def plot_history(history: Any, what: str | None = None, ax: Any = None) -> Any:
    """Loss and metric over the epochs of a `fit`; returns the Axes of the first panel.

    Args:
        history: an `nn.History`, or anything with lists `epochs` and `loss`, and perhaps
            `val_loss`, `metric`, `val_metric` and a `metric_name`.
        what: "loss" or "metric" for one of the two; by default both, side by side (the other's
            Axes are in `axes.figure.axes`).
        ax: the Axes to draw on, for one panel.

    Raises:
        DrawingError: the history has no epochs, or not what is asked for.
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    there = [name for name in ("loss", "metric") if len(getattr(history, name, ()))]
    if not there:
        raise DrawingError("this history has no epochs: nothing to plot")
    if what is not None and what not in there:
        raise DrawingError(f"what= is {' or '.join(map(repr, there))} here, not {what!r}")
    if what or ax is not None or len(there) == 1:
        with axes_in_style(ax) as axes:
            _curves(axes, history, what or there[0])
        return axes
    with panels_in_style(2, width=8.8) as panels:
        for axes, name in zip(panels, there, strict=True):
            _curves(axes, history, name)
    return panels[0]


def _curves(axes: Any, history: Any, name: str) -> None:
    train, held_out = getattr(history, name), getattr(history, f"val_{name}", ())
    epochs = getattr(history, "epochs", None) or range(1, len(train) + 1)
    dot, square = "os" if len(train) <= DOTTED_UP_TO else ("", "")
    axes.plot(epochs, train, "-", marker=dot, color=BLUE, label="training")
    if len(held_out):
        axes.plot(epochs, held_out, "--", marker=square, color=ORANGE, label="validation")
    title = "Loss" if name == "loss" else str(getattr(history, "metric_name", None) or "Metric")
    headed(axes, title[:1].upper() + title[1:], legend=len(held_out) > 0)
    axes.set_xlabel("epoch")
    whole_numbers(axes.xaxis)
    if name == "loss" and _spans(train, 30.0):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(lambda x, _: number(x))
    if title == "accuracy":
        axes.yaxis.set_major_formatter(percent)


def _spans(numbers: Iterable[float], factor: float) -> bool:
    """True for positive numbers over so wide a range that only a log scale shows it."""
    found = [x for x in numbers if np.isfinite(x)]
    return bool(found) and min(found) > 0 and max(found) > factor * min(found)


def plot_gradient_norms(norms: Any, ax: Any = None) -> Any:
    """The length of the gradient in each layer, over depth or over training; returns the Axes.

    The scale is logarithmic: a gradient that vanishes or explodes is a straight slope (document
    004, "Vanishing Gradient").

    Args:
        norms: for one moment a mapping from layer to norm, or an `nn.diagnose` report; over
            training a mapping from layer to a list of norms, or a list of reports.
        ax: the Axes to draw on; by default new ones.

    Raises:
        DrawingError: the data are none of these, or empty.
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    data = layer_data(norms, "norm", "gradient_norm")
    with axes_in_style(ax) as axes:
        if data.over_time:
            _over_training(axes, data)
        else:
            _over_depth(axes, data)
        axes.set_ylabel("‖gradient‖")
        axes.set_title("Gradient in each layer")
        if (data.rows[np.isfinite(data.rows)] > 0).any():
            axes.set_yscale("log")
    return axes


def _over_depth(axes: Any, data: LayerData) -> None:
    places = range(len(data.names))
    axes.plot(places, data.rows[:, 0], "o-", color=BLUE)
    crowded = len(data.names) > 8
    axes.set_xticks(places, data.names, rotation=90 if crowded else 0)
    axes.set_xlabel("from the input to the output →")
    for place, norm in zip(places, data.rows[:, 0], strict=True):
        if norm == 0:
            axes.annotate("0", (place, 0), (0, 6), textcoords="offset points", ha="center")


def _over_training(axes: Any, data: LayerData) -> None:
    steps = np.arange(1, data.rows.shape[1] + 1)
    rgb = matplotlib("colors").to_rgb
    shades = np.linspace(rgb(BLUE), rgb(ORANGE), len(data.names))  # deep blue is next to the input
    every, curves = max(1, len(steps) // 8), []
    for name, row, shade, marker in zip(data.names, data.rows, shades, cycle(MARKERS)):
        curves += axes.plot(steps, row, color=shade, marker=marker, markevery=every, label=name)
    axes.set_xlabel("training →")
    whole_numbers(axes.xaxis)
    order = np.argsort(-np.nan_to_num(data.rows[:, -1]), kind="stable")  # as the curves end
    axes.legend(
        handles=[curves[k] for k in order], ncols=1 + (len(curves) - 1) // 14, loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )  # fmt: skip


def plot_saturation(shares: Any, ax: Any = None) -> Any:
    """The share of each layer that is saturated or dead, as bars or a map; returns the Axes.

    Args:
        shares: a mapping from layer to a share from 0 to 1, or an `nn.diagnose` report, gives a
            bar for each layer. A mapping from layer to a list of shares, one for each unit (the
            share of examples for which it is saturated, or off), gives the map of the units; one
            that is so for all of them is crossed out. A list of reports gives a map over training.
        ax: the Axes to draw on; by default new ones.

    Raises:
        DrawingError: the data are none of these, or empty, or no shares.
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    data = layer_data(shares, "share", "saturated", "dead")
    known = data.rows[np.isfinite(data.rows)]
    if not known.size:
        raise DrawingError("no layer here can saturate or die: nothing to plot")
    if known.min() < 0 or known.max() > 1:
        raise DrawingError("shares go from 0 to 1; for 12 of 16 units that are off, give 0.75")
    with axes_in_style(ax) as axes:
        if data.over_time:
            _map(axes, data, "training →" if data.reports else "unit")
        else:
            _bars(axes, data)
        axes.set_title("Units that are saturated or dead")
    return axes


def _bars(axes: Any, data: LayerData) -> None:
    places = np.arange(len(data.names))
    shares = np.nan_to_num(data.rows[:, 0])
    axes.barh(places, shares, color=BLUE, height=0.62)
    for place, share in enumerate(data.rows[:, 0]):
        text, at = ("–", 0.0) if np.isnan(share) else (percent(share), share)
        axes.annotate(text, (at, place), (5, 0), textcoords="offset points", va="center")
    axes.set_yticks(places, data.names)
    axes.set(xlim=(0.0, 1.08), xlabel="share of the layer", ylim=(len(places) - 0.5, -0.5))
    quarters = [0.0, 0.25, 0.5, 0.75, 1.0]
    axes.set_xticks(quarters, map(percent, quarters))
    axes.grid(visible=False, axis="y")


def _map(axes: Any, data: LayerData, along: str) -> None:
    rows, columns = data.rows.shape
    edge = {"edgecolors": EDGE, "linewidth": 0.6} if columns <= DOTTED_UP_TO else {}
    for k, row in enumerate(data.rows):
        cells = row[: int(np.flatnonzero(np.isfinite(row)).max(initial=-1)) + 1]
        if cells.size:
            shown = axes.pcolormesh(
                np.arange(len(cells) + 1) + 0.5, [k - 0.5, k + 0.5], cells[None, :],
                cmap="Blues", vmin=0.0, vmax=1.0, **edge,
            )  # fmt: skip
    axes.set_yticks(range(rows), data.names)
    axes.set(xlabel=along, xlim=(0.5, columns + 0.5), ylim=(rows - 0.5, -0.5))
    whole_numbers(axes.xaxis)
    axes.grid(visible=False)
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    everywhere = np.argwhere(data.rows == 1.0)
    axes.scatter(everywhere[:, 1] + 1, everywhere[:, 0], marker="x", s=36, color="white")
    note = "   (× all of them)" if len(everywhere) else ""
    whole = "layer" if data.reports else "examples"
    colour_bar(axes, shown, f"share of the {whole}{note}", ticks=[0.0, 0.5, 1.0], format=percent)
