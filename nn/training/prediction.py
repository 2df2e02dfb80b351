"""Using a model: outputs, classes, accuracy, loss. Nothing here builds a graph that stays."""

from __future__ import annotations

from typing import Any

import numpy as np

from nn.checks import Array, finite
from nn.data.examples import checked_examples, checked_inputs
from nn.decision import Decision, decision_of, labels_in
from nn.errors import ArgumentError, ShapeError
from nn.losses import get
from nn.objective.compiled import measured
from nn.objective.metrics import NO_CLASS, accuracy_for, classes_in
from nn.objective.objective import Measured, Objective
from nn.objective.outputs import of_heads, outputs_for, table_of
from nn.text import short

__tracebackhide__ = True


def predict(model: Any, X: Any) -> Any:
    """The outputs of the model for n inputs, as numbers.

    Args:
        model: a callable such as an `nn.MLP`.
        X: n rows.

    Returns:
        An array of shape (n,) for a model with one output, else (n, outputs). For a model with
        several heads, a tuple of vectors, a named tuple or a dict, the same of such arrays.

    Raises:
        DataError: X is no table of finite numbers. ShapeError: the model takes other inputs, or
            gives outputs of another structure for another example. KindError: an output is no
            number.

    >>> import nn
    >>> predict(nn.MLP(2, [3, 1], init="zeros"), [[1.0, 2.0], [3.0, 4.0]])
    array([0., 0.])
    """
    rows = checked_inputs(X)
    return of_heads(outputs_for(model, rows))


def predict_classes(
    model: Any,
    X: Any,
    *,
    labels: Any = None,
    loss: Any = None,
    threshold: float | None = None,
) -> Array:
    """The class of each input: the largest of several outputs; for one output one of two labels.

    Args:
        model, X: as for `predict`.
        labels: what the classes are called, one for each output, such as ("cat", "dog", "cow"); by
            default their numbers 0, 1, 2, …. For one output a pair: the second where the output
            lies above the threshold, else the first; by default the two that `fit` trained the
            model to tell apart, (0, 1) or (-1, 1), else (0, 1).
        loss: for one output, what the model was trained with, if not by `fit`, which the model
            remembers: "hinge" and logits mean the second class above 0, probabilities above ½.
        threshold: for one output, above which it means the second class; by default what the
            loss says, else half way between the labels. One of the three is needed unless `fit`
            trained the model or the output is a sigmoid.

    Raises:
        DataError, ShapeError: as `predict`. ArgumentError: nothing says what an output means, or
            there are more or fewer labels than classes.

    >>> import nn
    >>> model = nn.MLP(2, [3, 2], init="zeros")
    >>> predict_classes(model, [[1.0, 2.0]])
    array([0])
    >>> predict_classes(model, [[1.0, 2.0]], labels=("cat", "dog")).tolist()
    ['cat']
    """
    table = _table(model, checked_inputs(X))
    given = None if labels is None else _names(labels, table.shape[1] if table.ndim > 1 else 2)
    numbers = given.tolist() if given is not None and given.dtype.kind in "biuf" else None
    decision = _decision(model, table, threshold, loss, numbers)
    if table.ndim == 1 and decision.threshold is None:
        raise ArgumentError(
            "a single output does not say what it means: give loss= as in fit, or labels=(0, 1) or "
            "(-1, 1), or threshold=0 for logits, threshold=0.5 for probabilities"
        )
    numbered = range(table.shape[1]) if table.ndim > 1 else decision.labels or (0, 1)
    found = classes_in(table, decision.threshold)
    if NO_CLASS in found:
        where = found.tolist().index(NO_CLASS)
        raise ArgumentError(f"the output for X[{where}] is nan, which is no class")
    return (np.asarray(numbered) if given is None else given)[found]


def _table(model: Any, rows: Any) -> Array:
    table = table_of(outputs_for(model, rows))
    if table is None:
        raise ShapeError(
            "a class is read from one number, or from one for each class; this model returns more: "
            "take the part that is meant from nn.predict(model, X)"
        )
    return table


def _names(labels: Any, classes: int) -> Array:
    """The names of the classes, one for each."""
    several = isinstance(labels, (list, tuple, range)) or hasattr(labels, "__array__")
    names = np.asarray(labels if several else ())
    if names.shape != (classes,):
        raise ArgumentError(
            f"labels= names each class, {classes} of them in a tuple, not {short(labels)}"
        )
    return names


def _decision(model: Any, table: Array, threshold: Any, loss: Any, labels: Any) -> Decision:
    """The meaning of the outputs, from what the user says and what the model remembers."""
    if table.ndim > 1:
        if threshold is not None:
            raise ArgumentError(
                "threshold= is for a model with one output; of several the largest is the class"
            )
        return Decision()
    return decision_of(
        model,
        threshold=None if threshold is None else finite(threshold, "threshold"),
        loss=None if loss is None else get(loss),
        labels=labels,
    )


def accuracy(
    model: Any, X: Any, y: Any, *, loss: Any = None, threshold: float | None = None
) -> float:
    """The share of examples that the model puts into the right class, from 0 to 1.

    Args:
        model: a callable such as an `nn.MLP`.
        X: n rows.
        y: class numbers or one-hot rows for several outputs; for one output −1 and 1, or 0 and 1.
        loss: for one output, what the model was trained with, if not by `fit`, which the model
            remembers; give it for logits. The number is then what `fit` and `evaluate` report.
        threshold: for one output, above which it means the second class; by default what the
            loss says, else half way between the labels: 0 for −1 and 1, ½ for 0 and 1.

    Raises:
        DataError, ShapeError: as `fit`. ArgumentError: one output, all labels 1, and no more said.

    >>> import nn
    >>> accuracy(nn.MLP(2, [2], init="zeros"), [[1.0, 2.0], [3.0, 4.0]], [0, 1])
    0.5
    """
    examples = checked_examples(X, y)
    table = _table(model, examples.inputs)
    decision = _decision(model, table, threshold, loss, labels_in(examples.targets))
    right = accuracy_for(table, examples.targets, decision.threshold)
    return right.over(table, examples.targets)


def evaluate(model: Any, X: Any, y: Any, *, loss: Any, metric: Any = "auto") -> Measured:
    """Mean loss and metric of a model on some examples, as `(loss, metric)`.

    Args:
        model, X, y, loss, metric: as for `fit`. Without a metric, its place holds nan; of several,
            in a list, a dict by their names.

    Raises:
        as `fit`.

    >>> import nn
    >>> evaluate(nn.MLP(2, [1], init="zeros"), [[1.0, 2.0]], [3.0], loss="quadratic").loss
    4.5
    """
    examples = checked_examples(X, y)
    objective = Objective(model, loss)
    names, found = objective.prepare(metric, examples), measured(objective, examples)
    if isinstance(metric, (list, tuple)):
        numbers = np.atleast_1d(found.metric).tolist()
        return found._replace(metric=dict(zip(names, numbers, strict=False)))
    return found
