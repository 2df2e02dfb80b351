"""LRScheduler: the base of the schedules, which sets the learning rate of an optimiser."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nn.errors import KindError, StateError
from nn.optim.base import Optimizer
from nn.text import short


class LRScheduler:
    """Base of the schedules; it sets `optimizer.lr` to its rate for step 0 at once.

    Args:
        optimizer: whose `lr` is set. The rate that it had when its first schedule was made is
            the base rate η₀ of all its schedules.

    Attributes:
        last_epoch: how many steps were made.
    """

    def __init__(self, optimizer: Optimizer) -> None:
        if not hasattr(optimizer, "lr"):
            raise KindError(
                f"a schedule needs an optimiser first, such as SGD(…), not {short(optimizer)}"
            )
        self.optimizer = optimizer
        vars(optimizer).setdefault("initial_lr", float(optimizer.lr))
        self.last_epoch = 0
        optimizer.lr = self.lr_at(0)

    @property
    def base_lr(self) -> float:
        """η₀, which all schedules of an optimiser share."""
        return float(vars(self.optimizer)["initial_lr"])

    def lr_at(self, step: int) -> float:
        """The learning rate after that many steps."""
        raise NotImplementedError

    def step(self, metrics: float | None = None) -> None:
        """Go on to the next epoch's learning rate; `metrics` is for `ReduceLROnPlateau` alone."""
        self.last_epoch += 1
        self.optimizer.lr = self.lr_at(self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The learning rate now, in a list as PyTorch gives it."""
        return [self.lr_at(self.last_epoch)]

    def state_dict(self) -> dict[str, Any]:
        """The number of steps made and the base rate."""
        return {"last_epoch": self.last_epoch, "base_lr": self.base_lr}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from `state_dict()`; its base rate becomes that of the optimiser's schedules.

        Raises:
            StateError: this is not the state of a schedule; nothing is changed.
        """
        try:
            last_epoch, base_lr = int(state["last_epoch"]), float(state["base_lr"])
        except (KeyError, TypeError, ValueError) as error:
            raise StateError(f"this is not the state of a schedule ({error!r})") from None
        if last_epoch < 0 or not 0.0 <= base_lr < math.inf:
            raise StateError(f"this is not the state of a schedule ({dict(state)})")
        self.last_epoch = last_epoch
        vars(self.optimizer)["initial_lr"] = base_lr
        self.optimizer.lr = self.lr_at(last_epoch)
