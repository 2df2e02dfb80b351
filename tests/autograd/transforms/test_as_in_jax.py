"""Structures in and out of transforms and programs: what one writes for JAX gives the same here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
from autograd import compile

jax = pytest.importorskip("jax")


class Layer(NamedTuple):
    W: Any
    b: Any


@partial(jax.tree_util.register_dataclass, data_fields=["hidden", "output"], meta_fields=[])
@dataclass
class Network:
    hidden: Any
    output: Any


rng = np.random.default_rng(14)
W, B = rng.normal(size=(2, 2)), rng.normal(size=2)
PARAMETERS: dict[str, Any] = {
    "dict of arrays": {"W": W, "b": B, "scale": 0.5},
    "named tuples": Layer(W, B),
    "dataclass of dicts": Network({"W": W, "b": B}, 1.5),
    "lists": [W.tolist(), tuple(B.tolist())],
}
WITHOUT_LISTS = [*PARAMETERS][:3]
"""Of a flat list, methods of programs give an array of derivatives, where JAX has a list."""
X = np.array([0.7, -1.2])


def parts(p: Any) -> tuple[Any, Any]:
    """Weights and biases of any of these."""
    if isinstance(p, dict):
        return p["W"], p["b"]
    if isinstance(p, Network):
        return p.hidden["W"], p.hidden["b"]
    return p


def outputs(p: Any, x: Any, m: Any = ag, *, gain: Any = 1.0) -> Any:
    """A dict, a list in it, and a named tuple."""
    W, b = parts(p)
    z = [
        sum(w * xj for w, xj in zip(row, x, strict=True)) + bi for row, bi in zip(W, b, strict=True)
    ]
    a = [m.tanh(gain * v) for v in z]
    return {
        "a": a,
        "layer": Layer(a[0] * a[1], (z[0], p.output if isinstance(p, Network) else 1.0)),
    }


def loss(p: Any, x: Any, m: Any = ag, *, gain: Any = 1.0) -> Any:
    found = outputs(p, x, m, gain=gain)
    return sum(v * v for v in found["a"]) + found["layer"].W * gain


def with_aux(p: Any, x: Any, m: Any = ag) -> Any:
    return loss(p, x, m), outputs(p, x, m)


def same(found: Any, wanted: Any) -> None:
    """Raise unless the structures and all numbers are the same."""
    with jax.enable_x64(True):
        ours, theirs = jax.tree_util.tree_flatten(found), jax.tree_util.tree_flatten(wanted)
        assert ours[1] == theirs[1]
        for x, y in zip(ours[0], theirs[0], strict=True):
            np.testing.assert_allclose(np.array(x, float), np.array(y), rtol=1e-12, atol=1e-14)


def by_jax(transform: Callable[..., Any], *args: Any, **named: Any) -> Any:
    with jax.enable_x64(True):
        return jax.jit(transform)(*args, **named)


jnp = jax.numpy


@pytest.fixture(params=PARAMETERS)
def p(request: pytest.FixtureRequest) -> Any:
    return PARAMETERS[request.param]


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "jacobian", "hessian"])
def test_transforms_and_their_programs(name: str, p: Any) -> None:
    ours, theirs = getattr(ag, name), getattr(jax, name)
    f, g = loss, partial(loss, m=jnp)
    wanted = by_jax(theirs(g), p, X, gain=0.9)
    same(ours(f)(p, X, gain=0.9), wanted)
    same(compile(ours(f), batched=False)(p, X, gain=0.9), wanted)


def test_several_arguments(p: Any) -> None:
    wanted = by_jax(jax.value_and_grad(partial(loss, m=jnp), argnums=(1, 0)), p, X)
    same(ag.value_and_grad(loss, argnums=(1, 0))(p, X), wanted)
    same(ag.value_and_grad(loss, argnums=(1, "p"))(p, X), wanted)
    same(compile(loss, argnums=(1, 0), batched=False).value_and_grad(p, X)[1], wanted[1])


@pytest.mark.parametrize("kind", WITHOUT_LISTS)
@pytest.mark.parametrize("name", ["value_and_grad", "jacobian", "hessian"])
def test_methods_of_programs(name: str, kind: str) -> None:
    p = PARAMETERS[kind]
    wanted = by_jax(getattr(jax, name)(partial(loss, m=jnp)), p, X, gain=0.9)
    program = compile(loss, argnums=0, batched=False)
    same(getattr(program, name)(p, X, gain=0.9), wanted)


@pytest.mark.parametrize("name", ["grad", "value_and_grad", "jacobian", "hessian"])
def test_aux(name: str, p: Any) -> None:
    ours, theirs = getattr(ag, name), getattr(jax, name)
    wanted = by_jax(theirs(partial(with_aux, m=jnp), has_aux=True), p, X)
    same(ours(with_aux, has_aux=True)(p, X), wanted)
    if name.endswith("grad"):
        same(getattr(compile(with_aux, argnums=0, batched=False, has_aux=True), name)(p, X), wanted)


def test_structures_of_results(p: Any) -> None:
    f, g = outputs, partial(outputs, m=jnp)
    same(ag.jacobian(f)(p, X), by_jax(jax.jacobian(g), p, X))
    along = by_jax(lambda p: jax.jvp(lambda p: g(p, X), (p,), (p,)), p)
    same(ag.jvp(lambda p: f(p, X), (p,), (p,)), along)
    same(compile(f, argnums=0, batched=False).jvp(p, p, X), along)

    def pulled(p: Any) -> Any:
        out, pull = jax.vjp(lambda p: g(p, X), p)
        return out, pull(out)

    out, pull = ag.vjp(lambda p: f(p, X), p)
    same((out, pull(out)), by_jax(pulled, p))


@pytest.mark.parametrize("kind", WITHOUT_LISTS)
def test_jacobians_of_programs(kind: str) -> None:
    def f(p: Any, x: Any, m: Any = ag) -> Any:
        found = outputs(p, x, m)
        return {"a": found["a"][0], "layer": Layer(found["layer"].W, found["layer"].b[1])}

    wanted = by_jax(jax.jacobian(partial(f, m=jnp)), PARAMETERS[kind], X)
    same(compile(f, argnums=0, batched=False).jacobian(PARAMETERS[kind], X), wanted)


def test_products_with_the_hessian(p: Any) -> None:
    def gradient(p: Any) -> Any:
        return jax.grad(partial(loss, m=jnp))(p, X)

    _, wanted = by_jax(lambda p: jax.jvp(gradient, (p,), (p,)), p)
    same(compile(loss, argnums=0, batched=False).hvp(p, p, X), wanted)


@pytest.mark.parametrize("kind", WITHOUT_LISTS)
def test_batches_in_structures(kind: str) -> None:
    """A batch in a dict, as by jax.vmap and the mean of it."""
    p = PARAMETERS[kind]
    batch = {"x": rng.normal(size=(5, 2)), "gain": rng.normal(size=5)}

    def mean(p: Any) -> Any:
        each = jax.vmap(lambda b: loss(p, b["x"], jnp, gain=b["gain"]))(batch)
        return each.mean()

    program = compile(
        lambda p, batch: loss(p, batch["x"], gain=batch["gain"]), argnums=0, batched=(False, True)
    )
    same(program.value_and_grad(p, batch), by_jax(jax.value_and_grad(mean), p))


def test_check_grads_of_structures(p: Any) -> None:
    ag.check_grads(partial(loss, gain=0.9), (p, X), order=2)
    ag.check_grads(lambda p: outputs(p, X), (p,))
