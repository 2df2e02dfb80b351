"""Steps: the parameters of a model moved along the gradient of a batch, and undone if need be."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn

import numpy as np

from nn.checks import finite, lookup
from nn.data.examples import Examples
from nn.errors import ArgumentError, KindError, TrainingError
from nn.objective.objective import Measured
from nn.optim.base import Optimizer
from nn.optim.clipping import norm_of, scale_for
from nn.optim.optimizers import SGD, Adam, AdamW, RMSprop
from nn.optim.schedules import SCHEDULES, LRScheduler, ReduceLROnPlateau
from nn.text import short
from nn.training.interrupts import uninterrupted
from nn.training.parameters import Parameters, as_slice

OPTIMIZERS: dict[str, type[Optimizer]] = {
    kind.__name__.lower(): kind for kind in (SGD, RMSprop, Adam, AdamW)
}
"""The optimisers that `fit` knows by name."""


@dataclass
class Steps:
    """The steps of a run: the parameters move along the gradient of a batch, which is clipped.

    Attributes:
        parameters: their numbers in arrays, and what computes the gradient.
        before: numbers and progress before the batch that is worked on; None between batches.
        schedule_every: the schedule makes a step after every "epoch" or every "batch".
        rate: the learning rate of the latest step.
        in_arrays: the optimiser moves arrays, not Values.
        mine, moved: the places of the model's parameters, and of those that the optimiser moves
            where all are reached, with which of its own these are (None: all).
    """

    parameters: Parameters
    optimizer: Any
    clip_value: float | None = None
    clip_norm: float | None = None
    schedule: LRScheduler | None = field(default=None, init=False)
    schedule_every: str = field(default="epoch", init=False)
    rate: float = field(default=0.0, init=False)
    before: tuple[Any, Any] | None = field(default=None, init=False)
    in_arrays: bool = field(default=False, init=False)
    moved: tuple[Any, Any] = field(default=((), None), init=False)
    _place: Any = field(default=None, init=False)

    def __post_init__(self) -> None:
        # A step is that of `Optimizer`, on arrays; one of the user's own goes by Values.
        self.in_arrays = isinstance(self.optimizer, Optimizer) and all(
            getattr(getattr(self.optimizer, name), "__func__", None) is getattr(Optimizer, name)
            for name in ("step", "updated")
        )

    def follow(self, schedule: Any, every: str | None, *, epochs: int, batches: int) -> None:
        """Take a schedule, for so many epochs of so many batches, that `schedule_for` finds."""
        every = every or ("batch" if schedule == "onecycle" else "epoch")
        if every not in ("epoch", "batch"):
            raise ArgumentError(f"schedule_every is 'epoch' or 'batch', not {every!r}")
        each, done = batches if every == "batch" else 1, getattr(self.optimizer, "epochs_done", 0)
        self.schedule_every = every
        self.schedule = schedule_for(self.optimizer, schedule, epochs * each, done * each)

    def begin(self) -> None:
        """Begin a batch: remember what there is."""
        now = self.parameters
        if not now.is_read:
            now.read()
        if self._place is not now.place:
            self._place = place = now.place
            mine = sorted(place[id(p)] for p in now.all if id(p) in place)
            self.mine = np.array(mine, dtype=np.intp)
            params = self.optimizer.params if self.in_arrays else ()
            self._known = np.array([id(p) in place for p in params], dtype=bool)
            self._places = np.array([place[id(p)] for p in params if id(p) in place], dtype=np.intp)
            places, live = self._those_moved(np.ones(len(place), dtype=bool))
            self.moved = as_slice(places), live
        numbers = now.copied() if self.in_arrays else [p.data for p in now.all]
        self.before = numbers, getattr(self.optimizer, "progress", None)

    def take(self, batch: Examples, where: str, *, is_first: bool = False) -> Measured:
        """Take the step for a batch; measure it on the way.

        Raises:
            TrainingError: a number became nan or infinite; the parameters are those before.
            ArgumentError: in the first step, there is nothing to learn.
        """
        self.begin()
        measured = self.parameters.gradients(batch)
        if is_first:
            self.check_reached()
        if not math.isfinite(measured.loss):
            self._give_up(f"the loss became {measured.loss}", where, batch)
        if bad := self.bad_number("grad"):
            self._give_up(f"a gradient became nan or infinite ({bad})", where, batch)
        self.move()
        if bad := self.bad_number("data"):
            self._give_up(f"the step made a parameter nan or infinite ({bad})", where)
        self.before, self.rate = None, float(self.optimizer.lr)
        if self.schedule is not None and self.schedule_every == "batch":
            _step(self.schedule, {"loss": measured.loss})
        return measured

    def _give_up(self, what: str, where: str, batch: Examples | None = None) -> NoReturn:
        """Put the parameters back and raise; look for the cause if the batch is at fault."""
        self.undo()
        self.parameters.write()
        message = f"{what} in {where}"
        if batch is not None:
            found = self.parameters.objective.first_bad_operation(batch)
            message += f"\nfirst bad operation: {found}" if found else ""
        raise TrainingError(
            f"{message}\nthe parameters are those before that batch; what usually helps: a smaller "
            "learning rate, clip_norm=1.0, standardised inputs, a loss on logits instead of "
            "probabilities"
        )

    def move(self) -> None:
        """Clip the gradient, and move the parameters along it."""
        now = self.parameters
        if now.moves:
            now.move()
        else:
            self._clip_and_move(now)
        if now.at_once or not self.in_arrays:
            now.write()
        if not self.in_arrays:
            self.optimizer.step()

    def _clip_and_move(self, now: Parameters) -> None:
        if self.clip_value is not None:
            np.clip(now.gradient, -self.clip_value, self.clip_value, out=now.gradient)
        if self.clip_norm is not None:
            norm = norm_of(now.gradient[self.mine])
            now.gradient *= min(1.0, scale_for(norm, self.clip_norm))
        if self.in_arrays:
            known = now.reached is None
            places, live = self.moved if known else self._those_moved(now.reached)
            theta, gradient = now.theta, now.gradient
            theta[places] = self.optimizer.updated(theta[places], gradient[places], live)

    def _those_moved(self, reached: Any) -> tuple[Any, Any]:
        """The places of the parameters that are reached; which of all (None: all) these are."""
        places, live = self._places, self._known.copy()
        live[live] = reached[places]
        return places[reached[places]], None if live.all() else live

    def undo(self) -> None:
        """Put back what there was before the batch, if it is not done."""
        with uninterrupted():
            if self.before is None:
                return
            (numbers, progress), now = self.before, self.parameters
            if self.in_arrays and now.is_read:
                now.put_back(numbers)
            else:
                now.write()
                values = now.values if self.in_arrays else now.all
                for p, number in zip(values, numbers, strict=True):
                    p.data = float(number)
            if isinstance(self.optimizer, Optimizer):
                self.optimizer.progress = progress
            self.before = None

    def end_epoch(self, columns: dict[str, float]) -> None:
        """Count the epoch, and go on to the next one's learning rate; `columns`: what it gave."""
        with suppress(AttributeError):  # an optimiser of the user's own may have no room for it
            self.optimizer.epochs_done = getattr(self.optimizer, "epochs_done", 0) + 1
        if self.schedule is not None and self.schedule_every == "epoch":
            _step(self.schedule, columns)

    def bad_number(self, what: str) -> str | None:
        """The first parameter whose "data" or "grad" is nan or infinite, for a message."""
        now = self.parameters
        if what == "data" and not self.in_arrays:
            found = [(p, p.data) for p in now.all]
        else:
            if now.is_finite(what):
                return None
            array = now.array(what)
            found = [(p, float(array[now.place[id(p)]])) for p in now.all if id(p) in now.place]
        bad = (f"{p.label or 'a parameter'}: {x!r}" for p, x in found if not math.isfinite(x))
        return next(bad, None)

    def check_reached(self) -> None:
        """Raise ArgumentError if backpropagation has reached none of the parameters."""
        if not any(p.requires_grad for p in self.parameters.all):
            raise ArgumentError(
                "every parameter of the model is frozen, so that nothing would be learned; thaw "
                "those to be trained: layer.requires_grad = True"
            )
        reached = self.parameters.reached
        if not (len(self.mine) if reached is None else reached.any()):
            raise ArgumentError(
                "the loss does not depend on any parameter of the model, so that nothing would "
                "be learned; compute it from the model's Values (not from their .data), and call "
                "fit outside no_grad()"
            )


