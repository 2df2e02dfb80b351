"""Checking a state against the parameters it is meant for, before anything changes."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from nn.checks import as_number
from nn.errors import KindError, StateError


def checked_state(state: Mapping[str, Any], names: Collection[str], whose: str) -> dict[str, float]:
    """The numbers of `state` by parameter name: exactly `names`, all finite.

    Args:
        state: a number for each name; or nested lists and arrays, of which `{"w": [1, 2]}`
            stands for `{"w[0]": 1, "w[1]": 2}`.
        whose: what is to be loaded, for the error.

    Raises:
        KindError: `state` is no mapping, or holds something that is no number.
        StateError: other names than `names`, or a number that is nan or infinite.

    >>> checked_state({"w": [1, 2]}, ["w[0]", "w[1]"], "Neuron(2)")
    {'w[0]': 1.0, 'w[1]': 2.0}
    """
    if not isinstance(state, Mapping):
        raise KindError(f"a state must be a dict {{name: number}}, not {type(state).__name__}")
    numbers = dict(_flat(state))
    if numbers.keys() != set(names):
        raise StateError(f"cannot load into {whose}: {_difference(numbers, names)}")
    bad = [name for name, number in numbers.items() if not math.isfinite(number)]
    if bad:
        raise StateError(f"cannot load into {whose}: {bad[0]} is {numbers[bad[0]]!r}")
    return numbers


def _flat(state: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    todo = list(state.items())[::-1]
    while todo:
        name, entry = todo.pop()
        if isinstance(entry, np.ndarray):
            entry = entry.tolist()
        if isinstance(entry, (list, tuple)):
            todo += [(f"{name}[{i}]", inner) for i, inner in enumerate(entry)][::-1]
        else:
            yield name, as_number(entry, f"{name!r} in a state")


def _difference(numbers: Mapping[str, float], names: Collection[str]) -> str:
    missing = [name for name in names if name not in numbers]
    left_over = [str(name) for name in numbers if name not in set(names)]
    found = [f"{len(names)} parameters are needed and {len(numbers)} were given"]
    if missing:
        found.append(f"missing: {_some(missing)}")
    if left_over:
        found.append(f"unknown: {_some(left_over)}")
    return "; ".join(found)


def _some(names: list[str]) -> str:
    shown = [name if name.isprintable() else repr(name) for name in names[:3]]
    return ", ".join(shown) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
