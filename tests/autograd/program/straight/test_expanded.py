"""Each expansion is NumPy's operation, at every edge of IEEE 754."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import pytest

from autograd.primitives.operations import OPERATIONS
from autograd.program.straight.expanded import EXPANSIONS, expanded
from autograd.program.straight.forms import placeholders
from autograd.program.straight.spelled import Spelled
from autograd.program.symbols import Symbol, apply

EDGES = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 7.0, 1e20, -1e20, 1e-300, 5e-324, np.inf, -np.inf,
         np.nan, 1e308, -0.1, 0.3,
         -0.5, 1.5, 2.5, 0.49999999999999994, -0.49999999999999994, 2.0**52 + 1.0]  # fmt: skip


def evaluated(x: Any, numbers: dict[str, float]) -> Any:
    if not isinstance(x, Symbol):
        return x
    if not x.op:
        return numbers[x.name]
    with np.errstate(all="ignore"):
        return OPERATIONS[x.op](*(evaluated(a, numbers) for a in x.args))


def bits(x: Any) -> str:
    return "nan" if np.isnan(x) else struct.pack(">d", float(x)).hex()


@pytest.mark.parametrize("name", sorted(EXPANSIONS))
def test_expansions_give_the_same_bits(name: str) -> None:
    unary = name in ("rint", "sign")
    operands = placeholders(Spelled, 1 if unary else 2)
    (found,) = expanded([apply(name, *operands)])
    assert name not in str(found.key)
    for x in map(np.float64, EDGES):
        for y in map(np.float64, EDGES[:1] if unary else EDGES):
            numbers = dict(zip(("{0}", "{1}"), (x, y), strict=True))
            with np.errstate(all="ignore"):
                want = OPERATIONS[name](*((x,) if unary else (x, y)))
            got = evaluated(found, numbers)
            if x == y == 0.0 and name in ("maximum", "minimum"):
                assert got == 0.0  # of which sign, NumPy leaves to the processor
            elif name == "logaddexp":
                np.testing.assert_allclose(got, want, rtol=2e-16)
            else:
                assert bits(got) == bits(want), (x, y)


def test_the_larger_of_two_zeros_is_the_second() -> None:
    (found,) = expanded([apply("maximum", *placeholders(Spelled, 1), 0.0)])
    assert bits(evaluated(found, {"{0}": np.float64(-0.0)})) == bits(0.0)


def test_what_is_inside_is_expanded_too_and_the_rest_stays() -> None:
    x, y = placeholders(Spelled, 2)
    kept = apply("exp", x)
    found = expanded([apply("exp", apply("sign", apply("maximum", x, y))), kept])
    assert not {"sign", "maximum"} & set(str(found[0].key).split("'"))
    assert found[1].key == kept.key
