"""Sums are added from left to right, as written: eagerly, for one example, in a batch, in pairs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Value
from autograd import compile as compiled
from autograd.primitives.summation import _accumulated, add_in_order, plain_sum

LENGTHS = (1, 2, 3, 9, 70)
CANCELLING = (
    [1e20, 0.5, -1e20], [1e8, -1e8, 1e-9, 1e-9], [0.1] * 10, [1e16, 1.0, -1e16, 1.0],
    [-0.0, -0.0], [1e308, 1e308, -1e308],
    [0.5, 1e20, -1e20, 0.25, 1e-3, 1e20, -1e20, 7.0, 1.0, 2.0],
)  # fmt: skip
SUMS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "sum": ag.sum,
    "mean": ag.mean,
    "Python's": sum,
    "Python's, from the last": lambda xs: sum(xs[:-1], xs[-1]),
    "products": lambda xs: sum(x * 1.5 for x in xs),
    "differences": lambda xs: xs[0] - xs[1] - sum(-x for x in xs[2:]),
    "in brackets": lambda xs: xs[0] + (xs[1] + sum(xs[2:])),
    "dot": lambda xs: ag.dot(xs, [0.5] * len(xs)),
    "dot with a bias": lambda xs: ag.dot(xs[1:], [1.0] * (len(xs) - 1), xs[0]),
    "constants between": lambda xs: 1e20 + xs[0] - 1e20 + xs[1] + 3.0 - 1e16 + 1e16,
    "one value again and again": lambda xs: xs[0] + xs[1] + xs[0] + xs[0] - xs[1],
    "means of means": lambda xs: ag.mean([ag.mean(xs), ag.sum(xs), xs[0]]),
}


def same(got: Any, want: float) -> bool:
    return all(math.copysign(1.0, g) == math.copysign(1.0, want) and (g == want or g != g != want)
               for g in np.ravel(got).tolist())  # fmt: skip


def assert_every_way(f: Callable[[Any], Any], xs: list[float]) -> float:
    """The same bits for one example and in batches of every length; the value."""
    want = float(f([Value(x) for x in xs]))
    program = compiled(lambda x: f(list(x)), argnums=0, reduce=None)
    for call in (program, lambda x: program.value_and_grad(x)[0]):
        assert same(call(xs), want), f"one: {call(xs)!r}, eagerly {want!r}"
        for n in LENGTHS:
            got = call(np.array([xs] * n))
            assert same(got, want), f"{n} examples: {got!r}, eagerly {want!r}"
    parameters = [Value(x) for x in xs]
    shared = compiled(lambda x: f(parameters) + 0.0 * x)
    for x in (1.0, np.ones(1), np.ones(5)):
        assert same(np.asarray(shared(x)) + 0.0, want + 0.0)
    return want


@pytest.mark.parametrize("kind", SUMS)
@pytest.mark.parametrize("xs", CANCELLING, ids=str)
def test_sums(kind: str, xs: list[float]) -> None:
    assert_every_way(SUMS[kind], xs)


def test_numbers_too_are_added_in_order() -> None:
    for xs in CANCELLING:
        want = 0.0
        for x in xs:
            want += x
        for got in (plain_sum(xs), _accumulated(xs), ag.sum(xs), ag.sum(np.array(xs)),
                    ag.mean(xs) * len(xs), ag.dot(xs, [1.0] * len(xs)),
                    ag.sum([Value(x) for x in xs]).data):  # fmt: skip
            assert got == pytest.approx(want, rel=1e-15, abs=0.0)
    table = np.array([[1e8, 1.0], [-1e8, 2.0], [1e-9, 3.0], [1e-9, 4.0]])
    assert ag.sum(table, axis=0).tolist() == [2e-9, 10.0]
    assert add_in_order(table, 0, None, None, True).tolist() == [[2e-9, 10.0]]
    assert ag.mean(table[:, 0]) == 2e-9 / 4
    assert ag.sum(np.zeros((0, 3)), axis=0).tolist() == [0.0, 0.0, 0.0]


def test_what_cancels_between_an_argument_and_parameters() -> None:
    w = [Value(1e8), Value(1e-9), Value(1e-9)]

    def f(x: Any, y: Any) -> Any:
        return w[0] * x - y + w[1] * x + w[2] * x

    for n in LENGTHS:
        assert compiled(f, reduce=None)(np.ones(n), np.full(n, 1e8)).tolist() == [2e-9] * n
        assert compiled(f).value_and_grad(np.ones(n), np.full(n, 1e8))[0] == pytest.approx(2e-9)
    assert compiled(f)(1.0, 1e8) == 2e-9

    def several(x: Any, y: Any) -> Any:  # the same for two: no layer, since y stands between
        v = [Value(1e8) for _ in range(2)]
        return [v[i] * 0.0 + (w[0] * x - y + w[1] * x + w[2] * x) for i in range(2)]

    assert np.array(compiled(several)(np.ones(4), np.full(4, 1e8))).tolist() == [[2e-9] * 4] * 2


def test_brackets_are_kept() -> None:
    def f(a: Any, b: Any, c: Any, d: Any, e: Any) -> Any:
        return c - (a * b - d * e)

    args = (1.1, 1.3, 1e-20, 1.3, 1.1 + 3e-16)
    want = args[2] - (args[0] * args[1] - args[3] * args[4])
    assert compiled(f)(*args) == want
    for n in LENGTHS:
        assert compiled(f)(*(np.full(n, a) for a in args)).tolist() == [want] * n
    w = [Value(a) for a in args]
    assert compiled(lambda x: x * f(*w))(np.ones(3)).tolist() == [want] * 3


# Error-free transformations: what rounding loses, computed exactly


def two_sum(x: Sequence[Any]) -> Any:
    a, b = x
    s = a + b
    bb = s - a
    return (a - (s - bb)) + (b - bb)


def two_product(x: Sequence[Any]) -> Any:
    a, b = x
    p, c = a * b, 134217729.0
    high, low = [], []
    for v in (a, b):
        t = c * v
        high.append(t - (t - v))
        low.append(v - high[-1])
    return ((high[0] * high[1] - p) + high[0] * low[1] + low[0] * high[1]) + low[0] * low[1]


def kahan(x: Sequence[Any]) -> Any:
    total, lost = x[0], 0.0 * x[0]
    for v in x[1:]:
        y = v - lost
        t = total + y
        lost = (t - total) - y
        total = t
    return total - lost


@settings(max_examples=20, deadline=None, derandomize=True)
@given(st.lists(st.floats(-1e6, 1e6, allow_subnormal=False), min_size=2, max_size=2))
def test_error_free_transformations_survive(xs: list[float]) -> None:
    for f in (two_sum, two_product, kahan):
        want = f(xs)
        program = compiled(lambda x, f=f: f(x))
        got = [float(f([Value(x) for x in xs])), program(xs), *program(np.array([xs] * 3))]
        assert got == [want] * 5, f.__name__


def test_compensated_summation_compensates() -> None:
    xs = [1.0, *[1e-16] * 40]
    assert assert_every_way(kahan, xs) == pytest.approx(1.0 + 4e-15, rel=1e-16)
    assert assert_every_way(ag.sum, xs) == 1.0


# Signed zeros

ZEROS: dict[str, Callable[[Any], Any]] = {
    "plus": lambda y: y + 0.0, "from": lambda y: 0.0 - y, "nought plus": lambda y: 0.0 + y,
    "minus": lambda y: y - 0.0, "minus itself": lambda y: y - y, "twice": lambda y: y + y,
    "negative": lambda y: -y, "times": lambda y: y * -1.0, "over": lambda y: 1.0 / y,
    "sum": lambda y: ag.sum([y, y, y]), "Python's sum": lambda y: sum([y, y, y]),
    "mean": lambda y: ag.mean([y, y]), "dot": lambda y: ag.dot([y], [1.0], y),
    "clip": lambda y: ag.clip(y, 0.0, 1.0), "clip from below": lambda y: ag.clip(y, -1.0, -0.0),
    "maximum": lambda y: ag.maximum(y, 0.0), "maximum reflected": lambda y: ag.maximum(-0.0, y),
    "minimum": lambda y: ag.minimum(y, -0.0), "minimum reflected": lambda y: ag.minimum(0.0, y),
    "of both": lambda y: ag.maximum(y, -y), "least of both": lambda y: ag.minimum(y, -y),
    "relu": ag.relu, "abs": ag.abs, "sign": ag.sign, "leaky": ag.leaky_relu, "elu": ag.elu,
    "silu": ag.silu, "sqrt": ag.sqrt, "cbrt": ag.cbrt, "sin": ag.sin, "tanh": ag.tanh,
    "expm1": ag.expm1, "erf": ag.erf, "cube": lambda y: y**3, "prod": lambda y: ag.prod([y, 2.0]),
    "where": lambda y: ag.where(y >= 0.0, y, 1.0), "atan2": lambda y: ag.atan2(y, -1.0),
}  # fmt: skip


@pytest.mark.parametrize("kind", ZEROS)
@pytest.mark.parametrize("y", [0.0, -0.0])
def test_signed_zeros(kind: str, y: float) -> None:
    assert_every_way(lambda x: ZEROS[kind](x[0]), [y])


def test_zeros_by_ieee_754() -> None:
    for x, y in ((0.0, -0.0), (-0.0, 0.0)):
        assert repr(ag.maximum(x, y)) == repr(ag.maximum(Value(x), y).data) == "0.0"
        assert repr(ag.minimum(x, y)) == repr(ag.minimum(Value(x), y).data) == "-0.0"
        for n in LENGTHS:
            a, b = np.full(n, x), np.full(n, y)
            assert set(map(repr, ag.maximum(a, b).tolist())) == {"0.0"}
            assert set(map(repr, ag.minimum(a, b).tolist())) == {"-0.0"}
    assert repr(ag.maximum(-0.0, -0.0)) == repr(ag.minimum(-0.0, -0.0)) == "-0.0"
    assert repr(ag.minimum(0.0, 0.0)) == "0.0"


# Logarithms of what is smaller than all normal numbers

LN2_AND_ONE = 1.0 + 1.0 / math.log(2.0)
LOGARITHMS: dict[str, tuple[Callable[[Any], Any], float]] = {
    "sigmoid": (lambda x: ag.log(ag.sigmoid(x)), 1.0),
    "exp": (lambda x: ag.log(ag.exp(x)), 1.0),
    "a loss": (lambda x: 3.0 - 2.0 * ag.log(ag.sigmoid(x)), -2.0),
    "base 2": (lambda x: ag.log2(ag.sigmoid(x)), 1.0 / math.log(2.0)),
    "base 10": (lambda x: ag.log10(ag.exp(x)), 1.0 / math.log(10.0)),
    "with a parameter": (lambda x: ag.log(ag.sigmoid(ONE * x)), 1.0),
    "used again": (lambda x: (lambda p: ag.log(p) + p)(ag.sigmoid(x)), 1.0),
    "two of one": (lambda x: (lambda p: ag.log(p) + ag.log2(p))(ag.sigmoid(x)), LN2_AND_ONE),
    "cross-entropy": (
        lambda x: (lambda p: -(1.0 * ag.log(p) + 0.0 * ag.log(1.0 - p)))(ag.sigmoid(x)),
        -1.0,
    ),
    "of a softmax": (lambda x: ag.log(ag.softmax([x, 0.0])[0]), 1.0),
}
ONE = Value(1.0)


@pytest.mark.parametrize("kind", LOGARITHMS)
@pytest.mark.parametrize("at", [-720.0, -730.0, -740.0, -745.0, -10.0])
def test_logarithms_of_very_small_numbers(kind: str, at: float) -> None:
    f, slope = LOGARITHMS[kind]
    want = float(f(Value(at)))
    right = slope if at < -700 else float(ag.grad(f)(at))
    program = compiled(f, argnums=0, reduce=None)
    for given_ in (at, np.array([at]), np.array([at] * 9)):
        np.testing.assert_allclose(program(given_), want, rtol=1e-12)
        value, gradient = program.value_and_grad(given_)
        np.testing.assert_allclose(value, want, rtol=1e-12)
        np.testing.assert_allclose(gradient, right, rtol=1e-12)
    if kind == "with a parameter":
        by_parameter = compiled(f)
        for given_ in (at, np.array([at] * 3)):
            np.testing.assert_allclose(by_parameter.value_and_grad(given_)[1], [at * right])
            ONE.zero_grad()
            by_parameter.backward(given_)
            np.testing.assert_allclose(ONE.grad, at * right)


def test_a_logarithm_of_what_something_else_uses_too() -> None:
    def f(x: Any) -> Any:
        a = ag.sigmoid(x)
        return ag.log(a) + a

    for x in (0.3, -2.0):
        want = float(ag.grad(f)(x))
        for given_ in (x, np.array([x])):
            got = compiled(f, argnums=0, reduce="sum").value_and_grad(given_)[1]
            np.testing.assert_allclose(got, want, rtol=1e-14)
    assert "log(v1)" in str(compiled(lambda x: ag.log(ag.sigmoid(x))).trace(0.5).source)
    assert "sigmoid_prime" in str(compiled(f, argnums=0).trace(np.ones(2)).source)


@pytest.mark.parametrize("zeros", [0, 1, 2])
def test_a_product_of_many_operands(zeros: int) -> None:
    xs = [1.0 + 0.5 * math.sin(i) for i in range(1000)]
    xs[:zeros] = [0.0, -0.0][:zeros]
    want, slopes = ag.value_and_grad(ag.prod)(np.array(xs))
    program = compiled(ag.prod, argnums=0, reduce=None)
    for got in (program.value_and_grad(xs), program.value_and_grad(np.array([xs, xs[::-1]]))):
        assert np.ravel(got[0])[0] == want
        assert np.array_equal(np.reshape(got[1], (-1, 1000))[0], slopes)


def test_a_choice_of_ones_own_sends_nothing_to_what_it_passed_over() -> None:
    """A slope of √ at 0 is infinite: 0 times it would be nan."""

    @ag.define(
        ag.Binary,
        arrays=lambda x, y: np.where(x < y, x, y),
        local=(lambda out, x, y: ag.where(x < y, 1.0, 0.0),
               lambda out, x, y: ag.where(x < y, 0.0, 1.0)),
        selects=True,
        replace=True,
    )  # fmt: skip
    def lower_of_two(x: float, y: float) -> float:
        """The smaller one."""
        return x if x < y else y

    try:
        a, b = Value(-3.0), Value(0.0)
        for given in (1.0, np.array([1.0, 2.0])):
            program = compiled(lambda s: lower_of_two(a * s, ag.sqrt(b * s)))
            value, gradient = program.value_and_grad(given)
            by = dict(zip(program.parameters, gradient, strict=True))
            assert (value, by[a], by[b]) == (-3.0 * np.mean(given), np.mean(given), 0.0)
    finally:
        ag.PRIMITIVES.pop("lower_of_two")
