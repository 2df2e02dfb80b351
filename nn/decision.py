"""Decision: what a single output of a model means, one rule for all who read classes from it.

Above the threshold it means the second of two classes. Where the threshold lies says, in this
order: the user; the loss that the user names; the loss and the targets of the model's last `fit`,
which the model remembers; a sigmoid in the last layer; the two labels, half way between them.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from nn import losses


class Decision(NamedTuple):
    """Threshold of a single output, and the numbers of its two classes; None: nothing says."""

    threshold: float | None = None
    labels: tuple[int, int] | None = None


def decision_of(
    model: Any, *, threshold: float | None = None, loss: Any = None, labels: Any = None
) -> Decision:
    """The meaning of a model's single output, from what the user says about it."""
    kept = getattr(model, "_decision", None) or Decision()
    labels = kept.labels if labels is None else labels
    if threshold is None and loss is None:
        threshold = kept.threshold
    return Decision(_rule(model, loss, labels) if threshold is None else threshold, labels)


def learned(model: Any, loss: Any, targets: Any) -> Decision:
    """The meaning that a loss and targets teach a single output."""
    labels = labels_in(targets)
    return Decision(_rule(model, loss, labels), labels)


def remember(model: Any, loss: Any, targets: Any) -> None:
    """Have the model keep what `fit` teaches it, where it can keep anything."""
    with suppress(AttributeError):  # of a model with slots
        object.__setattr__(model, "_decision", learned(model, loss, targets))


def labels_in(targets: Any) -> tuple[int, int] | None:
    """The pair of labels, (0, 1) or (-1, 1), that targets are of; None if nothing says which."""
    array = np.asarray(targets)
    if array.ndim != 1 or array.dtype.kind not in "biuf":
        return None
    found = [pair for pair in ((0, 1), (-1, 1)) if np.isin(array, pair).all()]
    return found[0] if len(found) == 1 else None


def output_activation(model: Any) -> str | None:
    """The name of the activation of a model's last layer, if it has layers that say so."""
    layers = getattr(model, "layers", None)
    return getattr(layers[-1], "activation", None) if layers else None


def _rule(model: Any, loss: Any, labels: Any) -> float | None:
    """Threshold by the loss, a sigmoid in the last layer, or the labels."""
    known = None if loss is None else losses.facts_of(loss).threshold
    if known is None and output_activation(model) == "sigmoid":
        known = 0.5
    if known is None and labels is not None:
        known = sum(labels) / 2.0
    return known
