"""Looking into a training run, and ending it early.

A callback is a function of a `TrainingState`, called after every epoch, or an object with any of
the methods `on_train_begin`, `on_epoch_begin`, `on_batch_begin`, `on_batch_end`, `on_epoch_end` and
`on_train_end`, each taking the state.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from autograd import teach
from nn.errors import ArgumentError
from nn.training.history import TrainingState

__tracebackhide__ = True

MOMENTS = (
    "on_train_begin",
    "on_epoch_begin",
    "on_batch_begin",
    "on_batch_end",
    "on_epoch_end",
    "on_train_end",
)


@dataclass(eq=False)
class EarlyStopping:
    """Stop when the loss has not improved for some epochs; keep the best parameters.

    Watches the validation loss if there is one, else the training loss. What is measured on the
    training examples is measured before each step, so that an entry of theirs goes with the
    parameters from the beginning of its epoch, one of the validation with those from its end.

    Args:
        patience: how many epochs without improvement to wait for.
        min_delta: an improvement is a loss lower than the best by more than this.
        restore_best: at the end of the run, whatever ended it (an error, too), put back the
            parameters that the best entry goes with.
        monitor: "val_loss", "loss", "val_metric" or "metric" (metrics: larger is better);
            None chooses as said above.

    Attributes:
        best: the best entry seen; nan counts as worse than every number.
        best_epoch: its epoch.

    Raises:
        ArgumentError: patience is no positive int, min_delta negative, or monitor
            unknown; after the first epoch, if what is monitored is not measured.

    >>> EarlyStopping(patience=5, min_delta=1e-3)
    EarlyStopping(patience=5, min_delta=0.001, restore_best=True, monitor=None)
    """

    patience: int = 10
    min_delta: float = 0.0
    restore_best: bool = True
    monitor: str | None = None

    def __post_init__(self) -> None:
        patience, min_delta, monitor = self.patience, self.min_delta, self.monitor
        if isinstance(patience, bool) or not isinstance(patience, int) or patience < 1:
            raise ArgumentError(f"patience is a number of epochs, an int from 1, not {patience!r}")
        if not (isinstance(min_delta, (int, float)) and 0.0 <= min_delta < math.inf):
            raise ArgumentError(f"min_delta is 0 or more, not {min_delta!r}")
        if monitor not in (None, "loss", "metric", "val_loss", "val_metric"):
            raise ArgumentError(
                f"monitor is 'val_loss', 'loss', 'val_metric' or 'metric', not {monitor!r}"
            )
        self._forget()

    def _forget(self) -> None:
        self.best = self._score_of_best = math.inf
        self.best_epoch = 0
        self._parameters: list[tuple[Any, float]] = []

    def on_train_begin(self, state: TrainingState) -> None:
        """Forget an earlier run."""
        self._forget()
        self._at_the_beginning = self._numbers(state)

    def on_epoch_end(self, state: TrainingState) -> None:
        """Compare with the best epoch; stop if that was `patience` epochs ago."""
        score, now = self._score(state), self._numbers(state)
        if self.best_epoch == 0 or score < self._score_of_best - self.min_delta:
            self._score_of_best, self.best_epoch = score, state.epoch
            watched = self._watched(state)
            self.best = getattr(state, watched)
            self._parameters = now if watched.startswith("val") else self._at_the_beginning
        elif state.epoch - self.best_epoch >= self.patience:
            state.stop_training = True
        self._at_the_beginning = now

    def on_train_end(self, state: TrainingState) -> None:
        """Put the best parameters back."""
        if self.restore_best:
            for parameter, data in self._parameters:
                parameter.data = data

    def _watched(self, state: TrainingState) -> str:
        return self.monitor or ("loss" if state.val_loss is None else "val_loss")

    def _score(self, state: TrainingState) -> float:
        watched = self._watched(state)
        found = getattr(state, watched)
        if found is None:
            raise ArgumentError(
                f"EarlyStopping watches {watched}, which this run does not measure; give fit "
                f"{'validation=' if watched.startswith('val') else 'metric='}, or watch 'loss'"
            )
        score = -found if watched.endswith("metric") else float(found)
        return math.inf if math.isnan(score) else score

    def _numbers(self, state: TrainingState) -> list[tuple[Any, float]]:
        """Each parameter with its number: a later callback may change which there are."""
        return [(p, p.data) for p in state.model.parameters()] if self.restore_best else []


def checked_callbacks(callbacks: Any) -> list[Any]:
    """A list of callbacks (or of a single one); warns of methods that nobody would call."""
    several = isinstance(callbacks, Iterable) and not isinstance(callbacks, str)
    several = several and not _is_callback(callbacks)
    found = [] if callbacks is None else list(callbacks) if several else [callbacks]
    for callback in found:
        is_class = isinstance(callback, type)
        if is_class or not _is_callback(callback):
            raise ArgumentError(
                "a callback is a function of the training state or an object with on_epoch_end, "
                f"not {callback!r}" + ("; did you mean to call it?" if is_class else "")
            )
        others = [name for name in dir(callback) if name.startswith("on_") and name not in MOMENTS]
        never = [name for name in others if callable(getattr(callback, name, None))]
        if never:
            teach(
                f"fit never calls {', '.join(never)} of {type(callback).__name__}; it calls "
                f"{', '.join(MOMENTS)}"
            )
    return found


def _is_callback(given: Any) -> bool:
    return callable(given) or any(hasattr(given, moment) for moment in MOMENTS)


def methods_for(callbacks: list[Any], moment: str) -> list[Callable[[TrainingState], Any]]:
    """The methods (and at the end of an epoch the functions) to be called at this moment."""
    is_for_functions = moment == "on_epoch_end"
    found = (
        getattr(callback, moment, callback if is_for_functions and callable(callback) else None)
        for callback in callbacks
    )
    return [method for method in found if method is not None]
