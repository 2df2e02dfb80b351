"""Random graphs with sharing: the program gives the eager engine's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from program_support import assert_agrees, eager
from strategies import Plan, Step, plans, points

from autograd import Value

EXAMPLES = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SHARED = Plan(1, (Step("mul", (0, 0)), Step("sum", (1, 1, 0)), Step("dot", (2, 1, 2))), 2)
TWINS = Plan(2, (Step("sin", (0,)), Step("sin", (1,)), Step("mean", (2, 3, 2, -3))), 3)


@st.composite
def batches(draw: st.DrawFn, most: int = 4) -> tuple[Plan, list[list[float]]]:
    plan = draw(plans())
    n = draw(st.integers(1, most))
    return plan, [draw(points(plan.inputs)) for _ in range(n)]


def size(f: Any, args: list[Any], parameters: list[Value]) -> float:
    """Gradients cancel between paths: an error is relative to the largest around."""
    _, slopes, inputs = eager(f, args, parameters)
    return max(1.0, *map(abs, [*slopes, *inputs]))


@EXAMPLES
@given(batches())
@example((SHARED, [[0.7], [-0.3]]))
@example((TWINS, [[0.7, 0.7], [-0.3, 0.0], [0.0, 0.0]]))
def test_arguments_in_a_batch(drawn: tuple[Plan, list[list[float]]]) -> None:
    plan, rows = drawn

    def f(x: Any) -> Any:
        return plan.run(list(x))

    scale = max(size(f, [np.array(row)], []) for row in rows)
    assert_agrees(f, [np.array(rows)], scale=10.0 * scale, reductions=(None,))


@EXAMPLES
@given(batches(1))
@example((SHARED, [[0.7]]))
@example((TWINS, [[0.7, 0.7]]))
def test_one_example(drawn: tuple[Plan, list[list[float]]]) -> None:
    plan, (row,) = drawn

    def f(x: Any) -> Any:
        return plan.run(x)

    assert_agrees(f, [row], scale=10.0 * size(f, [row], []))


@EXAMPLES
@given(batches(3), st.integers(0, 15))
def test_parameters_and_arguments_mixed(drawn: tuple[Plan, list[list[float]]], which: int) -> None:
    """Some inputs of the graph are parameters, others numbers that all examples share."""
    plan, rows = drawn
    parameters = [Value(x) for i, x in enumerate(rows[0]) if which >> i & 1]
    table = np.array(rows)

    def f(x: Any, shared: Any) -> Any:
        given, columns = iter(parameters), iter(x)
        inputs = [next(given) if which >> i & 1 else next(columns) for i in range(plan.inputs)]
        return plan.run(inputs) + shared * inputs[0]

    columns = [i for i in range(plan.inputs) if not which >> i & 1]
    args: list[Any] = [table[:, columns], 0.5]
    scale = max(size(f, [row, 0.5], parameters) for row in args[0])
    assert_agrees(f, args, parameters, scale=10.0 * scale, reductions=("mean",))


@settings(EXAMPLES, max_examples=10)
@given(st.lists(plans(max_inputs=3, max_steps=8), min_size=2, max_size=4), st.randoms())
def test_many_copies_of_some_graphs(found: list[Plan], rng: Any) -> None:
    """Isomorphic graphs side by side, in any order, on inputs that overlap: what grouping sees."""
    parameters = [Value(rng.uniform(-2.0, 2.0)) for _ in range(5)]
    jobs = [(rng.choice(found), [rng.randrange(9) for _ in range(3)]) for _ in range(12)]

    def f(x: Any) -> Any:
        pool = [*x, *parameters]
        total: Any = 0.0
        for i, (plan, places) in enumerate(jobs):
            total = total + (0.5 + i) * plan.run([pool[j] for j in places[: plan.inputs]])
        return total

    xs = np.array([[rng.uniform(-2.0, 2.0) for _ in range(4)] for _ in range(2)])
    scale = max(size(f, [row], parameters) for row in xs)
    assert_agrees(f, [xs], parameters, scale=10.0 * scale, reductions=(None,))
    assert_agrees(f, [xs[0].tolist()], parameters, scale=10.0 * scale)


@settings(EXAMPLES, max_examples=15)
@given(batches(11))
@example((SHARED, [[0.7], [-0.3]]))
@example((TWINS, [[0.7, 0.7], [-0.3, 0.0], [0.0, 0.0]]))
def test_native_code(drawn: tuple[Plan, list[list[float]]]) -> None:
    """A batch, and one example of it; the first input is a parameter, too."""
    plan, rows = drawn
    w = Value(rows[0][0])

    def f(x: Any) -> Any:
        return plan.run([w * x[0], *x[1:]])

    scale = 10.0 * max(size(f, [np.array(row)], [w]) for row in rows)
    reductions = (None, "mean")
    assert_agrees(f, [np.array(rows)], [w], scale=scale, reductions=reductions, backend="native")
    assert_agrees(f, [rows[0]], [w], scale=scale, backend="native")
