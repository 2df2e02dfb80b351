"""Trial: the targets that a loss is tried on before training, so that no bad one is met later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from nn import losses

__all__ = ["trial_targets"]

Array = np.ndarray[Any, Any]


def trial_targets(loss: Callable[[Any, Any], Any], targets: Any) -> list[Any]:
    """The first of n targets, the smallest and largest, and the first that may be refused.

    A few at most, however many there are.

    >>> trial_targets(losses.hinge, [1, -1, 0, 1, 0])
    [1, -1, 0]
    """
    table = np.asarray(targets).reshape(len(targets), -1)
    chosen = {0, table.min(axis=1).argmin(), table.max(axis=1).argmax()}
    chosen |= {int(bad.argmax()) for bad in _refused(loss, table) if bad.any()}
    return [targets[i] for i in sorted(chosen)]


def _refused(loss: Any, table: Array) -> Iterator[Array]:
    """Marks at targets that may be wrong, whatever the model gives."""
    if table.shape[1] == 1:
        yield (table != np.floor(table))[:, 0]  # a class number it might have to be
    if loss is losses.hinge:
        yield (np.abs(table) != 1.0).any(axis=1)
    elif loss in (losses.cross_entropy, losses.categorical_cross_entropy) and table.shape[1] > 1:
        yield np.abs(table.sum(axis=1) - 1.0) > 1e-6
