"""ReduceLROnPlateau: the schedule that looks at the loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nn.checks import as_number, finite
from nn.errors import ArgumentError, StateError
from nn.optim.base import Optimizer
from nn.optim.schedules.base import LRScheduler


class ReduceLROnPlateau(LRScheduler):
    """η ← max(η · factor, min_lr), whenever `patience` epochs in a row have not improved.

    Call `scheduler.step(val_loss)`. It is the one schedule that is no function of the step's
    number. Names, defaults and formulas are PyTorch's.

    Args:
        optimizer: whose `lr` is set.
        mode: "min" if less is better, as of a loss, "max" if more is, as of an accuracy.
        factor: below 1.
        patience: how many epochs without improvement are let pass; the next one reduces η.
        threshold: an improvement is a number better than the best by this, as a share of it
            (threshold_mode="rel"), or as it is ("abs"). nan is none.
        cooldown: for so many epochs after that, none is counted.
        min_lr: below this η does not go.
        eps: a change of η that is not larger is not made.

    Attributes:
        best: the best number so far.
        num_bad_epochs, cooldown_counter: the counts.

    Raises:
        ArgumentError, KindError: an argument makes no sense; in `step`, there is no number.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> optimizer = SGD([Value(0.0)], lr=1.0)
    >>> schedule = ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in [3.0, 2.0, 2.0, 2.0, 2.0]:
    ...     schedule.step(loss)
    ...     print(optimizer.lr, end=" ")
    1.0 1.0 1.0 0.5 0.5
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        self.mode, self.threshold_mode = mode, threshold_mode
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ArgumentError(
                "mode is 'min' or 'max' and threshold_mode 'rel' or 'abs', not "
                f"{mode!r} and {threshold_mode!r}"
            )
        self.factor = finite(factor, "factor", least=0.0, below=1.0)
        self.patience = int(finite(patience, "patience", least=0.0))
        self.threshold = finite(threshold, "threshold", least=0.0)
        self.cooldown = int(finite(cooldown, "cooldown", least=0.0))
        self.min_lr, self.eps = finite(min_lr, "min_lr", least=0.0), finite(eps, "eps", least=0.0)
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate now: what it will be, only the losses to come can say."""
        return self.optimizer.lr

    def step(self, metrics: float | None = None) -> None:
        """Take in what an epoch has measured, and reduce the learning rate if it is time."""
        if metrics is None:
            raise ArgumentError(
                "ReduceLROnPlateau goes by what is measured: scheduler.step(val_loss)"
            )
        number = as_number(metrics, "what ReduceLROnPlateau goes by")
        self.last_epoch += 1
        better = self._is_better(number)
        self.best = number if better else self.best
        waiting = self.cooldown_counter > 0
        self.cooldown_counter -= waiting
        self.num_bad_epochs = 0 if better or waiting else self.num_bad_epochs + 1
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs, self.cooldown_counter = 0, self.cooldown
            rate = max(self.optimizer.lr * self.factor, self.min_lr)
            if self.optimizer.lr - rate > self.eps:
                self.optimizer.lr = rate

    def _is_better(self, number: float) -> bool:
        sign = 1.0 if self.mode == "max" else -1.0
        by = self.threshold
        if self.threshold_mode == "abs":
            return sign * number > sign * self.best + by
        return sign * number > sign * self.best * (1.0 + sign * by)

    def state_dict(self) -> dict[str, Any]:
        """The learning rate, the best number and the counts, and what every schedule keeps."""
        return {
            **super().state_dict(),
            "lr": self.optimizer.lr,
            "best": self.best,
            "num_bad_epochs": self.num_bad_epochs,
            "cooldown_counter": self.cooldown_counter,
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict()`, with the learning rate of then.

        Raises:
            StateError: this is not the state of such a schedule; nothing is changed.
        """
        try:
            lr, best = float(state["lr"]), float(state["best"])
            counts = int(state["num_bad_epochs"]), int(state["cooldown_counter"])
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"this is not the state of a ReduceLROnPlateau ({error!r})") from None
        if not 0.0 <= lr < math.inf or min(counts) < 0:
            raise StateError(f"this is not the state of a ReduceLROnPlateau ({dict(state)})")
        super().load_state_dict(state)
        self.best, (self.num_bad_epochs, self.cooldown_counter) = best, counts
        self.optimizer.lr = lr
