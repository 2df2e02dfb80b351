"""Rules with foreign functions and branches: the right number, or an error that names them."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import autograd as ag
import viz
from autograd import PRIMITIVES, Binary, Nary, Operators, Unary, Value, define, grad
from autograd import compile as compiled
from autograd.program.symbols import Symbol, variable
from viz.formulas.expressions import symbol

POINTS = (0.3, np.array([0.3, 1.5]))


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    before = set(PRIMITIVES)
    yield
    for name in set(PRIMITIVES) - before:
        del PRIMITIVES[name]


def unary(local: Any, arrays: Any = np.sin, forward: Any = math.sin) -> Any:
    def mine(x: float) -> float:
        return float(forward(x))

    PRIMITIVES.pop("mine", None)
    return define(Unary, symbol="f", latex="f", arrays=arrays, local=local)(mine)


FOREIGN: dict[str, Callable[..., Any]] = {
    "math": lambda out, x: math.cos(x),
    "math of the output": lambda out, x: math.cos(math.asin(out)),
    "beside one of ours": lambda out, x: ag.cos(x) * math.exp(0.0 * x),
    "float": lambda out, x: np.cos(float(x)),
    "int": lambda out, x: ag.cos(x) + 0.0 * int(x),
    "a text of it": lambda out, x: ag.cos(x) * float(f"{x:.17g}") / x,
    "an array": lambda out, x: float(np.cos(np.asarray(x, dtype=float))),
    "a fraction of it": lambda out, x: ag.cos(x) * (1.0 if float(x) > 0.0 else 2.0),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_function_in_a_rule_is_named_before_its_part_is_lost(kind: str) -> None:
    f = unary(FOREIGN[kind])
    assert grad(f)(0.3) == pytest.approx(math.cos(0.3))
    x = Value(0.3)
    y = f(x)
    with pytest.raises(ag.GraphError, match="local gradient of mine has a foreign function"):
        y.backward(create_graph=True)
    for second in (grad(grad(f)), ag.hessian(f), grad(lambda x: ag.jvp(f, (x,), (1.0,))[1])):
        with pytest.raises(ag.GraphError, match=r"(\w+)\(x\) instead of math\.\1\(x\)"):
            second(0.3)
    for given in POINTS:
        with pytest.raises(ag.TraceError, match="local gradient of mine takes the plain number"):
            compiled(f, argnums=0, reduce="sum").value_and_grad(given)
        np.testing.assert_allclose(compiled(f)(given), np.sin(given))


def test_a_foreign_rule_gives_plain_first_derivatives_of_what_closes_over_values() -> None:
    w = Value(2.0)
    f = unary(FOREIGN["math"])
    with pytest.warns(ag.TeachingWarning, match=r"plain numbers.*mine has a foreign function"):
        found = grad(lambda x: w * f(x))(0.3)
    assert (type(found), found) == (float, pytest.approx(2.0 * math.cos(0.3)))


def test_several_operands_with_a_foreign_rule() -> None:
    def two(x: float, y: float) -> float:
        return x * y

    def many(xs: Any) -> float:
        return float(xs[0] * xs[1])

    f = define(Binary, symbol="f", latex="f", arrays=np.multiply,
               local=(lambda out, x, y: y, lambda out, x, y: math.fabs(x)))(two)  # fmt: skip
    g = define(Nary, symbol="f", latex="f", arrays=lambda xs, axis=None: np.prod(xs, axis=axis),
               local=lambda out, xs: [xs[1], math.fabs(xs[0])])(many)  # fmt: skip
    assert grad(lambda x: f(x, x))(3.0) == grad(lambda x: g([x, x]))(3.0) == 6.0
    for h in (lambda x: f(x, x), lambda x: g([x, x])):
        with pytest.raises(ag.GraphError, match="foreign function"):
            grad(grad(h))(3.0)
        for given in POINTS:
            with pytest.raises(ag.TraceError, match="takes the plain number of an operand"):
                compiled(h, argnums=0, reduce="sum").value_and_grad(given)


BRANCHES: dict[str, Callable[..., Any]] = {
    "if": lambda out, x: 1.0 if x > 0.0 else 0.0,
    "of the output": lambda out, x: 1.0 if out > 0.0 else 0.0,
    "and": lambda out, x: 1.0 * (x > 0.0 and x > -1.0),
    "not": lambda out, x: 0.0 if not x > 0.0 else 1.0,
    "equal": lambda out, x: 0.0 if x == 0.0 else ag.where(x > 0.0, 1.0, 0.0),
    "max": lambda out, x: 1.0 if max(x, 0.0) > 0.0 else 0.0,
    "truth": lambda out, x: 1.0 if out else 0.0,
}


@pytest.mark.parametrize("kind", BRANCHES)
def test_a_rule_that_branches_is_refused_in_a_program(kind: str) -> None:
    """Frozen, it would be the first example's branch for all."""
    f = unary(BRANCHES[kind], lambda x: np.maximum(x, 0.0), lambda x: max(x, 0.0))
    w = Value(1.0)
    for given in (-2.0, np.array([-2.0, 3.0])):
        with pytest.raises(ag.TraceError, match=r"gradient of mine branches.*where\(x > 0, a, b\)"):
            compiled(lambda x: f(w * x)).value_and_grad(given)
    assert grad(lambda x: f(x) ** 2)(3.0) == 6.0
    assert grad(grad(lambda x: f(x) ** 2))(3.0) == 2.0


