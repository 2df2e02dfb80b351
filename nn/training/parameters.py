"""Parameters of a run, and the gradient of a batch, as arrays: by Values, or by programs."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd import Surroundings, Value
from nn.checks import Array
from nn.data.examples import Examples, subset
from nn.models.module import parameters_in
from nn.models.programs import give_back
from nn.objective.compiled import (
    arrays_of,
    cost_program,
    gives_outputs,
    loss_program,
    measured_by,
    metric_of,
)
from nn.objective.metrics import parts_of
from nn.objective.objective import Measured, Objective
from nn.training.interrupts import uninterrupted

__tracebackhide__ = True


class Parameters:
    """The parameters of a model and the gradient of the cost, computed Value by Value.

    Attributes:
        all: the parameters of the model, when this was made.
        values: what the entries of the arrays belong to; place: where each is, by identity.
        theta, gradient: their numbers since `read()`, and the gradient of the latest batch.
        reached: which entries of the gradient backpropagation has reached; None: all.
        is_read: the arrays count, not the Values.
        at_once: the Values are to be given the numbers after every step.
        moves: `gradients` works out the whole step, and `move()` takes it.
    """

    is_compiled = moves = False
    at_once = True
    reached: Array | None = None

    def __init__(self, objective: Objective) -> None:
        self.objective, self.all = objective, list(objective.model.parameters())
        self.values, self.place = self.all, _places(self.all)
        self.theta: Array = np.zeros(0)
        self.gradient: Array = np.zeros(0)
        self.is_read = False

    def read(self) -> None:
        """Read the numbers of the Values."""
        self.theta, self.gradient = np.array([p.data for p in self.all]), np.zeros(0)
        self.is_read = True

    def write(self) -> None:
        """Give the Values their numbers, and gradients that were clipped."""
        if not self.is_read:
            return
        with uninterrupted():
            self.is_read = False
            for p, number in zip(self.all, self.theta.tolist(), strict=True):
                if p.data != number:
                    p.data = number
            for p, grad in zip(self.all, self.gradient.tolist(), strict=False):  # or none yet
                if p.has_grad and p.grad != grad:
                    p.grad = grad

    def copied(self) -> Any:
        """The numbers, for `put_back`."""
        return self.theta.copy()

    def put_back(self, numbers: Any) -> None:
        """Put numbers back into the array."""
        self.theta[:] = numbers

    def move(self) -> None:
        """Take the step that `gradients` has worked out, where it does."""
        raise NotImplementedError

    def array(self, what: str) -> Array:
        """The parameters' "data" or "grad"."""
        return self.theta if what == "data" else self.gradient

    def is_finite(self, what: str) -> bool:
        """True if none of these is nan or infinite."""
        array = self.array(what)
        return bool(np.count_nonzero(np.isfinite(array)) == len(array))  # half the time of .all()

    def gradients(self, batch: Examples) -> Measured:
        """Compute the gradient of the cost of a batch; measure it on the way."""
        for p in self.all:
            p.zero_grad()
        measured = self.objective.gradients(batch)
        self.gradient = np.array([float(p.grad) for p in self.all])
        self.reached = np.array([p.has_grad for p in self.all])
        return measured

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        return self.objective.measure(examples)

    def unused(self, some: list[Value]) -> list[Value]:
        """Those of some parameters, which one example does not use, that may be used by none."""
        return some

    def is_stale(self) -> bool:
        """True if something is repeated that is another by now; Value by Value nothing is."""
        return False

    def close(self) -> None:
        """Write, and let other calls have what is kept with the model."""
        self.write()


