"""grad, value_and_grad, jacobian, hessian, jvp, vjp: structures, nesting, and no side effects."""

from __future__ import annotations

import math
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close, no_warnings

import autograd as ag
from autograd import Value

Pair = namedtuple("Pair", "w b")


def test_results_are_plain_numbers_in_the_shape_of_the_argument() -> None:
    assert type(ag.grad(ag.sin)(0.5)) is float
    assert ag.grad(lambda x: x[0] * x[1])([2.0, 3.0]) == [3.0, 2.0]
    assert ag.grad(lambda x: x[0] * x[1])((2, 3)) == (3.0, 2.0)
    nested = ag.grad(lambda p: p["w"][0] * p["w"][1][0] + p["b"])({"w": [2.0, (3.0,)], "b": 1})
    assert nested == {"w": [3.0, (2.0,)], "b": 1.0}
    array = ag.grad(lambda x: (x * x).sum())(np.arange(6.0).reshape(2, 3))
    assert array.dtype == np.float64
    assert array.tolist() == (2 * np.arange(6.0).reshape(2, 3)).tolist()
    pair = ag.grad(lambda p: p.w * 2.0 + p.b)(Pair(1.0, 2.0))
    assert pair == Pair(2.0, 1.0)
    assert type(pair) is Pair
    assert ag.grad(lambda x: 0.0 * x.sum() if x.size else Value(0.0))(np.zeros(0)).shape == (0,)
    assert ag.grad(lambda x: ag.sum(x))(np.array([1, 2, 3])).tolist() == [1.0, 1.0, 1.0]


def test_argnums_and_keywords() -> None:
    def f(x: Any, y: Any, *, scale: float = 1.0) -> Any:
        """f's own docstring."""
        return scale * x * y**2

    assert ag.grad(f)(2.0, 3.0) == 9.0
    assert ag.grad(f, 1)(2.0, 3.0) == 12.0
    assert ag.grad(f, -1)(2.0, 3.0) == 12.0
    assert ag.grad(f, (1, 0))(2.0, 3.0) == (12.0, 9.0)
    assert ag.grad(f, (0,))(2.0, 3.0, scale=2.0) == (18.0,)
    assert ag.value_and_grad(f)(2.0, 3.0) == (18.0, 9.0)
    assert ag.grad(f).__doc__ == "f's own docstring."


def test_other_arguments_are_passed_through_untouched() -> None:
    seen = []

    def f(x: Any, flag: str, table: list[int]) -> Any:
        seen.append((flag, table))
        return x * len(table)

    table = [1, 2, 3]
    assert ag.grad(f)(2.0, "on", table) == 3.0
    assert seen == [("on", table)]
    assert seen[0][1] is table


def test_nesting_to_any_order() -> None:
    f: Any = ag.sin
    for order in range(6):
        assert_close(f(0.7), math.sin(0.7 + order * math.pi / 2), rel=1e-12)
        f = ag.grad(f)


def test_perturbations_are_not_confused() -> None:
    """The classic: d/dx (x · d/dy (x + y)) is 1, and with x·y inside it is 2x."""
    assert ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0) == 1.0
    assert ag.grad(lambda x: x * ag.grad(lambda y: x * y)(1.0))(3.0) == 6.0
    assert ag.jvp(lambda x: x * ag.jvp(lambda y: x * y, (1.0,), (1.0,))[1], (3.0,), (1.0,))[1] == 6
    assert ag.grad(lambda x: ag.jvp(lambda y: x * y * y, (x,), (1.0,))[1])(3.0) == 12.0
    assert ag.jvp(lambda x: ag.grad(lambda y: x * y * y)(x), (3.0,), (1.0,))[1] == 12.0
    both = ag.grad(lambda x: x * ag.vjp(lambda y: x * y**2, x)[1](1.0)[0])(2.0)
    assert both == 3 * 2 * 4.0


