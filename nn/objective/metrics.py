"""Accuracy: which output counts as which class.

Several outputs: the class is the position of the largest, the target a class number or a row
with its largest entry there. One output: it is the second class (1) if it lies above a
threshold (`nn.decision`), else the first (0 or −1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.decision import THRESHOLDS, Decision, labels_in, output_activation
from nn.errors import ArgumentError, KindError, ShapeError
from nn.objective.outputs import first_output, plain, rows_of, stacked, table_of

__tracebackhide__ = True

Metric = Callable[[Any, Any], float]
Table = NDArray[Any]

NO_CLASS = -1


def classes_in(table: Table, threshold: float | None) -> NDArray[np.int64]:
    """The class that each of n outputs, (n,) or (n, classes), stands for; −1 where one is nan.

    >>> classes_in(np.array([0.7, -3.0, np.nan]), 0.0)
    array([ 1,  0, -1])
    """
    several = table.ndim == 2
    found = table.argmax(axis=1) if several else (table > threshold).astype(np.int64)
    bad = np.isnan(table).any(axis=1) if several else np.isnan(table)
    return np.where(bad, NO_CLASS, found)


def class_of(output: Any, threshold: float | None) -> int | None:
    """The class that one plain output stands for; None if the output is nan.

    >>> class_of([0.1, 2.0, -1.0], 0.0), class_of(0.7, 0.5), class_of((-3.0,), 0.0)
    (1, 1, 0)
    """
    table = table_of(stacked([output]))
    assert table is not None, "an output of several parts has no class"
    found = int(classes_in(table, threshold)[0])
    return None if found == NO_CLASS else found


class Accuracy:
    """1 for an output that stands for its target's class, else 0; the mean is the accuracy.

    Args:
        threshold: what a single output has to lie above to mean the second class.

    >>> right = Accuracy(threshold=0.0)
    >>> right(2.5, 1), right(2.5, -1), right([0.0, 3.0], [0.0, 1.0])
    (1.0, 0.0, 1.0)
    >>> right.over(np.array([2.5, -2.5]), np.array([1, 1]))
    0.5
    """

    def __init__(self, threshold: float | None) -> None:
        self.threshold = threshold

    def __call__(self, output: Any, target: Any) -> float:
        """1.0 or 0.0 for one example."""
        return self.over(stacked([output]), np.asarray([target]))

    def over(self, outputs: Any, targets: Any) -> float:
        """The mean over the outputs of n examples, arrays in the model's structure."""
        table = table_of(outputs)
        assert table is not None, "outputs are checked by whoever makes an Accuracy"
        wanted = np.asarray(targets)
        if table.ndim == 1:
            wanted = wanted.ravel() > 0.5
        elif wanted.ndim > 1:
            wanted = wanted.argmax(axis=1)
        return float(np.count_nonzero(classes_in(table, self.threshold) == wanted)) / len(table)


def check_classes(outputs: Any, targets: Any) -> None:
    """Raise ShapeError unless outputs and targets mean classes.

    Args:
        outputs: of some examples, as arrays in the model's structure, see `nn.objective.outputs`.
        targets: class numbers, or rows with the largest entry at the class; for one output labels.
    """
    table, wanted = table_of(outputs), np.asarray(targets)
    if table is None:
        raise ShapeError(
            "accuracy needs a model that returns one number, or one for each class; for one that "
            "returns more give metric=None, or a function of (output, target)"
        )
    if table.ndim == 1:
        _check_labels(wanted)
    else:
        _check_class_numbers(wanted, table.shape[1])


def _check_labels(targets: Table) -> None:
    if targets.size > len(targets) or not np.isin(targets, (-1, 0, 1)).all():
        raise ShapeError("the model has one output; each target is −1 or 1, or 0 or 1")


def _check_class_numbers(targets: Table, k: int) -> None:
    if targets.ndim == 1:
        fits = (targets == np.floor(targets)) & (targets >= 0) & (targets < k)
    else:
        fits = np.full(len(targets), targets.shape[1:] == (k,))
    if not fits.all():
        raise ShapeError(
            f"the model has {k} outputs; a target is a class number from 0 to {k - 1} or a row of "
            f"{k}, not {targets[~fits][0].tolist()!r}"
        )
    if targets.ndim > 1:
        _check_one_largest(targets)


