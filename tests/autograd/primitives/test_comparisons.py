"""Conditions by name, `isnan`, and what a branch in a trace is told to write."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value
from autograd import compile as compiled

NAN = math.nan
BACKENDS = ("auto", "numpy", "native", "jax")
BOOLS = ((False, False), (False, True), (True, False), (True, True))


def test_conditions_of_plain_numbers() -> None:
    for x, y in BOOLS:
        assert ag.logical_and(x, y) is (x and y)
        assert ag.logical_or(np.bool_(x), y) is (x or y)
        assert ag.logical_not(x) is (not x)
    x, y = np.array(BOOLS).T
    np.testing.assert_array_equal(ag.logical_and(x, y), x & y)
    np.testing.assert_array_equal(ag.logical_or(x, True), np.full(4, True))
    np.testing.assert_array_equal(ag.logical_not(x), ~x)


@pytest.mark.parametrize("wrong", [1.0, Value(2.0), np.array([1.0]), None, "yes"])
def test_numbers_are_no_conditions(wrong: Any) -> None:
    for call in (lambda: ag.logical_and(True, wrong), lambda: ag.logical_or(wrong, True),
                 lambda: ag.logical_not(wrong)):  # fmt: skip
        with pytest.raises(ag.OperandError, match="takes conditions, such as x > 0"):
            call()


def test_isnan_of_everything() -> None:
    assert (ag.isnan(NAN), ag.isnan(0.0), ag.isnan(math.inf)) == (True, False, False)
    assert (ag.isnan(Value(NAN)), ag.isnan(Value(1.0))) == (True, False)
    assert (np.isnan(Value(NAN)), np.isnan(Value(1.0))) == (True, False)
    assert ag.isnan(np.array([NAN, 1.0])).tolist() == [True, False]
    found = ag.isnan(np.array([Value(NAN), 1.0, NAN]))
    assert (found.dtype, found.tolist()) == (bool, [True, False, True])
    with pytest.raises(ag.OperandError, match="operand of isnan must be a real number"):
        ag.isnan("nan")


def chosen(x: Any, y: Any) -> Any:
    both = ag.logical_and(x > 0.0, ag.logical_not(ag.isnan(y)))
    return ag.where(ag.logical_or(both, x < -1.0), x * y, 0.5 * x)


def by_numpys_names(x: Any, y: Any) -> Any:
    both = np.logical_and(x > 0.0, np.logical_not(np.isnan(y)))
    return np.where(np.logical_or(both, x < -1.0), x * y, 0.5 * x)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("function", [chosen, by_numpys_names])
def test_conditions_in_a_program(function: Any, backend: str) -> None:
    x, y = np.array([2.0, 2.0, -0.5, -3.0]), np.array([3.0, NAN, 3.0, 4.0])
    program = compiled(function, argnums=0, reduce=None, backend=backend)
    values, slopes = program.value_and_grad(x, y)
    np.testing.assert_array_equal(values, [6.0, 1.0, -0.25, -12.0])
    np.testing.assert_array_equal(slopes, [3.0, 0.5, 0.5, 4.0])
    assert [program(a, b) for a, b in zip(x, y, strict=True)] == values.tolist()


BRANCHES = (lambda x: x > 0.0 and x < 1.0, lambda x: 0.0 < x < 1.0, lambda x: not x > 0.0,
            lambda x: x > 1.0 or x < 0.0)  # fmt: skip


@pytest.mark.parametrize("branch", BRANCHES)
def test_and_in_a_trace_is_told_of_its_sign(branch: Any) -> None:
    with pytest.raises(ag.TraceError, match=r"for x > 0 and y > 0 write \(x > 0\) & \(y > 0\)"):
        compiled(lambda x: ag.where(branch(x), x, 0.0))(0.5)
