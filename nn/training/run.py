"""One run of `fit`: epochs, batches, callbacks, and how it ends."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd import AutogradError, Value, teach
from nn.checks import Array
from nn.data.examples import Examples, subset
from nn.errors import NNError, TrainingError
from nn.objective.objective import Measured
from nn.training.callbacks import methods_for
from nn.training.checkpoint import Checkpoint
from nn.training.dependence import Dependence
from nn.training.device import programs_for
from nn.training.history import History, TrainingState
from nn.training.interrupts import uninterrupted
from nn.training.parameters import Parameters
from nn.training.progress import ProgressBar
from nn.training.steps import Steps

__tracebackhide__ = True

TRACE_PAYS_FROM = 200
"""A trace takes about as long as the gradients of this many examples, or less."""


@dataclass
class Run:
    """One run of `fit`, all its arguments checked.

    It goes on after the epochs that are `done`, up to `epochs`. `by_value` has the parameters Value
    by Value, where the steps may have them by programs; `orders` gives the order of the examples in
    one epoch after the other, `generators` what the model's random numbers are drawn from; `names`
    those of the metrics.
    """

    steps: Steps
    train: Examples
    held_out: Examples | None
    compiled: bool | None
    done: int
    epochs: int
    batch_size: int
    orders: Iterator[Array]
    generators: Iterator[np.random.Generator]
    callbacks: list[Any]
    names: tuple[str, ...]
    checkpoint: Checkpoint | None
    history: History
    by_value: Parameters = field(init=False)
    dependence: Dependence | None = field(default=None, init=False)
    warned: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.by_value = self.steps.parameters
        model, optimizer = self.by_value.objective.model, self.steps.optimizer
        self.history.metric_name = next(iter(self.names), None)
        self.state = TrainingState(model, optimizer, self.epochs, self.history)
        self.state.batches = math.ceil(len(self.train.inputs) / self.batch_size)
        self._compile_if_due(self.done + 1)

    def _compile_if_due(self, epoch: int) -> None:
        """Take a program when as many examples are through as a trace costs."""
        # What an optimiser went through in earlier calls counts: a run in pieces is computed as
        # one in a whole.
        if self.history.compiled or self.compiled is False or self.history.why_not_compiled:
            return
        done = max(getattr(self.steps.optimizer, "epochs_done", 0), epoch - 1)
        if self.compiled or (done + 1) * len(self.train.inputs) >= TRACE_PAYS_FROM:
            self._compile()

    def _compile(self) -> None:
        """Make the steps by a program, if one can be had (or must be), else Value by Value."""
        self.steps.parameters = self.by_value
        # Within no_grad() nothing can be learned, which the steps by Values say.
        if not (Value(0.0) + 1.0).is_leaf:
            try:
                held_out = self.held_out is not None
                self.steps.parameters = programs_for(self.steps, self.train, held_out=held_out)
            except Exception as error:
                self._explain(error)
        self.history.compiled = self.steps.parameters.is_compiled

    def _explain(self, error: Exception) -> None:
        """Tell why there is no program; raise the error if there must be one."""
        if self.compiled:
            error.add_note(
                "compiled=True (or backend=) trains with a program, traced from model and loss; "
                "compiled=False (and by default None) does it Value by Value, where everything is "
                "allowed"
            )
            raise error
        self.history.why_not_compiled = why_not = _one_line(error)
        teach(
            "fit trains Value by Value, which is many times slower, because no program could "
            f"be traced from model and loss: {why_not}. With compiled=False it does "
            "so without this warning."
        )

    def to_the_end(self, progress: bool) -> History:
        """Train; a bar is shown if there is to be `progress`."""
        state = self.state
        name = self.history.metric_name
        with ProgressBar(progress, self.epochs, state.batches, name, self.done) as bar:
            try:
                self._call("on_train_begin")
                self._all_epochs(bar)
            except KeyboardInterrupt:
                self._interrupted(bar)
            finally:
                try:
                    self.steps.parameters.close()
                except KeyboardInterrupt:  # before it began, or held back until it was done
                    self.steps.parameters.close()
                    self._interrupted(bar)
                self._call("on_train_end", last=True)
        if self.history.stopped_early:  # callbacks may have put the best parameters back
            self._save()
        return self.history

    def _save(self) -> None:
        if self.checkpoint is not None:
            self.steps.parameters.write()
            model, optimizer = self.state.model, self.steps.optimizer
            self.checkpoint.write(model, optimizer, self.steps.schedule, self.history)

    def _interrupted(self, bar: ProgressBar) -> None:
        self.steps.undo()
        self.history.interrupted = True
        bar.say(
            f"Interrupted in epoch {self.state.epoch} of {self.epochs}; the model keeps what "
            "it has learned so far."
        )

    def _call(self, moment: str, *, last: bool = False) -> None:
        """Callbacks see and change the Values; what they change beside these is traced anew."""
        methods = methods_for(self.callbacks, moment)
        if not methods:
            return
        self.steps.parameters.write()
        for method in methods:
            method(self.state)
        if last or (self.history.compiled and not self.steps.parameters.is_stale()):
            return
        if self.history.compiled:
            self.steps.parameters.close()
            self.by_value.objective.try_out(self.train)
            self._compile()
        now, before = self.state.model.parameters(), self.by_value.all
        if not self.warned and [*map(id, now)] != [*map(id, before)]:
            self.warned = True
            teach(
                "a callback has changed which parameters the model has; fit goes on training those "
                "that it began with. Change them between two calls of fit."
            )

    def _all_epochs(self, bar: ProgressBar) -> None:
        for epoch in range(self.done + 1, self.epochs + 1):
            self.state.epoch, self.state.batch = epoch, 0
            self._call("on_epoch_begin")
            self._compile_if_due(epoch)
            self._one_epoch(epoch, bar)
            self._call("on_epoch_end")
            self._save()
            if self.state.stop_training:
                self.history.stopped_early = True
                return

    def _one_epoch(self, epoch: int, bar: ProgressBar) -> None:
        bar.begin_epoch(epoch)
        started, seen, loss, metric = time.perf_counter(), 0, 0.0, 0.0
        for number, batch in enumerate(self._batches(), start=1):
            self.state.batch, self.state.batch_loss = number, None
            self._call("on_batch_begin")
            measured = self._one_batch(batch, f"epoch {epoch}, batch {number}")
            self.state.batch_loss = measured.loss
            self._call("on_batch_end")
            size = len(batch.inputs)
            seen += size
            loss, metric = loss + size * measured.loss, metric + size * measured.metric
            if bar.is_on:
                bar.show(**self._columns(Measured(loss / seen, metric / seen)))
                bar.advance()
        self._record(self._columns(Measured(loss / seen, metric / seen)), started, bar)

    def _batches(self) -> Iterator[Examples]:
        n, s, objective = len(self.train.inputs), self.batch_size, self.by_value.objective
        objective.rng = next(self.generators)
        if s == n:
            yield objective.with_noise(self.train)
            return
        order = next(self.orders)
        for start in range(0, n, s):
            yield objective.with_noise(subset(self.train, order[start : start + s]))

    def _one_batch(self, batch: Examples, where: str) -> Measured:
        """Steps 2 to 5 for one batch."""
        is_first = (self.state.epoch, self.state.batch) == (self.done + 1, 1)
        if is_first:
            self.dependence = Dependence(self.steps, self.train)
        try:
            measured = self.steps.take(batch, where, is_first=is_first)
        except TrainingError as error:
            error.history = self.history
            raise
        all_seen = self.state.batch == self.state.batches
        if self.dependence is not None and self.dependence.warn(all_seen=all_seen):
            self.dependence = None
        return measured

    def _record(self, columns: dict[str, float], started: float, bar: ProgressBar) -> None:
        """Validate, and enter the epoch into the history all at once."""
        if self.held_out is not None:
            columns |= self._columns(self.steps.parameters.measure(self.held_out), "val_")
        with uninterrupted():
            self.history.add(
                epochs=self.state.epoch,
                lr=self.steps.rate,
                seconds=time.perf_counter() - started,
                **columns,
            )
            self.steps.end_epoch(columns)
        bar.show(**columns)

    def _columns(self, measured: Measured, prefix: str = "") -> dict[str, float]:
        """Measurements by their columns in the history."""
        names = ("metric", *self.names[1:]) if self.names else ()
        metrics = zip(names, np.atleast_1d(measured.metric).tolist(), strict=False)
        return {f"{prefix}loss": measured.loss} | {f"{prefix}{name}": x for name, x in metrics}


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    if not isinstance(error, (AutogradError, NNError)):  # whose texts speak for themselves
        text = f"{type(error).__name__}: {text}"
    return text if len(text) <= 500 else f"{text[:500]} …"