def bound(given: float | None, name: str) -> float | None:
    """A bound for gradients, if there is one."""
    return None if given is None else finite(given, name, above=0.0)


def chosen(**settings: float | None) -> dict[str, float]:
    """The settings of an optimiser that are given."""
    return {name: number for name, number in settings.items() if number is not None}


def optimizer_for(model: Any, given: Any, settings: dict[str, Any]) -> Any:
    """The optimiser itself, or one of that name or class made over the model's parameters."""
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
        known = [one.name for one in fields(kind) if one.name != "params"]
        for name in settings:
            if name not in known:
                raise ArgumentError(f"{kind.__name__} has no {name}; it has {', '.join(known)}")
        return make(parameters, **settings)
    if not hasattr(given, "step") or not hasattr(given, "lr"):
        raise KindError(
            f"optimizer= is a name ({', '.join(OPTIMIZERS)}), or an optimiser such as "
            f"nn.Adam(model.parameters(), lr=0.01), not {short(given)}"
        )
    for name, setting in settings.items():
        raise ArgumentError(
            f"{name}= belongs to an optimiser given by name; this one has its own, write "
            f"optimizer=nn.{type(given).__name__}(model.parameters(), {name}={setting!r})"
        )
    if not set(map(id, getattr(given, "params", parameters))) <= set(map(id, parameters)):
        raise ArgumentError(
            "the optimiser moves parameters of another model; make it on this model's: "
            "nn.SGD(model.parameters(), lr=0.1)"
        )
    return given


