"""The objective as programs: traced once, then replayed over batches (`autograd.compile`).

One program gives the cost of an example, penalties included, and its gradient. Another gives what
is reported beside it, loss and outputs, without a gradient.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from nn import losses
from nn.data.examples import Array, Examples, subset
from nn.loss_checks import targets_tried
from nn.models.programs import MANY, Wanted, give_back, program_of
from nn.objective.metrics import mean_metric
from nn.objective.objective import Measured, Objective, penalty
from nn.objective.outputs import listed
from nn.training.flat import Flat

__tracebackhide__ = True

Function = Callable[[Any, Any], Any]

_OF_CLASSES = (losses.cross_entropy, losses.categorical_cross_entropy)


class CompiledObjective:
    """What `Objective` computes, by programs.

    Args:
        scalar: the same, Value by Value.
        train: the training examples.
        held_out: whether examples are held out, to be measured.

    Raises:
        TraceError: model, loss or regularizer would freeze a number, or remember something.
        what else they raise when they meet the placeholders of a trace.

    >>> import nn
    >>> from nn.data.examples import checked_examples
    >>> scalar = Objective(nn.MLP(2, [1], init="zeros"), nn.losses.quadratic)
    >>> examples = checked_examples([[1.0, 2.0]], [3.0])
    >>> CompiledObjective(scalar, examples, held_out=True).gradients(examples).loss
    4.5
    """

    def __init__(self, scalar: Objective, train: Examples, *, held_out: bool) -> None:
        self.scalar, self.model, self.metric = scalar, scalar.model, scalar.metric
        self._first = _given(scalar, subset(train, [0]))
        cost = program_of(_cost(scalar), self._first, alone=True)
        reads = self.metric is not None or (held_out and scalar.penalised)
        reader = program_of(_seen(scalar), self._first, alone=True) if reads else cost
        self.flat = Flat(cost, reader, self._first, list(self.model.parameters()))

    def gradients(self, batch: Examples) -> Measured:
        """The cost of a batch, whose gradient `flat` keeps; and its metric."""
        given = _given(self.scalar, batch)
        loss = self.flat.cost(*given)
        if self.metric is None:
            return Measured(loss, math.nan)
        return Measured(loss, _read(self.scalar, self.flat.read(*given), batch)[1])

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        found = self.flat.read(*_given(self.scalar, examples))
        return _measured(self.scalar, found, examples, before=self.flat.close)

    def first_bad_operation(self, batch: Examples) -> str | None:
        """Compute the batch again, Value by Value, and name the operation that gave nan or inf.

        Raises:
            NNError: the model or the loss have something to say about that batch.
        """
        self.scalar.measure(batch)
        return self.scalar.first_bad_operation(batch)

    def is_another(self) -> bool:
        """Whether a trace would see something else by now, such as another factor in the loss."""
        kept, now = self.flat.trained, self.model.parameters()
        programs = self.flat.program, self.flat.reader
        return any(program.changed() for program in programs) or [*map(id, now)] != [*map(id, kept)]

    def unreached(self, parameters: list[Any]) -> list[Any]:
        """Those of these parameters that the loss, without penalties, does not depend on."""
        program = self.flat.program
        if self.scalar.penalised:
            program = program_of(_seen(self.scalar), self._first)
        reached = set(map(id, program.parameters))
        return [p for p in parameters if id(p) not in reached]

    def done(self) -> None:
        """Let other calls have the programs."""
        give_back(self.flat.program)
        give_back(self.flat.reader)


def measured(scalar: Objective, examples: Examples) -> Measured:
    """Mean loss and metric of examples: by a program, where they are many and it can be had."""
    if len(examples.inputs) < MANY:
        return scalar.measure(examples)
    try:
        program = program_of(_seen(scalar), _given(scalar, subset(examples, [0])))
    except Exception:  # whatever is wrong, the model itself says it best
        return scalar.measure(examples)
    return _measured(scalar, program(*_given(scalar, examples)), examples)


def _given(scalar: Objective, examples: Examples) -> tuple[Array, Array]:
    """Inputs and targets as the programs take them: class numbers whole, others floats."""
    whole = scalar.loss in _OF_CLASSES and examples.targets.ndim == 1
    return examples.inputs, examples.targets.astype(np.int64 if whole else np.float64, copy=False)


def _measured(
    scalar: Objective, found: Any, examples: Examples, before: Callable[[], None] = lambda: None
) -> Measured:
    """What a reader found; where it is not finite, the scalar way may know what is wrong."""
    each, metric = _read(scalar, found, examples)
    bad = np.flatnonzero(~np.isfinite(each))
    if len(bad):
        before()
        scalar.measure(subset(examples, bad))
    return Measured(math.fsum(each.tolist()) / len(each), metric)


def _read(scalar: Objective, found: Any, examples: Examples) -> tuple[Array, float]:
    """The loss of each example, and the mean metric."""
    if scalar.metric is None:
        return found, math.nan
    each, outputs = found
    return each, mean_metric(scalar.metric, outputs, examples.targets)


def _loss(loss: Function, output: Any, y: Any) -> Any:
    """The loss of an example; ours need not look at targets that have been tried out."""
    with targets_tried(any(loss is known for known in losses.LOSSES.values())):
        return loss(output, listed(y))


# What a trace watches for changes are the names that a function uses; so these are closures. The
# parameters that a penalty sees are named nowhere: with others of them it is another program.


def _cost(scalar: Objective) -> Wanted:
    loss, l2, regularizer = scalar.loss, scalar.l2, scalar.regularizer
    penalised = list(scalar.model.parameters()) if l2 or regularizer else []

    def make(model: Callable[[], Any]) -> Function:
        def cost(x: Any, y: Any) -> Any:
            found = _loss(loss, model()(listed(x)), y)
            return found + penalty(model(), l2, regularizer) if l2 or regularizer else found

        return cost

    return Wanted("cost", scalar.model, (loss, l2, regularizer, penalised), make)


def _seen(scalar: Objective) -> Wanted:
    loss, alone = scalar.loss, scalar.metric is None

    def make(model: Callable[[], Any]) -> Function:
        def seen(x: Any, y: Any) -> Any:
            output = model()(listed(x))
            found = _loss(loss, output, y)
            return found if alone else (found, output)

        return seen

    return Wanted("loss" if alone else "loss and output", scalar.model, (loss,), make)
