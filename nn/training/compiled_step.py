"""The step of a training loop of one's own, at the speed of `fit`."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np

from nn.checks import random_numbers
from nn.data.examples import Examples, checked_examples, checked_weights, subset
from nn.objective.objective import Objective
from nn.training.dependence import Dependence
from nn.training.device import programs_for
from nn.training.keywords import refuse
from nn.training.parameters import Parameters
from nn.training.steps import Steps, bound, chosen, optimizer_for

__tracebackhide__ = True


def compiled_step(
    model: Any,
    loss: str | Callable[[Any, Any], Any] = "quadratic",
    optimizer: Any = "sgd",
    *,
    lr: float | None = None,
    weight_decay: float | None = None,
    momentum: float | None = None,
    l2: float = 0.0,
    regularizer: Callable[[Any], Any] | None = None,
    clip_value: float | None = None,
    clip_norm: float | None = None,
    seed: int | None = 0,
    backend: str = "auto",
    mesh: Any = None,
    **unknown: Any,
) -> CompiledStep:
    """Make a function that takes one step of training on a batch, for a loop of your own.

    `step(X, y)` computes loss and gradient of the batch by a program, as `fit` does, moves the
    parameters by the optimiser, and gives the loss before the step. The schedule, the validation,
    the order of the examples are yours. Within `with step:` the parameters' numbers stay in an
    array from one step to the next, and the Values get them at the end of the block, or when you
    call `step.write()` to look at the model; outside of it, after every step.

    Args:
        model, loss, optimizer, lr, weight_decay, momentum, l2, regularizer: as for `fit`.
        clip_value, clip_norm, backend, mesh: as for `fit` with compiled=True.
        seed: of the random numbers that the model draws, such as for dropout.

    Raises:
        ArgumentError, ShapeError, DataError: as `fit`; for examples, in the first step.

    >>> import nn
    >>> X, y = nn.data.moons(100, seed=0)
    >>> model = nn.MLP(2, [16, 1], seed=0)
    >>> optimizer = nn.Adam(model.parameters(), lr=0.1)
    >>> step = nn.compiled_step(model, "bce_with_logits", optimizer)
    >>> loader = nn.data.batches(X, y, 32, seed=0)
    >>> with step:
    ...     for epoch in range(60):
    ...         for X_batch, y_batch in loader:
    ...             loss = step(X_batch, y_batch)
    ...         if epoch == 40:
    ...             optimizer.lr = 0.01
    >>> nn.accuracy(model, X, y, loss="bce_with_logits") > 0.95
    True
    """
    refuse("compiled_step", unknown, ("loss", "optimizer", *(compiled_step.__kwdefaults__ or ())))
    objective = Objective(model, loss, l2=l2, regularizer=regularizer, backend=backend, mesh=mesh)
    objective.rng = random_numbers(seed)
    steps = Steps(
        Parameters(objective),
        optimizer_for(
            model, optimizer, chosen(lr=lr, weight_decay=weight_decay, momentum=momentum)
        ),
        bound(clip_value, "clip_value"),
        bound(clip_norm, "clip_norm"),
    )
    return CompiledStep(objective, steps)


class CompiledStep:
    """A step of training, see `compiled_step`; `optimizer` is what moves the parameters."""

    def __init__(self, objective: Objective, steps: Steps) -> None:
        self.optimizer = steps.optimizer
        self._objective, self._steps = objective, steps
        self._tried: set[Any] = set()
        self._count, self._open, self._weighted = 0, False, False

    def __call__(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Take a step on a batch; the mean loss of its examples before it, penalties included.

        Args:
            X, y: inputs and targets as for `fit`, some examples.
            sample_weight: of each example's loss.

        Raises:
            DataError, ShapeError, ArgumentError, KindError: the batch makes no sense.
            TrainingError: loss, gradient or a parameter became nan or infinite; the parameters
                are those before the step.
        """
        batch = _as_examples(X, y)
        if sample_weight is not None:
            batch = batch._replace(weights=checked_weights(sample_weight, len(batch.inputs)))
        self._try_out(batch)
        batch, steps = self._objective.with_noise(batch), self._steps
        is_first = not steps.parameters.is_compiled
        if is_first or self._weighted != (batch.weights is not None):
            self.write()
            steps.parameters.close()
            steps.parameters = programs_for(steps, subset(batch, [0]))
            self._weighted = batch.weights is not None
        dependence = Dependence(steps, batch) if is_first else None
        try:
            self._count += 1
            measured = steps.take(batch, f"step {self._count}", is_first=is_first)
        except BaseException:  # Ctrl-C, too: the batch is undone
            steps.undo()
            self.write()
            raise
        if not self._open:
            self.write()
        if dependence is not None:
            dependence.warn(all_seen=True)
        return measured.loss

    def write(self) -> None:
        """Give the Values of the model the numbers of its parameters, and the gradients."""
        self._steps.parameters.write()

    def __enter__(self) -> Self:
        self._open = True
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        self.write()

    def _try_out(self, batch: Examples) -> None:
        """Try the loss on targets of a kind that it looks at, where they are new."""
        targets, facts = batch.targets, self._objective.facts
        if not self._count or (facts.targets != "numbers" and targets.ndim > 1):
            self._objective.try_out(batch)
        elif facts.targets != "numbers":
            found = {*targets.tolist()}
            if not found <= self._tried:
                self._objective.try_out(batch)
        if facts.targets != "numbers" and targets.ndim == 1:
            self._tried |= {*targets.tolist()}


def _as_examples(X: Any, y: Any) -> Examples:
    """The examples of a batch; arrays that need no conversion are taken as they are."""
    # What is not finite in them shows in the loss. The checks of `fit` take 60 µs for 32 × 64
    # numbers, as long as a step of a small network.
    plain = (
        type(X) is type(y) is np.ndarray
        and X.dtype == np.float64
        and X.ndim == 2
        and y.ndim == 1
        and y.dtype.kind in "if"
        and len(X) == len(y) > 0
    )
    return Examples(X, y) if plain else checked_examples(X, y)
