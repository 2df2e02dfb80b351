"""Transforms of functions that close over Values: their results can be differentiated again."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close, no_warnings

import autograd as ag
import nn
from autograd import Value

W = Value(3.0, label="w")


def u(t: Any) -> Any:
    return W * t * t


def plain(x: Any) -> bool:
    """Whether it is made of plain floats."""
    if isinstance(x, (list, tuple)):
        return all(map(plain, x))
    return type(x) is float


RESULTS: dict[str, Callable[[Callable[[Any], Any]], Any]] = {
    "grad": lambda f: ag.grad(f)(1.0),
    "value_and_grad": lambda f: ag.value_and_grad(f)(1.0),
    "jacobian": lambda f: ag.jacobian(lambda x: [f(x), f(2.0 * x)])(1.0),
    "hessian": lambda f: ag.hessian(f)(1.0),
    "jvp": lambda f: ag.jvp(f, (1.0,), (1.0,)),
    "vjp": lambda f: ag.vjp(f, 1.0)[1](1.0),
    "grad of grad": lambda f: ag.grad(ag.grad(f))(1.0),
}


def test_the_residual_of_a_differential_equation() -> None:
    w = Value(3.0)

    def v(t: Any) -> Any:
        return w * t * t

    loss = (ag.grad(v)(1.0) - 2) ** 2 + (v(1.0) - 1) ** 2
    loss.backward()
    assert (loss.data, w.grad) == (20.0, 20.0)


@pytest.mark.parametrize("name", RESULTS)
def test_what_a_transform_gives_is_differentiable_in_what_it_closes_over(name: str) -> None:
    def total(w: Any) -> Any:
        """The sum of all results, of a function with w in it."""
        found: Any = RESULTS[name](lambda t: ag.sin(w * t) * t**3)
        while isinstance(found, (list, tuple)):
            found = sum(found)
        return found

    w = Value(0.7)
    with no_warnings():
        out = total(w)
        out.backward()
        h = 1e-5
        up, down = total(0.7 + h), total(0.7 - h)
    assert_close(out.data, total(0.7), rel=1e-14)
    assert_close(w.grad, (up - down) / (2 * h), rel=1e-8)


@pytest.mark.parametrize("name", RESULTS)
def test_plain_numbers_where_no_value_is_closed_over(name: str) -> None:
    assert plain(RESULTS[name](lambda t: t**3))
    assert plain(RESULTS[name](lambda t: Value(2.0) * t**3))  # made within the call
    frozen = Value(2.0)
    frozen.requires_grad = False
    assert plain(RESULTS[name](lambda t: frozen * t**3))


@pytest.mark.parametrize("name", RESULTS)
def test_plain_numbers_within_no_grad(name: str) -> None:
    with ag.no_grad(), no_warnings():
        found = RESULTS[name](u)
        assert plain(found)
        assert plain(ag.grad(lambda t: t**2)(Value(3.0)))
    assert repr(found) == repr(_numbers(RESULTS[name](u)))


def _numbers(x: Any) -> Any:
    return type(x)(map(_numbers, x)) if isinstance(x, (list, tuple)) else x.data


def test_made_in_the_call_or_before_it() -> None:
    """By any way to make a leaf."""

    def constants(t: Any) -> Any:
        with ag.no_grad():
            half = Value(1.0) * 0.5
        return t * half * Value(2.0).detach() * Value(3.0)

    assert plain(ag.grad(constants)(1.0))
    with ag.no_grad():
        before = Value(1.0) * 0.5
    for leaf in (before, Value(1.0).detach(), copy.copy(W), copy.deepcopy(W * 1.0),
                 pickle.loads(pickle.dumps(W)), W * 2.0):  # fmt: skip
        out = ag.grad(lambda t, leaf=leaf: t * leaf)(2.0)
        assert isinstance(out, Value)
        assert out.data == leaf.data


def test_a_leaf_from_a_pickle_counts_as_made_before() -> None:
    """It may come from a process in which more calls had begun."""
    text = ag.grad(lambda t: t * 1.0).__name__ and pickle.dumps(Value(2.0))
    again = pickle.loads(text)
    assert isinstance(ag.grad(lambda t: t * again)(1.0), Value)


def test_a_constant_of_an_outer_function_is_older_than_the_inner_call() -> None:
    seen = []

    def outer(x: Any) -> Any:
        c = Value(2.0)
        seen.append(ag.grad(lambda y: c * y)(1.0))
        return x * seen[-1]

    assert ag.grad(outer)(3.0) == 2.0
    assert isinstance(seen[0], Value)


def test_arrays_and_structures() -> None:
    w = Value(2.0)
    g = ag.grad(lambda x: w * (x * x).sum())(np.array([1.0, 2.0]))
    assert g.dtype == object
    (g[0] + g[1]).backward()
    assert w.grad == 6.0
    found = ag.grad(lambda p: w * p["a"] * p["b"][0])({"a": 1.0, "b": [3.0]})
    assert (found["a"].data, found["b"][0].data) == (6.0, 2.0)


def test_a_function_whose_gradient_does_not_depend_on_what_it_closes_over() -> None:
    g = ag.grad(lambda x: x * x + W)(3.0)
    assert isinstance(g, Value)
    assert g.data == 6.0


# Training on derivatives, against closed forms


def test_a_gradient_penalty_trains_on_the_right_gradient() -> None:
    """‖∇f‖² of f(x) = tanh(w·x): ∂/∂w₀ against differences."""
    x = [0.3, -0.8]

    def penalty(w: Any) -> Any:
        g = ag.grad(lambda x: ag.tanh(w[0] * x[0] + w[1] * x[1]))(x)
        return (ag.norm(g) - 1.0) ** 2

    w = [Value(0.5), Value(-1.5)]
    penalty(w).backward()
    for i, h in ((0, 1e-5), (1, 1e-5)):
        at = [0.5, -1.5]
        up, down = list(at), list(at)
        up[i] += h
        down[i] -= h
        assert_close(w[i].grad, (penalty(up) - penalty(down)) / (2 * h), rel=1e-7)


def test_a_network_that_learns_a_differential_equation() -> None:
    """u″ = −u with u(0) = 0, u′(0) = 1: a small network's loss, its gradient against differences;
    and a model with one parameter trained to the closed form."""
    model = nn.MLP(1, [3, 1], activation="tanh", seed=1)

    def loss() -> Any:
        f = lambda t: model([t])  # noqa: E731
        residuals = [(ag.grad(ag.grad(f))(t) + f(t)) ** 2 for t in (0.2, 0.9)]
        return ag.sum([*residuals, f(0.0) ** 2, (ag.grad(f)(0.0) - 1.0) ** 2])

    with no_warnings():
        loss().backward()
    for p in model.parameters():
        h, middle = 1e-5, p.data
        p.data = middle + h
        up = loss().data
        p.data = middle - h
        down = loss().data
        p.data = middle
        assert_close(p.grad, (up - down) / (2 * h), rel=1e-5, scale=1e-2)


def test_training_the_rate_of_a_decay() -> None:
    """u(t) = exp(−k·t) and u′ = −2u: k goes to 2."""
    k = Value(0.5)
    optimizer = nn.SGD([k], lr=0.2)
    for _ in range(60):
        optimizer.zero_grad()
        u = lambda t: ag.exp(-k * t)  # noqa: E731
        ag.mean([(ag.grad(u)(t) + 2.0 * u(t)) ** 2 for t in (0.0, 0.5)]).backward()
        optimizer.step()
    assert_close(k.data, 2.0, rel=1e-6)


def test_gradients_with_respect_to_parameters_that_are_closed_over() -> None:
    """grad over the parameters of a model, given as numbers, beside others closed over."""
    b = Value(1.0)
    value, g = ag.value_and_grad(lambda w: (w[0] * 2.0 + w[1] + b) ** 2)([1.0, 3.0])
    assert (value.data, [float(x) for x in g]) == (36.0, [24.0, 12.0])
    g[0].backward()
    assert b.grad == 4.0


def test_check_grads_of_a_function_that_closes_over_values() -> None:
    with no_warnings():
        ag.check_grads(lambda x: ag.sin(W * x) * x, (0.7,), order=3)


def test_the_memory_of_a_graph_is_given_back() -> None:
    """Nothing that a transform leaves refers back to what it was computed from."""
    w = Value(2.0)
    out = ag.grad(lambda t: w * t * t)(1.0)
    out.backward()
    assert (w.grad, math.isfinite(out.data)) == (2.0, True)
