"""Checks of arguments, with errors that say what was given, what is allowed, what to write."""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from autograd import Value
from nn.errors import ArgumentError, DataError, KindError, ShapeError
from nn.text import counted, short

T = TypeVar("T")
Array = NDArray[Any]

_NOT_SEQUENCES = (str, bytes, bytearray, dict, set, frozenset)


# Numbers


def is_number(x: Any) -> bool:
    """True for a plain real number (not for a Value: its number may be a placeholder)."""
    return isinstance(x, (Real, np.number, np.bool_)) and not isinstance(x, np.complexfloating)


def as_number(x: Any, what: str) -> float:
    """The float that a plain number or a Value stands for."""
    if is_number(x) or isinstance(x, Value):
        return float(x)
    raise KindError(f"{what} must be a number, not {type(x).__name__} ({short(x)})")


def as_size(n: Any, what: str) -> int:
    """A positive integer, such as a number of neurons."""
    if isinstance(n, (bool, np.bool_)) or not hasattr(n, "__index__"):
        raise KindError(f"{what} must be a positive integer, not {short(n)} ({type(n).__name__})")
    size = operator.index(n)
    if size < 1:
        raise ArgumentError(f"{what} must be at least 1, not {size}")
    return size


def finite(
    x: Any,
    what: str,
    *,
    least: float = -math.inf,
    below: float = math.inf,
    above: float = -math.inf,
) -> float:
    """A finite number x with x >= least, x > above and x < below, as a float."""
    number = as_number(x, what)
    if math.isfinite(number) and least <= number < below and number > above:
        return number
    bounds = {">=": least, ">": above, "<": below}.items()
    told = " and ".join(f"{sign} {bound:g}" for sign, bound in bounds if math.isfinite(bound))
    allowed = f"a finite number {told}".rstrip()
    raise ArgumentError(f"{what} must be {allowed}, not {number!r}")


def random_numbers(seed: Any) -> np.random.Generator:
    """NumPy's generator for this seed; None is never the same, a generator is taken as it is."""
    is_seed = seed is None or isinstance(seed, np.random.Generator)
    if not is_seed and (isinstance(seed, bool) or not hasattr(seed, "__index__") or seed < 0):
        raise ArgumentError(f"seed must be None or an integer from 0, not {short(seed)}")
    return np.random.default_rng(seed)


# Names


def lookup(name: str, table: Mapping[str, T], what: str) -> T:
    """The entry of `table` under `name`, in any case, with - or spaces for _."""
    if not isinstance(name, str):
        raise KindError(f"{what} must be a name such as {next(iter(table))!r}, not {short(name)}")
    key = name.strip().lower().replace("-", "_").replace(" ", "_")
    if key in table:
        return table[key]
    close = difflib.get_close_matches(key, table, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    raise ArgumentError(f"there is no {what} {name!r}; {hint}there are: {', '.join(table)}")


def choice(given: Any, table: Mapping[str, Any], what: str, allowed: str) -> Any:
    """The entry of `table` that a name asks for; or, given in its place, a user's function."""
    if isinstance(given, str):
        return lookup(given, table, what)
    if not callable(given):
        raise KindError(f"{what}= must be a name such as {allowed}, not {type(given).__name__}")
    return given


# Arrays


_COLUMN_TO_NUMBERS = "turn a column of names into columns of 0 and 1 with nn.data.one_hot first"


def finite_array(given: Any, name: str, if_text: str = _COLUMN_TO_NUMBERS) -> Array:
    """The array itself, or as one of finite ints or floats; `if_text`: what to do about text."""
    if isinstance(given, Iterator):  # which may never end
        raise DataError(
            f"{name} is read more than once, which a {type(given).__name__} allows only once; "
            f"write list({name})"
        )
    if _has_masked(given):
        raise DataError(
            f"{name} has masked entries, which would be lost: leave those rows out, or fill them "
            f"with {name}.filled(…)"
        )
    try:
        array = np.asarray(given)
    except ValueError:
        raise DataError(
            f"the rows of {name} differ in length; each needs as many numbers"
        ) from None
    objects = array.flat if array.dtype.kind == "O" else ()
    if array.dtype.kind in "US" or any(isinstance(one, (str, bytes)) for one in objects):
        raise DataError(f"{name} holds text; {if_text.format(name)}")
    if array.dtype.kind == "O":
        array = _as_floats(array, name)
    if array.dtype.kind not in "biuf":
        raise DataError(f"{name} must hold numbers, not {array.dtype}")
    if array.ndim == 0:
        raise DataError(f"{name} is a single number; {name} needs an entry for each example")
    if not array.size:
        raise DataError(f"{name} is empty (shape {array.shape}); there is nothing to learn from")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        raise DataError(
            f"{name}[{', '.join(map(str, bad[0]))}] is {array[tuple(bad[0])]}; remove or replace "
            f"what is not finite ({len(bad)} entries) before training"
        )
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64, copy=False)


