"""What a scan runs along: arrays, lists, and structures of them, taken item by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.primitives.operands import is_operand
from autograd.transforms.structures import array_of, opened, take_apart
from autograd.value import Value


class Sequences(NamedTuple):
    """Sequences of equal length.

    Attributes:
        length: None if there are none.
        item: gives the item of a number.
    """

    length: int | None
    item: Callable[[int], Any]


def sequences_of(xs: Any) -> Sequences:
    """The sequences in `xs`; an error says where something else is.

    Raises:
        OperandError: something that is no sequence. ArgumentError: their lengths differ.
    """
    lengths: dict[int, str] = {}
    item = _opened(xs, "xs", lengths)
    if len(lengths) > 1:
        found = ", ".join(f"{path} has {n}" for n, path in lengths.items())
        raise ArgumentError(f"the sequences in xs of scan must be equally long: {found}")
    if not lengths:
        raise ArgumentError("xs of scan holds no sequence; for a number of steps give length=")
    return Sequences(next(iter(lengths)), item)


def _opened(xs: Any, path: str, lengths: dict[int, str]) -> Callable[[int], Any]:
    array = array_of(xs, f"{path} of scan")
    if array is not None and array.ndim:
        lengths[len(array)] = path
        return _items_of_array(array)
    if isinstance(xs, list):
        lengths[len(xs)] = path
        return lambda t: xs[t] if xs else 0.0
    container = opened(xs)
    if container is None:
        raise OperandError(
            f"{path} of scan is an array, a list, or a tuple, dict or dataclass of these, which "
            f"steps run along; not {type(xs).__name__}. What is the same in every step, the step "
            "may close over"
        )
    parts = [_opened(part, path + at, lengths) for at, part in container.parts]
    return lambda t: container.build([part(t) for part in parts])


def _items_of_array(array: Any) -> Callable[[int], Any]:
    if not len(array):
        return lambda t: 0.0 if array.ndim == 1 else np.zeros(array.shape[1:])
    if array.ndim > 1:
        return lambda t: array[t]
    if array.dtype == object:
        return lambda t: array[t]
    numbers = array.tolist()
    return lambda t: numbers[t]


def form_of(x: Any, what: str) -> Any:
    """All that tells one structure from another: containers, names and shapes.

    Raises:
        OperandError: something in it is no number, array or container.
    """
    if type(x) is float or isinstance(x, Value):
        return None
    array = array_of(x, what)
    if array is not None:
        return array.shape
    container = opened(x)
    if container is not None:
        parts = tuple(form_of(part, what + at) for at, part in container.parts)
        return container.key, parts
    if not is_operand(x):
        take_apart(x, what=what)
    return None


def shown(form: Any) -> str:
    """A form for the reader: (number, list of 2)."""
    if form is None:
        return "a number"
    if form and isinstance(form[0], tuple):
        (kind, *_), parts = form
        return f"{kind.__name__} of {', '.join(map(shown, parts)) or 'nothing'}"
    return f"an array of shape {form}"
