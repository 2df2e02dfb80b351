"""`sort` and `interp`: every order of ties, every piece, eagerly and in every back end."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, grad, hessian
from autograd import compile as compiled

NAN, INF = math.nan, math.inf
BACKENDS = ("auto", "numpy", "native", "jax")
KNOTS, HEIGHTS = [1.0, 2.0, 4.0], [1.0, 3.0, -2.0]
PLACES = [0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, INF, -INF]
SLOPES = [0.0, 2.0, 2.0, -2.5, -2.5, -2.5, 0.0, 0.0, 0.0]


@pytest.mark.parametrize("n", range(7))
def test_every_order_of_a_few_numbers_is_sorted(n: int) -> None:
    for xs in itertools.product((-INF, -0.5, 2.0), repeat=n):
        assert ag.sort(xs) == sorted(xs)


@pytest.mark.parametrize("n", [15, 16, 17, 33, 100])
def test_many_numbers_are_sorted(n: int) -> None:
    xs = np.random.default_rng(n).normal(size=n).round(1)
    values = [Value(x) for x in xs]
    assert ag.sort(xs.tolist()) == sorted(xs) == [v.data for v in ag.sort(values)]
    assert {id(v) for v in ag.sort(values)} == {id(v) for v in values}


def test_nan_comes_last_and_arrays_go_by_rows() -> None:
    found = ag.sort([3.0, NAN, -INF, NAN, 1.0])
    np.testing.assert_array_equal(found, np.sort([3.0, NAN, -INF, NAN, 1.0]))
    table = np.array([[3.0, 1.0], [2.0, 4.0]])
    assert ag.sort(table).tolist() == [[1.0, 3.0], [2.0, 4.0]]
    rows = ag.sort(np.array([[Value(x) for x in row] for row in table]))
    assert [[v.data for v in row] for row in rows] == [[1.0, 3.0], [2.0, 4.0]]


@pytest.mark.parametrize("wrong", [3.0, Value(1.0), "abc", ["a"], [[1.0]], None])
def test_what_cannot_be_sorted(wrong: Any) -> None:
    with pytest.raises(ag.OperandError, match="of sort must be"):
        ag.sort(wrong)


@pytest.mark.parametrize("backend", BACKENDS)
def test_sorting_in_a_program_chooses_as_it_does_eagerly(backend: str) -> None:
    """At ties, too, each place has one of the operands, with all of the gradient."""

    def f(xs: Any) -> Any:
        return ag.dot(ag.sort(xs), [2.0**k for k in range(len(xs))])

    rows = np.array([*itertools.product((1.0, 2.0, NAN), repeat=4)])
    rows = rows[~np.isnan(rows).all(1)]
    program = compiled(f, argnums=0, reduce=None, backend=backend)
    slopes = program.value_and_grad(rows)[1]
    np.testing.assert_array_equal(slopes, [grad(f)(row.tolist()) for row in rows])
    assert np.sort(slopes, axis=1).tolist() == [[1.0, 2.0, 4.0, 8.0]] * len(rows)
    assert program.value_and_grad([3.0, 1.0, 2.0, 1.5]) == (1 + 3 + 8 + 24, [8.0, 1.0, 4.0, 2.0])


def test_the_curvature_goes_through_a_sort() -> None:
    def f(xs: Any) -> Any:
        low, _, high = ag.sort(xs)
        return low * high

    assert hessian(f)([3.0, 1.0, 2.0]) == [[0, 1, 0], [1, 0, 0], [0, 0, 0]]


# max and min


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_tie_of_several_is_shared_equally(backend: str) -> None:
    rows = np.array([[1.0, 3.0, 3.0, 3.0], [2.0, 2.0, 0.0, 1.0], [4.0, 3.0, 2.0, 1.0]])
    program = compiled(lambda xs: ag.max(xs), argnums=0, reduce=None, backend=backend)
    third = 1.0 / 3.0
    want = [[0, third, third, third], [0.5, 0.5, 0, 0], [1, 0, 0, 0]]
    values, slopes = program.value_and_grad(rows)
    np.testing.assert_array_equal(values, rows.max(1))
    np.testing.assert_array_equal(slopes, want)
    for row, slope in zip(rows.tolist(), want, strict=True):
        assert grad(ag.max)(row) == slope == program.value_and_grad(row)[1]
    assert grad(ag.min)([1.0, 0.0, 2.0, 0.0]) == [0.0, 0.5, 0.0, 0.5]


def test_extremes_of_nan_and_of_nothing() -> None:
    assert math.isnan(ag.max([1.0, NAN, 2.0]))
    assert math.isnan(ag.min([NAN, 1.0]))
    assert grad(ag.max)([NAN, 1.0]) == grad(lambda xs: ag.maximum(*xs))([NAN, 1.0]) == [0.5, 0.5]
    with pytest.raises(ag.ArgumentError, match="max of no operands is undefined"):
        ag.max([])


# interp


def test_values_are_those_of_numpy() -> None:
    for x in [*PLACES, NAN]:
        np.testing.assert_equal(ag.interp(x, KNOTS, HEIGHTS), np.interp(x, KNOTS, HEIGHTS))
        if x == x:
            assert type(ag.interp(Value(x), KNOTS, HEIGHTS)) is Value
    xs = np.linspace(-1.0, 5.0, 7).reshape(7, 1)
    np.testing.assert_array_equal(ag.interp(xs, KNOTS, HEIGHTS), np.interp(xs, KNOTS, HEIGHTS))
    many = ag.interp(xs, KNOTS, [Value(y) for y in HEIGHTS])
    assert [[v.data for v in row] for row in many] == np.interp(xs, KNOTS, HEIGHTS).tolist()


@pytest.mark.parametrize("f", [ag.interp, np.interp])
def test_slopes_are_those_to_the_right_and_inside_at_the_ends(f: Any) -> None:
    for x, slope in zip(PLACES, SLOPES, strict=True):
        assert grad(lambda x: f(x, KNOTS, HEIGHTS))(x) == slope
    assert grad(ag.interp, argnums=2)(3.0, KNOTS, HEIGHTS) == [0.0, 0.5, 0.5]
    assert grad(ag.interp, argnums=1)(3.0, KNOTS, HEIGHTS) == [0.0, 1.25, 1.25]
    mixed = hessian(lambda x, ys: ag.interp(x, KNOTS, ys), argnums=(0, 1))(3.0, HEIGHTS)
    assert mixed[0] == (0.0, [0.0, -0.5, 0.5])


@pytest.mark.parametrize("backend", BACKENDS)
def test_interpolation_in_a_program(backend: str) -> None:
    places = [*PLACES, NAN]
    program = compiled(
        lambda x, ys: ag.interp(x, KNOTS, ys), argnums=0, reduce=None, backend=backend
    )
    table = np.tile(HEIGHTS, (len(places), 1))
    values, slopes = program.value_and_grad(np.array(places), table)
    np.testing.assert_array_equal(values, np.interp(places, KNOTS, HEIGHTS))
    np.testing.assert_array_equal(slopes[:-1], SLOPES)
    for place, slope in zip(PLACES, SLOPES, strict=True):
        assert program.value_and_grad(place, HEIGHTS)[1] == slope


@pytest.mark.parametrize(
    ("xs", "ys", "what"),
    [([1.0, 2.0], [1.0], "not 2 xs and 1 ys"), ([1.0], [1.0], "at least two"),
     ([2.0, 1.0], [1.0, 2.0], "must increase"), ([1.0, 1.0], [1.0, 2.0], "must increase"),
     ([1.0, NAN], [1.0, 2.0], "must increase"), (3.0, [1.0], "the xs of interp must be a seq"),
     ([1.0, 2.0], "ab", "the ys of interp must be"),
     ([1.0, 2.0], [1.0, None], "element 1 of the ys")],
)  # fmt: skip
def test_wrong_points(xs: Any, ys: Any, what: str) -> None:
    with pytest.raises((ag.ArgumentError, ag.OperandError), match=what):
        ag.interp(0.5, xs, ys)
