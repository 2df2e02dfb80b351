"""Names of losses: PyTorch's, Keras's and scikit-learn's for ours, a line each.

A loss is asked for as a function, `nn.losses.l1`; by a name, `loss="l1"`; or by PyTorch's class,
`nn.L1Loss()`. Each name below is one as text, too, in capitals or not.
"""

from __future__ import annotations

import inspect
from functools import wraps
from typing import Any

from nn.checks import choice
from nn.errors import ArgumentError, KindError
from nn.loss_checks import Facts
from nn.losses.classes import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    categorical_cross_entropy,
    cross_entropy,
    hinge,
    nll,
)
from nn.losses.numbers import gaussian_nll, huber, l1, mse, smooth_l1
from nn.losses.table import FACTS, LOSSES, Loss
from nn.text import short

__tracebackhide__ = True


class LossClass:
    """PyTorch's class for a loss: called with settings by name, it gives a function.

    Raises:
        ArgumentError: no such setting, or a reduction other than "mean". KindError: it is called
            with an output and a target at once.

    >>> HuberLoss(delta=2.0)(3.0, 0.0), MSELoss() is mse
    (4.0, True)
    """

    def __init__(self, name: str, loss: Loss) -> None:
        self.name, self.loss = name, loss
        self.__doc__ = loss.__doc__

    def __call__(self, *given: Any, reduction: str = "mean", **settings: Any) -> Loss:
        """The loss with these settings; without any it is the function itself."""
        loss, allowed = self.loss, [*inspect.signature(self.loss).parameters][2:]
        if given:
            raise KindError(
                f"nn.{self.name} takes settings by name and gives a function: write "
                f"nn.{self.name}()(output, target), or nn.losses.{loss.__name__}(output, target)"
            )
        if reduction != "mean":
            raise ArgumentError(
                f"reduction of nn.{self.name} is 'mean', over the outputs of one example, not "
                f"{short(reduction)}; fit averages over a batch, and autograd.sum([loss(model(x), "
                "y) for x, y in batch]) is a sum"
            )
        for name in settings:
            if name not in allowed:
                there = f"there are: {', '.join(allowed)}" if allowed else "there are none"
                there += "; fit has class_weight=" if name == "weight" else ""
                raise ArgumentError(f"nn.{self.name} has no setting {name!r}; {there}")
        if not settings:
            return loss

        @wraps(loss)  # so that its facts are known
        def with_settings(output: Any, target: Any) -> Any:
            return loss(output, target, **settings)

        return with_settings

    def __repr__(self) -> str:
        return f"nn.{self.name}"


mean_squared_error = mse_loss = squared_error = mse
mae = mean_absolute_error = l1_loss = absolute_error = l1
smooth_l1_loss = smooth_l1
huber_loss = huber
gaussian_nll_loss = gaussian_nll
hinge_loss = hinge
bce = log_loss = binary_crossentropy = binary_cross_entropy
bce_with_logits = binary_cross_entropy_with_logits
categorical_crossentropy = sparse_categorical_crossentropy = categorical_cross_entropy
nll_loss = nll
MSELoss = LossClass("MSELoss", mse)
L1Loss = LossClass("L1Loss", l1)
SmoothL1Loss = LossClass("SmoothL1Loss", smooth_l1)
HuberLoss = LossClass("HuberLoss", huber)
GaussianNLLLoss = LossClass("GaussianNLLLoss", gaussian_nll)
BCELoss = LossClass("BCELoss", binary_cross_entropy)
BCEWithLogitsLoss = LossClass("BCEWithLogitsLoss", binary_cross_entropy_with_logits)
CrossEntropyLoss = LossClass("CrossEntropyLoss", cross_entropy)
NLLLoss = LossClass("NLLLoss", nll)

# Those of numbers come first: what `nn.fit` takes by itself, quadratic, before all.
BY_NAME = {name: LOSSES[name] for name in sorted(LOSSES, key=lambda n: FACTS[n].targets[0] != "n")}
"""Every loss by every name of its."""
BY_NAME |= {
    name.lower(): getattr(thing, "loss", thing)
    for name, thing in sorted(globals().items())
    if isinstance(thing, LossClass) or any(thing is loss for loss in LOSSES.values())
}
_OF_THE_USER = Facts()


def get(loss: str | Loss) -> Loss:
    """The loss with this name (PyTorch's and scikit-learn's count too), or a user's function.

    Raises:
        ArgumentError: no loss has that name. KindError: neither a name nor a function.

    >>> get("bce_with_logits") is get("BCEWithLogitsLoss") is binary_cross_entropy_with_logits
    True
    """
    found: Loss = choice(loss, BY_NAME, "loss", "'mse' or a function of (output, target)")
    return found


def facts_of(loss: str | Loss) -> Facts:
    """The facts about a loss, by name or as a function; of a user's own nothing is known.

    >>> facts_of("hinge").threshold, facts_of(cross_entropy).activation, facts_of(max).name
    (0.0, 'softmax', None)
    """
    function = inspect.unwrap(get(loss))
    return next((FACTS[name] for name, one in LOSSES.items() if one is function), _OF_THE_USER)
