"""Sequences that a scan runs along: arrays, lists, and structures of them, taken item by item."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import ArgumentError, OperandError
from autograd.primitives.operands import is_operand
from autograd.transforms.structures import Nested, array_of, opened, take_apart
from autograd.value import Value


class Sequences(NamedTuple):
    """Sequences of equal length.

    Attributes:
        length: None if there are none.
        item: gives the item of a number; of no items, one like them, or an IndexError if nothing
            is known of them.
        columns: gives, for each number or array in an item, those of all items, one after the
            other; items differ in structure if that is an ArgumentError.
    """

    length: int
    item: Callable[[int], Any]
    columns: Callable[[], list[list[Any]]]


def sequences_of(xs: Any) -> Sequences:
    """The sequences in `xs`; an error says where something else is.

    Raises:
        OperandError: something that is no sequence. ArgumentError: their lengths differ.
    """
    lengths: dict[int, str] = {}
    item, columns = _opened(xs, "xs", lengths)
    if len(lengths) > 1:
        found = ", ".join(f"{path} has {n}" for n, path in lengths.items())
        raise ArgumentError(f"the sequences in xs of scan must be equally long: {found}")
    if not lengths:
        raise ArgumentError("xs of scan holds no sequence; for a number of steps give length=")
    return Sequences(next(iter(lengths)), item, columns)


Access = tuple[Callable[[int], Any], Callable[[], list[list[Any]]]]


def _opened(xs: Any, path: str, lengths: dict[int, str]) -> Access:
    array = array_of(xs, f"{path} of scan")
    if array is not None and array.ndim:
        lengths[len(array)] = path
        return _item_of(array), lambda: [take_apart(array, what=path).elements]
    if isinstance(xs, list):
        lengths[len(xs)] = path
        return xs.__getitem__, lambda: _columns(xs)
    container = opened(xs)
    if container is None:
        raise OperandError(
            f"{path} of scan is an array, a list, or a tuple, dict or dataclass of these, which "
            f"steps run along; not {type(xs).__name__}. What is the same in every step, the step "
            "may close over; an array that a program is given is a batch of examples, unless "
            "compile(…, batched=False) says that it is one example"
        )
    parts = [_opened(part, path + at, lengths) for at, part in container.parts]
    return (
        lambda t: container.build([item(t) for item, _ in parts]),
        lambda: [column for _, columns in parts for column in columns()],
    )


def _item_of(array: Any) -> Callable[[int], Any]:
    if not len(array):
        return lambda t: 1.0 if array.ndim == 1 else np.ones(array.shape[1:])
    items: Any = array if array.ndim > 1 or array.dtype == object else array.tolist()
    return lambda t: items[t]


def _columns(items: list[Any]) -> list[list[Any]]:
    form = form_of(items[0], ITEM)
    for t, item in enumerate(items):
        need_same(form, form_of(item, ITEM), t, "item of xs")
    if form is None:
        return [[x if isinstance(x, Value) else float(x) for x in items]]
    parts = [apart(item, ITEM).blocks for item in items]
    return [[x for block in blocks for x in block.elements] for blocks in zip(*parts, strict=True)]


ITEM = "an item of xs of scan"


def need_same(known: Any, form: Any, t: int, what: str) -> None:
    """Raise an ArgumentError unless a form is that of step 0."""
    if form != known:
        raise ArgumentError(
            f"every {what} of scan must have the same structure: that of step {t} is "
            f"{shown(form)}, that of step 0 is {shown(known)}"
        )


def apart(x: Any, what: str) -> Nested:
    """A structure taken apart, of which None may be a part, or all."""
    return Nested([], lambda given: None) if x is None else take_apart(x, what=what)


def form_of(x: Any, what: str) -> Any:
    """All that tells one structure from another: containers, names and shapes.

    Raises:
        OperandError: something in it is no number, array or container.
    """
    if type(x) is float or isinstance(x, Value):
        return None
    if x is None:
        return "None"
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
    if form is None or isinstance(form, str):
        return form or "a number"
    if form and isinstance(form[0], tuple):
        (kind, *_), parts = form
        return f"{kind.__name__} of {', '.join(map(shown, parts)) or 'nothing'}"
    return f"an array of shape {form}"