def test_the_same_with_where_is_right_for_every_example() -> None:
    f = unary(lambda out, x: ag.where(x > 0.0, 1.0, 0.0), lambda x: np.maximum(x, 0.0),
              lambda x: max(x, 0.0))  # fmt: skip
    _, gradient = compiled(f, argnums=0, reduce="sum").value_and_grad(np.array([2.0, -2.0, 3.0]))
    assert gradient.tolist() == [1.0, 0.0, 1.0]


OF_SEVERAL: dict[str, Callable[..., Any]] = {
    "sum": lambda out, x: ag.sum([x, out, 1.0]),
    "mean": lambda out, x: ag.mean([x, 2.0]),
    "prod": lambda out, x: ag.prod([x, x, out]),
    "norm": lambda out, x: ag.norm([x, 3.0]),
    "logsumexp": lambda out, x: ag.logsumexp([x, 0.0]),
    "dot": lambda out, x: ag.dot([x, 2.0], [x, out]),
    "softmax": lambda out, x: ag.softmax([x, 0.0])[0],
}


@pytest.mark.parametrize("kind", OF_SEVERAL)
def test_functions_of_several_numbers_in_a_rule(kind: str) -> None:
    f = unary(OF_SEVERAL[kind])
    xs = np.array([-1.5, 0.5, 1.0])
    want = [grad(f)(x) for x in xs]
    each = compiled(f, argnums=0, reduce="sum").grad(xs)
    np.testing.assert_allclose(each, want, rtol=1e-14)
    np.testing.assert_allclose([compiled(f, argnums=0).grad(x) for x in xs], want, rtol=1e-14)
    row = compiled(lambda xs: ag.sum(list(map(f, xs))), argnums=0, batched=False).grad(xs)
    np.testing.assert_allclose(row, want, rtol=1e-14)


@pytest.mark.parametrize("rounded", [round, math.floor, math.ceil, math.trunc])
def test_a_rule_that_rounds_is_refused_in_a_program(rounded: Callable[[Any], Any]) -> None:
    f = unary(lambda out, x: rounded(x))
    with pytest.raises(ag.TraceError, match="local gradient of mine takes the plain number"):
        compiled(f, argnums=0).grad(0.3)