def _check_one_largest(rows: Table) -> None:
    tied = (rows == rows.max(axis=1, keepdims=True)).sum(axis=1) > 1
    if tied.any():
        raise ShapeError(
            f"accuracy needs one class per example, but the target is {rows[tied][0].tolist()}"
        )


def mean_metric(metric: Metric, outputs: Any, targets: Any) -> float:
    """The mean of a metric over n examples.

    Args:
        metric: `Accuracy`, or a function of (output, target), of the structure that the model's
            outputs and the targets have.
        outputs: as arrays in the model's structure, see `nn.objective.outputs`.
        targets: n numbers or rows.

    >>> mean_metric(lambda output, target: output[1] - target, [np.zeros(2), np.ones(2)], [0, 2])
    0.0
    """
    if isinstance(metric, Accuracy):
        return metric.over(outputs, targets)
    wanted = targets.tolist() if isinstance(targets, np.ndarray) else targets
    return float(sum(map(metric, rows_of(outputs), wanted))) / len(wanted)


def chosen_metric(
    metric: Any, loss: Any, targets: Any, model: Any = None, inputs: Any = None
) -> tuple[str | None, Metric | None]:
    """Name and function of a metric.

    Args:
        metric: "auto" for accuracy where the task is a classification, "accuracy", None, or a
            function of (output, target), floats, whose mean over the examples is reported.
        loss: name or function of the loss, which says what an output means.
        targets: the desired outputs.
        model, inputs: what is measured; its last layer says more, and so does its first output.

    Raises:
        ArgumentError: `metric` is none of these, or nothing says what an output means.
        ShapeError: "accuracy" of outputs that are no classes.

    >>> chosen_metric("auto", "quadratic", [0.3, 2.0])
    (None, None)
    """
    if callable(metric):
        return getattr(metric, "__name__", "metric").strip("<>"), metric
    if metric is None or (metric == "auto" and not _classifies(loss, targets)):
        return None, None
    if metric not in ("auto", "accuracy"):
        raise ArgumentError(
            f"metric is 'auto', 'accuracy', None or a function of (output, target), not {metric!r}"
        )
    threshold = Decision.learned(loss, targets, output_activation(model)).threshold
    if model is not None:
        output = first_output(model, inputs)
        if metric == "auto" and _is_pair(output, loss):
            return None, None
        if not _fits(output, targets, threshold, metric):
            return None, None
    return "accuracy", Accuracy(threshold)


def _is_pair(output: Any, loss: Any) -> bool:
    """Whether only a loss of the user's own knows what the parts are, as of mean and variance."""
    return isinstance(output, tuple) and len(output) > 1 and callable(loss)


def _fits(output: Any, targets: Any, threshold: float | None, metric: str) -> bool:
    """Whether outputs like this one mean classes; raises unless that is for us to find out."""
    try:
        outputs = stacked([plain(output)])
        check_classes(outputs, targets)
        check_told(outputs, threshold)
    except (ArgumentError, KindError, ShapeError):
        if metric == "accuracy":
            raise
        return False
    return True


def check_told(outputs: Any, threshold: float | None) -> None:
    """Raise ArgumentError if there is one output and nothing says what it means."""
    table = table_of(outputs)
    if table is not None and table.ndim == 1 and threshold is None:
        raise ArgumentError(
            "all labels are 1, which may stand beside 0 or −1; give loss= as in fit, or threshold="
        )


def _classifies(loss: Any, targets: Any) -> bool:
    array = np.asarray(targets)
    if array.ndim > 1:
        return _is_one_hot(array)
    known = isinstance(loss, str) and loss in THRESHOLDS
    return known or (labels_in(array) is not None and len(np.unique(array)) == 2)


def _is_one_hot(rows: Table) -> bool:
    binary = np.isin(rows, (0, 1)).all()
    return rows.shape[1] > 1 and bool(binary and (rows.sum(axis=1) == 1).all())
