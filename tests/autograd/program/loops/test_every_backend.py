"""Loops in programs against the same steps written with `for`: values and derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loop_cases import (
    CASES,
    PARAMETERS,
    B,
    Case,
    Scan,
    W,
    nested,
    rk4,
    some_results,
    structures,
    unrolled,
)

import autograd as ag
from autograd import compile, scan
from autograd.errors import ArgumentError

BATCH = np.array([0.7, -0.4, 1.3])
BY_JAX: list[Case] = [structures, some_results, nested]
"""It takes seconds to compile each."""


def ordered(program: Any, found: Any, axes: int = 1) -> Any:
    """Derivatives by the parameters in the order of PARAMETERS: programs meet them in others."""
    if program.argnums is not None:
        return found
    places = [i for p in PARAMETERS for i, q in enumerate(program.parameters) if p is q]
    found = np.asarray(found)
    found = found[..., places]
    return found[..., places, :] if axes == 2 else found


def derivatives(program: Any) -> dict[str, Any]:
    """By name, all that a program gives, for one example and a batch."""
    one = float(BATCH[0])

    def along(x: Any) -> Any:
        """A direction, in the order in which a call of the program has the parameters."""
        return np.array([1.0 + (p is B) for p in program.trace(x).parameters])

    by_parameters = program.argnums is None
    return {
        "value": program(one),
        "values": program(BATCH),
        "gradient": ordered(program, program.grad(one)),
        "gradients": ordered(program, program.grad(BATCH)),
        "jacobian": ordered(program, program.jacobian(BATCH)),
        "hessian": ordered(program, program.hessian(one), 2),
        "hessians": ordered(program, program.hessian(BATCH), 2),
        "jvp": program.jvp(along(one) if by_parameters else 0.5, one)[1],
        "hvp": ordered(program, program.hvp(along(BATCH) if by_parameters else np.ones(3), BATCH)),
    }


def assert_same(found: dict[str, Any], expected: dict[str, Any], rtol: float = 1e-11) -> None:
    for name, numbers in expected.items():
        np.testing.assert_allclose(
            np.asarray(found[name], float), np.asarray(numbers, float), rtol, 1e-12, err_msg=name
        )


WAYS: list[dict[str, Any]] = [{}, {"reduce": None}, {"argnums": 0, "reduce": "sum"}]


@cache
def expected(case: Case, way: int) -> dict[str, Any]:
    """The derivatives of a case that is unrolled."""
    return derivatives(compile(case(unrolled), **WAYS[way]))


@pytest.mark.parametrize("backend", ["numpy", "python", "native"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_loop_is_what_for_is(case: Case, backend: str) -> None:
    for number, way in enumerate(WAYS):
        found = derivatives(compile(case(scan), backend=backend, **way))
        assert_same(found, expected(case, number))


@pytest.mark.parametrize("case", BY_JAX, ids=lambda case: case.__name__)
def test_jax_runs_a_loop(case: Case) -> None:
    program, unrolled_one = (
        compile(case(s), backend=b) for s, b in ((scan, "jax"), (unrolled, "auto"))
    )
    np.testing.assert_allclose(program(BATCH), unrolled_one(BATCH), 1e-12)
    np.testing.assert_allclose(
        ordered(program, program.grad(BATCH)),
        ordered(unrolled_one, unrolled_one.grad(BATCH)),
        1e-11,
    )
    functions = program.to_jax()
    value, gradient = functions.value_and_grad(functions.theta, BATCH)
    assert value == pytest.approx(np.mean(program(BATCH)), rel=1e-5)
    np.testing.assert_allclose(gradient, program.grad(BATCH), 1e-4)


@pytest.mark.parametrize("backend", ["numpy", "native"])
def test_float32(backend: str) -> None:
    half = compile(nested(scan), backend=backend, dtype=np.float32)
    whole = compile(nested(scan))
    np.testing.assert_allclose(half(BATCH), whole(BATCH), 1e-5)
    np.testing.assert_allclose(half.grad(BATCH), whole.grad(BATCH), 1e-4)


@pytest.mark.parametrize("backend", ["numpy", "python", "native"])
def test_long_batches_and_many_calls(backend: str) -> None:
    program = compile(some_results(scan), backend=backend)
    whole = compile(some_results(unrolled))
    for n in (1, 700, 3, 700):
        x = np.linspace(0.1, 2.0, n)
        np.testing.assert_allclose(program(x), whole(x), 1e-12)
        np.testing.assert_allclose(
            ordered(program, program.grad(x)), ordered(whole, whole.grad(x)), 1e-11
        )


@pytest.mark.parametrize("backend", ["numpy", "python", "native"])
def test_arguments_to_run_along(backend: str) -> None:
    def loss(scan: Scan) -> Any:
        def step(c: Any, x: Any) -> Any:
            m = W * c + B * x[0]
            return m, (x[1] - m) ** 2

        return lambda xs: ag.mean(scan(step, 0.0, xs)[1])

    x = np.random.default_rng(0).normal(size=(40, 2))
    way: dict[str, Any] = {"argnums": 0, "batched": False}
    program = compile(loss(scan), backend=backend, **way)
    np.testing.assert_allclose(program.grad(x), compile(loss(unrolled), **way).grad(x), 1e-11)
    several = compile(lambda xs: scan(lambda c, x: (c + x[0], c * x[1]), 0.0, xs), batched=False)
    last, ys = several(x)
    np.testing.assert_allclose(last, x[:, 0].sum())
    np.testing.assert_allclose(ys, (np.cumsum(x[:, 0]) - x[:, 0]) * x[:, 1])


def test_the_count_of_steps_costs_nothing_to_compile() -> None:
    def program(n: int) -> Any:
        return compile(lambda x: scan(lambda c, _: (c + W * c * 1e-6, None), x, length=n)[0])

    found = [program(n).trace(1.0).graph for n in (10, 1_000_000)]
    assert [len(graph) for graph in found] == [4, 4]
    assert program(1_000_000).value_and_grad(1.0)[0] == pytest.approx(math.exp(0.3), rel=1e-6)


def test_examples_that_share_a_loop() -> None:
    def f(scan: Scan) -> Any:
        def shared(x: Any) -> Any:
            c, ys = scan(lambda c, x: (c * W + x, c), 1.0, [B, 0.5, W])
            d, _ = scan(lambda c, y: (c + y * x, None), x, ys)
            return c * d

        return shared

    for backend in ("numpy", "native", "python"):
        program = compile(f(scan), backend=backend)
        assert_same(derivatives(program), derivatives(compile(f(unrolled))))


def test_a_step_that_differs_is_told() -> None:
    seen: list[int] = []

    def step(c: Any, _: None) -> Any:
        seen.append(1)
        return c * float(len(seen)), None

    with pytest.raises(ag.TraceError, match="not the same every time"):
        compile(lambda x: scan(step, x, length=3)[0])(1.0)


def test_what_a_loop_cannot_be() -> None:
    program = compile(rk4(scan)).trace(0.5)
    with pytest.raises(ArgumentError, match=r"everything=True .* write the steps with for"):
        program.export("f.js", everything=True)


OPERATIONS: list[Callable[[Any, Any], Any]] = [
    lambda a, b: a + b, lambda a, b: a * ag.tanh(b), lambda a, b: ag.sin(a) - b,
    lambda a, b: a / (1.0 + b * b), lambda a, b: ag.where(a > b, a, 0.5 * b),
    lambda a, b: ag.where(a > 0.2, ag.log(ag.where(a > 0.2, a, 1.0)), b * W),
    lambda a, b: ag.maximum(a, B * b), lambda a, b: ag.exp(-a * a) * b,
]  # fmt: skip
PICKS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9), st.integers(0, 9)), min_size=1,
                 max_size=6)  # fmt: skip


def random_step(picks: list[tuple[int, int, int]], scan: Scan, inner: bool) -> Any:
    def step(c: Any, x: Any) -> Any:
        pool = [*c, *x, W]
        for number, i, j in picks:
            pool.append(OPERATIONS[number](pool[i % len(pool)], pool[j % len(pool)]))
        if inner:
            pool[-1], _ = scan(lambda a, b: (ag.tanh(a * b) + x[0], None), pool[-1], [*pool[-2:]])
        return [ag.tanh(pool[-1]), 0.5 * pool[-2] + 0.1 * c[0]], pool[-1]

    return step


@settings(max_examples=5, deadline=None)
@given(picks=PICKS, inner=st.booleans(), reads=st.lists(st.integers(0, 3), max_size=3))
def test_random_steps(picks: Any, inner: bool, reads: list[int]) -> None:
    def f(scan: Scan) -> Any:
        def whole(x: Any) -> Any:
            xs = np.array([[0.3, -0.5], [0.1, 0.8], [-0.7, 0.2], [0.4, 0.4]])
            c, ys = scan(random_step(picks, scan, inner), [x, 0.5], xs)
            return ag.sum([c[0], W * x, *(ys[i] * B for i in reads)])

        return whole

    found_by_for = derivatives(compile(f(unrolled)))
    for backend in ("numpy", "native"):
        assert_same(derivatives(compile(f(scan), backend=backend)), found_by_for, 1e-9)
