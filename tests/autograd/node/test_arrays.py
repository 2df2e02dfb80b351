"""NumPy: scalars, ufuncs, object arrays, and what is refused."""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np
import pytest
from autograd_support import assert_close

import autograd as ag
from autograd import Value


def test_numpy_scalars_on_the_left() -> None:
    v = Value(3.0)
    for out in (np.float64(2) * v, np.int32(2) * v, np.float32(2) * v, np.bool_(True) * v * 2):
        assert type(out) is Value
        assert out.data == 6.0
    assert (np.float64(2) - v).data == -1.0
    assert (np.float64(6) / v).data == 2.0
    assert (np.float64(2) ** v).data == 8.0


UFUNCS = {
    "exp": ag.exp, "expm1": ag.expm1, "log": ag.log, "log1p": ag.log1p, "log2": ag.log2,
    "log10": ag.log10, "sqrt": ag.sqrt, "cbrt": ag.cbrt, "sin": ag.sin, "cos": ag.cos,
    "tan": ag.tan, "arcsin": ag.asin, "arccos": ag.acos, "arctan": ag.atan, "sinh": ag.sinh,
    "cosh": ag.cosh, "tanh": ag.tanh, "arcsinh": ag.asinh, "arctanh": ag.atanh,
    "absolute": ag.abs, "negative": ag.neg, "square": lambda x: ag.power(x),
    "exp2": lambda x: ag.pow(2.0, x), "fabs": ag.abs, "rint": ag.round,
    "reciprocal": lambda x: ag.div(1.0, x), "sign": ag.sign, "positive": ag.identity,
}  # fmt: skip


@pytest.mark.parametrize("name", UFUNCS)
def test_ufuncs_of_a_value_and_of_object_arrays(name: str) -> None:
    ufunc = getattr(np, name)
    v = Value(0.6)
    out = ufunc(v)
    assert type(out) is Value
    assert out.data == UFUNCS[name](0.6)
    values = np.array([Value(0.6), Value(0.3)])
    many = ufunc(values)
    assert many.dtype == object
    assert [float(x) for x in many] == pytest.approx([ufunc(0.6), ufunc(0.3)], rel=1e-15)
    if name != "sign":
        assert all(isinstance(x, Value) for x in many)
        many[0].backward()
        leaf = Value(0.6)
        UFUNCS[name](leaf).backward()
        assert values[0].grad == pytest.approx(leaf.grad, rel=1e-15)


@pytest.mark.parametrize("name", ["arccosh"])
def test_ufuncs_above_one(name: str) -> None:
    assert getattr(np, name)(Value(1.5)).data == math.acosh(1.5)
    assert getattr(np, name)(np.array([Value(1.5)]))[0].data == math.acosh(1.5)


@pytest.mark.parametrize(
    ("name", "function"),
    [("add", ag.add), ("subtract", ag.sub), ("multiply", ag.mul), ("divide", ag.div),
     ("power", ag.pow), ("maximum", ag.maximum), ("minimum", ag.minimum), ("hypot", ag.hypot),
     ("arctan2", ag.atan2), ("logaddexp", ag.logaddexp)],
)  # fmt: skip
def test_binary_ufuncs(name: str, function: Any) -> None:
    ufunc = getattr(np, name)
    for x, y in ((Value(2.0), 3.0), (2.0, Value(3.0)), (np.float64(2), Value(3.0)),
                 (Value(2.0), Value(3.0)), (Value(2.0), np.int64(3))):  # fmt: skip
        out = ufunc(x, y)
        assert type(out) is Value
        assert out.data == pytest.approx(float(function(2.0, 3.0)), rel=1e-15)
    row = ufunc(Value(2.0), np.array([3.0, 4.0]))
    assert row.shape == (2,)
    assert float(row[1]) == pytest.approx(float(ufunc(2.0, 4.0)), rel=1e-15)


