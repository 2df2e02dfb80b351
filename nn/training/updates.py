"""How the parameters of a model move in `fit`: optimiser, learning-rate schedule, clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from autograd import Value
from nn.checks import finite, lookup
from nn.errors import ArgumentError, KindError
from nn.optim.base import Optimizer
from nn.optim.clipping import clip_grad_norm_, clip_grad_value_
from nn.optim.optimizers import SGD, Adam, AdamW, RMSprop
from nn.optim.schedules import LRScheduler

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
"""The optimisers that `fit` knows by name."""


class Stepper:
    """Moves the parameters of a model along their gradients.

    Args:
        model: what is trained.
        optimizer: a name, a class of `nn.optim`, or an optimiser over parameters of the model.
        lr: the learning rate, unless the optimiser is made already.
        schedule: an `LRScheduler` of that optimiser, or a function that makes one for an
            optimiser; it steps once per epoch.
        clip_value, clip_norm: bounds as for `clip_grad_value_` and `clip_grad_norm_`, or None.

    Raises:
        ArgumentError, KindError: an argument makes no sense.

    >>> import nn
    >>> Stepper(nn.MLP(1, [1]), "adam", lr=0.5).optimizer.lr
    0.5
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        *,
        lr: float | None = None,
        schedule: Any = None,
        clip_value: float | None = None,
        clip_norm: float | None = None,
    ) -> None:
        if not callable(getattr(model, "parameters", None)):
            raise KindError(
                "only a model with parameters() can be trained, such as nn.MLP or another "
                f"nn.Module, not {type(model).__name__}"
            )
        self.parameters: list[Value] = list(model.parameters())
        self.clip_value = _bound(clip_value, "clip_value")
        self.clip_norm = _bound(clip_norm, "clip_norm")
        self.optimizer = _made_optimizer(optimizer, lr, self.parameters)
        self.schedule = _made_schedule(schedule, self.optimizer)

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters, also of those that the optimiser leaves alone."""
        for parameter in self.parameters:
            parameter.zero_grad()

    def check_reached(self) -> None:
        """Raise ArgumentError if backpropagation has reached none of the parameters."""
        if not any(getattr(p, "requires_grad", True) for p in self.parameters):
            raise ArgumentError(
                "every parameter of the model is frozen, so that nothing would be learned; thaw "
                "those to be trained: layer.requires_grad = True"
            )
        if not self.reaches():
            raise ArgumentError(
                "the loss does not depend on any parameter of the model, so that nothing would "
                "be learned; compute it from the model's Values (not from their .data), and call "
                "fit outside no_grad()"
            )

    def reaches(self) -> bool:
        """Whether backpropagation has reached any of the parameters."""
        return any(parameter.has_grad for parameter in self.parameters)

    def step(self) -> None:
        """Clip the gradients, and move the parameters along them."""
        if self.clip_value is not None:
            clip_grad_value_(self.parameters, self.clip_value)
        if self.clip_norm is not None:
            clip_grad_norm_(self.parameters, self.clip_norm)
        self.optimizer.step()

    def moved(self) -> list[Value]:
        """The parameters that a step moves, if a gradient reaches them."""
        params: list[Value] = getattr(self.optimizer, "params", self.parameters)
        return [p for p in params if getattr(p, "requires_grad", True)]

    def end_epoch(self) -> None:
        """Count the epoch, and go on to the next one's learning rate."""
        with suppress(AttributeError):  # an optimiser of the user's own may have no room for it
            self.optimizer.epochs_done = epochs_done(self.optimizer) + 1
        if self.schedule is not None:
            self.schedule.step()

    def before(self) -> Any:
        """What there is before a batch: the parameters' numbers, and how far the optimiser is."""
        numbers = [parameter.data for parameter in self.parameters]
        return numbers, getattr(self.optimizer, "progress", None)

    def put_back(self, before: Any) -> None:
        """Undo what was done since `before`."""
        numbers, progress = before
        for parameter, number in zip(self.parameters, numbers, strict=True):
            parameter.data = number
        if isinstance(self.optimizer, Optimizer):
            self.optimizer.progress = progress

    def release(self) -> None:
        """Let the Values hold the parameters' numbers; here they always do."""

    def not_finite(self, what: str) -> str | None:
        """The first parameter whose "data" or "grad" is nan or infinite, for a message."""
        numbers = [getattr(parameter, what) for parameter in self.parameters]
        if math.isfinite(sum(numbers)):  # one bad number would have spoiled the sum
            return None
        for parameter, number in zip(self.parameters, numbers, strict=True):
            if not math.isfinite(number):
                return f"{parameter.label or 'a parameter'}: {number!r}"
        return None


def epochs_done(optimizer: Any) -> int:
    """How many epochs of `fit` an optimiser has been through."""
    done: int = getattr(optimizer, "epochs_done", 0)
    return done


def _bound(given: Any, name: str) -> float | None:
    return None if given is None else finite(given, name, above=0.0)


def _made_optimizer(given: Any, lr: Any, parameters: list[Value]) -> Any:
    """The optimiser itself, or one made over these parameters."""
    kind = lookup(given, OPTIMIZERS, "optimizer") if isinstance(given, str) else given
    if isinstance(kind, type) and issubclass(kind, Optimizer):
        # mypy sees Optimizer, whose lr has no default; every class that is offered here has one.
        make: Any = kind
        return make(parameters) if lr is None else make(parameters, lr=lr)
    if not hasattr(given, "step") or not hasattr(given, "lr"):
        raise KindError(
            f"optimizer= is a name ({', '.join(OPTIMIZERS)}), or an optimiser such as "
            f"nn.Adam(model.parameters(), lr=0.01), not {given!r:.60}"
        )
    if lr is not None:
        raise ArgumentError(
            "lr= belongs to an optimiser given by name; this one has its own, write "
            f"optimizer=nn.{type(given).__name__}(model.parameters(), lr={lr!r})"
        )
    _check_same_model(getattr(given, "params", parameters), parameters)
    return given


def _check_same_model(moved: Iterable[Value], parameters: list[Value]) -> None:
    ours = set(map(id, parameters))
    if any(id(parameter) not in ours for parameter in moved):
        raise ArgumentError(
            "the optimiser moves parameters of another model; make it on this model's: "
            "nn.SGD(model.parameters(), lr=0.1)"
        )


def _made_schedule(given: Any, optimizer: Any) -> LRScheduler | None:
    """The schedule itself, or one made for this optimiser."""
    made, is_new = given, callable(given) and not isinstance(given, LRScheduler)
    if is_new:
        made = given(optimizer)
    if made is None and given is None:
        return None
    if not isinstance(made, LRScheduler):
        raise KindError(
            "schedule= is a schedule of the given optimiser, or a function that makes one: "
            f"schedule=lambda optimizer: nn.StepLR(optimizer, step_size=10), not {given!r:.60}"
        )
    if made.optimizer is not optimizer:
        raise ArgumentError(
            "the schedule belongs to another optimiser; give fit the one it was made for, or "
            "schedule=lambda optimizer: nn.StepLR(optimizer, step_size=10)"
        )
    if is_new and not made.last_epoch:
        made.load_state_dict({**made.state_dict(), "last_epoch": epochs_done(optimizer)})
    return made
