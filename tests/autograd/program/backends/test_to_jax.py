"""`program.to_jax()`: pure functions that JAX compiles, maps, differentiates and trains with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled

jax = pytest.importorskip("jax")

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 2))
LABELS = np.array([0, 2, 1, 1])
P = [Value(0.4 * i - 1.3) for i in range(6)]
MODEL = nn.MLP(3, [4, 2], activation="tanh", seed=1)


def loss(x: Any, y: Any) -> Any:
    return nn.losses.quadratic(MODEL(x), y)


@pytest.fixture(autouse=True)
def float64() -> Any:
    with jax.enable_x64(True):
        yield


def assert_close(got: Any, want: Any) -> None:
    np.testing.assert_allclose(np.asarray(got), want, 1e-11, 1e-13)


def test_the_gradient_by_every_way() -> None:
    program = compiled(loss).trace(X, Y)
    f, (value, gradient) = program.to_jax(), program.value_and_grad(X, Y)
    assert_close(f.theta, [p.data for p in program.parameters])
    for way in (jax.jit(f.value_and_grad), jax.jit(jax.value_and_grad(f.value))):
        got, slopes = way(f.theta, X, Y)
        assert_close(got, value)
        assert_close(slopes, gradient)
    along = RNG.normal(size=len(gradient))
    _, slope = jax.jvp(lambda theta: f.value(theta, X, Y), (f.theta,), (along,))
    assert_close(slope, gradient @ along)


def test_second_derivatives() -> None:
    program = compiled(loss).trace(X, Y)
    f = program.to_jax()
    table, theta = jax.jit(jax.hessian(f.value))(f.theta, X, Y), np.array(f.theta)
    assert_close(table, np.asarray(table).T)
    step = 1e-5 * np.eye(len(theta))[3]
    moved = [f.value_and_grad(theta + s, X, Y)[1] for s in (step, -step)]
    np.testing.assert_allclose((moved[0] - moved[1]) / 2e-5, table[3], 1e-6, 1e-8)


def test_arguments_and_reductions() -> None:
    program = compiled(loss, argnums=(0, 1), reduce="sum").trace(X, Y)
    f, want = program.to_jax(), program.grad(X, Y)
    for got in (f.value_and_grad(f.theta, X, Y)[1], jax.grad(f.value, (1, 2))(f.theta, X, Y)):
        for mine, theirs in zip(got, want, strict=True):
            assert_close(mine, theirs)
    each = compiled(loss, reduce=None).trace(X, Y)
    f, want = each.to_jax(), each.grad(X, Y)
    assert_close(f.value(f.theta, X, Y), each(X, Y))
    assert_close(f.value_and_grad(f.theta, X, Y)[1], want)
    assert_close(jax.jacrev(f.value)(f.theta, X, Y), want)
    assert_close(jax.jacfwd(f.value)(f.theta, X, Y), want)


def test_one_example_mapped() -> None:
    one = compiled(loss, batched=False, backend="jax").trace(X[0], Y[0]).to_jax()
    each = compiled(loss, reduce=None)
    values, slopes = jax.vmap(one.value_and_grad, (None, 0, 0))(one.theta, X, Y)
    want = each.value_and_grad(X, Y)
    assert_close(values, want[0])
    assert_close(slopes, want[1])
    assert_close(jax.vmap(jax.grad(one.value), (None, 0, 0))(one.theta, X, Y), want[1])


@dataclass
class Curve:
    at: Any
    shape: tuple[float, float]


def test_structures_and_shared_arguments() -> None:
    def f(a: dict[str, Any], i: Any) -> Any:
        chosen = ag.take(P[1:4], i)
        return a["c"].at[0] * P[0] * chosen + a["v"] * ag.exp(a["c"].shape[1]) * P[4] + a["w"][0]

    given = {"c": Curve(X, (0.3, -0.2)), "v": 0.7, "w": [0.1, -0.2]}
    program = compiled(f, argnums=0, reduce="sum").trace(given, LABELS)
    g, (value, gradient) = program.to_jax(), program.value_and_grad(given, LABELS)
    got, slopes = g.value_and_grad(g.theta, given, LABELS)
    assert_close(got, value)
    assert_close(slopes["c"].at, gradient["c"].at)
    assert_close(slopes["v"], gradient["v"])
    assert type(slopes["w"]) is list and type(slopes["c"].shape) is tuple
    assert_close([*slopes["w"], *slopes["c"].shape], [*gradient["w"], *gradient["c"].shape])
    by_theta = jax.grad(lambda theta: g.value(theta, given, LABELS))(g.theta)
    assert_close(by_theta, compiled(f, reduce="sum").grad(given, LABELS))
    assert np.isnan(g.value(g.theta, given, LABELS + 1))


def test_what_nothing_depends_on() -> None:
    program = compiled(lambda x, y, z: y[0] + 0.0 * z, argnums=(0, 1, 2), reduce="sum")
    f, want = program.trace(X, Y, 3.0).to_jax(), program.value_and_grad(X, Y, 3.0)
    value, slopes = f.value_and_grad(f.theta, X, Y, 3.0)
    assert_close(value, want[0])
    by_jax = jax.grad(f.value, (1, 2, 3))(f.theta, X, Y, 3.0)
    own = compiled(program.function, argnums=(0, 1, 2), reduce="sum", backend="jax")
    for got in (slopes, by_jax, own.grad(X, Y, 3.0)):
        for mine, theirs in zip(got, want[1], strict=True):
            assert_close(mine, theirs)
    alone = jax.value_and_grad(f.value, 1)(f.theta, X, Y, 3.0)
    assert_close(alone[0], want[0])
    assert_close(alone[1], np.zeros_like(X))


def test_several_numbers() -> None:
    program = compiled(lambda x: {"a": [x[0] * P[0], x[1]], "b": ag.exp(x[2])}).trace(X)
    f, want = program.to_jax(), program(X)
    found = f.value(f.theta, X)
    assert_close(found["a"][0], want["a"][0])
    assert_close(found["b"], want["b"])
    for derivative in (f.value_and_grad, jax.grad(lambda theta, x: f.value(theta, x)["b"].sum())):
        with pytest.raises(ag.ArgumentError, match="needs a function that returns one number"):
            derivative(f.theta, X)


def test_the_precision_of_what_is_given() -> None:
    f = compiled(loss).trace(X, Y).to_jax()
    single = [jax.numpy.float32(a) for a in (f.theta, X, Y)]
    value, gradient = f.value_and_grad(*single)
    assert value.dtype == gradient.dtype == np.float32
    assert f.value(f.theta, X, Y).dtype == np.float64
    with jax.enable_x64(False):
        assert compiled(loss).trace(X, Y).to_jax().theta.dtype == np.float32
        assert f.value(single[0], X, Y).dtype == np.float32


def test_other_arguments_than_those_traced() -> None:
    program = compiled(loss)
    with pytest.raises(ag.GraphError, match="nothing has been traced yet"):
        program.to_jax()
    f = program.trace(X, Y).to_jax()
    for other in ((X[:, :2], Y), (X,), (X, Y[:, 0])):
        with pytest.raises(ag.ArgumentError, match=r"another structure.*program.trace\(…\)"):
            f.value(f.theta, *other)
    assert f.value(f.theta, X[:1], Y[:1]).shape == ()


def test_other_parameters_than_there_are() -> None:
    f = compiled(loss).trace(X, Y).to_jax()
    for theta in (f.theta[:1], f.theta[:-1], f.theta[:, None], 1.0):
        for function in (f.value, jax.jit(f.value_and_grad)):
            with pytest.raises(ag.ArgumentError, match=r"array of the 26 parameters, as .theta is"):
                function(theta, X, Y)


def test_training_with_optax() -> None:
    optax = pytest.importorskip("optax")
    f = compiled(loss).trace(X, Y).to_jax()
    optimizer = optax.adam(0.05)

    @jax.jit
    def step(theta: Any, state: Any) -> Any:
        value, gradient = f.value_and_grad(theta, X, Y)
        updates, state = optimizer.update(gradient, state)
        return optax.apply_updates(theta, updates), state, value

    theta, state, values = f.theta, optimizer.init(f.theta), []
    for _ in range(50):
        theta, state, value = step(theta, state)
        values.append(float(value))
    assert values[-1] < 0.2 * values[0]