def test_value_times_array_is_an_object_array() -> None:
    v, a = Value(2.0), np.array([1.0, 2.0, 3.0])
    for out in (v * a, a * v):
        assert out.dtype == object
        assert [x.data for x in out] == [2.0, 4.0, 6.0]
        out.sum().backward()
    assert v.grad == 12.0
    for f in (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow):
        assert [float(x) for x in f(v, a)] == list(f(2.0, a))
        assert [float(x) for x in f(a, v)] == list(f(a, 2.0))
    assert (v * np.array(2.0)).data == 4.0
    assert (np.array(2.0) * v).data == 4.0
    assert type(np.array(2.0) * v) is Value
    grid = v * np.ones((2, 3))
    assert grid.shape == (2, 3)
    assert (v * np.array([], dtype=float)).shape == (0,)
    assert (v * np.array([1, 2]))[1].data == 4.0
    assert (v * np.array([Value(1.0), 3]))[1].data == 6.0


def test_matrix_products_and_reductions() -> None:
    W = np.array([[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]])
    x = np.array([10.0, 100.0])
    z = W @ x
    assert [v.data for v in z] == [210.0, 430.0]
    loss = (np.tanh(z / 1000.0) ** 2).sum()
    loss.backward()
    for (i, j), w in np.ndenumerate(W):
        t = math.tanh(z[i].data / 1000.0)
        assert_close(w.grad, 2 * t * (1 - t * t) * x[j] / 1000.0, rel=1e-13)
    assert (W @ W)[0, 0].data == 7.0
    assert W.sum().data == 10.0
    assert W.mean().data == 2.5
    assert W.prod().data == 24.0
    assert W.max().data == 4.0
    assert np.sum(W, axis=0)[1].data == 6.0
    assert np.mean([Value(1.0), Value(2.0)]).data == 1.5
    assert np.dot(W[0], W[1]).data == 11.0
    assert np.trace(W).data == 5.0
    assert W.T[0, 1].data == 3.0
    assert np.einsum("ij,j->i", W, x.astype(object))[0].data == 210.0
    assert [float(v) for v in np.clip(W, 2.0, 3.0).ravel()] == [2.0, 2.0, 3.0, 3.0]
    assert [float(v) for v in np.sort(W.ravel()[::-1])] == [1.0, 2.0, 3.0, 4.0]
    assert W.argmax() == 3
    assert [float(v) for v in np.cumsum(W.ravel())] == [1.0, 3.0, 6.0, 10.0]
    assert np.where(W > 2.0, W, 0.0)[1, 1] is W[1, 1]
    assert W.astype(float).tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_comparisons_with_arrays_go_element_by_element() -> None:
    v, a = Value(2.0), np.array([1.0, 3.0])
    assert (a > v).tolist() == [False, True]
    assert (v < a).tolist() == [False, True]
    assert (v >= np.array([Value(1.0), Value(3.0)])).tolist() == [True, False]
    assert np.isnan(Value(math.nan))
    assert np.isfinite(v)


def test_numpy_functions_without_a_derivative_are_clear_errors() -> None:
    v = Value(1.5)
    for f in (np.modf, np.spacing, np.heaviside):
        with pytest.raises(TypeError):
            f(v) if f is not np.heaviside else f(v, 0.5)
    with pytest.raises(TypeError, match=r"np\.spacing is not among the functions.*x\.data"):
        np.spacing(v)


def test_a_value_never_ends_up_inside_a_value() -> None:
    v = Value(2.0)
    for data in (np.float64(3), np.float32(3), np.int8(3), np.longdouble(3), np.bool_(True)):
        assert type(Value(data).data) is float
        for out in (v + data, data + v, data * v, v**data, data - v, ag.hypot(v, data)):
            assert type(out) is Value
            assert type(out.data) is float
    for wrong in (np.array([1.0, 2.0]), np.array([[1.0]]), np.array(["a"]), np.array([1j])):
        with pytest.raises(TypeError):
            Value(wrong)
    with pytest.raises(TypeError):
        v * np.array(["a", "b"])
    with pytest.raises(TypeError):
        v * np.array([1j])
    with pytest.raises(TypeError):
        np.array([1.0, 2.0]).__imul__(v)


def test_nary_functions_refuse_arrays_among_operands_clearly() -> None:
    v = Value(1.0)
    for f in (ag.sum, ag.mean, ag.prod, ag.norm, ag.logsumexp):
        with pytest.raises(ag.OperandError, match=f"{f.name}|array"):
            f([v, np.array([1.0, 2.0])])
        with pytest.raises(ag.OperandError):
            f([[v, v], [v, v]])
        with pytest.raises(ag.OperandError):
            f(v)
        with pytest.raises(ag.OperandError):
            f("12")
        with pytest.raises(ag.OperandError):
            f(3.0)
