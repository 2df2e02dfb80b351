"""Loops in programs against the same steps written with `for`: values and derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Value, compile, scan
from autograd.errors import ArgumentError

W, B = Value(0.3), Value(-0.2)
PARAMETERS = [W, B]
BATCH = np.array([0.7, -0.4, 1.3])
Scan = Callable[..., Any]
Case = Callable[[Scan], Callable[[Any], Any]]


def unrolled(step: Any, init: Any, xs: Any = None, length: int | None = None) -> Any:
    """A scan as one writes it without: none of the engine's code for loops."""
    carry, results = init, []
    for t in range(count(xs) if length is None else length):
        carry, y = step(carry, None if xs is None else item(xs, t))
        results.append(y)
    return carry, stacked(results)


def count(xs: Any) -> int:
    return count(xs[0]) if isinstance(xs, tuple) else len(xs)


def item(xs: Any, t: int) -> Any:
    return tuple(item(part, t) for part in xs) if isinstance(xs, tuple) else xs[t]


def stacked(results: list[Any]) -> Any:
    first = results[0]
    if first is None:
        return None
    if isinstance(first, dict):
        return {key: stacked([y[key] for y in results]) for key in first}
    if isinstance(first, (list, tuple)):
        return type(first)(stacked([y[i] for y in results]) for i in range(len(first)))
    return np.array(results, dtype=object)


def rk4(scan: Scan) -> Any:
    def slope(x: Any, v: Any) -> Any:
        return v, -W * x - B * v

    def step(state: Any, _: None) -> Any:
        (x, v), h = state, 0.05
        a = slope(x, v)
        b = slope(x + h / 2 * a[0], v + h / 2 * a[1])
        c = slope(x + h / 2 * b[0], v + h / 2 * b[1])
        d = slope(x + h * c[0], v + h * c[1])
        return tuple(
            y + h / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]) for i, y in enumerate((x, v))
        ), None

    return lambda x: scan(step, (x, 1.0), length=7)[0][0]


