"""Schedules by name, with usual numbers, for a run of so many epochs."""

from __future__ import annotations

from collections.abc import Callable

from nn.optim.base import Optimizer
from nn.optim.schedules.base import LRScheduler
from nn.optim.schedules.by_step import CosineAnnealingLR, OneCycleLR, StepLR
from nn.optim.schedules.plateau import ReduceLROnPlateau

SCHEDULES: dict[str, Callable[[Optimizer, int], LRScheduler]] = {
    "cosine": lambda optimizer, epochs: CosineAnnealingLR(optimizer, T_max=epochs),
    "step": lambda optimizer, epochs: StepLR(optimizer, step_size=max(1, epochs // 3)),
    "onecycle": lambda optimizer, epochs: OneCycleLR(
        optimizer, max_lr=optimizer.lr, total_steps=epochs
    ),
    "plateau": lambda optimizer, epochs: ReduceLROnPlateau(optimizer),
}
"""Makers of schedules: from η₀ down by a cosine; by a tenth at each third; up to η₀ and down;
by a tenth after ten epochs without improvement."""
