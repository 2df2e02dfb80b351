"""Parameters, gradients and averages in flat arrays, while a program trains.

The Values are read when the first batch begins, and are given their numbers back by `release()`.
"""

from __future__ import annotations

import math
from contextlib import ExitStack
from typing import Any

import numpy as np

from autograd import Program, Value
from nn.optim.base import Array, Optimizer
from nn.training.interrupts import uninterrupted
from nn.training.updates import Stepper

Index = Any
"""Positions in an array: a slice, where they are all there is, or an array of them."""


class Flat:
    """The parameters of a program in one array and the gradient of a batch in another.

    Args:
        program: the cost of an example, traced.
        reader: another traced program, which reads the same parameters, or the same program.
        example: arguments of the kind that they will be called with.
        trained: the parameters of the model. Other leaves that the cost depends on keep adding up
            their gradients, as they do with `backward()`.

    Attributes:
        parameters: what the entries of `theta` and `gradient` belong to.
        where: the position of each in them, by its identity.
        mine: the positions of `trained`.
    """

    theta: Array
    gradient: Array | None = None

    def __init__(
        self, program: Program, reader: Program, example: tuple[Array, ...], trained: list[Value]
    ) -> None:
        self.program, self.reader, self.trained = program, reader, trained
        self._example = example
        self._block: ExitStack | None = None
        self._index()

    def _index(self) -> None:
        """Find out where in the arrays each parameter is."""
        self.parameters, trained = self.program.parameters, self.trained
        self.where = {id(p): i for i, p in enumerate(self.parameters)}
        places = [self.where[id(p)] for p in trained if id(p) in self.where]
        self.mine = self.positions(places)
        pairs = enumerate(self.where.get(id(p)) for p in self.reader.parameters)
        known = [(i, place) for i, place in pairs if place is not None]
        self._read_to, self._read_from = np.array(known, dtype=np.intp).reshape(-1, 2).T
        self._others = sorted(set(self.where.values()) - set(places))
        self._added: Array = np.zeros(len(self._others))

    def positions(self, numbers: list[int]) -> Index:
        """These positions as an index, which is a slice (and takes views) where they are all."""
        every = sorted(numbers) == list(range(len(self.parameters)))
        return slice(None) if every else np.array(sorted(numbers), dtype=np.intp)

    @property
    def is_open(self) -> bool:
        """Whether the numbers live in the arrays, not in the Values."""
        return self._block is not None

    def open(self) -> None:
        """Read the numbers of the Values."""
        for program in (self.reader, self.program):
            program.trace(*self._example)  # known, unless something has changed since
        if [*map(id, self.program.parameters)] != [*map(id, self.parameters)]:
            self._index()
        block = ExitStack()
        self.theta = block.enter_context(self.program.flat_parameters())
        if self.reader is not self.program:
            self._reads: Array = block.enter_context(self.reader.flat_parameters())
        self.gradient, self._block = None, block

    def close(self) -> None:
        """Give the Values their numbers and gradients."""
        if self._block is None:
            return
        block, self._block, numbers = self._block, None, self.theta.tolist()
        try:
            block.close()
        except BaseException:  # Ctrl-C half way through
            for parameter, number in zip(self.parameters, numbers, strict=True):
                parameter.data = number
            raise
        finally:
            self._hand_over_gradient()

    def _hand_over_gradient(self) -> None:
        if self.gradient is None:
            return
        gradient: list[float | None] = self.gradient.tolist()
        for i, added in zip(self._others, self._added.tolist(), strict=True):
            other = self.parameters[i]
            gradient[i] = added if not other.has_grad else other.grad + added
        for parameter, g in zip(self.parameters, gradient, strict=True):
            parameter.grad = g
        for parameter in self.trained:
            if id(parameter) not in self.where:
                parameter.zero_grad()
        self._added = np.zeros(len(self._others))

    def cost(self, X: Array, y: Array) -> float:
        """The mean cost of a batch. Its gradient is kept, or added to the Values' if closed."""
        if not self.is_open:
            return float(self.program.backward(X, y))
        if not self.parameters:  # of which the stepper then speaks
            self.gradient = np.zeros(0)
            return float(np.mean(self.program(X, y)))
        value, gradient = self.program.value_and_grad(X, y)
        if self._others:
            self._added += gradient[self._others]
        self.gradient = gradient
        return float(value)

    def read(self, X: Array, y: Array) -> Any:
        """What the reader gives for each example."""
        if self.is_open and self.reader is not self.program:
            self._reads[self._read_to] = self.theta[self._read_from]
        return self.reader(X, y)


