"""Accuracy: which output counts as which class.

Several outputs: the class is the position of the largest, the target a class number or a row
with its largest entry there. One output: it is the second class (1) if it lies above a
threshold, else the first (0 or −1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.errors import ArgumentError, ShapeError

__all__ = ["Accuracy", "Metric", "chosen_metric", "class_of", "default_threshold"]

Metric = Callable[[Any, Any], float]

# Above which output each loss, by name, means the second class; None: half way between labels.
THRESHOLDS: dict[str, float | None] = {
    "hinge": 0.0,
    "binary_cross_entropy": 0.5,
    "binary_cross_entropy_with_logits": 0.0,
    "categorical_cross_entropy": None,
    "cross_entropy": None,
}


def class_of(output: Any, threshold: float) -> int | None:
    """The class that an output stands for; None if the output is nan.

    >>> class_of([0.1, 2.0, -1.0], 0.0), class_of(0.7, 0.5), class_of(-3.0, 0.0)
    (1, 1, 0)
    """
    if isinstance(output, (list, tuple)):
        best = max(range(len(output)), key=output.__getitem__)
        return None if any(math.isnan(one) for one in output) else best
    return None if math.isnan(output) else int(output > threshold)


class Accuracy:
    """1 for an output that stands for its target's class, else 0; the mean is the accuracy.

    >>> right = Accuracy(threshold=0.0)
    >>> right(2.5, 1), right(2.5, -1), right([0.0, 3.0], [0.0, 1.0])
    (1.0, 0.0, 1.0)
    >>> right.over(np.array([2.5, -2.5]), np.array([1, 1]))
    0.5
    """

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold

    def __call__(self, output: Any, target: Any) -> float:
        """1.0 or 0.0 for one example."""
        several = isinstance(output, (list, tuple))
        wanted = _class_number(target) if several else int(target > 0.5)
        return float(class_of(output, self.threshold) == wanted)

    def over(self, outputs: NDArray[Any], targets: NDArray[Any]) -> float:
        """The mean over n outputs, of shape (n,) or (n, classes), and their targets."""
        if outputs.ndim == 1:
            right = (outputs > self.threshold) == (targets > 0.5)
            right &= outputs == outputs  # nan stands for no class
        else:
            wanted = targets.argmax(axis=1) if targets.ndim > 1 else targets.astype(np.int64)
            right = outputs.argmax(axis=1) == wanted
            right &= ~np.isnan(outputs).any(axis=1)
        return float(np.count_nonzero(right)) / len(right)


def _class_number(target: Any) -> int:
    if not isinstance(target, (list, tuple)):
        return int(target)
    best = max(range(len(target)), key=target.__getitem__)
    if target.count(target[best]) > 1:
        raise ShapeError(f"accuracy needs one class per example, but the target is {target}")
    return best


def default_threshold(loss: Any, targets: Sequence[Any]) -> float:
    """Above which single output the model means the second class.

    The loss that it learned with says so; where it does not, half way between the labels.

    >>> default_threshold("hinge", [1, 1]), default_threshold("mse", [0, 1])
    (0.0, 0.5)
    """
    known = THRESHOLDS.get(loss) if isinstance(loss, str) else None
    if known is not None:
        return known
    return 0.0 if -1 in (target for target in targets if not isinstance(target, list)) else 0.5


def chosen_metric(
    metric: Any, loss: Any, targets: Sequence[Any]
) -> tuple[str | None, Metric | None]:
    """Name and function of a metric.

    Args:
        metric: "auto" for accuracy where the task is a classification, "accuracy", None, or a
            function of (output, target), floats, whose mean over the examples is reported.
        loss: name or function of the loss, which says what an output means.
        targets: the desired outputs.

    Raises:
        ArgumentError: `metric` is none of these.

    >>> chosen_metric("auto", "quadratic", [0.3, 2.0])
    (None, None)
    """
    if callable(metric):
        return getattr(metric, "__name__", "metric").strip("<>"), metric
    if metric == "auto":
        metric = "accuracy" if _classifies(loss, targets) else None
    if metric is None:
        return None, None
    if metric != "accuracy":
        raise ArgumentError(
            f"metric is 'auto', 'accuracy', None or a function of (output, target), not {metric!r}"
        )
    return "accuracy", Accuracy(default_threshold(loss, targets))


def _classifies(loss: Any, targets: Sequence[Any]) -> bool:
    if isinstance(loss, str) and loss in THRESHOLDS:
        return not isinstance(targets[0], list) or all(map(_is_one_hot, targets))
    if any(isinstance(target, list) for target in targets):
        return all(isinstance(target, list) and _is_one_hot(target) for target in targets)
    return set(targets) in ({0, 1}, {-1, 1})


def _is_one_hot(target: Any) -> bool:
    return len(target) > 1 and target.count(1) == 1 and target.count(0) == len(target) - 1