def all_results(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        c = ag.tanh(W * c + B * x)
        return c, c * c

    def f(x: Any) -> Any:
        c, ys = scan(step, x, [0.1 * i for i in range(6)])
        return c + sum(ys * ys) / 6.0

    return f


def structures(scan: Scan) -> Any:
    numbers, rows = np.array([0.3, -0.2, 0.7, 0.1]), np.arange(8.0).reshape(4, 2)

    def step(c: Any, x: Any) -> Any:
        (p, q), (u, v) = c, x
        y = {"y": p * q, "z": [u * q, np.array([q, 1.0 * v[1]])]}
        return [q * W + u, p * B + v[0] * v[1] * q], y

    def f(x: Any) -> Any:
        c, ys = scan(step, [x, 2 * x], (numbers, rows))
        return c[0] * c[1] + ys["y"][2] + sum(ys["z"][0]) + ys["z"][1][3][0] * ag.exp(W)

    return f


def values_to_run_along(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c * ag.exp(-W * x) + B * x * x, None

    return lambda x: scan(step, 1.0, [x * 0.1, x * 0.2, x * x])[0]


def choices(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        safe = ag.where(c > 0.0, c, 1.0)
        return ag.where(c > 0.0, ag.log(safe) + 1.0, 0.0 * c) + x * W, c

    return lambda x: scan(step, x, np.array([0.2, -0.4, 0.5]))[0]


def nothing_sent_on(scan: Scan) -> Any:
    """The last step takes the logarithm of what others made of 0: what they sent is nothing."""

    def step(c: Any, x: Any) -> Any:
        return ag.where(x > 0.5, ag.log(c), x * W), ag.sqrt(c)

    return lambda x: scan(step, x * 0.0, np.array([0.2, 0.1, 0.4]))[0] * x


def one_result(scan: Scan) -> Any:
    """√c has an infinite slope in the first step, whose result nobody reads."""

    def step(c: Any, _: None) -> Any:
        return c + W, ag.sqrt(c)

    return lambda x: scan(step, x * 0.0, length=4)[1][3] * x


def some_results(scan: Scan) -> Any:
    def step(c: Any, _: None) -> Any:
        return (c[0] + W * 0.1, c[1] * c[0]), (ag.sqrt(c[0]), c[1])

    def f(x: Any) -> Any:
        c, (r, s) = scan(step, (x * 0.0, x), length=5)
        return r[2] * s[4] + ag.where(x > 0.2, c[1], r[0])

    return f


def nested(scan: Scan) -> Any:
    def inner(c: Any, x: Any) -> Any:
        return c * W + x, c * B

    def step(c: Any, x: Any) -> Any:
        d, ys = scan(inner, c, [x, c * x, 0.5])
        return d + ys[1], sum(ys)

    def f(x: Any) -> Any:
        c, ys = scan(step, x, np.array([0.1, 0.2, 0.3]))
        return c * sum(ys)

    return f


def one_after_the_other(scan: Scan) -> Any:
    def f(x: Any) -> Any:
        _, ys = scan(lambda c, x: (c * W + x * x, c), x, np.ones(3))
        d, zs = scan(lambda c, y: (c + y * y * B, y), ys[2], ys)
        return d + zs[0]

    return f


def without_carry(scan: Scan) -> Any:
    return lambda x: sum(scan(lambda c, x: (c, x * x * W), (), [x, 2 * x, 3 * x])[1])


def gradient_within(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c - 0.1 * ag.grad(lambda t: (t * W - x) ** 2 * t)(c), None

    return lambda x: scan(step, x, np.array([1.0, 2.0, 3.0]))[0]


def lengths(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return (ag.norm([c[0], c[1]]) * W, c[0] + x), ag.hypot(c[0], B)

    def f(x: Any) -> Any:
        c, ys = scan(step, (x, x * 2), np.array([1.0, 2.0, 3.0]))
        return c[0] + c[1] * sum(ys)

    return f


def logarithms(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return c + ag.log(ag.sigmoid(c * W * x)), None

    return lambda x: scan(step, x, np.array([1.0, -20.0, 3.0]))[0]


def taken(scan: Scan) -> Any:
    def step(c: Any, x: Any) -> Any:
        return ag.take([c, W, B], 1.0 * (x > 1.5)) * x + ag.maximum(c, B), None

    return lambda x: scan(step, x, np.array([1.0, 2.0, 3.0]))[0]


CASES: list[Case] = [
    rk4, all_results, structures, values_to_run_along, choices, nothing_sent_on, one_result,
    some_results, nested, one_after_the_other, without_carry, gradient_within, lengths, logarithms,
    taken,
]  # fmt: skip
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


@pytest.mark.parametrize("backend", ["numpy", "python", "native"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_loop_is_what_for_is(case: Case, backend: str) -> None:
    for way in WAYS:
        program = compile(case(scan), backend=backend, **way)
        assert_same(derivatives(program), derivatives(compile(case(unrolled), **way)))


@pytest.mark.parametrize("case", BY_JAX, ids=lambda case: case.__name__)
def test_jax_runs_a_loop(case: Case) -> None:
    program, expected = (
        compile(case(s), backend=b) for s, b in ((scan, "jax"), (unrolled, "auto"))
    )
    np.testing.assert_allclose(program(BATCH), expected(BATCH), 1e-12)
    np.testing.assert_allclose(
        ordered(program, program.grad(BATCH)), ordered(expected, expected.grad(BATCH)), 1e-11
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
    expected = compile(some_results(unrolled))
    for n in (1, 700, 3, 700):
        x = np.linspace(0.1, 2.0, n)
        np.testing.assert_allclose(program(x), expected(x), 1e-12)
        np.testing.assert_allclose(
            ordered(program, program.grad(x)), ordered(expected, expected.grad(x)), 1e-11
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


@settings(max_examples=15, deadline=None)
@given(picks=PICKS, inner=st.booleans(), reads=st.lists(st.integers(0, 3), max_size=3))
def test_random_steps(picks: Any, inner: bool, reads: list[int]) -> None:
    def f(scan: Scan) -> Any:
        def whole(x: Any) -> Any:
            xs = np.array([[0.3, -0.5], [0.1, 0.8], [-0.7, 0.2], [0.4, 0.4]])
            c, ys = scan(random_step(picks, scan, inner), [x, 0.5], xs)
            return ag.sum([c[0], W * x, *(ys[i] * B for i in reads)])

        return whole

    expected = derivatives(compile(f(unrolled)))
    for backend in ("numpy", "native"):
        assert_same(derivatives(compile(f(scan), backend=backend)), expected, 1e-9)
