"""Training: `fit` runs the steps of document 000 over mini-batches (documents 001 and 003).

1. The model comes with initial parameters Θ. For every epoch, for every mini-batch I:
2. outputs o = model(xᵢ);
3. loss ℓ(o, yᵢ), averaged over I;
4. gradient ∇_Θ of that average, by backpropagation;
5. Θ ← Θ − η∇_Θ, or what else the optimiser makes of the gradient;
6. and again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from nn.callbacks import checked_callbacks, run_callbacks
from nn.checks import as_size, random_numbers
from nn.errors import TrainingError
from nn.examples import Examples, checked_examples, split_off, subset
from nn.history import History, TrainingState
from nn.metrics import chosen_metric
from nn.objective import Measured, Objective, loss_function, loss_name
from nn.progress import ProgressBar
from nn.stepper import Stepper

__all__ = ["fit"]

__tracebackhide__ = True

_FIRST = "epoch 1, batch 1"


def fit(
    model: Any,
    X: Any,
    y: Any,
    *,
    loss: str | Callable[[Any, Any], Any] = "quadratic",
    optimizer: Any = "sgd",
    lr: float | None = None,
    epochs: int = 100,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: int | None = 0,
    validation: Any = None,
    metric: Any = "auto",
    l2: float = 0.0,
    regularizer: Callable[[Any], Any] | None = None,
    schedule: Any = None,
    clip_value: float | None = None,
    clip_norm: float | None = None,
    callbacks: Any = (),
    progress: bool = True,
) -> History:
    """Train a model on n examples by (mini-batch) gradient descent.

        Θ ← Θ − η · (1/s) Σ ∇_Θ ℓ(model(xᵢ), yᵢ) over the s examples i of a batch

    One seed reproduces the run bit for bit; Python's and NumPy's global random states are neither
    read nor changed. Ctrl-C ends the run and keeps the parameters after the last whole batch.

    Args:
        model: a callable with `parameters()`, such as an `nn.MLP`; it is changed in place.
        X: n inputs, one row each; they go into the model as plain floats.
        y: n targets: numbers, class numbers, or rows of numbers.
        loss: of one example, by name (`nn.losses`) or as a function of (output, target).
        optimizer: "sgd", "rmsprop", "adam" or "adamw", or an optimiser of `nn.optim` over
            parameters of the model.
        lr: the learning rate η, for an optimiser given by name; None is that optimiser's own,
            which is small: SGD's 0.001 needs many epochs, so choose one.
        epochs: how often to go through all examples.
        batch_size: s; 1 is stochastic gradient descent, None (or n and more) the full batch. The
            last batch of an epoch may be smaller, and is averaged over its own size.
        shuffle: whether each epoch takes the examples in a new random order.
        seed: what to shuffle (and split off validation examples) with; None is never the same.
        validation: a pair (X_val, y_val), or the share of the examples to hold out, such as 0.2.
        metric: "auto" (accuracy for classification), "accuracy", None, or a function of
            (output, target), plain numbers.
        l2: adds l2 · Σ p² over all parameters to the loss (micrograd's alpha).
        regularizer: a function of the model whose Value is added to the loss.
        schedule: an `LRScheduler` of the given optimiser, or a function that makes one, such as
            `lambda optimizer: nn.StepLR(optimizer, 10)`; it steps once per epoch.
        clip_value, clip_norm: bounds for each gradient, or for the length of the whole gradient.
        callbacks: functions of a `TrainingState`, or objects with `on_epoch_end(state)`.
        progress: whether to show a progress bar.

    Returns:
        The `History`: plain lists, an entry for each epoch.

    Raises:
        DataError: X or y are empty, of different lengths, or hold nan; nothing has changed.
        ArgumentError, KindError, ShapeError: another argument makes no sense; likewise.
        TrainingError: loss, gradient or a parameter became nan or infinite. The parameters are
            those before that batch (or what a callback makes of them); its `history` holds the
            epochs before.

    >>> import nn
    >>> X, y = nn.data.xor()
    >>> model = nn.MLP(2, [4, 1], activation="tanh", seed=1)
    >>> history = nn.fit(model, X, y, lr=0.5, epochs=200, batch_size=None, progress=False)
    >>> history.loss[-1] < 0.01 < history.loss[0], history.metric[-1]
    (True, 1.0)
    """
    rng = random_numbers(seed)
    train, held_out = split_off(checked_examples(X, y), validation, rng)
    metric_name, metric_function = chosen_metric(metric, loss_name(loss), train.targets)
    objective = Objective(
        model, loss_function(loss), metric=metric_function, l2=l2, regularizer=regularizer
    )
    n = len(train.inputs)
    objective.try_out(train)
    if held_out is not None:
        objective.try_out(held_out)
    run = _Run(
        objective=objective,
        train=train,
        held_out=held_out,
        epochs=as_size(epochs, "epochs"),
        batch_size=min(n if batch_size is None else as_size(batch_size, "batch_size"), n),
        rng=rng if shuffle else None,
        callbacks=checked_callbacks(callbacks),
        history=History(metric_name=metric_name),
        stepper=Stepper(
            model,
            optimizer,
            lr=lr,
            schedule=schedule,
            clip_value=clip_value,
            clip_norm=clip_norm,
        ),
    )
    return run.to_the_end(progress)


@dataclass
class _Run:
    """One run of `fit`, all its arguments checked."""

    objective: Objective
    train: Examples
    held_out: Examples | None
    epochs: int
    batch_size: int
    rng: np.random.Generator | None
    callbacks: list[Any]
    history: History
    stepper: Stepper
    before: list[float] | None = field(default=None, init=False)
    """The parameters before the batch that is being worked on; None between batches."""

    def to_the_end(self, progress: bool) -> History:
        history = self.history
        state = TrainingState(self.objective.model, self.stepper.optimizer, self.epochs, history)
        batches = math.ceil(len(self.train.inputs) / self.batch_size)
        with ProgressBar(progress, self.epochs, batches, history.metric_name) as bar:
            try:
                run_callbacks(self.callbacks, "on_train_begin", state)
                self._all_epochs(state, bar)
            except KeyboardInterrupt:
                self._roll_back()
                history.interrupted = True
                bar.say(
                    f"Interrupted in epoch {state.epoch} of {self.epochs}; the model keeps what "
                    "it has learned so far."
                )
            finally:
                run_callbacks(self.callbacks, "on_train_end", state)
        return history

    def _all_epochs(self, state: TrainingState, bar: ProgressBar) -> None:
        for epoch in range(1, self.epochs + 1):
            state.epoch = epoch
            self._one_epoch(epoch, bar)
            run_callbacks(self.callbacks, "on_epoch_end", state)
            if state.stop_training:
                self.history.stopped_early = True
                return

    def _one_epoch(self, epoch: int, bar: ProgressBar) -> None:
        bar.begin_epoch(epoch)
        started, seen, loss, metric = time.perf_counter(), 0, 0.0, 0.0
        for number, batch in enumerate(self._batches(), start=1):
            measured = self._one_batch(batch, f"epoch {epoch}, batch {number}")
            size = len(batch.inputs)
            seen, loss, metric = (
                seen + size,
                loss + size * measured.loss,
                metric + size * measured.metric,
            )
            bar.show(loss=loss / seen, metric=self._if_measured(metric / seen))
            bar.advance()
        self._record(epoch, Measured(loss / seen, metric / seen), started, bar)
        self.stepper.end_epoch()

    def _batches(self) -> Iterator[Examples]:
        n, s = len(self.train.inputs), self.batch_size
        if s == n:
            yield self.train
            return
        order = np.arange(n) if self.rng is None else self.rng.permutation(n)
        for start in range(0, n, s):
            yield subset(self.train, order[start : start + s])

    def _one_batch(self, batch: Examples, where: str) -> Measured:
        """Steps 2 to 5 for one batch."""
        self.before = self.stepper.numbers()
        self.stepper.zero_grad()
        measured = self.objective.gradients(batch)
        if where == _FIRST:
            self.stepper.check_reached()
        if not math.isfinite(measured.loss):
            self._give_up(f"the loss became {measured.loss}", where, batch)
        if bad := self.stepper.not_finite("grad"):
            self._give_up(f"a gradient became nan or infinite ({bad})", where, batch)
        self.stepper.step()
        if bad := self.stepper.not_finite("data"):
            self._give_up(f"the step made a parameter nan or infinite ({bad})", where)
        self.before = None
        return measured

    def _give_up(self, what: str, where: str, batch: Examples | None = None) -> NoReturn:
        """Put the parameters back and raise; look for the cause if the batch is at fault."""
        self._roll_back()
        message = f"{what} in {where}"
        if batch is not None:
            self.stepper.zero_grad()
            found = self.objective.first_bad_operation(batch)
            message += f"\nfirst bad operation: {found}" if found else ""
        raise TrainingError(
            f"{message}\nthe parameters are those before that batch; what usually helps: a smaller "
            "learning rate, clip_norm=1.0, standardised inputs, a loss on logits instead of "
            "probabilities",
            self.history,
        )

    def _roll_back(self) -> None:
        if self.before is not None:
            self.stepper.put_back(self.before)
            self.before = None

    def _record(self, epoch: int, measured: Measured, started: float, bar: ProgressBar) -> None:
        """Validate, and enter the epoch into the history all at once."""
        held_out = self.held_out and self.objective.measure(self.held_out)
        history = self.history
        history.epochs.append(epoch)
        history.loss.append(measured.loss)
        history.lr.append(float(self.stepper.optimizer.lr))
        if history.metric_name:
            history.metric.append(measured.metric)
        if held_out:
            history.val_loss.append(held_out.loss)
            if history.metric_name:
                history.val_metric.append(held_out.metric)
        history.seconds.append(time.perf_counter() - started)
        bar.show(
            loss=measured.loss,
            metric=self._if_measured(measured.metric),
            val_loss=held_out.loss if held_out else None,
            val_metric=self._if_measured(held_out.metric) if held_out else None,
        )

    def _if_measured(self, metric: float) -> float | None:
        return metric if self.history.metric_name else None
