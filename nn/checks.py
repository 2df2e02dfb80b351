"""Checks of arguments, with errors that say what was given, what is allowed, what to write."""

from __future__ import annotations

import difflib
import math
import operator
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

import numpy as np

from autograd import Value
from nn.errors import ArgumentError, KindError, ShapeError
from nn.text import counted, short

T = TypeVar("T")

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
    """The entry of `table` under `name`, in any case, with - or spaces for _.

    >>> lookup("Leaky-ReLU", {"leaky_relu": 1}, "activation")
    1
    """
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
