"""The plan and the sizes of a program: what they hold, how they print, that they stay linear."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from autograd import compile as compiled


def test_the_plan_of_a_formula() -> None:
    w, b = Value(5.0), Value(1.0)
    program = compiled(lambda x, y: (w * x + b - y) ** 2).trace(1.0, 2.0)
    plan = program.plan
    assert [step.primitive.name for step in plan.steps] == ["mul", "add", "sub", "power"]
    assert len(plan.parameters) == 2
    assert len(plan.outputs) == 1
    text = str(plan)
    for part in ("p0 * x0", "+ p1", "- x1", "2", "return", "4 operations"):
        assert part in text
    assert "4 operations" in repr(plan)
    assert "4 operations" in repr(program)
    with pytest.raises(AttributeError):
        plan.steps = ()


def test_a_long_plan_is_cut_short() -> None:
    def f(x: Any) -> Any:
        for _ in range(500):
            x = ag.sin(x)
        return x

    plan = compiled(f).trace(1.0).plan
    assert len(plan.steps) == 500
    assert "500 operations" in str(plan)
    assert str(plan).count("\n") < 100
    assert max(map(len, str(plan).splitlines())) < 400


def test_stats() -> None:
    model = nn.MLP(3, [4, 2], seed=0)
    for args in ((np.ones((5, 3)),), ([1.0, 2.0, 3.0],)):
        program = compiled(lambda x: nn.losses.quadratic(model(x), [0.0, 1.0]))
        stats = program.trace(*args).stats
        assert stats.parameters == len(model.parameters())
        assert stats.nodes == len(program.plan.steps)
        assert stats.statements > 0
        assert stats.bytes >= 0
        text = str(stats)
        assert f"{stats.nodes:,}" in text
        assert "statements" in text


def test_stats_of_the_latest_trace() -> None:
    program = compiled(lambda xs: ag.sum([ag.sin(x) for x in xs]))
    few = program.trace([1.0] * 3).stats.nodes
    many = program.trace([1.0] * 30).stats.nodes
    assert many > few
    program([1.0] * 3)
    assert program.stats.nodes == few


def dense(width: int, depth: int) -> Any:
    rng = random.Random(0)
    layers = [
        [([Value(rng.gauss(0, 1)) for _ in range(width)], Value(0.1)) for _ in range(width)]
        for _ in range(depth)
    ]

    def f(x: Any) -> Any:
        for layer in layers:
            x = [ag.tanh(sum((w * v for w, v in zip(ws, x, strict=True)), b)) for ws, b in layer]
        return ag.sum(x)

    return f


def test_statements_of_a_wider_network() -> None:
    """Ten times wider: a hundred times the operations, the same statements."""
    small = compiled(dense(4, 3)).trace(np.ones((2, 4))).stats
    large = compiled(dense(40, 3)).trace(np.ones((2, 40))).stats
    assert large.nodes > 80 * small.nodes
    assert large.statements == small.statements


def test_statements_of_a_deeper_network() -> None:
    small = compiled(dense(4, 3)).trace(np.ones((2, 4))).stats
    large = compiled(dense(4, 30)).trace(np.ones((2, 4))).stats
    assert large.nodes < 10.5 * small.nodes
    assert large.statements <= 10.5 * small.statements
    assert large.bytes <= 10.5 * small.bytes


@pytest.mark.parametrize("batch", [False, True])
def test_an_irregular_graph_grows_in_proportion(batch: bool) -> None:
    def graph(n: int) -> Any:
        def f(xs: Any) -> Any:
            rng, pool = random.Random(4), list(xs)
            functions = [ag.sin, ag.tanh, lambda a: a * pool[0], lambda a: a + pool[-1]]
            for _ in range(n):
                pool.append(rng.choice(functions)(rng.choice(pool)))
            return ag.sum(pool)

        return f

    given: Any = np.ones((2, 3)) if batch else [1.0, 2.0, 3.0]
    small, large = (compiled(graph(n)).trace(given).stats for n in (60, 600))
    assert large.nodes <= 11 * small.nodes
    assert large.statements <= 11 * small.statements
    code = [len(compiled(graph(n)).trace(given).source.code) for n in (60, 600)]
    assert code[1] <= 15 * code[0]  # names and row numbers get longer, too


def test_a_recurrent_network_grows_in_proportion() -> None:
    cell = nn.LSTMCell(2, 3, seed=0)

    def f(xs: Any) -> Any:
        outputs, _ = nn.unroll(cell, [list(x) for x in xs])
        return ag.sum(outputs[-1])

    small, large = (compiled(f).trace(np.ones((2, steps, 2))).stats for steps in (3, 30))
    assert large.nodes <= 11 * small.nodes
    assert large.statements <= 11 * small.statements


def test_a_deep_chain_does_not_recurse() -> None:
    def chain(x: Any, n: int) -> Any:
        for i in range(n):
            x = x + ag.sin(x) * 1e-4 if i % 2 else x * 0.9999
        return x

    for n, given in ((3000, 0.5), (600, np.array([0.5]))):
        value, gradient = compiled(
            lambda x, n=n: chain(x, n), argnums=0, reduce="sum"
        ).value_and_grad(given)
        leaf = Value(0.5)
        out = chain(leaf, n)
        out.backward()
        np.testing.assert_allclose(value, out.data, rtol=1e-9)
        np.testing.assert_allclose(gradient, leaf.grad * np.ones_like(given), rtol=1e-9)
