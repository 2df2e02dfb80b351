"""Prepared calls: value and gradient of the same arguments, read again in each call."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import ArgumentError, TraceError, Value
from autograd import compile as compiled

BACKENDS = ("numpy", "python", "native")


def made(backend: str, **options: Any) -> tuple[Any, list[Value]]:
    w = [Value(0.5), Value(-1.5)]

    def f(x: Any, y: Any) -> Any:
        return (ag.tanh(w[0] * x[0] + w[1] * x[1]) - y) ** 2

    return compiled(f, backend=backend, **options), w


def assert_same(got: Any, want: Any) -> None:
    np.testing.assert_array_equal(got[0], want[0])
    np.testing.assert_array_equal(got[1], want[1])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [1, 3, 9000])
@pytest.mark.parametrize("kind", [float, np.float32, int])
def test_arrays_and_parameters_are_read_anew(backend: str, n: int, kind: Any) -> None:
    program, w = made(backend)
    x, y = np.ones((n, 2), kind), np.zeros(n)
    step = program.prepare(x, y)
    assert_same(step(), program.value_and_grad(x, y))
    x[:, 0] = np.arange(n) % 7
    y += 0.5
    assert_same(step(), program.value_and_grad(x, y))
    w[0].data = 0.75
    assert_same(step(), program.value_and_grad(x, y))
    with program.flat_parameters() as theta:
        theta *= 1.25
        assert_same(step(), program.value_and_grad(x, y))
    assert_same(step(), program.value_and_grad(x, y))


@pytest.mark.parametrize("backend", BACKENDS)
def test_lists_are_taken_as_they_are(backend: str) -> None:
    program, _ = made(backend)
    x = [1.0, 2.0]
    step = program.prepare(x, 0.5)
    before = step()
    x[0] = 5.0
    assert_same(step(), before)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("options", [{"reduce": None}, {"argnums": 0, "reduce": "sum"}])
def test_gradients_of_other_kinds(backend: str, options: dict[str, Any]) -> None:
    program, _ = made(backend, **options)
    x, y = np.ones((5, 2)), np.zeros(5)
    step = program.prepare(x, y)
    first = step()
    x *= 2.0
    assert_same(step(), program.value_and_grad(x, y))
    assert not np.shares_memory(first[1], step()[1])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [3, 9000])
def test_an_array_of_another_shape_is_refused(backend: str, n: int) -> None:
    program, _ = made(backend)
    x = np.ones((n, 2))
    step = program.prepare(x, 0.5)
    x.resize((1, 2), refcheck=False)
    with pytest.raises(ArgumentError, match=r"\(1, 2\).*call prepare with them again"):
        step()


def test_while_a_program_is_traced() -> None:
    step = made("numpy")[0].prepare([1.0, 2.0], 0.5)
    with pytest.raises(TraceError, match="call the program itself"):
        compiled(lambda y: y * step()[0])(1.0)
