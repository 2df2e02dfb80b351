"""One run of `fit`: epochs, batches, callbacks, and how it ends, in either of the two ways."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn

from autograd import teach
from nn.data.examples import Array, Examples, subset
from nn.errors import TrainingError
from nn.objective.objective import Measured, Objective
from nn.training.callbacks import methods_for
from nn.training.compiled import CompiledObjective
from nn.training.history import History, TrainingState
from nn.training.interrupts import uninterrupted
from nn.training.progress import ProgressBar
from nn.training.unreached import Reach
from nn.training.updates import Stepper, epochs_done
from nn.training.ways import WORTH, Way, chosen_way

__tracebackhide__ = True


@dataclass
class Run:
    """One run of `fit`, all its arguments checked.

    Attributes:
        objective, stepper: what to do, Value by Value; `way` is how it is done.
        compiled: what the user asked for: True, False or None.
        orders: of the examples, for one epoch after the other.
    """

    objective: Objective
    stepper: Stepper
    train: Examples
    held_out: Examples | None
    compiled: bool | None
    epochs: int
    batch_size: int
    orders: Iterator[Array]
    callbacks: list[Any]
    history: History
    way: Way = field(init=False)
    reach: Reach | None = field(default=None, init=False)
    """What is still to be told of parameters and leaves."""
    told_of_others: bool = field(default=False, init=False)
    """Whether the user knows that the model has got other parameters."""
    before: Any = field(default=None, init=False)
    """What there was before the batch that is being worked on; None between batches."""

    def __post_init__(self) -> None:
        batches = math.ceil(len(self.train.inputs) / self.batch_size)
        self.state = TrainingState(
            self.objective.model, self.stepper.optimizer, self.epochs, self.history, batches=batches
        )
        self.way = Way(self.objective, self.stepper)
        if self._is_due(1):
            self._choose_way()

    def _is_due(self, epoch: int) -> bool:
        """Whether it is time for a program: when as many examples are through as a trace costs.

        What an optimiser went through in earlier calls counts, so that a run in pieces is
        computed as one in a whole.
        """
        if self.compiled is not None or self.way.compiled or self.way.why_not:
            return bool(self.compiled) and not self.way.compiled
        done = max(epochs_done(self.stepper.optimizer), epoch - 1)
        return (done + 1) * len(self.train.inputs) >= WORTH

    def _choose_way(self) -> None:
        self.way = chosen_way(
            self.objective,
            self.stepper,
            self.train,
            wish=self.compiled,
            held_out=self.held_out is not None,
        )
        self.history.compiled = self.way.compiled
        if self.way.why_not and not self.history.why_not_compiled:
            self.history.why_not_compiled = self.way.why_not
            teach(
                "fit trains Value by Value, which is many times slower, because no program could "
                f"be traced from model and loss: {self.way.why_not}. With compiled=False it does "
                "so without this warning."
            )

    def to_the_end(self, progress: bool) -> History:
        """Train; a bar is shown if there is to be `progress`."""
        state = self.state
        with ProgressBar(progress, self.epochs, state.batches, self.history.metric_name) as bar:
            try:
                self._tell("on_train_begin")
                self._all_epochs(bar)
            except KeyboardInterrupt:
                self._interrupted(bar)
            finally:
                try:
                    self._release()
                except KeyboardInterrupt:  # before it began, or held back until it was done
                    self._release()
                    self._interrupted(bar)
                self._tell("on_train_end", last=True)
        return self.history

    def _interrupted(self, bar: ProgressBar) -> None:
        self._roll_back()
        self.history.interrupted = True
        bar.say(
            f"Interrupted in epoch {self.state.epoch} of {self.epochs}; the model keeps what "
            "it has learned so far."
        )

    def _release(self) -> None:
        """Let the Values hold the numbers, and others have the programs."""
        self.way.stepper.release()
        if isinstance(self.way.objective, CompiledObjective):
            self.way.objective.done()

    def _tell(self, moment: str, *, last: bool = False) -> None:
        """Callbacks see and change the Values; what they change beside these is traced anew."""
        methods = methods_for(self.callbacks, moment)
        if not methods:
            return
        self.way.stepper.release()
        for method in methods:
            method(self.state)
        if not last:
            self._look_again()

    def _look_again(self) -> None:
        """After callbacks: another model or loss needs another program."""
        objective = self.way.objective
        if isinstance(objective, CompiledObjective):
            if not objective.is_another():
                return
            objective.done()
            self._choose_way()
        if not self.told_of_others and self._has_other_parameters():
            self.told_of_others = True
            teach(
                "a callback has changed which parameters the model has; fit goes on training those "
                "that it began with. Change them between two calls of fit."
            )

    def _has_other_parameters(self) -> bool:
        return [*map(id, self.objective.model.parameters())] != [*map(id, self.stepper.parameters)]

    def _all_epochs(self, bar: ProgressBar) -> None:
        for epoch in range(1, self.epochs + 1):
            self.state.epoch, self.state.batch = epoch, 0
            self._tell("on_epoch_begin")
            if self._is_due(epoch):
                self._choose_way()
            self._one_epoch(epoch, bar)
            self._tell("on_epoch_end")
            if self.state.stop_training:
                self.history.stopped_early = True
                return

    def _one_epoch(self, epoch: int, bar: ProgressBar) -> None:
        bar.begin_epoch(epoch)
        started, seen, loss, metric = time.perf_counter(), 0, 0.0, 0.0
        for number, batch in enumerate(self._batches(), start=1):
            self.state.batch, self.state.batch_loss = number, None
            self._tell("on_batch_begin")
            measured = self._one_batch(batch, f"epoch {epoch}, batch {number}")
            self.state.batch_loss = measured.loss
            self._tell("on_batch_end")
            size = len(batch.inputs)
            seen, loss, metric = (
                seen + size,
                loss + size * measured.loss,
                metric + size * measured.metric,
            )
            bar.show(loss=loss / seen, metric=self._if_measured(metric / seen))
            bar.advance()
        self._record(epoch, Measured(loss / seen, metric / seen), started, bar)

    def _batches(self) -> Iterator[Examples]:
        n, s = len(self.train.inputs), self.batch_size
        if s == n:
            yield self.train
            return
        order = next(self.orders)
        for start in range(0, n, s):
            yield subset(self.train, order[start : start + s])

    def _one_batch(self, batch: Examples, where: str) -> Measured:
        """Steps 2 to 5 for one batch."""
        objective, stepper = self.way.objective, self.way.stepper
        is_first = self.state.epoch == self.state.batch == 1
        if is_first:
            self.reach = Reach(self.objective, objective, self.stepper, self.train)
        self.before = stepper.before()
        stepper.zero_grad()
        measured = objective.gradients(batch)
        if is_first:
            stepper.check_reached()
        if not math.isfinite(measured.loss):
            self._give_up(f"the loss became {measured.loss}", where, batch)
        if bad := stepper.not_finite("grad"):
            self._give_up(f"a gradient became nan or infinite ({bad})", where, batch)
        stepper.step()
        if bad := stepper.not_finite("data"):
            self._give_up(f"the step made a parameter nan or infinite ({bad})", where)
        self.before = None
        if self.reach is not None:
            self._tell_reach()
        return measured

    def _tell_reach(self) -> None:
        all_seen = self.state.batch == self.state.batches
        if self.reach is not None and self.reach.tell(all_seen=all_seen):
            self.reach = None

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
            with uninterrupted():
                self.way.stepper.put_back(self.before)
                self.before = None

    def _record(self, epoch: int, measured: Measured, started: float, bar: ProgressBar) -> None:
        """Validate, and enter the epoch into the history all at once."""
        held_out = None
        if self.held_out is not None:
            held_out = self.way.objective.measure(self.held_out)
        with uninterrupted():
            self._enter(epoch, measured, held_out, time.perf_counter() - started)
            self.way.stepper.end_epoch()
        bar.show(
            loss=measured.loss,
            metric=self._if_measured(measured.metric),
            val_loss=held_out.loss if held_out else None,
            val_metric=self._if_measured(held_out.metric) if held_out else None,
        )

    def _enter(
        self, epoch: int, measured: Measured, held_out: Measured | None, seconds: float
    ) -> None:
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
        history.seconds.append(seconds)

    def _if_measured(self, metric: float) -> float | None:
        return metric if self.history.metric_name else None
