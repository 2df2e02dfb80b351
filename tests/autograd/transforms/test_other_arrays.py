"""Operands that other packages make: masked arrays, pandas, NumPy's scalars, look-alikes."""

from __future__ import annotations

import itertools
import operator
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import autograd as ag
from autograd import Value

OPERATORS = [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
SCALARS = [np.longdouble, np.float64, np.float32, np.float16, np.int8, np.uint64, np.bool_,
           Fraction, Decimal, int, bool]  # fmt: skip


@pytest.mark.parametrize("kind", SCALARS)
def test_scalars_of_every_type_in_arithmetic_and_comparisons(kind: Any) -> None:
    x, one = Value(1.5), kind(1)
    for compute in OPERATORS:
        for a, b, want in ((x, one, compute(1.5, 1.0)), (one, x, compute(1.0, 1.5))):
            got = compute(a, b)
            assert type(got) is Value
            assert type(got.data) is float
            assert got.data == want
    for compare in COMPARISONS:
        assert bool(compare(x, one)) == compare(1.5, 1.0)
        assert bool(compare(one, x)) == compare(1.0, 1.5)
    assert x != one
    assert sorted([x, one]) == sorted([one, x]) == [one, x]
    assert max(one, x) is x
    assert Value(one).data == 1.0
    assert ag.where(True, one, x).data == 1.0


def test_arrays_of_long_doubles() -> None:
    x = Value(1.5)
    xs = np.array([1, 2], dtype=np.longdouble)
    assert (xs < x).tolist() == (x > xs).tolist() == [True, False]
    assert [v.data for v in x * xs] == [1.5, 3.0]


@pytest.mark.parametrize("mask", [False, [False, True]])
def test_masked_arrays_keep_their_mask(mask: Any) -> None:
    x, xs = Value(1.5), np.ma.array([1.0, 2.0], mask=mask)
    functions: list[Any] = [
        lambda a: x * a, lambda a: a * x, lambda a: x**a, lambda a: a + x, lambda a: a - x,
        lambda a: ag.maximum(a, x), lambda a: ag.where(True, a, x), lambda a: ag.exp(a),
        lambda a: ag.sigmoid(a), lambda a: ag.hypot(a, 1.0), lambda a: ag.clip(a, 0.0, 1.5),
        lambda a: ag.where(np.array([True, True]), a, x), lambda a: ag.where(a > 0.0, a, 0.0),
        lambda a: np.multiply(x, a),
    ]  # fmt: skip
    for f in functions:
        got = f(xs)
        plain = f(np.array([1.0, 2.0]))
        assert isinstance(got, np.ma.MaskedArray)
        assert np.ma.getmaskarray(got).tolist() == np.ma.getmaskarray(xs).tolist()
        assert float(got[0]) == float(plain[0])


@pytest.mark.parametrize("operator", [lambda a, x: a**x, lambda a, x: a / x])
def test_what_numpy_cannot_do_with_masked_objects_is_never_silent(operator: Any) -> None:
    """It looks for results that are not finite; ours on the left, or ag.div and ag.pow, work."""
    a, x = np.ma.array([1.0, 2.0], mask=[False, True]), Value(1.5)
    with pytest.raises(TypeError, match="isfinite"):
        operator(a, x)
    assert ag.div(a, x)[0].data == 1.0 / 1.5
    assert ag.pow(a, x)[0].data == 1.0
    assert np.ma.getmaskarray(ag.pow(a, x)).tolist() == [False, True]


def test_np_ma_does_not_take_a_value_for_an_array_of_its_own() -> None:
    x = Value(1.5)
    (np.ma.array([1.0, 2.0]) * x).sum().backward()
    assert x.grad == 3.0
    with pytest.raises(AttributeError, match=r"in \.data, not in \._data"):
        _ = x._data


def test_masked_elements_take_no_part_in_reductions() -> None:
    xs = np.ma.array([1.0, 2.0, 4.0], mask=[False, True, False])
    values = np.ma.array([Value(x) for x in xs.data], mask=xs.mask)
    for f in (ag.sum, ag.mean, ag.prod, ag.norm, ag.logsumexp):
        assert f(xs) == f([1.0, 4.0])
        assert f(values).data == f([1.0, 4.0])
    for f in (ag.softmax, ag.log_softmax, lambda a: ag.sum(a, axis=0), lambda a: ag.dot(a, a)):
        with pytest.raises(ag.OperandError, match="would forget the mask"):
            f(xs)
    with pytest.raises(ag.OperandError, match="it is masked"):
        ag.dot(xs, [Value(1.0)] * 3)


@pytest.mark.parametrize("make", [pd.Series, pd.Index, pd.array, lambda xs: pd.Series(xs).array])
def test_pandas_goes_through_element_by_element(make: Any) -> None:
    x, xs = Value(1.5), make([1.0, 2.0])
    for f, want in (
        (lambda: x * xs, [1.5, 3.0]), (lambda: xs * x, [1.5, 3.0]),
        (lambda: ag.where(True, xs, x), [1.0, 2.0]), (lambda: ag.where(False, xs, x), [1.5, 1.5]),
        (lambda: ag.maximum(xs, x), [1.5, 2.0]), (lambda: ag.maximum(x, xs), [1.5, 2.0]),
        (lambda: ag.power(xs), [1.0, 4.0]),
    ):  # fmt: skip
        got = list(f())
        assert [float(v) for v in got] == want
        assert not any(isinstance(getattr(v, "data", 0.0), np.ndarray) for v in got)
    assert ag.sum(xs) == 3.0
    assert ag.dot(xs, [x, x]).data == 4.5


def test_an_array_is_never_the_data_of_a_value() -> None:
    x = Value(1.5)
    for other in (SimpleNamespace(_data=3.0), SimpleNamespace(_data=np.ones(2), data=1.0)):
        for f in (lambda o: x * o, lambda o: ag.where(True, o, x), lambda o: ag.sum([x, o]),
                  lambda o: ag.maximum(x, o), lambda o: x < o, ag.exp, Value):  # fmt: skip
            with pytest.raises(TypeError):
                f(other)
    for f in (ag.exp, lambda o: ag.sum([x, o]), lambda o: x + o, lambda o: ag.maximum(o, x)):
        with pytest.raises(TypeError):
            f(Value)  # the class itself is no operand


@pytest.mark.parametrize("array", [np.array(2.0), np.array(2), np.float32(2)])
def test_arrays_without_dimensions_are_numbers(array: Any) -> None:
    x = Value(3.0)
    assert Value(array).data == 2.0
    for f in OPERATORS:
        for got, want in ((f(x, array), f(3.0, 2.0)), (f(array, x), f(2.0, 3.0))):
            assert (type(got), got.data) == (Value, want)
    assert x > array
    assert ag.sum([x, array]).data == 5.0
    x.data = array
    x.grad = array
    assert (x.data, x.grad) == (2.0, 2.0)


def test_arrays_without_dimensions_that_are_no_numbers_are_refused() -> None:
    for array in (np.array("2"), np.array(2j), np.array(None), np.array(Value(2.0))):
        with pytest.raises(ag.OperandError):
            Value(array)


@pytest.mark.parametrize("mixed", list(itertools.product((0, 1), repeat=3)), ids=str)
def test_values_of_a_subclass_mix_with_values_and_numbers(mixed: tuple[int, ...]) -> None:
    class Own(Value):
        pass

    operands = [(Own if own else Value)(float(i + 1)) for i, own in enumerate(mixed)]
    out = ag.prod([*operands, 2.0])
    out.backward()
    assert out.data == 12.0
    assert [v.grad for v in operands] == [12.0, 6.0, 4.0]