def can_be_flat(optimizer: Any) -> bool:
    """Whether a step is that of `Optimizer`, on arrays; one of the user's own goes by Values."""
    return isinstance(optimizer, Optimizer) and all(
        getattr(getattr(optimizer, name), "__func__", None) is getattr(Optimizer, name)
        for name in ("step", "updated")
    )


class FlatStepper(Stepper):
    """Moves the numbers of a `Flat` as a stepper moves Values, by the same formulas.

    Args:
        scalar: the stepper whose settings it takes over; its optimiser passes `can_be_flat`.
        flat: where the numbers are.
    """

    _moved: Index
    _live: slice
    _order: Any = None

    def __init__(self, scalar: Stepper, flat: Flat) -> None:
        self.parameters, self.optimizer = scalar.parameters, scalar.optimizer
        self.clip_value, self.clip_norm = scalar.clip_value, scalar.clip_norm
        self.schedule, self.flat = scalar.schedule, flat

    def before(self) -> Any:
        """What there is before a batch; the first time, it is read from the Values."""
        if not self.flat.is_open:
            with uninterrupted():
                self._open()
        return self.flat.theta.copy(), self.optimizer.progress

    def _open(self) -> None:
        """Read the numbers, and bring the optimiser's averages into the order of the arrays.

        Those of parameters that the cost does not reach go to the end; they are not moved.
        """
        self.release()  # the objective may have closed it
        self.flat.open()
        where = [
            self.flat.where.get(id(p), math.inf) if getattr(p, "requires_grad", True) else math.inf
            for p in self.optimizer.params
        ]
        order = np.argsort(where, kind="stable")
        reached = [int(i) for i in where if i < math.inf]
        self._moved = self.flat.positions(reached)
        self._live = slice(len(reached) if len(reached) < len(where) else None)
        self.optimizer._reorder(order)
        self._order = order

    def release(self) -> None:
        """Give Values and optimiser their numbers back, in their order."""
        with uninterrupted():
            order, self._order = self._order, None
            if order is not None:
                self.optimizer._reorder(np.argsort(order))
            self.flat.close()

    def put_back(self, before: Any) -> None:
        """Undo what was done since `before`."""
        numbers, self.optimizer.progress = before
        self.flat.theta[:] = numbers

    def zero_grad(self) -> None:
        """Forget the gradients; a program assigns those in the array."""
        if not self.flat.is_open:
            super().zero_grad()

    def reaches(self) -> bool:
        """Whether the cost depends on any of the parameters."""
        return any(id(p) in self.flat.where for p in self.parameters)

    def step(self) -> None:
        """Clip the gradients, and move the parameters along them."""
        theta, gradient = self.flat.theta, self.flat.gradient
        assert gradient is not None, "a step comes after a batch"
        self._clip(gradient)
        moved = self._moved
        theta[moved] = self.optimizer.updated(theta[moved], gradient[moved], self._live)

    def _clip(self, gradient: Array) -> None:
        """As `clip_grad_value_` and `clip_grad_norm_` do, in place."""
        mine = self.flat.mine
        if self.clip_value is not None:
            gradient[mine] = np.clip(gradient[mine], -self.clip_value, self.clip_value)
        if self.clip_norm is not None:
            scale = self.clip_norm / (_length(gradient[mine]) + 1e-6)
            if scale < 1.0:
                gradient[mine] *= scale

    def not_finite(self, what: str) -> str | None:
        """The first parameter whose "data" or "grad" is nan or infinite, for a message."""
        numbers = self.flat.theta if what == "data" else self.flat.gradient
        assert numbers is not None, "gradients are looked at after a batch"
        bad = ~np.isfinite(numbers)
        if not bad.any():
            return None
        for parameter in self.parameters:
            i = self.flat.where.get(id(parameter))
            if i is not None and bad[i]:
                return f"{parameter.label or 'a parameter'}: {float(numbers[i])!r}"
        return None


def _length(gradient: Array) -> float:
    """√Σg², also where g² would be out of range."""
    with np.errstate(all="ignore"):
        squares = float(gradient @ gradient)
    return math.sqrt(squares) if 1e-200 < squares < 1e300 else math.hypot(*gradient.tolist())
