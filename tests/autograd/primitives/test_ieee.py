"""Every primitive at the edges of IEEE 754: no exception, no warning, floats and arrays agree."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from autograd_support import (
    INF,
    assert_same,
    assert_within_ulps,
    call,
    no_warnings,
    second_derivative,
)
from registry import TWO_OPERANDS, named, variants

import autograd as ag
from autograd import PRIMITIVES, Value
from autograd.primitives.primitive import Primitive

EDGES = (
    0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 0.5, INF, -INF, math.nan, 1e20, -1e20, 1e300, -1e300,
    1e-300, 5e-324, -5e-324, 1.7976931348623157e308, 709.9, -745.5,
)  # fmt: skip


def edge_points(primitive: Primitive) -> list[tuple[float, ...]]:
    if primitive.arity == 1:
        return [(x,) for x in EDGES]
    pairs = list(itertools.product(EDGES, repeat=2))
    if primitive.arity == 2:
        return pairs
    return [(x, 0.5, y) for x, y in pairs] + [(x,) for x in EDGES if primitive.name != "where"]


@pytest.mark.parametrize(("primitive", "constants"), variants())
def test_edges_never_raise_nor_warn(primitive: Primitive, constants: dict[str, Any]) -> None:
    primitive = primitive.bind(**constants) if constants else primitive
    with no_warnings():
        for xs in edge_points(primitive):
            plain = call(primitive, xs)
            leaves = [Value(x) for x in xs]
            out = call(primitive, leaves)
            assert_same(out.data, plain, f"{primitive.name}{xs} of Values")
            assert type(out.data) is float
            out.backward()
            for leaf, slope in zip(leaves, out.local_gradients, strict=True):
                assert type(leaf.grad) is float, f"{primitive.name}{xs}: {leaf.grad!r}"
                assert type(slope) is float, f"{primitive.name}{xs}: {slope!r}"
            call(primitive, map(Value, xs)).backward(create_graph=True)


@pytest.mark.parametrize(("primitive", "constants"), variants())
def test_edges_are_the_same_in_arrays(primitive: Primitive, constants: dict[str, Any]) -> None:
    primitive = primitive.bind(**constants) if constants else primitive
    points = edge_points(primitive)
    wrong = []
    with no_warnings():
        if primitive.arity is None:
            got = [primitive(np.array(xs)) for xs in points]
        else:
            got = list(primitive(*map(np.array, zip(*points, strict=True))))
    for xs, element in zip(points, got, strict=True):
        want = call(primitive, xs)
        scale = max((abs(x) for x in xs if math.isfinite(x)), default=0.0)
        try:
            assert_within_ulps(element, want, 8, 0.0 if primitive.arity else scale)
        except AssertionError as error:
            wrong.append(f"{primitive.name}{xs}: array {error}")
    assert not wrong, "\n".join(wrong[:20])


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "silu", "gelu", "elu", "erf"])
@pytest.mark.parametrize("x", [-1000.0, 1000.0, -1e300, 1e300])
def test_saturated_functions_have_no_curvature(name: str, x: float) -> None:
    assert second_derivative(getattr(ag, name), x) == 0.0


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_integer_and_boolean_arrays_are_taken_as_floats(name: str) -> None:
    primitive = PRIMITIVES[name]
    if primitive.arity is None:
        got, want = primitive(np.array([1, 1, 1])), primitive(np.array([1.0, 1.0, 1.0]))
    else:
        n = primitive.arity
        got, want = primitive(*[np.array([1, 1])] * n), primitive(*[np.array([1.0, 1.0])] * n)
        flags = primitive(*[np.array([True, True])] * n)
        assert np.array_equal(flags, want, equal_nan=True)
    assert np.array_equal(got, want, equal_nan=True)
    assert np.asarray(got).dtype == np.float64


@pytest.mark.parametrize("primitive", TWO_OPERANDS, ids=named)
def test_arrays_broadcast(primitive: Primitive) -> None:
    column, row = np.array([[0.5], [2.0]]), np.array([1.0, 3.0, 0.25])
    got = primitive(column, row)
    assert got.shape == (2, 3)
    values = primitive(np.array([[Value(0.5)], [Value(2.0)]]), row)
    assert values.shape == (2, 3)
    for (i, j), element in np.ndenumerate(got):
        assert_within_ulps(element, primitive(float(column[i, 0]), float(row[j])))
        assert_same(values[i, j].data, primitive(float(column[i, 0]), float(row[j])))
    one = primitive(Value(0.5), row)
    assert one.shape == (3,)
    assert all(isinstance(v, Value) for v in one)


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_every_primitive_is_public_and_documented(name: str) -> None:
    assert callable(getattr(ag, name)), f"autograd.{name} is missing"
    primitive = PRIMITIVES[name]
    assert primitive.__doc__
    assert len(primitive.symbol) > 0
    written = primitive.write(*"abc"[: primitive.arity or 3])
    assert written.count("{") == written.count("}")
    assert "a" in written
    assert repr(primitive).startswith(f"<primitive {name}")


@pytest.mark.parametrize("zeros", [(0.0, -0.0), (-0.0, 0.0)])
def test_bound_constants_keep_the_sign_of_zero(zeros: tuple[float, float]) -> None:
    """The result must not depend on which of the two was asked for first."""
    for zero in zeros:
        assert_same(ag.clip(-1.0, zero, 5.125), zero)
        assert_same(ag.clip(Value(-1.0), zero, 5.125).data, zero)
        assert_same(ag.leaky_relu(-1.0, slope=zero), -zero)
