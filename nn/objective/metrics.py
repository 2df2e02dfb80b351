"""Accuracy: which output counts as which class.

Several outputs: the class is the position of the largest, the target a class number or a row
with its largest entry there. One output: it is the second class (1) if it lies above a
threshold (`nn.decision`), else the first (0 or −1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import no_grad
from nn import noise
from nn.checks import Array
from nn.decision import labels_in, learned
from nn.errors import ArgumentError, KindError, ShapeError
from nn.loss_checks import Facts
from nn.losses import facts_of, get
from nn.objective.outputs import plain, rows_of, stacked, table_of

__tracebackhide__ = True

Metric = Callable[[Any, Any], Any]

NO_CLASS = -1


def classes_in(table: Array, threshold: float | None) -> Array:
    """The class that each of n outputs, (n,) or (n, classes), stands for; −1 where one is nan."""
    if table.ndim == 2:
        return np.where(np.isnan(table).any(axis=1), NO_CLASS, table.argmax(axis=1))
    return np.where(np.isnan(table), NO_CLASS, table > threshold)


@dataclass
class Accuracy:
    """1 for an output that stands for its target's class, else 0; the mean is the accuracy."""

    threshold: float | None

    def __call__(self, output: Any, target: Any) -> float:
        """1.0 or 0.0 for one example."""
        return self.over(stacked([output]), np.asarray([target]))

    def over(self, outputs: Any, targets: Any) -> float:
        """The mean over the outputs of n examples, arrays in the model's structure."""
        table, wanted = table_of(outputs), np.asarray(targets)
        assert table is not None, "outputs are checked by accuracy_for"
        if table.ndim == 1:
            wanted = wanted.ravel() > 0.5
        elif wanted.ndim > 1:
            wanted = wanted.argmax(axis=1)
        return float(np.count_nonzero(classes_in(table, self.threshold) == wanted)) / len(table)


@dataclass
class Several:
    """Several metrics; what they give, and their means, are arrays."""

    parts: list[Metric]

    def __call__(self, output: Any, target: Any) -> Any:
        """All of them for one example."""
        return np.array([metric(output, target) for metric in self.parts])


def parts_of(metric: Metric | None) -> list[Metric]:
    """The metrics that a metric, or none, consists of."""
    if isinstance(metric, Several):
        return metric.parts
    return [] if metric is None else [metric]


def accuracy_for(outputs: Any, targets: Any, threshold: float | None) -> Accuracy:
    """Accuracy by a threshold, if outputs of some examples (see `stacked`) and targets fit."""
    table, wanted = table_of(outputs), np.asarray(targets)
    if table is None:
        raise ShapeError(
            "accuracy needs a model that returns one number, or one for each class; for one that "
            "returns more give metric=None, or a function of (output, target)"
        )
    if table.ndim == 2:
        _check_class_numbers(wanted, table.shape[1])
    elif wanted.size > len(wanted) or not np.isin(wanted, (-1, 0, 1)).all():
        raise ShapeError("the model has one output; each target is −1 or 1, or 0 or 1")
    elif threshold is None:
        raise ArgumentError(
            "all labels are 1, which may stand beside 0 or −1; give loss= as in fit, or threshold="
        )
    return Accuracy(threshold)


def _check_class_numbers(targets: Array, k: int) -> None:
    if targets.ndim == 1:
        fits = (targets == np.floor(targets)) & (targets >= 0) & (targets < k)
        tied = ~fits
    else:
        fits = np.full(len(targets), targets.shape[1:] == (k,))
        tied = (targets == targets.max(axis=1, keepdims=True)).sum(axis=1) > 1
    if not fits.all():
        raise ShapeError(
            f"the model has {k} outputs; a target is a class number from 0 to {k - 1} or a row of "
            f"{k}, not {targets[~fits][0].tolist()!r}"
        )
    if tied.any():
        raise ShapeError(
            f"accuracy needs one class per example, but the target is {targets[tied][0].tolist()}"
        )


def mean_metric(metric: Metric, outputs: Any, targets: Any) -> Any:
    """The mean of a metric over the outputs of n examples, arrays in the model's structure."""
    if isinstance(metric, Several):
        return np.array([mean_metric(one, outputs, targets) for one in metric.parts])
    if isinstance(metric, Accuracy):
        return metric.over(outputs, targets)
    wanted = targets.tolist() if isinstance(targets, np.ndarray) else targets
    return float(sum(map(metric, rows_of(outputs), wanted))) / len(wanted)


def chosen_metric(
    metric: Any, loss: Any, targets: Any, model: Any = None, inputs: Any = None
) -> tuple[str | None, Metric | None]:
    """Name and function of a metric, given as for `fit`; the loss says what an output means."""
    if callable(metric):
        return getattr(metric, "__name__", "metric").strip("<>"), metric
    known = facts_of(loss)
    if metric is None or (metric == "auto" and not _classifies(known, targets)):
        return None, None
    if metric not in ("auto", "accuracy"):
        return str(metric), _loss_named(metric)
    threshold = learned(model, loss, targets).threshold
    if model is None:
        return "accuracy", Accuracy(threshold)
    with no_grad(), noise.off():
        output = model(inputs[0].tolist())
    # Only a loss of the user's own knows what the parts are, as of mean and variance.
    if metric == "auto" and isinstance(output, tuple) and len(output) > 1 and not known.name:
        return None, None
    try:
        return "accuracy", accuracy_for(stacked([plain(output)]), targets, threshold)
    except (ArgumentError, KindError, ShapeError):
        if metric == "accuracy":
            raise
        return None, None


def _loss_named(metric: Any) -> Metric:
    try:
        return get(metric)
    except (ArgumentError, KindError):
        raise ArgumentError(
            "metric is 'auto', 'accuracy', None or a function of (output, target), or the name of "
            f"a loss such as 'mse', or several of these in a list, not {metric!r}"
        ) from None


def chosen_metrics(
    metric: Any, loss: Any, targets: Any, model: Any, inputs: Any
) -> tuple[tuple[str, ...], Metric | None]:
    """Names and function of one metric or several; see `chosen_metric`."""
    if not isinstance(metric, (list, tuple)):
        name, one = chosen_metric(metric, loss, targets, model, inputs)
        return (() if name is None else (name,)), one
    found = [chosen_metric(one, loss, targets, model, inputs) for one in metric]
    names, parts = [name for name, _ in found if name], [one for _, one in found if one]
    if len({*names}) < len(names):
        raise ArgumentError(
            f"two metrics have the same name among {', '.join(names)}; a function is called by its "
            "__name__, so give one of them another with def"
        )
    return tuple(names), parts[0] if len(parts) == 1 else Several(parts) if parts else None


def _classifies(loss: Facts, targets: Any) -> bool:
    array = np.asarray(targets)
    if array.ndim > 1:
        binary = np.isin(array, (0, 1)).all()
        return array.shape[1] > 1 and bool(binary and (array.sum(axis=1) == 1).all())
    two = labels_in(array) is not None and len(np.unique(array)) == 2
    return two or loss.targets != "numbers"