def test_transforms_leave_gradients_alone() -> None:
    w = Value(2.0, label="w")
    w.grad = 7.0

    def f(x: Any) -> Any:
        return w * x**2

    with no_warnings():
        for recorded in (ag.no_grad(), nullcontext()):
            with recorded:
                assert ag.grad(f)(3.0) == 12.0
                assert ag.hessian(f)(3.0) == 4.0
                assert ag.jvp(f, (3.0,), (1.0,)) == (18.0, 12.0)
                assert ag.vjp(f, 3.0)[1](2.0) == (24.0,)
                assert ag.jacobian(lambda x: [f(x)])(3.0) == [12.0]
    assert w.grad == 7.0
    v = Value(3.0)
    out = ag.grad(lambda x: x**3)(v)
    assert isinstance(out, Value)
    assert (out.data, v.has_grad) == (27.0, False)
    out.backward()
    assert v.grad == 18.0


def test_functions_of_constants_have_gradient_zero() -> None:
    assert ag.grad(lambda x: 3.0)(2.0) == 0.0
    assert ag.grad(lambda x, y: y * 1.0, (0, 1))(2.0, 3.0) == (0.0, 1.0)
    assert ag.hessian(lambda x: x[0])([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
    assert ag.jvp(lambda x: 5.0, (1.0,), (1.0,)) == (5.0, 0.0)
    assert ag.jacobian(lambda x: [x, 2.0])(1.0) == [1.0, 0.0]


def test_no_grad_does_not_reach_into_transforms() -> None:
    with ag.no_grad():
        assert ag.grad(lambda x: x**2)(3.0) == 6.0
        assert ag.hessian(lambda x: x**3)(3.0) == 18.0
        assert ag.jvp(lambda x: x**2, (3.0,), (1.0,))[1] == 6.0


def test_jacobian_in_every_structure() -> None:
    J = ag.jacobian(lambda x: np.array([x[0] * x[1], x[1], x[0] ** 2]))(np.array([2.0, 3.0]))
    assert J.tolist() == [[3.0, 2.0], [0.0, 1.0], [4.0, 0.0]]
    assert ag.jacobian(lambda x: {"a": x * 2.0, "b": [x]})(3.0) == {"a": 2.0, "b": [1.0]}
    both = ag.jacobian(lambda x, y: [x * y, x + y], (0, 1))(2.0, 3.0)
    assert both == [(3.0, 2.0), (1.0, 1.0)]
    square = ag.jacobian(lambda W: W @ np.array([1.0, 10.0]))(np.ones((2, 2)))
    assert square.shape == (2, 2, 2)
    assert square.tolist() == [[[1.0, 10.0], [0.0, 0.0]], [[0.0, 0.0], [1.0, 10.0]]]


def test_hessian_of_rosenbrock() -> None:
    def rosenbrock(x: Any) -> Any:
        return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2

    H = ag.hessian(rosenbrock)([1.5, 2.0])
    assert H == [[2 - 400 * (2.0 - 3 * 2.25), -600.0], [-600.0, 200.0]]
    assert ag.hessian(rosenbrock)(np.array([1.5, 2.0])).tolist() == H


def test_jvp_and_vjp_are_transposes() -> None:
    def f(x: Any, y: Any) -> Any:
        return [ag.sin(x) * y, x / y, ag.hypot(x, y)]

    J = np.array(ag.jacobian(f, (0, 1))(0.7, 1.3))
    out, pull = ag.vjp(f, 0.7, 1.3)
    for i, row in enumerate(J):
        assert pull([float(i == j) for j in range(3)]) == pytest.approx(tuple(row), rel=1e-14)
    for j in range(2):
        value, tangent = ag.jvp(f, (0.7, 1.3), (float(j == 0), float(j == 1)))
        assert value == out
        assert tangent == pytest.approx(list(J[:, j]), rel=1e-14)
    assert all(type(x) is float for x in out)


def test_an_untaken_branch_contributes_nothing_in_forward_mode() -> None:
    assert ag.jvp(lambda x: ag.where(x > 0, ag.log(x), 0.0), (0.0,), (1.0,))[1] == 0.0
    assert ag.grad(lambda x: ag.where(x > 0, ag.sqrt(x), x))(0.0) == 1.0
    assert ag.hessian(lambda x: ag.where(x > 0, ag.sqrt(x), x * x))(0.0) == 2.0


def test_the_same_value_as_several_arguments() -> None:
    v = Value(2.0)
    found = ag.grad(lambda x, y: x * y**2, (0, 1))(v, v)
    assert [float(g) for g in found] == [4.0, 8.0]
    assert ag.grad(lambda x: x[0] * x[1])([v, v])[0].data == 2.0


def test_a_function_that_raises_leaves_no_trace() -> None:
    def fails(x: Any) -> Any:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        ag.grad(fails)(1.0)
    assert type(ag.grad(ag.sin)(1.0)) is float  # not still "inside" a transform
    assert not (Value(1.0) * 2.0).is_leaf


def test_identity_and_input_returned_as_output() -> None:
    assert ag.value_and_grad(lambda x: x)(3.0) == (3.0, 1.0)
    assert ag.grad(ag.grad(lambda x: x))(3.0) == 0.0
    assert ag.jacobian(lambda x: x)([1.0, 2.0]) == [[1.0, 0.0], [0.0, 1.0]]
    assert ag.jvp(lambda x: x, (3.0,), (5.0,)) == (3.0, 5.0)
    out, pull = ag.vjp(lambda x: [x, x], 3.0)
    assert (out, pull([1.0, 10.0])) == ([3.0, 3.0], (11.0,))
    assert pull([1.0, 0.0]) == (1.0,)  # a pullback may be used again


def test_a_transform_in_a_worker_thread_stays_differentiable() -> None:
    def outer(x: Any) -> Any:
        with ThreadPoolExecutor(1) as pool:
            inner = pool.submit(lambda: ag.grad(lambda y: x * y**2)(3.0)).result()
        return inner * x

    assert ag.grad(outer)(2.0) == 24.0  # (6x · x)′


def test_a_nested_transform_that_needs_no_outer_input_gives_numbers() -> None:
    seen = []

    def outer(x: Any) -> Any:
        seen.append(ag.grad(lambda y: y**2)(3.0))
        return x * seen[-1]

    assert ag.grad(outer)(2.0) == 6.0
    assert type(seen[0]) is float


@pytest.mark.parametrize("f", [math.sin, lambda x: x * math.exp(x)])
def test_functions_of_math_lose_the_gradient_and_say_so(f: Any) -> None:
    with pytest.warns(ag.TeachingWarning, match=r"use autograd\.sin, autograd\.exp"):
        ag.grad(f)(1.0)
    assert float(Value(2.0)) == 2.0


def test_jvp_takes_jaxs_argument_names() -> None:
    assert ag.jvp(lambda x: x**2, primals=(3.0,), tangents=(1.0,)) == (9.0, 6.0)


def test_jvp_reports_anomalies() -> None:
    with ag.detect_anomaly(), pytest.raises(ag.AnomalyError, match="directional derivative of inf"):
        ag.jvp(ag.sqrt, (0.0,), (1.0,))


def test_attributes_beside_the_elements_of_a_list_are_no_concern() -> None:
    class Listed(list):  # type: ignore[type-arg]
        pass

    xs = Listed([2.0, 3.0])
    xs.notes = []
    found = ag.grad(lambda v: v[0] * v[1])(xs)
    assert type(found) is Listed
    assert found == [3.0, 2.0]


def test_a_constant_at_which_a_rule_has_no_number() -> None:
    """1/0.0 raises in Python; in a derivative that is recorded again it is inf all the same."""
    assert ag.grad(ag.grad(lambda x: x * x / 0.0))(1.0) == math.inf
    assert ag.compile(ag.grad(lambda x: x / 0.0))(1.0) == math.inf
    assert ag.compile(ag.hessian(lambda x: x * x / 0.0))(1.0) == math.inf
