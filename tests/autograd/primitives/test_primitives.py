"""Every primitive of the registry against mpmath, with operands of every kind."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from autograd_support import (
    assert_close,
    assert_same,
    no_warnings,
)
from registry import MANY_OPERANDS, TWO_OPERANDS, check, named, variants

import autograd as ag
from autograd import Value
from autograd.primitives.primitive import Primitive


@pytest.mark.parametrize(("primitive", "constants"), variants())
def test_primitive_agrees_with_mpmath(primitive: Primitive, constants: dict[str, Any]) -> None:
    check(primitive.bind(**constants) if constants else primitive, constants)


# Operands of every kind


@pytest.mark.parametrize("primitive", TWO_OPERANDS, ids=named)
def test_constant_operands_of_every_type(primitive: Primitive) -> None:
    want = primitive(2.0, 3.0)
    for two, three in itertools.product(
        (2.0, 2, np.float64(2), np.int8(2), np.float32(2), Value(2.0)),
        (3.0, 3, np.float64(3), np.uint16(3), np.float16(3), Value(3.0)),
    ):
        got = primitive(two, three)
        made = isinstance(two, Value) or isinstance(three, Value)
        assert isinstance(got, Value) == made
        assert_same(float(got), want)
        if made:
            parents = tuple(x for x in (two, three) if isinstance(x, Value))
            assert got.parents == parents
            assert len(got.local_gradients) == len(parents)
            assert tuple(map(float, got.operands)) == (2.0, 3.0)


@pytest.mark.parametrize("primitive", TWO_OPERANDS, ids=named)
def test_the_same_value_as_both_operands(primitive: Primitive) -> None:
    x = Value(0.7)
    out = primitive(x, x)
    out.backward()
    twins = [Value(0.7), Value(0.7)]
    primitive(*twins).backward()
    assert out.parents == (x, x)
    assert_same(x.grad, twins[0].grad + twins[1].grad)


@pytest.mark.parametrize("primitive", MANY_OPERANDS, ids=named)
@pytest.mark.parametrize("n", [1, 3, 7])
def test_mixed_and_repeated_operands(primitive: Primitive, n: int) -> None:
    numbers = [0.5 + 0.3 * i for i in range(n)]
    want = primitive(numbers)
    all_values = [Value(x) for x in numbers]
    primitive(all_values).backward()
    for step in (1, 2, 3):
        operands: list[Any] = [Value(x) if i % step == 0 else x for i, x in enumerate(numbers)]
        out = primitive(operands)
        assert_same(out.data, want)
        out.backward()
        assert out.parents == tuple(x for x in operands if isinstance(x, Value))
        for operand, whole in zip(operands, all_values, strict=True):
            if isinstance(operand, Value):
                assert_same(operand.grad, whole.grad)
    x = Value(0.4)
    twins = [Value(0.4) for _ in range(n)]
    out = primitive([x] * n)
    out.backward()
    primitive(twins).backward()
    assert out.parents == (x,) * n
    assert_close(x.grad, sum(t.grad for t in twins), rel=1e-15)


@pytest.mark.parametrize("primitive", MANY_OPERANDS, ids=named)
def test_sequences_of_every_kind(primitive: Primitive) -> None:
    numbers = (0.5, 0.25, 2.0)
    want = primitive(list(numbers))
    for operands in (numbers, iter(numbers), (x for x in numbers), dict.fromkeys(numbers)):
        assert_same(primitive(operands), want)
    assert_same(primitive(Value(x) for x in numbers).data, want)
    assert_same(primitive([np.float64(0.5), True * 0.25, 2]), want)


def test_no_operands() -> None:
    assert (ag.sum([]), ag.prod([]), ag.norm([])) == (0.0, 1.0, 0.0)
    assert ag.dot([], []) == 0.0
    assert ag.dot([], [], bias=2.5) == 2.5
    b = Value(4.0)
    out = ag.dot([], [], bias=b)
    out.backward()
    assert (out.data, b.grad) == (4.0, 1.0)


@pytest.mark.parametrize("function", [ag.mean, ag.logsumexp], ids=["mean", "logsumexp"])
@pytest.mark.parametrize("empty", [[], (), np.array([]), np.array([], dtype=object)], ids=repr)
def test_mean_and_logsumexp_of_nothing_are_errors(function: Any, empty: Any) -> None:
    with no_warnings(), pytest.raises(ag.ArgumentError, match="no operands is undefined"):
        function(empty)


def test_dot_is_one_node_and_follows_matmul() -> None:
    ws, xs, b = [Value(2.0), Value(-3.0)], [Value(-1.0), Value(-2.0)], Value(-3.0)
    z = ag.dot(ws, xs, b)
    z.backward()
    assert z.data == 1.0
    assert z.parents == (*ws, *xs, b)
    assert [w.grad for w in ws] == [-1.0, -2.0]
    assert [x.grad for x in xs] == [2.0, -3.0]
    assert b.grad == 1.0
    W, X = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    assert np.array_equal(ag.dot(W, X, 1.0), W @ X + 1.0)


@pytest.mark.parametrize("values", [True, False])
def test_softmax_sums_to_one_and_differentiates(values: bool) -> None:
    numbers = [1000.0, 1001.0, 998.5]
    xs = [Value(x) for x in numbers] if values else numbers
    ps = ag.softmax(xs)
    assert_close(float(sum(ps)), 1.0, rel=1e-13)
    if values:
        ps[0].backward()
        p = [float(p) for p in ps]
        for i, x in enumerate(xs):
            assert_close(x.grad, p[0] * ((i == 0) - p[i]), rel=1e-12, scale=0.1)


def test_softmax_over_an_axis() -> None:
    table = np.array([[1.0, 2.0, 3.0], [1e3, 1e3, -1e3]])
    rows = ag.softmax(table)
    assert np.allclose(rows.sum(axis=1), 1.0, rtol=1e-14)
    assert np.allclose(ag.softmax(table, axis=0).sum(axis=0), 1.0, rtol=1e-14)
    for row, numbers in zip(rows, table, strict=True):
        assert np.allclose(row, ag.softmax(list(numbers)), rtol=1e-14, atol=0)
    values = np.array([[Value(x) for x in row] for row in table])
    by_value = np.array([[float(p) for p in row] for row in ag.softmax(values)])
    assert np.allclose(by_value, rows, rtol=1e-14, atol=0)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_reductions_over_an_axis_of_values(axis: int) -> None:
    table = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.25]])
    values = np.array([[Value(x) for x in row] for row in table])
    for function in (ag.sum, ag.mean, ag.prod, ag.norm, ag.logsumexp):
        got = np.array([float(v) for v in function(values, axis=axis)])
        assert np.allclose(got, function(table, axis=axis), rtol=1e-14, atol=0)
