"""One run of `fit`: epochs, batches, callbacks, and how it ends, in either of the two ways."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from nn.callbacks import run_callbacks
from nn.compiled import CompiledObjective
from nn.errors import TrainingError
from nn.examples import Examples, subset
from nn.history import History, TrainingState
from nn.objective import Measured
from nn.progress import ProgressBar
from nn.ways import Way, chosen_way

__all__ = ["Run"]

__tracebackhide__ = True

_FIRST = "epoch 1, batch 1"


@dataclass
class Run:
    """One run of `fit`, all its arguments checked.

    Attributes:
        scalar: how to compute it Value by Value; `way` is how it is computed.
        compiled: what the user asked for: True, False or None.
        rng: what to shuffle with, or None.
    """

    scalar: Way
    compiled: bool | None
    epochs: int
    batch_size: int
    rng: np.random.Generator | None
    callbacks: list[Any]
    history: History
    way: Way = field(init=False)
    before: Any = field(default=None, init=False)
    """The parameters before the batch that is being worked on; None between batches."""

    def __post_init__(self) -> None:
        self._choose_way()

    def _choose_way(self) -> None:
        self.way = chosen_way(self.scalar, self.compiled, self.epochs)
        self.history.compiled = self.way.compiled

    def to_the_end(self, progress: bool) -> History:
        """Train; a bar is shown if there is to be `progress`."""
        history, scalar = self.history, self.scalar
        state = TrainingState(
            scalar.objective.model, scalar.stepper.optimizer, self.epochs, history
        )
        batches = math.ceil(len(scalar.train.inputs) / self.batch_size)
        with ProgressBar(progress, self.epochs, batches, history.metric_name) as bar:
            if self.way.why_not:
                bar.note(f"Training Value by Value, without a program: {self.way.why_not}")
            try:
                self._tell("on_train_begin", state)
                self._all_epochs(state, bar)
            except KeyboardInterrupt:
                self._roll_back()
                history.interrupted = True
                bar.say(
                    f"Interrupted in epoch {state.epoch} of {self.epochs}; the model keeps what "
                    "it has learned so far."
                )
            finally:
                self.way.stepper.release()
                run_callbacks(self.callbacks, "on_train_end", state)
        return history

    def _tell(self, moment: str, state: TrainingState) -> None:
        """Callbacks see and change the Values; what they change beside these is traced anew."""
        if not self.callbacks:
            return
        self.way.stepper.release()
        run_callbacks(self.callbacks, moment, state)
        if isinstance(self.way.objective, CompiledObjective) and self.way.objective.is_another():
            self._choose_way()

    def _all_epochs(self, state: TrainingState, bar: ProgressBar) -> None:
        for epoch in range(1, self.epochs + 1):
            state.epoch = epoch
            self._one_epoch(epoch, bar)
            self._tell("on_epoch_end", state)
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
        self.way.stepper.end_epoch()

    def _batches(self) -> Iterator[Examples]:
        n, s = len(self.way.train.inputs), self.batch_size
        if s == n:
            yield self.way.train
            return
        order = np.arange(n) if self.rng is None else self.rng.permutation(n)
        for start in range(0, n, s):
            yield subset(self.way.train, order[start : start + s])

    def _one_batch(self, batch: Examples, where: str) -> Measured:
        """Steps 2 to 5 for one batch."""
        objective, stepper = self.way.objective, self.way.stepper
        self.before = stepper.numbers()
        stepper.zero_grad()
        measured = objective.gradients(batch)
        if where == _FIRST:
            stepper.check_reached()
        if not math.isfinite(measured.loss):
            self._give_up(f"the loss became {measured.loss}", where, batch)
        if bad := stepper.not_finite("grad"):
            self._give_up(f"a gradient became nan or infinite ({bad})", where, batch)
        stepper.step()
        if bad := stepper.not_finite("data"):
            self._give_up(f"the step made a parameter nan or infinite ({bad})", where)
        self.before = None
        return measured

    def _give_up(self, what: str, where: str, batch: Examples | None = None) -> NoReturn:
        """Put the parameters back and raise; look for the cause if the batch is at fault."""
        self._roll_back()
        self.way.stepper.release()
        message = f"{what} in {where}"
        if batch is not None:
            self.way.stepper.zero_grad()
            found = self.way.objective.first_bad_operation(batch)
            message += f"\nfirst bad operation: {found}" if found else ""
        raise TrainingError(
            f"{message}\nthe parameters are those before that batch; what usually helps: a smaller "
            "learning rate, clip_norm=1.0, standardised inputs, a loss on logits instead of "
            "probabilities",
            self.history,
        )

    def _roll_back(self) -> None:
        if self.before is not None:
            self.way.stepper.put_back(self.before)
            self.before = None

    def _record(self, epoch: int, measured: Measured, started: float, bar: ProgressBar) -> None:
        """Validate, and enter the epoch into the history all at once."""
        examples = self.way.held_out
        held_out = None if examples is None else self.way.objective.measure(examples)
        history = self.history
        history.epochs.append(epoch)
        history.loss.append(measured.loss)
        history.lr.append(float(self.way.stepper.optimizer.lr))
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
