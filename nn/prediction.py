"""Using a model: outputs, classes, accuracy, loss. Nothing here builds a graph that stays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn.checks import as_number
from nn.compiled import measured
from nn.errors import ArgumentError, ShapeError
from nn.examples import a_few_targets, checked_examples, checked_inputs
from nn.metrics import Accuracy, chosen_metric, class_of, default_threshold
from nn.objective import (
    Measured,
    Objective,
    loss_function,
    loss_name,
    output_activation,
)
from nn.outputs import outputs_for

__all__ = ["accuracy", "evaluate", "predict", "predict_classes"]

__tracebackhide__ = True


def predict(model: Any, X: Any) -> NDArray[np.float64]:
    """The outputs of the model for n inputs, as numbers.

    Args:
        model: a callable such as an `nn.MLP`.
        X: n rows.

    Returns:
        An array of shape (n,) for a model with one output, else (n, outputs).

    Raises:
        DataError: X is no table of finite numbers. ShapeError: the model takes other inputs.

    >>> import nn
    >>> predict(nn.MLP(2, [3, 1], init="zeros"), [[1.0, 2.0], [3.0, 4.0]])
    array([0., 0.])
    """
    rows = checked_inputs(X)
    return np.array(outputs_for(model, rows), dtype=np.float64)


def predict_classes(
    model: Any,
    X: Any,
    *,
    labels: tuple[int, int] | None = None,
    loss: Any = None,
    threshold: float | None = None,
) -> NDArray[np.int64]:
    """The class of each input: the number of the largest output; for one output one of two labels.

    Args:
        model, X: as for `predict`.
        labels: with one output, what it was trained to tell apart, (0, 1) or (-1, 1): the second
            where the output lies above the threshold, else the first. (0, 1) by default.
        loss: with one output, what the model was trained with: "hinge" and logits mean the second
            class above 0, probabilities above ½.
        threshold: with one output, above which it means the second class; by default what the
            loss says, else half way between the labels. One of the three is needed unless the
            output is a sigmoid.

    Raises:
        DataError, ShapeError: as `predict`. ArgumentError: nothing says what an output means.

    >>> import nn
    >>> predict_classes(nn.MLP(2, [3, 2], init="zeros"), [[1.0, 2.0]])
    array([0])
    """
    outputs = predict(model, X)
    single = outputs.ndim == 1
    told = not (labels is None and loss is None and threshold is None)
    if single and not told and output_activation(model) != "sigmoid":
        raise ArgumentError(f"a single output does not say what it means: {_SAY_IT}")
    pair = labels or (0, 1)
    bound = _threshold(threshold, loss, pair)
    classes = [class_of(output, bound) for output in outputs.tolist()]
    if None in classes:
        raise ArgumentError(f"the output for X[{classes.index(None)}] is nan, which is no class")
    numbers = np.array(classes, dtype=np.int64)
    return np.asarray(pair)[numbers] if single else numbers


_SAY_IT = (
    "give loss= as in fit, or labels=(0, 1) or (-1, 1), or threshold=0 for logits, "
    "threshold=0.5 for probabilities"
)


def _threshold(given: Any, loss: Any, labels: Any) -> float:
    if given is not None:
        return as_number(given, "threshold")
    return default_threshold(None if loss is None else loss_name(loss), labels)


def accuracy(
    model: Any, X: Any, y: Any, *, loss: Any = None, threshold: float | None = None
) -> float:
    """The share of examples that the model puts into the right class, from 0 to 1.

    Args:
        model: a callable such as an `nn.MLP`.
        X: n rows.
        y: class numbers or one-hot rows for several outputs; for one output −1 and 1, or 0 and 1.
        loss: what the model was trained with, which says what a single output means; give it for
            logits. The number is then what `fit` and `evaluate` report.
        threshold: for one output, above which it means the second class; by default what the
            loss says, else half way between the labels: 0 for −1 and 1, ½ for 0 and 1.

    Raises:
        DataError, ShapeError: as `fit`. ArgumentError: one output, all labels 1, and no more said.

    >>> import nn
    >>> accuracy(nn.MLP(2, [2], init="zeros"), [[1.0, 2.0], [3.0, 4.0]], [0, 1])
    0.5
    """
    examples = checked_examples(X, y)
    outputs = outputs_for(model, examples.inputs)
    targets = examples.targets.tolist()
    _check_classes(outputs[0], targets)
    told = isinstance(outputs[0], list) or not (loss is None and threshold is None)
    if not told and set(targets) == {1}:
        raise ArgumentError(
            "all labels are 1, which may stand beside 0 or −1; give loss= as in fit, or threshold="
        )
    right = Accuracy(_threshold(threshold, loss, targets))
    return sum(map(right, outputs, targets)) / len(outputs)


def _check_classes(output: Any, targets: list[Any]) -> None:
    if isinstance(output, list):
        for target in targets:
            if isinstance(target, list):
                fits = len(target) == len(output)
            else:
                fits = target == int(target) and 0 <= target < len(output)
            if not fits:
                raise ShapeError(
                    f"the model has {len(output)} outputs; a target is a class number from 0 to "
                    f"{len(output) - 1} or a row of {len(output)}, not {target!r}"
                )
    elif any(isinstance(t, list) or t not in (-1, 0, 1) for t in targets):
        raise ShapeError("the model has one output; each target is −1 or 1, or 0 or 1")


def evaluate(model: Any, X: Any, y: Any, *, loss: Any, metric: Any = "auto") -> Measured:
    """Mean loss and metric of a model on some examples, as `(loss, metric)`.

    Args:
        model, X, y, loss, metric: as for `fit`. Without a metric, its place holds nan.

    Raises:
        as `fit`.

    >>> import nn
    >>> evaluate(nn.MLP(2, [1], init="zeros"), [[1.0, 2.0]], [3.0], loss="quadratic").loss
    4.5
    """
    examples = checked_examples(X, y)
    _, function = chosen_metric(metric, loss_name(loss), a_few_targets(examples.targets))
    objective = Objective(model, loss_function(loss), metric=function)
    objective.try_out(examples)
    return measured(objective, examples)
