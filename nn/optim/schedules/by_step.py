"""Schedules that are functions of the step's number; names and formulas are PyTorch's."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from nn.checks import as_size, finite
from nn.errors import ArgumentError, KindError
from nn.optim.base import Optimizer
from nn.optim.schedules.base import LRScheduler


class LambdaLR(LRScheduler):
    """η = η₀ · factor(step), for any function of the step's number.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> LambdaLR(SGD([Value(0.0)], lr=1.0), lambda step: 0.9 ** step).lr_at(2)
    0.81
    """

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        if not callable(lr_lambda):
            raise KindError(
                "lr_lambda must be a function step -> factor, such as lambda step: 0.9 ** step, "
                f"not {type(lr_lambda).__name__}"
            )
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        return self.base_lr * finite(self.lr_lambda(step), f"lr_lambda({step})", least=0.0)


class ConstantLR(LRScheduler):
    """η = η₀ · factor for the first total_iters steps, then η₀. With factor=1 always η₀.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = ConstantLR(SGD([Value(0.0)], lr=1.0), factor=0.5, total_iters=2)
    >>> [schedule.lr_at(step) for step in range(4)]
    [0.5, 0.5, 1.0, 1.0]
    """

    def __init__(
        self, optimizer: Optimizer, factor: float = 1.0 / 3.0, total_iters: int = 5
    ) -> None:
        self.factor = _fraction(factor, "factor")
        self.total_iters = as_size(total_iters, "total_iters")
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        return self.base_lr * (self.factor if step < self.total_iters else 1.0)


class StepLR(LRScheduler):
    """η = η₀ · gamma^⌊step/step_size⌋: multiplied by gamma every step_size steps.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = StepLR(SGD([Value(0.0)], lr=1.0), step_size=2, gamma=0.5)
    >>> [schedule.lr_at(step) for step in range(5)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size = as_size(step_size, "step_size")
        self.gamma = finite(gamma, "gamma", least=0.0)
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        return float(self.base_lr * self.gamma ** (step // self.step_size))


class LinearLR(LRScheduler):
    """Warm-up: η₀ times a factor that goes linearly from start_factor to end_factor, then stays.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = LinearLR(SGD([Value(0.0)], lr=1.0), start_factor=0.25, total_iters=3)
    >>> [schedule.lr_at(step) for step in range(5)]
    [0.25, 0.5, 0.75, 1.0, 1.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1.0 / 3.0,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        self.start_factor = finite(start_factor, "start_factor", above=0.0)
        self.end_factor = _fraction(end_factor, "end_factor")
        self.total_iters = as_size(total_iters, "total_iters")
        if self.start_factor > 1.0:
            raise ArgumentError(f"start_factor must be at most 1, not {self.start_factor!r}")
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        done = min(step, self.total_iters) / self.total_iters
        return self.base_lr * (self.start_factor + (self.end_factor - self.start_factor) * done)


class CosineAnnealingLR(LRScheduler):
    """η = η_min + ½(η₀ − η_min)(1 + cos(π·step/T_max)): from η₀ down to η_min in T_max steps.

    Beyond T_max it rises again, as in PyTorch.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = CosineAnnealingLR(SGD([Value(0.0)], lr=1.0), T_max=2)
    >>> [round(schedule.lr_at(step), 12) for step in range(3)]
    [1.0, 0.5, 0.0]
    """

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max = as_size(T_max, "T_max")
        self.eta_min = finite(eta_min, "eta_min", least=0.0)
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        swing = 1.0 + math.cos(math.pi * step / self.T_max)
        return self.eta_min + 0.5 * (self.base_lr - self.eta_min) * swing


class OneCycleLR(LRScheduler):
    """One cycle: by cosines from η_max/div_factor up to η_max, then far down (Smith and Topin).

    The rise takes the share pct_start of the steps, the fall the rest, to
    η_max/div_factor/final_div_factor, where it stays. PyTorch's with cycle_momentum=False: momentum
    is left alone. The rate of the optimiser itself does not count.

    Args:
        optimizer: whose `lr` is set.
        max_lr: η_max.
        total_steps: how many steps there are; or epochs · steps_per_epoch.
        pct_start, div_factor, final_div_factor: as said above.

    Raises:
        ArgumentError, KindError: nothing says how many steps there are, or a number makes no sense.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = OneCycleLR(SGD([Value(0.0)]), max_lr=1.0, total_steps=10)
    >>> [round(schedule.lr_at(step), 4) for step in (0, 1, 2, 3, 9, 10)]
    [0.04, 0.52, 1.0, 0.9505, 0.0, 0.0]
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        *,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ArgumentError(
                    "OneCycleLR needs total_steps=, or epochs= and steps_per_epoch= together"
                )
            total_steps = as_size(epochs, "epochs") * as_size(steps_per_epoch, "steps_per_epoch")
        self.max_lr = finite(max_lr, "max_lr", least=0.0)
        self.total_steps = as_size(total_steps, "total_steps")
        self.pct_start = _fraction(pct_start, "pct_start")
        self.div_factor = finite(div_factor, "div_factor", above=0.0)
        self.final_div_factor = finite(final_div_factor, "final_div_factor", above=0.0)
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        first = self.max_lr / self.div_factor
        top, last = self.pct_start * self.total_steps - 1.0, self.total_steps - 1.0
        if step <= top:
            return _between(first, self.max_lr, step / top if top else 1.0)
        done = (step - top) / (last - top) if last > top else 1.0
        return _between(self.max_lr, first / self.final_div_factor, min(done, 1.0))


class SequentialLR(LRScheduler):
    """One schedule after the other: schedulers[k] begins, at its step 0, with step milestones[k−1].

    >>> from autograd import Value
    >>> from nn import SGD
    >>> optimizer = SGD([Value(0.0)], lr=1.0)
    >>> parts = [ConstantLR(optimizer, factor=0.5), StepLR(optimizer, step_size=1)]
    >>> schedule = SequentialLR(optimizer, parts, milestones=[2])
    >>> [round(schedule.lr_at(step), 12) for step in range(5)]
    [0.5, 0.5, 1.0, 0.1, 0.01]
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[LRScheduler], milestones: Sequence[int]
    ) -> None:
        self.schedulers = list(schedulers)
        self.milestones = [as_size(m, f"milestones[{i}]") for i, m in enumerate(milestones)]
        if len(self.schedulers) != len(self.milestones) + 1:
            raise ArgumentError(
                f"{len(self.schedulers)} schedules need {max(0, len(self.schedulers) - 1)} "
                f"milestones between them, not {len(self.milestones)}"
            )
        if sorted(set(self.milestones)) != self.milestones:
            raise ArgumentError(f"milestones must increase, not {self.milestones}")
        if any(part.optimizer is not optimizer for part in self.schedulers):
            raise ArgumentError("all schedules must be made for the optimiser that is given here")
        super().__init__(optimizer)

    def lr_at(self, step: int) -> float:
        """The learning rate of this step, by the formula of the class."""
        k = bisect_right(self.milestones, step)
        return self.schedulers[k].lr_at(step - (self.milestones[k - 1] if k else 0))


def warmup_cosine(
    optimizer: Optimizer, warmup: int, total: int, eta_min: float = 0.0
) -> SequentialLR:
    """Linear warm-up, from η₀/(warmup + 1) to η₀ in `warmup` steps, then cosine down to eta_min.

    Raises:
        ArgumentError: warmup is not below total, or a number is out of bounds.

    >>> from autograd import Value
    >>> from nn import SGD
    >>> schedule = warmup_cosine(SGD([Value(0.0)], lr=1.0), warmup=1, total=3)
    >>> [round(schedule.lr_at(step), 12) for step in range(4)]
    [0.5, 1.0, 0.5, 0.0]
    """
    warmup, total = as_size(warmup, "warmup"), as_size(total, "total")
    if warmup >= total:
        raise ArgumentError(f"warmup must be below total = {total}, not {warmup}")
    rise = LinearLR(optimizer, start_factor=1.0 / (warmup + 1), total_iters=warmup)
    fall = CosineAnnealingLR(optimizer, T_max=total - warmup, eta_min=eta_min)
    return SequentialLR(optimizer, [rise, fall], milestones=[warmup])


def _between(start: float, end: float, done: float) -> float:
    """From start to end by half a turn of a cosine, of which a share is done."""
    return end + 0.5 * (start - end) * (1.0 + math.cos(math.pi * done))


def _fraction(x: Any, what: str) -> float:
    number = finite(x, what, least=0.0)
    if number > 1.0:
        raise ArgumentError(f"{what} must be between 0 and 1, not {number!r}")
    return number
