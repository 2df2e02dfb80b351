"""The objective as programs: traced once, then replayed over batches (`autograd.compile`).

One program gives the cost of an example, penalties included, and its gradient. Another gives what
is reported beside it, loss and outputs, without a gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd
from autograd import Program
from nn import losses
from nn.examples import Examples, as_lists, subset
from nn.flat import Flat
from nn.metrics import Accuracy
from nn.objective import Measured, Objective
from nn.outputs import attributes, check_same, listed, rows_of, table_of

__all__ = ["CompiledObjective"]

__tracebackhide__ = True

Array = np.ndarray[Any, Any]
Function = Callable[[Any, Any], Any]

_OF_CLASSES = (losses.cross_entropy, losses.categorical_cross_entropy)


class CompiledObjective:
    """What `Objective` computes, by programs; examples are arrays.

    Args:
        scalar: the same, Value by Value.
        train: the training examples.
        measured: whether examples are held out, to be measured.

    Raises:
        TraceError: model, loss or regularizer would freeze a number, or remember something.
        what else they raise when they meet the placeholders of a trace.

    >>> import nn
    >>> from nn.examples import as_arrays
    >>> scalar = Objective(nn.MLP(2, [1], init="zeros"), nn.losses.quadratic)
    >>> examples = as_arrays(Examples([[1.0, 2.0]], [3.0]))
    >>> CompiledObjective(scalar, examples, measured=True).gradients(examples).loss
    4.5
    """

    def __init__(self, scalar: Objective, train: Examples, *, measured: bool) -> None:
        self.scalar, self.model, self.metric = scalar, scalar.model, scalar.metric
        self._first = subset(train, [0])
        self._whole = scalar.loss in _OF_CLASSES and train.targets.ndim == 1
        before = attributes(scalar.model)
        cost, reader = self._programs(measured)
        check_same(before, attributes(scalar.model))
        self.flat = Flat(cost, reader, list(scalar.model.parameters()))

    def _programs(self, measured: bool) -> tuple[Program, Program | None]:
        first = self._given(self._first)
        cost: Program = autograd.compile(_cost(self.scalar)).trace(*first)
        if self.metric is None and not (measured and self.scalar.penalised):
            return cost, cost
        return cost, autograd.compile(_seen(self.scalar)).trace(*first)

    def _given(self, examples: Examples) -> tuple[Array, Array]:
        """Inputs and targets as the programs take them: class numbers whole, others floats."""
        kind = np.int64 if self._whole else np.float64
        return examples.inputs, examples.targets.astype(kind, copy=False)

    def gradients(self, batch: Examples) -> Measured:
        """The cost of a batch, whose gradient `flat` keeps; and its metric."""
        loss = self.flat.cost(*self._given(batch))
        return Measured(loss, self._read(batch)[1] if self.metric is not None else math.nan)

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        each, metric = self._read(examples)
        loss = math.fsum(each.tolist()) / len(each)
        if math.isfinite(loss):
            return Measured(loss, metric)
        self.flat.close()
        return self.scalar.measure(as_lists(examples))  # which may know what is wrong

    def _read(self, examples: Examples) -> tuple[Array, float]:
        """The loss of each example, and the mean metric."""
        found = self.flat.read(*self._given(examples))
        if self.metric is None:
            return found, math.nan
        each, outputs = found
        return each, self._mean_metric(outputs, examples.targets)

    def _mean_metric(self, outputs: Any, targets: Array) -> float:
        table = table_of(outputs)
        if table is not None and isinstance(self.metric, Accuracy):
            return self.metric.over(table, targets)
        rows = rows_of(outputs) if table is None else table.tolist()
        assert self.metric is not None
        return float(sum(map(self.metric, rows, targets.tolist()))) / len(rows)

    def first_bad_operation(self, batch: Examples) -> str | None:
        """Compute the batch again, Value by Value, and name the operation that gave nan or inf.

        Raises:
            NNError: the model or the loss have something to say about that batch.
        """
        lists = as_lists(batch)
        self.scalar.measure(lists)
        return self.scalar.first_bad_operation(lists)

    def is_another(self) -> bool:
        """Whether a trace would see something else by now, such as another factor in the loss."""
        programs = (self.flat.program, self.flat.reader or self.flat.program)
        return any(program.changed() is not None for program in programs)


def _cost(scalar: Objective) -> Function:
    model, loss, l2, regularizer = scalar.model, scalar.loss, scalar.l2, scalar.regularizer

    def cost(x: Any, y: Any) -> Any:
        found = loss(model(listed(x)), listed(y))
        return found + scalar.penalty() if l2 or regularizer else found

    return cost


def _seen(scalar: Objective) -> Function:
    model, loss, metric = scalar.model, scalar.loss, scalar.metric

    def seen(x: Any, y: Any) -> Any:
        output = model(listed(x))
        found = loss(output, listed(y))
        return found if metric is None else (found, output)

    return seen
