"""Plots of what a classifier makes of the plane."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import no_grad
from viz.errors import DrawingError
from viz.extras import matplotlib
from viz.plots.axes import MARKERS, SERIES, Array, axes_in_style, checked_pairs, colour_bar, headed
from viz.text import number
from viz.theme import INK

MARGIN = 0.12


def plot_decision(
    model: Callable[[Any], Any],
    X: Any,
    y: Any,
    ax: Any = None,
    *,
    batched: bool = False,
    threshold: float | None = None,
    points: int = 80,
) -> Any:
    """Two-dimensional examples over what a model makes of the plane; returns the Axes.

    A model with one output shows its output, and the line where it decides between two classes;
    one with several outputs shows which of them is the largest.

    Args:
        model: called with one example, a list of two floats, it returns a number or Value, or a
            list with one for each class.
        X: the examples, n × 2.
        y: their classes: −1 and 1, 0 and 1, or 0, 1, 2, ….
        ax: the Axes to draw on; by default new ones.
        batched: the model takes all examples at once, m × 2, and returns m outputs, or m × classes;
            so does `lambda X: nn.predict(model, X)`, which is many times faster.
        threshold: the output that means neither of two classes; by default the model's own, its
            `decision_threshold`, which an `nn.Module` has that `nn.fit` has trained, else midway
            between them.
        points: the model is called on a grid of points × points.

    Raises:
        DrawingError: X is not n × 2, y has another length, or a batch comes back with one.
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    examples, classes = _checked(X, y)
    xs, ys = (_span(examples[:, k], points) for k in (0, 1))
    plane = np.stack(np.meshgrid(xs, ys), axis=-1)
    outputs = _outputs(model, plane.reshape(-1, 2), batched).reshape(points, points, -1)
    labels = sorted(set(classes.tolist()))
    with axes_in_style(ax) as axes:
        if outputs.shape[2] == 1:
            known = getattr(model, "decision_threshold", None) if threshold is None else threshold
            middle = float(np.mean(labels)) if known is None else known
            _draw_output(axes, xs, ys, outputs[:, :, 0], middle)
        else:
            _draw_regions(axes, xs, ys, outputs)
        _draw_examples(axes, examples, classes, labels)
        axes.set(xlabel="x₁", ylabel="x₂", xlim=xs[[0, -1]], ylim=ys[[0, -1]], aspect="equal")
        headed(axes, "Decision boundary")
        axes.locator_params(nbins=6)
        axes.grid(visible=False)
    return axes


def _checked(X: Any, y: Any) -> tuple[Array, Array]:
    examples = checked_pairs(X, "X must be n examples of 2 numbers each, not {shape}")
    classes = np.asarray(y, dtype=np.float64).ravel()
    if len(classes) != len(examples):
        raise DrawingError(f"{len(examples)} examples need as many classes, not {len(classes)}")
    return examples, classes


def _span(column: Array, points: int) -> Array:
    low, high = column.min(), column.max()
    room = MARGIN * (high - low) or 1.0
    return np.linspace(low - room, high + room, points)


def _outputs(model: Callable[[Any], Any], plane: Array, batched: bool) -> Array:
    """A row of outputs for each point of the plane."""
    with no_grad():
        if not batched:
            return np.array([_numbers(model(point)) for point in plane.tolist()])
        outputs = np.asarray(model(plane), dtype=np.float64)
    if not outputs.shape or len(outputs) != len(plane):
        raise DrawingError(
            f"a batched model returns a row for each of the {len(plane)} points it is given, not "
            f"{outputs.shape}; leave out batched=True for one that takes a single example"
        )
    return outputs.reshape(len(plane), -1)


def _numbers(output: Any) -> list[float]:
    found = np.array(output, dtype=object).ravel().tolist()
    if not all(hasattr(one, "__float__") for one in found):
        raise DrawingError(
            "a model whose decisions are drawn returns a number, or one for each class, not "
            f"{type(output).__name__}"
        )
    return [float(one) for one in found]


def _draw_output(axes: Any, xs: Array, ys: Array, output: Array, middle: float) -> None:
    """Colours for the output, deeper the further it is from the middle; a line at the middle."""
    reach = float(np.nanmax(np.abs(output - middle))) or 1.0
    colours = matplotlib("colors").LinearSegmentedColormap.from_list(
        "classes", [SERIES[0], "white", SERIES[1]]
    )
    levels = np.linspace(middle - reach, middle + reach, 21)
    filled = axes.contourf(xs, ys, output, levels=levels, cmap=colours, alpha=0.6)
    if output.min() < middle < output.max():
        axes.contour(xs, ys, output, levels=[middle], colors=INK, linewidths=1.8)
    ticks = _round_ticks(middle, reach)
    colour_bar(axes, filled, f"output (line: {number(middle)})", ticks=ticks)


def _round_ticks(middle: float, reach: float) -> list[float]:
    """The middle, and two steps of a round size to each side of it."""
    power = 10.0 ** np.floor(np.log10(reach / 2))
    step = power * max(k for k in (1.0, 2.0, 2.5, 5.0) if k * power <= reach / 2)
    return [middle + k * step for k in (-2, -1, 0, 1, 2)]


def _draw_regions(axes: Any, xs: Array, ys: Array, outputs: Array) -> None:
    """For each class the region where its output is the largest, and the edge of that."""
    for k in range(outputs.shape[2]):
        lead = outputs[:, :, k] - np.delete(outputs, k, axis=2).max(axis=2)
        if lead.max() <= 0:
            continue
        axes.contourf(xs, ys, lead, levels=[0.0, lead.max()], colors=[_colour(k)], alpha=0.28)
        if lead.min() < 0:
            axes.contour(xs, ys, lead, levels=[0.0], colors=INK, linewidths=1.2)


def _draw_examples(axes: Any, examples: Array, classes: Array, labels: list[float]) -> None:
    for k, label in enumerate(labels):
        chosen = examples[classes == label]
        axes.scatter(
            chosen[:, 0], chosen[:, 1], color=_colour(k), marker=MARKERS[k % len(MARKERS)], s=34,
            edgecolors="white", linewidths=0.7, label=f"y = {number(label)}",
        )  # fmt: skip


def _colour(k: int) -> str:
    return SERIES[k % len(SERIES)]
