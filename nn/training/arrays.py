"""Steps in arrays, by a program: `autograd.compile` traced model and loss, and replays them.

From the first batch until `release()`, numbers and gradients live in two arrays, in the order of
the program's parameters; then the Values are given them back.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd import Surroundings, Value
from nn.data.examples import Array, Examples, subset
from nn.models.programs import give_back
from nn.objective.compiled import arrays_of, cost_program, loss_program, measured_by, metric_of
from nn.objective.objective import Measured
from nn.optim.base import Optimizer
from nn.optim.clipping import norm_of, scale_for
from nn.training.interrupts import uninterrupted
from nn.training.steps import Steps, first_bad

__tracebackhide__ = True


class ArraySteps(Steps):
    """The steps of a run, by programs.

    Where the optimiser's step is one of the user's own, or the metric looks at parameters, the
    arrays are released as soon as a gradient is there, and the step is one of the Values.

    Args:
        steps: the same, Value by Value.
        train: the training examples; held_out: whether there are others, to be measured.

    Raises:
        TraceError: model, loss or regularizer would freeze a number, or remember something.
        what else they raise when they meet the placeholders of a trace.
    """

    is_compiled = True

    def __init__(self, steps: Steps, train: Examples, *, held_out: bool) -> None:
        super().__init__(
            steps.objective, steps.optimizer, steps.schedule, steps.clip_value, steps.clip_norm
        )
        objective = steps.objective
        self._example = arrays_of(objective, subset(train, [0]))
        self._cost = cost_program(objective, self._example)
        reads = objective.metric is not None or (held_out and objective.penalised)
        self._reader = loss_program(objective, self._example, alone=True) if reads else self._cost
        looks = Surroundings(objective.metric).values
        self._moves_values = looks or not _steps_in_arrays(self.optimizer)
        self._block: ExitStack | None = None  # is open while the numbers live in the arrays
        self._place = _places(self._cost.parameters)

    def begin(self) -> None:
        """Begin a batch; the first time, the numbers are read from the Values."""
        if self._block is None:
            with uninterrupted():
                self._open()
        if self._moves_values:
            super().begin()
        else:
            self.before = self._values, self._theta.copy(), self.optimizer.progress

    def _open(self) -> None:
        for program in (self._reader, self._cost):
            program.trace(*self._example)  # known, unless something has changed since
        self._values = self._cost.parameters
        self._place = place = _places(self._values)
        mine = [place[id(p)] for p in self.parameters if id(p) in place]
        self._mine, self._others = np.array(mine, np.intp), sorted({*place.values()} - {*mine})
        params = [] if self._moves_values else self.optimizer.params
        self._live = np.array([p.requires_grad and id(p) in place for p in params], bool)
        moved = [place[id(p)] for p, moves in zip(params, self._live, strict=True) if moves]
        self._moved = np.array(moved, np.intp)
        self._gradient: Array | None = None
        with ExitStack() as block:
            self._theta: Array = block.enter_context(self._cost.flat_parameters())
            if self._reader is not self._cost:
                self._reads: Array = block.enter_context(self._reader.flat_parameters())
                pairs = enumerate(place.get(id(p)) for p in self._reader.parameters)
                both = [(i, j) for i, j in pairs if j is not None]
                self._read_to, self._read_from = np.array(both, dtype=np.intp).reshape(-1, 2).T
            self._block = block.pop_all()

    def release(self) -> None:
        """Give the Values their numbers and gradients."""
        with uninterrupted():
            block, self._block = self._block, None
            if block is not None:
                try:
                    block.close()
                finally:
                    self._give_gradients()

    def _give_gradients(self) -> None:
        if self._gradient is not None:
            for parameter in self.parameters:
                i = self._place.get(id(parameter))
                parameter.grad = None if i is None else float(self._gradient[i])

    def gradients(self, batch: Examples) -> Measured:
        """The gradient of the cost of a batch; and what is measured on the way."""
        if not self._place:
            self.check_reached()
        given = arrays_of(self.objective, batch)
        loss, gradient = self._cost.value_and_grad(*given)
        self._gradient = gradient
        for i in self._others:  # leaves that are no parameters add up, as with backward()
            leaf = self._values[i]
            leaf.grad = leaf.grad + float(gradient[i]) if leaf.has_grad else float(gradient[i])
        if self._moves_values:
            self.release()
        if self.objective.metric is None:
            return Measured(float(loss), np.nan)
        return Measured(float(loss), metric_of(self.objective, self._read(given), batch))

    def _read(self, given: tuple[Array, Array]) -> Any:
        if self._block is not None and self._reader is not self._cost:
            self._reads[self._read_to] = self._theta[self._read_from]
        return self._reader(*given)

    def measure(self, examples: Examples) -> Measured:
        """Mean loss without penalties, and mean metric."""
        found = self._read(arrays_of(self.objective, examples))
        return measured_by(self.objective, found, examples, before=self.release)

    def move(self) -> None:
        """Clip the gradients, and move the parameters along them."""
        if self._block is None or self._gradient is None:
            super().move()
            return
        theta, gradient, moved = self._theta, self._gradient, self._moved
        if self.clip_value is not None:
            np.clip(gradient, -self.clip_value, self.clip_value, out=gradient)
        if self.clip_norm is not None:
            gradient *= min(1.0, scale_for(norm_of(gradient[self._mine]), self.clip_norm))
        theta[moved] = self.optimizer.updated(theta[moved], gradient[moved], self._live)

    def _put_back(self, values: list[Value], numbers: Any, progress: Any) -> None:
        if self._moves_values:
            self.release()
        if self._block is None:
            super()._put_back(values, numbers, progress)
        else:
            self._theta[:], self.optimizer.progress = numbers, progress

    def bad_number(self, what: str) -> str | None:
        """The first parameter whose "data" or "grad" is nan or infinite, for a message."""
        if self._block is None or self._gradient is None:
            return super().bad_number(what)
        numbers, place = self._theta if what == "data" else self._gradient, self._place
        if np.isfinite(numbers).all():
            return None
        return first_bad((p, numbers[place[id(p)]]) for p in self.parameters if id(p) in place)

    def first_bad_operation(self, batch: Examples) -> str | None:
        """The operation that gives nan or inf, when the batch is computed again by Values.

        Raises:
            NNError: the model or the loss have something to say about that batch.
        """
        self.objective.measure(batch)
        return super().first_bad_operation(batch)

    def reaches(self, parameter: Value) -> bool:
        """True if the cost depends on the parameter."""
        return id(parameter) in self._place

    def unreached(self, parameters: list[Value]) -> list[Value]:
        """Those of these parameters that the loss, without penalties, does not depend on."""
        if not parameters:
            return []
        program = self._cost
        if self.objective.penalised:
            program = loss_program(self.objective, self._example)
        reached = set(map(id, program.parameters))
        return [p for p in parameters if id(p) not in reached]

    def is_stale(self) -> bool:
        """True if a trace would see something else by now, such as another factor in the loss."""
        changed = any(program.changed() for program in (self._cost, self._reader))
        now = self.objective.model.parameters()
        return changed or [*map(id, now)] != [*map(id, self.parameters)]

    def close(self) -> None:
        """End the run: release, and let other calls have the programs."""
        self.release()
        give_back(self._cost)
        give_back(self._reader)


def _places(parameters: list[Value]) -> dict[int, int]:
    return {id(p): i for i, p in enumerate(parameters)}


def _steps_in_arrays(optimizer: Any) -> bool:
    """True if a step is that of `Optimizer`; one of the user's own goes by Values."""
    return isinstance(optimizer, Optimizer) and all(
        getattr(getattr(optimizer, name), "__func__", None) is getattr(Optimizer, name)
        for name in ("step", "updated")
    )
