"""Steps: the gradients of a batch, and the parameters moved along them, Value by Value.

`nn.training.arrays` does the same by a program.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from autograd import Value
from nn.checks import lookup
from nn.data.examples import Examples
from nn.errors import ArgumentError, KindError
from nn.objective.objective import Measured, Objective
from nn.optim.base import Optimizer
from nn.optim.clipping import clip_grad_norm_, clip_grad_value_
from nn.optim.optimizers import SGD, Adam, AdamW, RMSprop
from nn.optim.schedules import LRScheduler
from nn.training.interrupts import uninterrupted

OPTIMIZERS: dict[str, type[Optimizer]] = {
    "sgd": SGD,
    "rmsprop": RMSprop,
    "adam": Adam,
    "adamw": AdamW,
}
"""The optimisers that `fit` knows by name."""


@dataclass
class Steps:
    """The steps of a run: gradients of a batch, clipped, and a step of the optimiser.

    Attributes:
        parameters: those of the model, when the steps were made.
        before: the Values, their numbers and the optimiser's progress before the batch that is
            being worked on; None between batches.
    """

    objective: Objective
    optimizer: Any
    schedule: LRScheduler | None = None
    clip_value: float | None = None
    clip_norm: float | None = None
    parameters: list[Value] = field(init=False)
    before: tuple[list[Value], Any, Any] | None = field(default=None, init=False)

    is_compiled = False

    def __post_init__(self) -> None:
        self.parameters = list(self.objective.model.parameters())

    def begin(self) -> None:
        """Begin a batch: remember what there is, and forget all gradients."""
        numbers = [parameter.data for parameter in self.parameters]
        self.before = self.parameters, numbers, getattr(self.optimizer, "progress", None)
        for parameter in self.parameters:
            parameter.zero_grad()

    def gradients(self, batch: Examples) -> Measured:
        """The gradient of the cost of a batch; and what is measured on the way."""
        return self.objective.gradients(batch)

    def move(self) -> None:
        """Clip the gradients, and move the parameters along them."""
        if self.clip_value is not None:
            clip_grad_value_(self.parameters, self.clip_value)
        if self.clip_norm is not None:
            clip_grad_norm_(self.parameters, self.clip_norm)
        self.optimizer.step()

    def undo(self) -> None:
        """Put back what there was before the batch, if it is not done."""
        with uninterrupted():
            if self.before is not None:
                self._put_back(*self.before)
                self.before = None

    def _put_back(self, values: list[Value], numbers: Any, progress: Any) -> None:
        for parameter, number in zip(values, numbers, strict=True):
            parameter.data = float(number)
        if isinstance(self.optimizer, Optimizer):
            self.optimizer.progress = progress

    def release(self) -> None:
        """Let the Values hold numbers and gradients; here they always do."""

    def end_epoch(self) -> None:
        """Count the epoch, and go on to the next one's learning rate."""
        with suppress(AttributeError):  # an optimiser of the user's own may have no room for it
            self.optimizer.epochs_done = epochs_done(self.optimizer) + 1
        if self.schedule is not None:
            self.schedule.step()

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        return self.objective.measure(examples)

    def bad_number(self, what: str) -> str | None:
        """The first parameter whose "data" or "grad" is nan or infinite, for a message."""
        return first_bad((p, getattr(p, what)) for p in self.parameters)

    def first_bad_operation(self, batch: Examples) -> str | None:
        """The operation that gives nan or inf, when the batch is computed again."""
        for parameter in self.parameters:
            parameter.zero_grad()
        return self.objective.first_bad_operation(batch)

    def check_reached(self) -> None:
        """Raise ArgumentError if backpropagation has reached none of the parameters."""
        if not any(p.requires_grad for p in self.parameters):
            raise ArgumentError(
                "every parameter of the model is frozen, so that nothing would be learned; thaw "
                "those to be trained: layer.requires_grad = True"
            )
        if not any(map(self.reaches, self.parameters)):
            raise ArgumentError(
                "the loss does not depend on any parameter of the model, so that nothing would "
                "be learned; compute it from the model's Values (not from their .data), and call "
                "fit outside no_grad()"
            )

    def reaches(self, parameter: Value) -> bool:
        """True if backpropagation has reached the parameter."""
        return parameter.has_grad

    def unreached(self, parameters: list[Value]) -> list[Value]:
        """Those of these parameters, which one example does not use, that may be used by none."""
        return parameters

    def is_stale(self) -> bool:
        """True if something is repeated that is another by now; Value by Value nothing is."""
        return False

    def close(self) -> None:
        """End the run: release, and let other calls have what is kept with the model."""

    def moved(self) -> list[Value]:
        """The parameters that a step moves, if a gradient reaches them."""
        params: Iterable[Value] = getattr(self.optimizer, "params", self.parameters)
        return [p for p in params if p.requires_grad]


def first_bad(numbers: Iterable[tuple[Value, float]]) -> str | None:
    """The first parameter with a number that is not finite, for a message."""
    bad = ((p, number) for p, number in numbers if not math.isfinite(number))
    return next((f"{p.label or 'a parameter'}: {float(number)!r}" for p, number in bad), None)


def epochs_done(optimizer: Any) -> int:
    """The number of epochs of `fit` that an optimiser has been through."""
    done: int = getattr(optimizer, "epochs_done", 0)
    return done


def optimizer_for(model: Any, given: Any, lr: Any) -> Any:
    """The optimiser itself, or one of that name or class made over the model's parameters.

    Raises:
        ArgumentError, KindError: the arguments make no sense.

    >>> import nn
    >>> optimizer_for(nn.MLP(1, [1]), "adam", lr=0.5).lr
    0.5
    """
    if not callable(getattr(model, "parameters", None)):
        raise KindError(
            "only a model with parameters() can be trained, such as nn.MLP or another "
            f"nn.Module, not {type(model).__name__}"
        )
    parameters = list(model.parameters())
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
    if not set(map(id, getattr(given, "params", parameters))) <= set(map(id, parameters)):
        raise ArgumentError(
            "the optimiser moves parameters of another model; make it on this model's: "
            "nn.SGD(model.parameters(), lr=0.1)"
        )
    return given


def schedule_for(optimizer: Any, given: Any) -> LRScheduler | None:
    """The schedule itself, or one made for this optimiser, which goes on where that is."""
    if given is None:
        return None
    is_new = callable(given) and not isinstance(given, LRScheduler)
    made = given(optimizer) if is_new else given
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
