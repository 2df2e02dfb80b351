"""`scan` outside of programs: a loop of which every step is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import Value, compile, scan


class Pair(NamedTuple):
    """A carry with names."""

    x: Any
    v: Any


@dataclass
class Item:
    """An item with names."""

    force: Any
    time: Any


def test_numbers_stay_numbers() -> None:
    last, sums = scan(lambda c, x: (c + x, c + x), 0.0, np.arange(5.0))
    assert last == 10.0
    assert type(last) is float
    assert sums.dtype == np.float64
    assert sums.tolist() == [0.0, 1.0, 3.0, 6.0, 10.0]


def test_values_are_recorded_step_by_step() -> None:
    w = Value(2.0, label="w")
    last, powers = scan(lambda c, _: (c * w, c), Value(1.0), length=3)
    last.backward()
    assert (last.data, w.grad) == (8.0, 12.0)
    assert [p.data for p in powers] == [1.0, 2.0, 4.0]
    assert len(ag.Graph.of(last).steps) == 3
    picture = viz.draw(last)
    assert picture.source.count("×") >= 3


def test_structures() -> None:
    def step(c: Pair, x: Item) -> Any:
        return Pair(c.x + x.force * x.time, c.v - 1.0), {"e": c.x, "f": np.array([c.v, c.x])}

    last, ys = scan(step, Pair(1.0, 2.0), Item([1.0, 2.0], np.array([0.5, 0.25])))
    assert last == Pair(2.0, 0.0)
    assert ys["e"].tolist() == [1.0, 1.5]
    assert ys["f"].tolist() == [[2.0, 1.0], [1.0, 1.5]]
    program = compile(lambda c, x: scan(step, c, x), batched=False)
    traced, results = program(Pair(1.0, 2.0), Item([1.0, 2.0], np.array([0.5, 0.25])))
    assert traced == last
    assert type(traced) is Pair
    np.testing.assert_array_equal(results["f"], ys["f"])


def test_a_list_of_structures() -> None:
    items = [{"a": 1.0, "b": [2.0, 3.0]}, {"a": 4.0, "b": [5.0, 6.0]}]

    def step(c: Any, x: Any) -> Any:
        return c * x["a"] + x["b"][0] * x["b"][1], None

    assert scan(step, 1.0, items) == (58.0, None)
    assert compile(lambda c: scan(step, c, items)[0])(1.0) == 58.0


@pytest.mark.parametrize("traced", [False, True])
def test_no_steps_and_one(traced: bool) -> None:
    def f(c: Any) -> Any:
        none, nothing = scan(lambda c, x: (c * x, {"y": [c, x]}), c, np.zeros(0))
        once, one = scan(lambda c, x: (c * x, {"y": [c, x]}), c, np.array([3.0]))
        last, empty = scan(lambda c, _: (c * 2.0, None), c, length=0)
        assert empty is None
        assert nothing["y"][0].shape == (0,)
        assert one["y"][1].shape == (1,)
        return none, once, last, one["y"][0][0]

    assert (compile(f) if traced else f)(2.0) == (2.0, 6.0, 2.0, 2.0)


def test_a_loop_of_constants_is_a_constant() -> None:
    w = Value(3.0)
    program = compile(lambda x: w * x * scan(lambda c, _: (c * 2.0, None), 1.0, length=10)[0])
    assert program(1.0) == 3072.0
    assert [step.primitive.name for step in program.graph.steps] == ["mul", "mul"]


def test_what_does_not_change_is_computed_outside() -> None:
    w = Value(0.5)
    program = compile(
        lambda x: scan(lambda c, _: (c * ag.exp(w) - ag.exp(w), None), x, length=9)[0]
    )
    names = [step.primitive.name for step in program.trace(1.0).graph.steps]
    assert names == ["exp", "scan", "element"]


def test_transforms_outside_of_programs() -> None:
    def f(x: Any) -> Any:
        return scan(lambda c, _: (ag.sin(c) * x, None), x, length=4)[0]

    ag.check_grads(f, (0.7,), order=2)
    program = compile(f, argnums=0)
    assert program.grad(0.7) == pytest.approx(ag.grad(f)(0.7), rel=1e-13)
    assert compile(ag.hessian(f))(0.7) == pytest.approx(ag.hessian(f)(0.7), rel=1e-12)
    assert compile(lambda x: ag.jvp(f, (x,), (2.0,))[1])(0.7) == pytest.approx(
        2.0 * ag.grad(f)(0.7), rel=1e-13
    )


def test_anomalies_of_made_up_numbers_are_none() -> None:
    with ag.detect_anomaly():
        program = compile(lambda x: ag.log(scan(lambda c, _: (c - 0.5, None), x, length=2)[0]))
        assert program(2.0) == 0.0


def test_the_printed_text_of_a_loop_runs() -> None:
    w = Value(0.5)

    def f(x: Any) -> Any:
        c, ys = scan(lambda c, x: (c * w + x, c * c), x, np.array([1.0, 2.0, 3.0]))
        return c * ag.sum([*ys])

    program = compile(f, backend="numpy")
    x = np.array([0.5, -1.0])
    value, gradient = program.value_and_grad(x)
    text = str(program.source)
    assert "def step1(" in text
    assert "for t in steps" in text
    scope: dict[str, Any] = {"np": np, "n": 2, "P": np.array([[0.5]]), "X1": x[None]}
    exec(text, scope)
    arrays = [rows for name, rows in scope.items() if name[0] in "AZ" and name[1:].isdigit()]
    means = [float(np.mean(row)) for rows in arrays for row in rows]
    assert any(abs(m - value) < 1e-12 for m in means)
    assert any(abs(m - gradient[0]) < 1e-12 for m in means)


def test_listings() -> None:
    w = Value(0.5)
    program = compile(lambda x: scan(lambda c, _: (c * w, None), x, length=4)[0], backend="native")
    assert program(16.0) == 1.0
    assert "loop[0]: 4 times, with now[0] = x0, now[1] = p0" in str(program.source)
    python = compile(program.function, backend="python")
    assert python(16.0) == 1.0
    assert "for s8 in range(0, 4, 1):" in str(python.source)
    assert "scan([x0, p0], length=4)" in str(python.graph)


def test_nothing_carried_and_nothing_in_a_part() -> None:
    xs = np.array([1.0, 2.0, 3.0])

    def squares(c: Any) -> Any:
        return ag.scan(lambda _, x: (None, c * x * x), None, xs)

    assert squares(2.0)[0] is None and squares(2.0)[1].tolist() == [2.0, 8.0, 18.0]
    carry, found = ag.compile(squares)(2.0)
    assert carry is None and found.tolist() == [2.0, 8.0, 18.0]
    total = ag.compile(lambda c: ag.sum(squares(c)[1]), argnums=0)
    assert total.value_and_grad(2.0) == (28.0, 14.0)

    def parts(c: Any) -> Any:
        def step(s: Any, x: Any) -> Any:
            return {"a": s["a"] * x, "n": None}, (None, x * c)

        return ag.scan(step, {"a": c, "n": None}, xs)

    for f in (parts, ag.compile(parts)):
        last, (nothing, products) = f(2.0)
        assert last == {"a": 12.0, "n": None} and nothing is None
        assert products.tolist() == [2.0, 4.0, 6.0]


def test_no_items_of_which_nothing_is_known() -> None:
    """An empty list does not say what its items would be, and a step is not asked."""
    last, found = ag.scan(lambda s, x: (s * x["a"], s), 1.0, [])
    assert last == 1.0 and found.shape == (0,)
    last, found = ag.scan(lambda s, x: (s / x, (s, None)), 1.0, np.zeros(0))
    assert found[0].shape == (0,) and found[1] is None
