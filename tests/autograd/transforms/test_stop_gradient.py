"""stop_gradient: a constant to derivatives of every order, eagerly and in programs."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import Value, compile, grad, hessian, jvp, stop_gradient, where

BACKENDS = ("python", "numpy", "native", "jax")
W = Value(2.0, label="w")
POINT = (3.0, 4.0)


class Pair(NamedTuple):
    a: Any
    b: Any


def f(x: Any, y: Any) -> Any:
    """x²w·x + y²·x, in which x²w and the last x are constants: ∂f/∂x = x²w, ∂f/∂y = 2xy."""
    held = stop_gradient({"a": x, "b": [x * x * W, 1.0]})
    return held["b"][0] * x + y * y * held["a"]


def test_what_is_stopped_is_a_constant_eagerly() -> None:
    assert grad(lambda x: x * stop_gradient(x * x))(3.0) == 9.0
    assert grad(grad(lambda x: x * x * stop_gradient(x)))(3.0) == 6.0
    assert ag.value_and_grad(f, (0, 1))(*POINT) == (102.0, (18.0, 24.0))  # of W, too
    assert hessian(lambda z: f(*z))([*POINT]) == [[0.0, 0.0], [0.0, 6.0]]
    assert jvp(f, POINT, (1.0, 10.0)) == (102.0, 258.0)


def test_a_stopped_value_is_a_leaf_with_its_label() -> None:
    x = Value(3.0, label="x")
    stopped = stop_gradient(x)
    assert stopped.is_leaf and stopped is not x and (stopped.data, stopped.label) == (3.0, "x")
    (x * stopped).backward()
    assert x.grad == 3.0


@pytest.mark.parametrize("given", [2.0, [1.0, 2.0], (1.0,), {"a": [1.0]}, Pair(1.0, (2.0,)), []])
def test_a_structure_keeps_its_kind(given: Any) -> None:
    assert stop_gradient(given) == given
    assert type(stop_gradient(given)) is type(given)


def test_arrays() -> None:
    numbers = np.array([[1.0, 2.0]])
    assert np.array_equal(stop_gradient(numbers), numbers)
    assert all(v.is_leaf for v in stop_gradient(np.array([W * 1.0, W])))


@pytest.mark.parametrize("backend", BACKENDS)
def test_programs_of_every_back_end(backend: str) -> None:
    program = compile(f, argnums=(0, 1), backend=backend)
    assert program(*POINT) == 102.0
    assert program.value_and_grad(*POINT) == (102.0, (18.0, 24.0))
    assert program.hessian(*POINT) == ((0.0, 0.0), (0.0, 6.0))
    assert program.jvp((1.0, 10.0), *POINT) == (102.0, 258.0)
    assert program.hvp((1.0, 10.0), *POINT) == (0.0, 60.0)
    by_w = compile(f, backend=backend, reduce=None)
    values, gradients = by_w.value_and_grad(np.array([3.0, 1.0]), np.array([4.0, 2.0]))
    assert values.tolist() == [102.0, 6.0] and gradients.tolist() == [[0.0], [0.0]]


@pytest.mark.parametrize("transform", [grad, hessian])
def test_transforms_in_programs(transform: Callable[..., Any]) -> None:
    def g(x: Any) -> Any:
        return x * x * (x * x).detach()

    assert compile(transform(g))(3.0) == transform(g)(3.0) == {grad: 54.0, hessian: 18.0}[transform]


def test_what_is_stopped_sends_nothing_even_at_an_infinite_slope() -> None:
    """Zero times infinity would be nan."""
    for stopped in (stop_gradient, lambda x: ag.sqrt(stop_gradient(x)), Value.detach):
        program = compile(lambda x, s=stopped: x + s(ag.sqrt(x)), argnums=0)
        assert program.grad(0.0) == 1.0
        assert program.jvp(1.0, 0.0) == (0.0, 1.0)
    chosen = compile(lambda x: where(x > 0.0, ag.log(x), stop_gradient(1.0 / x)), argnums=0)
    assert chosen.grad(0.0) == 0.0 and chosen.grad(2.0) == 0.5


@pytest.mark.parametrize("straight", [False, True])
def test_files(straight: bool, tmp_path: Path) -> None:
    program = compile(f, argnums=(0, 1)).trace(*POINT)
    file = runpy.run_path(str(program.export(tmp_path / "f.py", straight=straight)))
    value, gradient = file["value_and_grad"]([*POINT])
    assert value == 102.0 and [*gradient] == [18.0, 24.0]


def test_something_else_is_refused_where_it_stands() -> None:
    with pytest.raises(ag.OperandError, match=r"what stop_gradient is given\['name'\] must be"):
        stop_gradient({"w": 1.0, "name": "text"})
