"""Using a model: outputs, classes, accuracy, loss. Nothing here builds a graph that stays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import no_grad
from nn.errors import ArgumentError, ShapeError
from nn.examples import checked_examples, checked_inputs
from nn.metrics import accuracy_metric, chosen_metric, class_of
from nn.objective import Measured, Objective, loss_function, loss_name, plain

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
    with no_grad():
        return np.array([plain(model(row)) for row in rows], dtype=np.float64)


def predict_classes(model: Any, X: Any, *, threshold: float | None = None) -> NDArray[np.int64]:
    """The class of each input: the number of the largest output.

    For a model with one output: 1 where it lies above the threshold, else 0.

    Args:
        model, X: as for `predict`.
        threshold: needed with one output, unless it is a sigmoid or tanh (½ and 0): 0 for logits
            and the hinge loss, 0.5 for probabilities.

    Raises:
        DataError, ShapeError: as `predict`. ArgumentError: the threshold is needed.

    >>> import nn
    >>> predict_classes(nn.MLP(2, [3, 2], init="zeros"), [[1.0, 2.0]])
    array([0])
    """
    outputs = predict(model, X)
    if outputs.ndim == 1 and threshold is None:
        threshold = _own_threshold(model)
    classes = [class_of(output, threshold or 0.0) for output in outputs.tolist()]
    if None in classes:
        raise ArgumentError(f"the output for X[{classes.index(None)}] is nan, which is no class")
    return np.array(classes, dtype=np.int64)


def accuracy(model: Any, X: Any, y: Any, *, threshold: float | None = None) -> float:
    """The share of examples that the model puts into the right class, from 0 to 1.

    Args:
        model: a callable such as an `nn.MLP`.
        X: n rows.
        y: class numbers or one-hot rows for several outputs; for one output −1 and 1, or 0 and 1.
        threshold: for one output, above which it means the class 1. Not needed for labels −1 and
            1 (0 is taken) nor for a sigmoid (½); logits with labels 0 and 1 need a 0.

    Raises:
        DataError, ShapeError: as `fit`. ArgumentError: the threshold is needed.

    >>> import nn
    >>> accuracy(nn.MLP(2, [2], init="zeros"), [[1.0, 2.0], [3.0, 4.0]], [0, 1])
    0.5
    """
    examples = checked_examples(X, y)
    with no_grad():
        outputs = [plain(model(row)) for row in examples.inputs]
    _check_classes(outputs[0], examples.targets)
    if not isinstance(outputs[0], list) and threshold is None:
        threshold = 0.0 if -1 in examples.targets else _own_threshold(model)
    right = accuracy_metric(threshold or 0.0)
    return sum(map(right, outputs, examples.targets)) / len(outputs)


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


def _own_threshold(model: Any) -> float:
    """½ for a sigmoid output, 0 for tanh; other single outputs do not say what they mean."""
    name = _output_activation(model)
    if name not in ("sigmoid", "tanh"):
        raise ArgumentError(
            "a single output needs a threshold to tell two classes: threshold=0 for logits, "
            "threshold=0.5 for probabilities"
        )
    return 0.5 if name == "sigmoid" else 0.0


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
    _, function = chosen_metric(metric, loss_name(loss), examples.targets)
    objective = Objective(model, loss_function(loss), metric=function)
    objective.try_out(examples)
    return objective.measure(examples)


def _output_activation(model: Any) -> str | None:
    layers = getattr(model, "layers", None)
    return getattr(layers[-1], "activation", None) if layers else None
