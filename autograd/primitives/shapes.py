"""The three shapes of primitive: of one operand, of two, of any number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar, overload

import numpy as np

from autograd.core.wiring import FLOAT_ERRORS
from autograd.errors import ArgumentError, OperandError
from autograd.primitives.operands import (
    as_float,
    is_array,
    is_operand,
    refuse_masked,
)
from autograd.primitives.primitive import Primitive

T = TypeVar("T")


class Unary(Primitive):
    """A function of one operand, applied element by element to arrays."""

    arity = 1

    @overload
    def __call__(self, x: float, /, **constants: float) -> float: ...
    @overload
    def __call__(self, x: T, /, **constants: float) -> T: ...
    def __call__(self, x: Any, /, *more: Any, **constants: float) -> Any:
        """Apply to a number, a Value or an array; keywords set constants."""
        if more:
            raise OperandError(self._one_operand(len(more) + 1))
        if constants:
            floats = {k: as_float(c, f"{k}= of {self.name}") for k, c in constants.items()}
            return self.bind(**floats)(x)
        if type(x) is float:
            try:
                return self.forward(x)
            except FLOAT_ERRORS:
                return self.number(x)
        record = getattr(type(x), "__primitive__", None)
        return self.dispatch((x,)) if record is None else record(x, self, (x,))

    def _one_operand(self, given: int) -> str:
        advice = "".join(f"; write {self.name}(x, {name}=…)" for name in list(self.constants)[:1])
        return f"{self.name} takes one operand, not {given}{advice}"


class Binary(Primitive):
    """A function of two operands, applied element by element to arrays, which broadcast."""

    arity = 2

    @overload
    def __call__(self, x: float, y: float, /) -> float: ...
    @overload
    def __call__(self, x: float, y: T, /) -> T: ...
    @overload
    def __call__(self, x: T, y: Any, /) -> T: ...
    def __call__(self, x: Any, y: Any, /) -> Any:
        """Apply to numbers, Values or arrays."""
        if type(x) is float and type(y) is float:
            return self.compute((x, y))
        return self.dispatch((x, y))


class Nary(Primitive):
    """A function of a sequence of operands, or of an array (reduced over `axis`)."""

    arity = None

    def __call__(self, xs: Iterable[Any], /, *more: Any, axis: int | None = None) -> Any:
        """Apply to a sequence of numbers and Values, or to an array."""
        if more:
            raise OperandError(
                f"{self.name} takes one sequence of operands, not {len(more) + 1} operands; "
                f"write {self.name}([a, b])"
            )
        if type(xs) is not list and is_array(xs):
            xs = self._unmasked(np.asanyarray(xs), axis)
        if isinstance(xs, np.ndarray) and self._real(xs).dtype != object:
            self._need_operands(xs.size)
            with np.errstate(all="ignore"):
                return self.arrays(self._real(xs), axis=axis)
        if axis is not None:
            return np.apply_along_axis(self, axis, np.asarray(xs, dtype=object))
        return self.dispatch(self._flat(xs))

    def _unmasked(self, xs: Any, axis: int | None) -> Any:
        """An array without its masked elements, which take no part; all along one axis do."""
        if axis is None and np.ma.is_masked(xs):
            return xs.compressed()
        refuse_masked(xs, f"{self.name} along an axis")
        return xs

    def _flat(self, xs: Any) -> tuple[Any, ...]:
        if isinstance(xs, np.ndarray):
            xs = xs.flat
        elif is_operand(xs) or isinstance(xs, str) or not isinstance(xs, Iterable):
            raise OperandError(
                f"{self.name} takes one sequence of operands, such as {self.name}([a, b]), "
                f"not {type(xs).__name__}"
            )
        operands = tuple(xs)
        self._need_operands(len(operands))
        return operands

    def _need_operands(self, count: int) -> None:
        if count < self._block.at_least:
            raise ArgumentError(f"{self.name} of no operands is undefined; give at least one")

    def elementwise(self, operands: tuple[Any, ...]) -> Any:
        """Refused: an array cannot be one operand among others."""
        raise OperandError(
            f"one operand of {self.name} is an array; give one flat sequence of numbers and "
            f"Values, or call {self.name} on each row"
        )

    def compute(self, operands: tuple[float, ...]) -> float:
        """The forward value for floats; see `Primitive.number`."""
        try:
            return self.forward(operands)
        except FLOAT_ERRORS:
            with np.errstate(all="ignore"):
                return float(self.arrays(np.array(operands, dtype=np.float64)))