def test_a_computation_on_arrays_that_takes_none_says_so() -> None:
    for arrays in (lambda x: math.cos(x), lambda x: x if x > 0.0 else 0.0 * x):
        f = unary(lambda out, x: -ag.sin(x), arrays, math.cos)
        assert compiled(f, argnums=0).value_and_grad(0.3)[0] == math.cos(0.3)
        with pytest.raises(ag.OperandError, match=r"of mine for arrays.*np\.vectorize"):
            compiled(f)(np.array([0.3, 0.4]))
    each = unary(lambda out, x: -ag.sin(x), np.vectorize(math.cos), math.cos)
    np.testing.assert_allclose(compiled(each)(np.array([0.3, 0.4])), np.cos([0.3, 0.4]))


# Operators: whatever a rule may say of Values, it may say of what else reads it

OPERATORS: dict[str, Callable[[Any], Any]] = {
    "power": lambda x: 3 * x**2,
    "power of a whole number": lambda x: x**3,
    "power of floats": lambda x: x**0.5,
    "a number to the power": lambda x: 2**x,
    "to its own power": lambda x: x**x,
    "abs": lambda x: abs(x),
    "plus": lambda x: +x,
    "minus": lambda x: -x,
    "reflected": lambda x: 1 - 2 / (3 * x) + (4 + x),
    "NumPy's functions": lambda x: np.cos(x) + np.square(x) - np.float64(2.0) * x,
    "NumPy's numbers": lambda x: np.float64(1.0) / x + x / np.int64(2) + np.float64(2.0) ** x,
    "remainder": lambda x: x % 2 + (7 % x) * 0.5 + x % x,
    "whole part": lambda x: (5 * x) // 2 + 7 // x + x,
    "both": lambda x: divmod(x, 2)[1] + divmod(7, x)[1],
    "where": lambda x: ag.where(x > 1, x * x, 0.5 * x) + ag.where((x >= 0.0) & (x < 9.0), x, 0.0),
    "comparisons": lambda x: ag.where((x <= 0) | (x > 1.0), x, -x),
    "booleans": lambda x: ag.where(x > 1.0, 1, 0) * x,
}


@pytest.mark.parametrize("kind", OPERATORS)
@pytest.mark.parametrize("at", [0.75, 2.0])
def test_operators_in_a_rule(kind: str, at: float) -> None:
    """Eagerly, again, in programs of one example and of several, and written out."""
    rule = OPERATORS[kind]
    f = unary(lambda out, x: rule(x) + 0.0 * out, lambda x: 0.0 * x, lambda x: 0.0)
    slope, second = float(rule(Value(at))), grad(rule)(at)
    assert grad(f)(at) == pytest.approx(slope, rel=1e-14)
    assert grad(grad(f))(at) == pytest.approx(second, rel=1e-12)
    for given in (at, np.array([at, at])):
        _, gradient = compiled(f, argnums=0, reduce="sum").value_and_grad(given)
        np.testing.assert_allclose(gradient, slope, rtol=1e-14)
    x = Value(at, label="x")
    text = str(viz.derive(f(x), x))
    assert f"{slope:.4g}".replace("-", "−") in text.replace("-", "−"), text


BINARY = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow, operator.mod,
          operator.floordiv)  # fmt: skip


@pytest.mark.parametrize("other", [2, 2.0, True, np.float64(2.0), np.int64(2)])
def test_every_operand_class_has_the_operators_of_a_value(other: Any) -> None:
    operands: list[tuple[Any, type]] = [(variable("A1"), Symbol), (symbol("x", 0.5), Operators)]
    for x, kind in operands:
        for op in BINARY:
            assert isinstance(op(x, other), kind), (op, type(other))
            assert isinstance(op(other, x), kind), (op, type(other))
            assert isinstance(op(x, x), (kind, float))
        for op1 in (operator.neg, operator.pos, operator.abs):
            assert isinstance(op1(x), kind)
    for op in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert op(symbol("x", 0.5), 0.5) is op(0.5, 0.5)
        assert isinstance(op(variable("A1"), 0.5), Symbol)


def test_an_operand_class_says_what_it_makes_of_a_primitive() -> None:
    with pytest.raises(NotImplementedError):
        Operators() + 1.0
