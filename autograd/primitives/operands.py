"""Operands: what may stand where a number is expected, and how it becomes a float."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from typing import Any

import numpy as np

from autograd.errors import NumberTooLargeError, OperandError

_INFINITIES = (float("inf"), float("-inf"))
_NEVER_NUMBERS = (str, bytes, bytearray, complex, np.complexfloating)
_ADVICE = (
    (str, "write float(text) first"),
    (complex, "the engine is real: give the real and imaginary parts separately"),
    (np.complexfloating, "the engine is real: give the real and imaginary parts separately"),
    ((list, tuple), "write [f(x) for x in xs], or put the numbers into np.array(xs)"),
    (type(np.ma.masked), "it is masked: fill it first, for example xs.filled(0.0)"),
    (np.ndarray, "give one element, for example xs[0]"),
    (type(None), "a function without a return statement gives None: is one missing?"),
)


def records(x: Any) -> bool:
    """True if `x` records the operations on it, as a Value does: its class says so."""
    return hasattr(type(x), "__primitive__")


def is_array(x: Any) -> bool:
    """True if `x` is an array, or something that NumPy takes as one, such as a pandas Series."""
    return isinstance(x, np.ndarray) or (
        hasattr(type(x), "__array__") and not isinstance(x, np.generic)
    )


def float_or_none(x: Any) -> float | None:
    """The float that `x` stands for, or None when `x` is not a number.

    Integers of any size, booleans (0 and 1), NumPy scalars, arrays without dimensions, fractions
    and whatever else offers `__float__` count; strings, complex numbers, other arrays and
    containers do not, nor does a Value, which is more than its number, nor a condition of Values.
    A number beyond float range is a NumberTooLargeError.
    """
    kind = x.__class__
    if kind is float:
        return x
    if kind is not int and kind is not bool:
        if hasattr(kind, "__primitive__"):
            return None
        if isinstance(x, _NEVER_NUMBERS) or (is_array(x) and not _is_one_number(x)):
            return None
        if not (hasattr(kind, "__float__") or hasattr(kind, "__index__")):
            return None
    try:
        number = float(x)
    except OverflowError:
        raise _too_large(kind) from None
    except (TypeError, ValueError):
        return None
    if number in _INFINITIES and x != number:
        raise _too_large(kind)
    return number


def _is_one_number(array: Any) -> bool:
    """True if an array has no dimensions and holds a number, which is not masked."""
    array = np.asanyarray(array)
    return not array.ndim and array.dtype.kind in "fiub" and not np.ma.is_masked(array)


def _too_large(kind: type) -> NumberTooLargeError:
    return NumberTooLargeError(
        f"a number of type {kind.__name__} is beyond the range of a float (about ±1.8e308); "
        "work with its logarithm, or scale it down"
    )


def equal(x: Any, y: float) -> Any:
    """True where x equals the number y. (`==` of two Values compares nodes; rules, numbers.)"""
    return (x <= y) & (x >= y)


def as_float(x: Any, what: str = "an operand") -> float:
    """The float that `x` stands for; anything but a number is an OperandError with advice."""
    number = float_or_none(x)
    if number is not None:
        return number
    advice = next((text for kind, text in _ADVICE if isinstance(x, kind)), "")
    if records(x) and not hasattr(x, "__select__"):
        raise OperandError(
            f"{what} must be a plain number, not a {type(x).__name__}: no gradient would flow "
            "through it; give its number, .data, if that is meant"
        )
    raise OperandError(
        f"{what} must be a real number or a Value, not {type(x).__name__} ({_short(x)})"
        + (f"; {advice}" if advice else "")
    )


def is_operand(x: Any) -> bool:
    """True if `x` can be one operand: a number, or something that records operations."""
    return records(x) or float_or_none(x) is not None


def require_floats(xs: tuple[Any, ...], what: str) -> tuple[float, ...]:
    """`as_float` for several operands of one operation, naming the one that is wrong."""
    if len(xs) == 1:
        return (as_float(xs[0], f"the operand of {what}"),)
    return tuple(as_float(x, f"operand {i} of {what}") for i, x in enumerate(xs, start=1))


def refuse_or_defer(other: Any, what: str) -> Any:
    """For an operator's other side that is no number: an error, or NotImplemented.

    Python's own types cannot mean an operand; any other class may know what to do with us.
    """
    if isinstance(other, (str, bytes, complex, list, tuple, dict, set, type(None))):
        as_float(other, what)
    return NotImplemented


def boxed(x: Any) -> np.ndarray[Any, Any]:
    """`x` as an array: arrays as they are, anything else as the one element of a 0-d array.

    Long doubles become floats: as objects beside a Value, NumPy would compare them for ever.
    """
    if is_array(x):
        array = np.asanyarray(x)
        return array.astype(np.float64) if array.dtype == np.longdouble else array
    box = np.empty((), dtype=object)
    box[()] = x
    return box


def keeping_masks(function: Callable[..., Any], operands: Iterable[Any]) -> Any:
    """`function`, element by element, of arrays; masked wherever one of them is masked."""
    operands = list(operands)
    masks = [np.ma.getmaskarray(x) for x in operands if isinstance(x, np.ma.MaskedArray)]
    if not masks:
        return function(*operands)
    plain = [np.ma.getdata(x) if isinstance(x, np.ma.MaskedArray) else x for x in operands]
    found = function(*plain)
    mask = np.broadcast_to(reduce(np.logical_or, masks), np.shape(found))
    return np.ma.array(found, mask=mask)


def refuse_masked(x: Any, what: str) -> None:
    """Raise an OperandError if an array has masked elements, which `what` would forget."""
    if np.ma.is_masked(x):
        raise OperandError(
            f"{what} of an array with masked elements would forget the mask; leave them out "
            "(xs.compressed()), or fill them (xs.filled(0.0))"
        )


def _short(x: Any) -> str:
    text = repr(x)
    return text if len(text) <= 40 else text[:37] + "..."
