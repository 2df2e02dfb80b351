"""A trace writes down leaves, parameters, steps; and that it looks twice."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import OperandError, TraceError, Value
from autograd import compile as compiled


def test_what_has_been_computed_is_used_again() -> None:
    w = Value(2.0)
    program = compiled(lambda x: ag.exp(w * x) + ag.exp(w * x) * ag.exp(w * x))
    program(1.0)
    assert len(program.plan.steps) == 4
    assert compiled(lambda x: x**2.0 + x**3.0 + x**2.0).trace(1.0).stats.nodes <= 4


def test_nodes_that_are_not_needed_are_left_out() -> None:
    w = Value(2.0)

    def f(x: Any) -> Any:
        ag.exp(w * x) * 3.0
        return x * 2.0

    program = compiled(f)
    program(1.0)
    assert len(program.plan.steps) == 1
    assert program.parameters == []


def test_different_constants_are_not_one_operation() -> None:
    x = 0.5
    for f in (
        lambda x: ag.atan2(x * 0.0, 0.0) + ag.atan2(x * 0.0, -0.0),
        lambda x: ag.leaky_relu(-x, slope=0.1) + ag.leaky_relu(-x, slope=0.2),
        lambda x: ag.clip(x, 0.0, 0.1) + ag.clip(x, 0.0, 0.2),
        lambda x: x**2.0 + x**3.0,
        lambda x: (x + float("nan")) * 0.0 + x,
        lambda x: ag.maximum(x, 1.0) - ag.maximum(x, 1.0 + 2.0**-52),
    ):
        np.testing.assert_equal(compiled(f)(x), float(f(Value(x))))
        np.testing.assert_equal(compiled(f)(np.array([x])), [float(f(Value(x)))])


def test_a_parameter_that_is_returned_twice_is_one() -> None:
    w = Value(2.0)
    program = compiled(lambda x: [w, x, w])
    assert program.trace(1.0).parameters == [w]
    assert [x.tolist() for x in program.jacobian(1.0)] == [[1.0], [0.0], [1.0]]


def test_structures_of_results() -> None:
    w = Value(3.0)

    def f(x: Any) -> Any:
        y = x * w
        return {"a": [x, y], "b": (w, 2.0, y), "c": np.array([[x, y], [1.0, w]]), "d": {}}

    one = compiled(f)(2.0)
    assert one["a"] == [2.0, 6.0]
    assert one["b"] == (3.0, 2.0, 6.0)
    assert one["c"].tolist() == [[2.0, 6.0], [1.0, 3.0]]
    assert one["d"] == {}
    assert type(one["a"][1]) is float
    many = compiled(f)(np.array([2.0, 4.0]))
    assert many["a"][1].tolist() == [6.0, 12.0]
    assert [b.tolist() for b in many["b"]] == [[3.0, 3.0], [2.0, 2.0], [6.0, 12.0]]
    assert many["c"].shape == (2, 2, 2)
    assert many["c"][1].tolist() == [[4.0, 12.0], [1.0, 3.0]]


@pytest.mark.parametrize("out", [None, "text", [1.0, "text"], {1, 2}, object()])
def test_results_that_are_no_numbers(out: Any) -> None:
    with pytest.raises(OperandError, match="returns"):
        compiled(lambda x: out)(1.0)


def test_a_part_of_a_result_may_be_none() -> None:
    def f(x: Any) -> Any:
        return {"twice": 2.0 * x, "none": None}

    assert compiled(f)(1.5) == {"twice": 3.0, "none": None}
    many = compiled(f)(np.array([1.5, 2.0]))
    assert many["twice"].tolist() == [3.0, 4.0] and many["none"] is None
    assert compiled(f, argnums=0).jacobian(1.5) == ag.jacobian(f)(1.5)
    assert ag.jacobian(f)(1.5) == {"twice": 2.0, "none": None}


def test_a_condition_is_no_result() -> None:
    for f in (lambda x: x > 0.0, lambda x: [x, ~(x > 0.0)], lambda x: {"a": (x > 0.0) & (x < 2)}):
        for given in (1.0, np.array([1.0, -1.0])):
            with pytest.raises(OperandError, match=r"what the function returns.* not Condition"):
                compiled(f)(given)


def test_a_condition_counts_in_arithmetic() -> None:
    """As 1 or 0, as a bool does; what is computed of it is a result."""
    w = Value(2.0)
    xs = [3.0, 0.5, 0.0, -1.5]
    for f in (
        lambda x: (x > 0.0) * x,
        lambda x: x * (x > 0.0) + w,
        lambda x: 1.0 - (x > 0.0),
        lambda x: (x > 0.0) - 1,
        lambda x: (x > 0.0) + (x < w),
        lambda x: sum([x > 0.0, x < w, x <= 0.5]),
        lambda x: (x >= 0.5) / 4.0,
        lambda x: x / ((x > 0.0) + 1.0),
        lambda x: 2.0 ** (x > 0.0) * w,
        lambda x: (x > 0.0) ** 2,
    ):
        want = [float(f(Value(x))) for x in xs]
        assert compiled(f)(np.array(xs)).tolist() == want
        assert [compiled(f)(x) for x in xs] == want
    program = compiled(lambda x: (x > 0.0) * x * w, argnums=0, reduce=None)
    assert program.grad(np.array([3.0, -1.0])).tolist() == [2.0, 0.0]
    assert compiled(program.function).grad(np.array([3.0, -1.0])).tolist() == [1.5]


def test_the_time_and_other_changing_numbers() -> None:
    with pytest.raises(TraceError, match="arguments"):
        compiled(lambda x: x * time.perf_counter())(1.0)


def test_a_generator_that_runs_on() -> None:
    numbers = iter(range(100))
    with pytest.raises(TraceError):
        compiled(lambda x: x * next(numbers))(1.0)


def test_tracing_runs_nothing_of_the_program() -> None:
    program = compiled(lambda x: ag.log(x))
    assert program.trace(np.array([[1.0]])[0]) is program
    assert len(program.plan.steps) == 1


def test_within_no_grad_and_detect_anomaly() -> None:
    w = Value(3.0)
    with ag.no_grad():
        assert compiled(lambda x: w * x).value_and_grad(2.0) == (6.0, [2.0])
    with ag.detect_anomaly():
        program = compiled(lambda x: w * x)
        assert program.value_and_grad(2.0) == (6.0, [2.0])


def test_lists_and_tuples_and_arrays_reach_the_function() -> None:
    def f(a: Any, b: Any, c: Any, d: Any) -> Any:
        assert isinstance(a, list)
        assert isinstance(b, tuple)
        assert isinstance(c, np.ndarray)
        assert isinstance(d, dict)
        assert c.shape == (2, 2)
        assert (c @ c.T).shape == (2, 2)
        return (c @ c.T).sum() + a[0] * b[1] + d["k"].mean()

    c = np.arange(4.0).reshape(1, 2, 2)
    got = compiled(f)([1.0, 2.0], (3.0, 4.0), c, {"k": c})
    np.testing.assert_allclose(got, [(c[0] @ c[0].T).sum() + 4.0 + 1.5])


def test_numpy_on_arrays_of_values() -> None:
    w = np.array([[Value(0.5), Value(-1.0)], [Value(2.0), Value(0.25)]], dtype=object)
    xs = np.random.default_rng(0).normal(size=(5, 2))
    program = compiled(lambda x: (np.tanh(w @ x) ** 2).sum() + np.exp(x).mean())
    numbers = np.array([[0.5, -1.0], [2.0, 0.25]])
    want = [(np.tanh(numbers @ x) ** 2).sum() + np.exp(x).mean() for x in xs]
    np.testing.assert_allclose(program(xs), want, rtol=1e-12)


def test_a_sum_that_begins_with_zero_is_one_operation() -> None:
    """As Python's `sum` begins; unless something else has a use for 0 + x."""
    (step,) = compiled(lambda x, y: sum([x, y])).trace(1.0, 2.0).graph.steps
    assert (step.primitive.name, step.operands) == ("add", (0, 1))
    steps = compiled(lambda x, y: (lambda z: (z + y) * z)(0.0 + x)).trace(1.0, 2.0).graph.steps
    assert [step.primitive.name for step in steps] == ["add", "add", "mul"]
    assert repr(compiled(lambda x, y: sum([x, y]))(-0.0, -0.0)) == "0.0"


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda x: x[0] * x[1], TypeError),
        (lambda x: x.sum(), AttributeError),
        (lambda x: ag.norm(x), OperandError),
    ],
)
def test_an_error_in_a_function_of_a_batch_tells_what_it_was_given(
    function: Any, kind: type[Exception]
) -> None:
    x = np.array([3.0, 4.0])
    with pytest.raises(kind) as caught:
        compiled(function, argnums=0)(x)
    (note,) = caught.value.__notes__
    assert "argument 0 is a batch" in note and "is given one number" in note
    assert compiled(function, argnums=0, batched=False)(x) == function(x)


def test_an_error_in_a_function_of_no_batch_has_no_note() -> None:
    with pytest.raises(TypeError) as caught:
        compiled(lambda x: x[0], argnums=0)(1.0)
    assert not hasattr(caught.value, "__notes__")