def _step(schedule: LRScheduler, columns: dict[str, float]) -> None:
    """A step of a schedule, which may go by what was measured: of the validation, if there is."""
    if not isinstance(schedule, ReduceLROnPlateau):
        schedule.step()
        return
    watched = "metric" if schedule.mode == "max" else "loss"
    found = columns.get(f"val_{watched}", columns.get(watched))
    if found is None:
        raise ArgumentError(
            f"ReduceLROnPlateau with mode={schedule.mode!r} goes by the {watched}, which this run "
            f"does not measure; give fit {watched}s=, or take mode='min'"
        )
    schedule.step(found)


def schedule_for(optimizer: Any, given: Any, total: int, done: int) -> Any:
    """The schedule itself, or one made for this optimiser, which goes on where that is.

    `total`: how many steps it makes, for one by name; of which `done` are over.
    """
    if given is None:
        return None
    is_new = isinstance(given, str) or (callable(given) and not isinstance(given, LRScheduler))
    if isinstance(given, str):
        make = lookup(given, SCHEDULES, "schedule")
        optimizer.lr = vars(optimizer).get("initial_lr", optimizer.lr)
        made: Any = make(optimizer, total)
    else:
        made = given(optimizer) if is_new else given
    if not isinstance(made, LRScheduler):
        raise KindError(
            f"schedule= is a name ({', '.join(SCHEDULES)}), a schedule of the given optimiser, or "
            "a function that makes one: schedule=lambda optimizer: nn.StepLR(optimizer, "
            f"step_size=10), not {short(given)}"
        )
    if made.optimizer is not optimizer:
        raise ArgumentError(
            "the schedule belongs to another optimiser; give fit the one it was made for, or "
            "schedule=lambda optimizer: nn.StepLR(optimizer, step_size=10)"
        )
    if is_new and not made.last_epoch:
        made.load_state_dict({**made.state_dict(), "last_epoch": done})
    return made
