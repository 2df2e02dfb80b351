"""Primitives of a user's own: wherever the engine's are, and defined again in a notebook."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import PRIMITIVES, Binary, Nary, Unary, Value, define, grad
from autograd import compile as compiled


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    before = set(PRIMITIVES)
    yield
    for name in set(PRIMITIVES) - before:
        del PRIMITIVES[name]


def cube(factor: float = 1.0, **settings: Any) -> Any:
    def mine(x: float, *, scale: float = factor) -> float:
        return scale * x**3

    return define(Unary, symbol="x³", latex="{0}^3", arrays=lambda x, scale: scale * x**3,
                  local=lambda out, x, scale: 3.0 * scale * x**2, **settings)(mine)  # fmt: skip


def test_it_works_wherever_the_engines_do() -> None:
    f = cube()
    x = Value(2.0, label="x")
    y = f(x)
    y.backward()
    assert (y.data, x.grad, f(2.0), f(np.array([1.0, 2.0])).tolist()) == (8.0, 12.0, 8.0, [1, 8])
    assert (grad(grad(f))(2.0), f(x, scale=2.0).data) == (12.0, 16.0)
    ag.check_grads(f, (1.3,), order=2)
    value, slope = compiled(f, argnums=0, reduce="sum").value_and_grad(np.array([1.0, 2.0]))
    assert (value, slope.tolist()) == (9.0, [3.0, 12.0])
    assert compiled(f, argnums=0).grad(2.0) == 12.0
    assert "x³" in viz.draw(y).source
    assert "12" in str(viz.derive(y, x))


ARRAYS: dict[str, Callable[[Any], Any]] = {
    "interp": lambda x: np.interp(x, [0.0, 4.0], [0.0, 8.0]),
    "vectorize": np.vectorize(lambda x: 2.0 * x),
    "select": lambda x: np.select([x > 0.0, x <= 0.0], [2.0 * x, 2.0 * x]),
    "a loop": lambda x: np.array([2.0 * e for e in np.ravel(x)]).reshape(np.shape(x)),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrays_need_no_ufunc(kind: str) -> None:
    f = define(Unary, symbol="f", latex="f", arrays=ARRAYS[kind], local=2.0)(lambda_named("mine"))
    xs = np.array([1.0, 3.0])
    assert f(xs).tolist() == [2.0, 6.0]
    value, slope = compiled(f, argnums=0, reduce="sum").value_and_grad(xs)
    assert (value, slope.tolist()) == (8.0, [2.0, 2.0])


def lambda_named(name: str) -> Callable[[float], float]:
    def body(x: float) -> float:
        return 2.0 * x

    body.__name__ = name
    return body


def test_two_and_many_operands() -> None:
    @define(Binary, symbol="f", latex="f", arrays=lambda x, y: x * y + y,
            local=(lambda out, x, y: y, lambda out, x, y: x + 1.0))  # fmt: skip
    def two(x: float, y: float) -> float:
        return x * y + y

    @define(Nary, symbol="f", latex="f", arrays=lambda xs, axis=None: (xs * xs).sum(axis),
            local=lambda out, xs: [2.0 * x for x in xs])  # fmt: skip
    def squares(xs: Any) -> float:
        return math.fsum(x * x for x in xs)

    assert ag.hessian(lambda v: two(v[0], v[1]))([2.0, 3.0]) == [[0.0, 1.0], [1.0, 0.0]]
    assert grad(squares)([1.0, 2.0]) == [2.0, 4.0]
    ag.check_grads(squares, ([1.0, 2.0],), order=2)


def test_a_cell_that_runs_again() -> None:
    first = cube()
    with pytest.raises(ag.ArgumentError, match="'mine' already; choose a name, or say replace"):
        cube()
    again = cube(2.0, replace=True)
    assert PRIMITIVES["mine"] is again
    assert (first(1.0), again(1.0), again(1.0, scale=3.0)) == (1.0, 2.0, 3.0)


def test_a_replaced_primitive_keeps_its_own_variants() -> None:
    def scaled(x: float, *, k: float = 1.0) -> float:
        return k * x

    settings: dict[str, Any] = {"arrays": lambda x, k: k * x, "local": lambda out, x, k: k}
    first = define(Unary, **settings)(scaled)
    define(Unary, arrays=np.sin, local=1.0, replace=True)(lambda_named("scaled"))
    three = first.bind(k=3.0)
    assert (first(2.0, k=3.0), three.bind(k=5.0)(2.0), three.bind(k=1.0)) == (6.0, 10.0, first)


@pytest.mark.parametrize("name", ["", "1x", "a b", "def", "<lambda>"])
def test_a_name_is_one_that_can_be_written(name: str) -> None:
    with pytest.raises(ag.ArgumentError, match="a primitive needs a name such as 'softsign'"):
        define(Unary, arrays=np.sin, local=1.0)(lambda_named(name))


def test_the_forward_computation_gives_a_float() -> None:
    def given(x: float) -> Any:
        return {1.0: np.float32(2.0), 2.0: np.array(3.0)}.get(x, "2")

    f = define(Unary, arrays=lambda x: x, local=1.0)(given)
    for x in (1.0, 2.0):
        assert [type(f(x)), type(f(Value(x)).data)] == [float, float]
    with pytest.raises(ag.OperandError, match="what given gives must be a real number"):
        f(Value(0.0))


def test_a_choice_sends_nothing_to_what_it_passed_over() -> None:
    @define(Binary, selects=True, arrays=np.maximum,
            local=(lambda out, x, y: ag.where(x > y, 1.0, 0.0),
                   lambda out, x, y: ag.where(x > y, 0.0, 1.0)))  # fmt: skip
    def larger(x: float, y: float) -> float:
        return x if x > y else y

    a, b = Value(1.0), Value(0.0)
    larger(a * 2.0, ag.log(b)).backward()  # the slope of log at 0 is infinite
    assert (a.grad, b.grad) == (2.0, 0.0)
    larger(ag.log(b), a).backward()
    assert (a.grad, b.grad) == (3.0, 0.0)


def test_the_engines_own_are_not_replaced() -> None:
    for settings in ({}, {"replace": True}):
        with pytest.raises(ag.ArgumentError, match=r"a primitive 'tanh' already; choose a name$"):
            define(Unary, symbol="f", latex="f", arrays=np.tanh, local=1.0, **settings)(
                lambda_named("tanh")
            )


FOREIGN = {
    "math.exp": (lambda out, x: math.exp(x), r", math\.exp, .*exp\(x\) instead of math\.exp"),
    "math.cos": (lambda out, x: math.cos(x), r", math\.cos, .*cos\(x\) instead of math\.cos"),
    "float": (lambda out, x: float(x), r"in it, which takes plain numbers \(as math.cos does\)"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_function_is_named(kind: str) -> None:
    local, text = FOREIGN[kind]
    f = define(Unary, symbol="f", latex="f", arrays=np.exp, local=local)(lambda_named("mine"))
    with pytest.raises(ag.GraphError, match=text):
        grad(grad(f))(0.5)


def test_numpys_functions_are_the_engines_and_those_of_others_are_named() -> None:
    special = pytest.importorskip("scipy.special")
    rules = {"numpy": lambda out, x: np.exp(x), "scipy": lambda out, x: special.expit(x)}
    f = {
        kind: define(Unary, symbol="f", latex="f", arrays=np.exp, local=local)(lambda_named(kind))
        for kind, local in rules.items()
    }
    assert grad(grad(f["numpy"]))(0.0) == 1.0
    assert grad(f["scipy"])(0.0) == 0.5
    with pytest.raises(ag.OperandError, match=r"^expit is not among .*autograd's functions"):
        grad(grad(f["scipy"]))(0.0)
