"""Programs within transforms and traces: their functions run on Values, as a part of these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import GraphError, OperandError, Value
from autograd import compile as compiled


def closed_over(x: Any) -> Any:
    return x * compiled(lambda y: y * x)(4.0)


def computed_from(x: Any) -> Any:
    z = ag.sin(x) * x
    return compiled(lambda y: y * z + z)(4.0)


def given(x: Any) -> Any:
    return compiled(lambda y: y * y * 3.0)(x * x)


def both(x: Any) -> Any:
    return compiled(lambda y, k: y * x + k)(x * 2.0, 7.0)


def of_a_batch(x: Any) -> Any:
    return ag.sum(list(compiled(lambda y: y[0] * x * x + y[1])(np.array([[1.0, 2.0], [3.0, 4.0]]))))


def nested(x: Any) -> Any:
    outer = compiled(lambda y: compiled(lambda z: z * z * y)(x) * x)
    return outer(2.0)


def from_outside(x: Any) -> Any:
    return CUBE(x) + CUBE(2.0) * x


CUBE = compiled(lambda y: y * y * y)
CASES: list[tuple[Callable[..., Any], Callable[..., Any]]] = [
    (closed_over, lambda x: x * 4.0 * x),
    (computed_from, lambda x: 5.0 * ag.sin(x) * x),
    (given, lambda x: 3.0 * x**4),
    (both, lambda x: 2.0 * x * x + 7.0),
    (of_a_batch, lambda x: 4.0 * x * x + 6.0),
    (nested, lambda x: 2.0 * x**3),
    (from_outside, lambda x: x**3 + 8.0 * x),
]


@pytest.mark.parametrize(("f", "plain"), CASES)
def test_every_transform(f: Any, plain: Any) -> None:
    x = 1.25
    for transform in (ag.value_and_grad, ag.hessian, lambda g: ag.grad(ag.grad(ag.grad(g)))):
        np.testing.assert_allclose(transform(f)(x), transform(plain)(x), rtol=1e-12)
    got, want = (ag.jvp(g, (x,), (2.0,)) for g in (f, plain))
    np.testing.assert_allclose(got, want, rtol=1e-12)
    got, want = (ag.vjp(g, x)[1](3.0) for g in (f, plain))
    np.testing.assert_allclose(got, want, rtol=1e-12)
    got, want = (ag.jacobian(lambda v, g=g: [g(v[0]), g(v[1])])([x, 2.0]) for g in (f, plain))
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_transforms_of_programs() -> None:
    program = compiled(lambda x: x[0] * x[0] * x[1])
    assert ag.grad(program)([2.0, 3.0]) == [12.0, 4.0]
    assert ag.grad(program)(np.array([2.0, 3.0])).tolist() == [12.0, 4.0]
    assert ag.hessian(program)(np.array([2.0, 3.0])).tolist() == [[6.0, 4.0], [4.0, 0.0]]
    by_name = ag.grad(lambda x: compiled(lambda a, k: a * k)(x, k=x))(3.0)
    assert by_name == 6.0
    assert program(np.array([[2.0, 3.0]])).tolist() == [12.0]


def test_structures_go_through() -> None:
    def f(x: Any) -> Any:
        assert isinstance(x["a"], tuple)
        return [x["a"][0] * x["a"][1], {"b": x["c"][0]}]

    got = ag.jacobian(lambda v: compiled(f)({"a": (v, 3.0), "c": np.array([v])})[0])(2.0)
    assert got == 3.0
    rows = ag.vjp(lambda v: compiled(lambda y: [y * v, {"b": y + v}])(np.array([1.0, 2.0])), 3.0)[0]
    assert rows[0].tolist() == [3.0, 6.0]
    assert rows[1]["b"].tolist() == [4.0, 5.0]


def test_a_flag_that_says_which_array_is_a_batch() -> None:
    total = compiled(lambda x: x[0] * x[1], batched=False)
    assert ag.grad(lambda v: total(np.array([2.0, 3.0])) * v)(1.0) == 6.0
    each = compiled(lambda x: x * x, batched=True)
    assert ag.grad(lambda v: ag.sum(list(each(np.array([v, 2.0 * v])))))(3.0) == 30.0


def test_what_does_not_depend_on_the_transform_gives_numbers() -> None:
    w = Value(3.0)
    program = compiled(lambda y: w * y)
    seen = []
    assert ag.grad(lambda x: x * (seen.append(program(2.0)) or seen[-1]))(5.0) == 6.0  # type: ignore[func-returns-value]
    assert seen == [6.0]
    assert type(seen[0]) is float
    assert ag.grad(lambda x: x * program.grad(2.0)[0])(5.0) == 2.0
    with pytest.raises(OperandError, match="argument 0 is a Value"):
        program(w)


@pytest.mark.parametrize("method", ["value_and_grad", "grad", "backward"])
def test_a_gradient_within_a_transform_is_refused(method: str) -> None:
    w = Value(3.0)
    outside = compiled(lambda y: y * y * w)
    for f in (
        lambda x: getattr(compiled(lambda y: y * x * w), method)(2.0),
        lambda x: getattr(outside, method)(x),
        lambda x: getattr(outside, method)(np.array([x, x])),
    ):
        with pytest.raises(GraphError, match="within a transform"):
            ag.grad(f)(5.0)
    assert not w.has_grad
    assert float(ag.grad(lambda x: ag.grad(outside)(x))(5.0)) == 6.0


def test_a_batch_within_a_trace() -> None:
    """A program means the same within another."""
    w = Value(3.0)
    inner = compiled(lambda y: y[0] * w + y[1])
    rows = np.array([[1.0, 2.0], [3.0, 4.0]])
    outer = compiled(lambda x: ag.dot(list(inner(rows)), [x, x * x]))
    assert outer(2.0) == float(np.dot(inner(rows), [2.0, 4.0]))
    assert outer.grad(2.0).tolist() == [1.0 * 2.0 + 3.0 * 4.0]
    of_example = compiled(lambda x: inner(x) * 2.0)
    assert of_example(rows).tolist() == (2.0 * inner(rows)).tolist()
    chosen = compiled(lambda x: compiled(lambda c, y: ag.where(c, y, -y))(x > 0.0, x))
    assert chosen(np.array([-2.0, 3.0])).tolist() == [2.0, 3.0]