class CompiledParameters(Parameters):
    """The same by programs: one for the cost, its gradient and (if it can) the outputs, one for
    what else is reported beside it.

    `autograd.compile` traces model and loss, or raises. From the first batch until `write()`, the
    numbers live in the array that the programs read.
    """

    is_compiled = True
    gives_outputs = True

    def __init__(self, objective: Objective, train: Examples, *, held_out: bool) -> None:
        super().__init__(objective)
        self._example = subset(train, [0])
        if objective.kinds:  # nothing is drawn for it, which would shift what batches are given
            self._example = self._example._replace(noise=np.full((1, len(objective.kinds)), 0.5))
        self._outputs = self.gives_outputs and gives_outputs(objective)
        self._cost = cost_program(objective, self._example, outputs=self._outputs)
        changed = objective.penalised or len(arrays_of(objective, self._example)) > 2
        reads = (objective.metric is not None and not self._outputs) or (held_out and changed)
        self._reader = loss_program(objective, self._example, alone=True) if reads else self._cost
        metrics = parts_of(objective.metric)
        self.at_once = any(Surroundings(one).values for one in metrics)  # may look at the Values
        self._known: tuple[list[Value], list[Value]] | None = None
        self._leaves = [*parameters_in(objective.model)]
        self._held = ExitStack()

    def read(self) -> None:
        """Read the numbers of the Values, which are not to be assigned to until `write()`."""
        given = arrays_of(self.objective, self._example)
        if self._reader is not self._cost:
            self._reader.trace(*given[:2])  # known, unless something has changed since
        self._cost.trace(*given)
        self._find_places(self._cost.parameters, self._reader.parameters)
        self.gradient = np.zeros(0)
        with uninterrupted(), ExitStack() as held:
            self.theta = held.enter_context(self._cost.flat_parameters())
            if self._reader is not self._cost:
                self._numbers: Array = held.enter_context(self._reader.flat_parameters())
            self._held, self.is_read = held.pop_all(), True

    def _find_places(self, values: list[Value], of_reader: list[Value]) -> None:
        """Find where the parameters are in the arrays of both programs, where they are new."""
        if self._known == (values, of_reader):  # identical entries compare at once
            return
        self.values, self.place = values, _places(values)
        mine = set(map(id, self.all))
        self._others = [(i, v) for i, v in enumerate(values) if id(v) not in mine]
        self._grad_places = [self.place.get(id(p)) for p in self.all]
        pairs = enumerate(self.place.get(id(p)) for p in of_reader)
        both = np.array([pair for pair in pairs if pair[1] is not None], dtype=np.intp)
        self._to, self._from = map(as_slice, both.reshape(-1, 2).T)
        self._known = values, of_reader  # at last, so that Ctrl-C leaves nothing half done

    def write(self) -> None:
        """Give the Values their numbers and gradients."""
        if not self.is_read:
            return
        with uninterrupted():
            self.is_read = False
            try:
                self._held.close()
            finally:
                if grads := self.gradient.tolist():
                    for p, i in zip(self.all, self._grad_places, strict=True):
                        p.grad = None if i is None else grads[i]

    def gradients(self, batch: Examples) -> Measured:
        """Compute the gradient of the cost of a batch; measure it on the way."""
        given = arrays_of(self.objective, batch)
        if not self.place:  # of which whoever takes the step then speaks
            found = self._cost(*given)
            return Measured(float(np.mean(found[0] if self._outputs else found)), np.nan)
        loss, self.gradient = self._cost.value_and_grad(*given)
        self._add_to_others()
        if self._outputs:
            loss, found = loss[0], loss
        else:
            found = None if self.objective.metric is None else self._seen(given)
        return Measured(float(loss), metric_of(self.objective, found, batch))

    def _add_to_others(self) -> None:
        """Add gradients to what is no parameter, as `backward()` does."""
        for i, leaf in self._others:
            grad = float(self.gradient[i])
            leaf.grad = leaf.grad + grad if leaf.has_grad else grad

    def _seen(self, given: tuple[Array, ...]) -> Any:
        """Loss (and output) of each example, by the reader."""
        if self.is_read and self._reader is not self._cost:
            self._numbers[self._to] = self.theta[self._from]
        return self._reader(*given[:2])

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        found = self._seen(arrays_of(self.objective, examples))
        return measured_by(self.objective, found, examples, before=self.write)

    def unused(self, some: list[Value]) -> list[Value]:
        """Those of some parameters that the loss, without penalties, does not depend on."""
        program = self._cost
        if some and self.objective.penalised:
            program = loss_program(self.objective, self._example)
        used = set(map(id, program.parameters))
        return [p for p in some if id(p) not in used]

    def is_stale(self) -> bool:
        """True if a trace would see something else by now, such as another factor in the loss."""
        changed = any(program.changed() for program in (self._cost, self._reader))
        return changed or [*parameters_in(self.objective.model)] != self._leaves

    def close(self) -> None:
        """Write, and let other calls have the programs."""
        self.write()
        give_back(self._cost)
        give_back(self._reader)


def as_slice(places: Array) -> Any:
    """Places, or the slice 0, 1, … that they are: 25,000 numbers are copied in a twentieth."""
    return slice(len(places)) if (places == np.arange(len(places))).all() else places


def _places(parameters: list[Value]) -> dict[int, int]:
    return {id(p): i for i, p in enumerate(parameters)}
