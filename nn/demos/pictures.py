"""The pictures that `python -m nn` writes. Needs matplotlib; draws without a screen.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; shape or line style
repeats what they say.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import write_file
from nn.extras import need
from nn.training.history import History

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#5A5A5A"
EXTRA = {"package": "matplotlib", "extra": "plot", "what": "drawing pictures"}
STYLE = {
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.size": 10.5,
    "axes.titlesize": 11.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "axes.axisbelow": True,
    "legend.frameon": False,
}

Array = NDArray[Any]


def need_matplotlib() -> None:
    """Make sure that pictures can be drawn, before anything takes its time.

    Raises:
        MissingExtraError: (an ImportError) matplotlib is not installed.
    """
    _matplotlib("figure")


def _matplotlib(module: str) -> Any:
    return need(f"matplotlib.{module}", **EXTRA)


def _drawn(path: Path, size: tuple[float, float], draw: Any) -> Path:
    """Draw a figure in our style and save it. A `Figure` by itself needs no screen."""
    with need("matplotlib", **EXTRA).rc_context(STYLE):
        figure = _matplotlib("figure").Figure(figsize=size, layout="constrained")
        draw(figure)
        content = io.BytesIO()
        figure.savefig(content, format=path.suffix[1:])
    return write_file(path, content.getvalue())


def curves_picture(history: History, path: Path, title: str) -> Path:
    """Loss and metric over the epochs, side by side; validation dashed."""

    def draw(figure: Any) -> None:
        axes = figure.subplots(1, 2 if history.metric else 1, squeeze=False)[0]
        _curve(axes[0], history.epochs, history.loss, history.val_loss)
        axes[0].set(title="Loss", xlabel="epoch", yscale="log")
        if history.metric:
            _curve(axes[1], history.epochs, history.metric, history.val_metric)
            axes[1].set(title=str(history.metric_name).capitalize(), xlabel="epoch")
            if history.metric_name == "accuracy":
                axes[1].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
        figure.suptitle(title, x=0.01, ha="left", color=GREY, fontsize=10)

    return _drawn(path, (8.0, 3.4), draw)


def _curve(
    axes: Any, epochs: Sequence[int], train: Sequence[float], held_out: Sequence[float]
) -> None:
    dot = "o" if len(epochs) <= 30 else ""
    axes.plot(epochs, train, color=BLUE, marker=dot, markersize=3.5, linewidth=1.8, label="train")
    if held_out:
        axes.plot(
            epochs, held_out, color=ORANGE, linestyle="--", marker=dot and "s", markersize=3.5,
            linewidth=1.8, label="test",
        )  # fmt: skip
        axes.legend()
    axes.xaxis.get_major_locator().set_params(integer=True)


def decision_picture(
    X: Array, y: Array, grid: tuple[Array, Array, Array], path: Path, title: str
) -> Path:
    """Points of two classes over the model's output, with the decision boundary at 0.

    Args:
        X, y: the points, n × 2, and their labels −1 and 1.
        grid: horizontal and vertical coordinates, and the output at each pair of them.
        path, title: where to save, and what stands above.
    """

    ticker, maps = _matplotlib("ticker"), _matplotlib("colors")
    colours = maps.LinearSegmentedColormap.from_list("classes", [BLUE, "white", ORANGE])

    def draw(figure: Any) -> None:
        axes = figure.subplots()
        h, v, output = grid
        bound = max(1.0, float(np.abs(output).max()))
        levels = ticker.MaxNLocator(20, symmetric=True).tick_values(-bound, bound)
        filled = axes.contourf(h, v, output, levels=levels, cmap=colours, alpha=0.6)
        axes.contour(h, v, output, levels=[0.0], colors="black", linewidths=2.0)
        axes.contour(
            h, v, output, levels=[-1.0, 1.0], colors="black", linewidths=0.9, linestyles="dashed"
        )
        for label, colour, marker in ((-1, BLUE, "o"), (1, ORANGE, "^")):
            of_class = X[y == label]
            axes.scatter(
                of_class[:, 0], of_class[:, 1], c=colour, marker=marker, s=42, edgecolors="white",
                linewidths=0.8, label=f"y = {label:+d}".replace("-", "−"),
            )  # fmt: skip
        axes.set(xlabel="x₁", ylabel="x₂", aspect="equal")
        axes.set_title(title)
        axes.grid(visible=False)
        axes.legend(loc="upper right", frameon=True, framealpha=0.9)
        bar = figure.colorbar(
            filled, ax=axes, shrink=1.0, ticks=ticker.MaxNLocator(9, symmetric=True, integer=True)
        )
        bar.set_label("output (line: 0; dashed: margin ±1)")

    return _drawn(path, (7.4, 4.4), draw)


def confusion_picture(images: Array, y: Array, predicted: Array, path: Path, title: str) -> Path:
    """How often which digit was taken for which, and up to twelve digits that were mistaken.

    Args:
        images: n × 64, the 8 × 8 pixels of each digit.
        y, predicted: what they are, and what they were taken for.
        path, title: where to save, and what stands above.
    """
    counts = np.zeros((10, 10), dtype=int)
    np.add.at(counts, (y, predicted), 1)

    def draw(figure: Any) -> None:
        left, right = figure.subfigures(1, 2, width_ratios=[1.25, 1.0])
        _confusion(left.subplots(), counts)
        _mistakes(right, images, y, predicted)
        figure.suptitle(title, x=0.01, ha="left", color=GREY, fontsize=10)

    return _drawn(path, (9.6, 5.0), draw)


def _confusion(axes: Any, counts: Array) -> None:
    axes.imshow(np.sqrt(counts), cmap="Blues")  # the root shows the few mistakes beside the many
    for i, j in np.argwhere(counts):
        light = counts[i, j] > 0.4 * counts.max()
        axes.text(j, i, counts[i, j], ha="center", va="center", color="white" if light else "black")
    axes.set(title="Confusion matrix", xlabel="predicted digit", ylabel="true digit")
    axes.set(xticks=range(10), yticks=range(10))
    axes.grid(visible=False)


def _mistakes(figure: Any, images: Array, y: Array, predicted: Array) -> None:
    wrong = np.flatnonzero(y != predicted)
    for axes, i in zip(figure.subplots(3, 4).flat, [*wrong[:12], *[None] * 12], strict=False):
        axes.axis("off")
        if i is not None:
            axes.imshow(images[i].reshape(8, 8), cmap="gray_r")
            axes.set_title(f"{y[i]} as {predicted[i]}", loc="center", fontsize=9, weight="normal")
    shown = f"first 12 of {len(wrong)}" if len(wrong) > 12 else f"all {len(wrong)}"
    figure.suptitle(f"Mistakes ({shown})", x=0.03, ha="left", fontsize=11.5, weight="bold")
