"""Transforms of containers and arrays of any library: they reach the function as what they are."""

from __future__ import annotations

from array import array
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import autograd as ag
from autograd import OperandError


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclass(frozen=True)
class Point:
    a: Any
    b: Any


CONTAINERS: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "named tuple": (Pair(2.0, 3.0), lambda p: p.a * p.b),
    "dataclass": (Point(2.0, 3.0), lambda p: p.a * p.b),
    "ordered dict": (OrderedDict(a=2.0, b=3.0), lambda p: (p.move_to_end("a"), p["a"] * p["b"])[1]),
    "default dict": (defaultdict(float, a=2.0, b=3.0), lambda p: p["a"] * p["b"] + p["c"]),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_are_what_they_were(name: str) -> None:
    given, f = CONTAINERS[name]
    found = ag.grad(f)(given)
    assert type(found) is type(given)
    assert found == type(given)(*_set(given, 3.0, 2.0))
    assert ag.jvp(f, (given,), (found,)) == (6.0, 13.0)
    assert ag.vjp(f, given)[1](2.0) == (type(given)(*_set(given, 6.0, 4.0)),)


def _set(like: Any, a: float, b: float) -> tuple[Any, ...]:
    if not isinstance(like, dict):
        return a, b
    pairs = {"a": a, "b": b}
    return (float, pairs) if isinstance(like, defaultdict) else (pairs,)


@pytest.mark.parametrize(
    "given", [pd.Series([2.0, 3.0]), range(2, 4), array("d", [2.0, 3.0]), np.ma.array([2.0, 3.0])]
)
def test_arrays_of_other_libraries_are_taken(given: Any) -> None:
    found = ag.grad(lambda x: x[0] * x[1])(given)
    assert type(found) is np.ndarray
    assert found.tolist() == [3.0, 2.0]
    assert ag.hessian(lambda x: x[0] * x[1])(given).tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_a_data_frame() -> None:
    found = ag.grad(lambda x: (x * x).sum())(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))
    assert found.tolist() == [[2.0, 6.0], [4.0, 8.0]]


def test_masked_entries_are_refused() -> None:
    masked = np.ma.array([2.0, 3.0], mask=[False, True])
    for call in (lambda: ag.grad(lambda x: (x * x).sum())(masked),
                 lambda: ag.jacobian(lambda x: x * masked)(2.0),
                 lambda: ag.check_grads(lambda x: (x * x).sum(), (masked,))):  # fmt: skip
        with pytest.raises(OperandError, match="masked array with masked entries"):
            call()