def _has_masked(given: Any) -> bool:
    """True if an entry is masked, in an array or in one of several, such as rows in a list."""
    if not isinstance(given, (list, tuple)):
        return bool(np.ma.is_masked(given))
    return not set(map(type, given)) <= {float, int} and any(map(_has_masked, given))


def _as_floats(array: Array, name: str) -> Array:
    for entry in array.flat:
        if not hasattr(entry, "__float__") or isinstance(entry, np.ndarray):
            dense = f"; write {name}.toarray()" if hasattr(entry, "toarray") else ""
            raise DataError(f"{name} must hold numbers, not objects such as {short(entry)}{dense}")
    try:
        return array.astype(np.float64)
    except (OverflowError, TypeError, ValueError) as error:
        raise DataError(f"{name} must hold numbers that a float can hold ({error})") from None


# Examples and models


def as_list(xs: Any, what: str) -> list[Any]:
    """The elements of one example: of a sequence, of a 1-d array, or of a single number."""
    if isinstance(xs, list):
        return xs
    if isinstance(xs, np.ndarray):
        if xs.ndim > 1:
            raise ShapeError(
                f"{what} must be one example, not an array of shape {xs.shape}; "
                "take the examples one by one: [model(x) for x in X]"
            )
        return xs.tolist() if xs.ndim else [xs.item()]
    if isinstance(xs, Iterable) and not isinstance(xs, _NOT_SEQUENCES):
        return list(xs)
    if xs is None or isinstance(xs, _NOT_SEQUENCES):
        raise KindError(
            f"{what} must be a sequence of numbers and Values, not {type(xs).__name__} "
            f"({short(xs)})"
        )
    return [xs]


def need_inputs(xs: Sequence[Any], n: int, who: str) -> None:
    """Raise ShapeError unless the inputs `xs` of one example are `n`; `who` expected them."""
    several = bool(xs) and isinstance(xs[0], (list, tuple, np.ndarray))
    if len(xs) == n and not several:
        return
    text = f"{who} expects {counted(n, 'input')}, got {len(xs)}"
    if several:
        text += " sequences; take the examples one by one: [model(x) for x in X]"
    raise ShapeError(text)


def check_model(model: Any) -> None:
    """Raise KindError unless `model` can be called with an input."""
    if isinstance(model, type) or not callable(model):
        given = f"the class {model.__name__}" if isinstance(model, type) else type(model).__name__
        raise KindError(f"a model is called with an input, such as nn.MLP(2, [16, 1]), not {given}")


def layers_of(model: Any, needed: str) -> list[Any]:
    """The layers of neurons that a model consists of; `needed` says in the error who needs them."""
    layers = getattr(model, "layers", None)
    if not layers or not all(hasattr(layer, "neurons") for layer in layers):
        raise KindError(f"{needed}, such as nn.MLP, not {type(model).__name__}")
    return list(layers)
