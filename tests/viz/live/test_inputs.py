"""Inputs of live pages: ranges, steps, what gradient descent moves, and what is refused."""

from __future__ import annotations

import math
from typing import Any

import pytest

from autograd import Value
from viz.errors import DrawingError
from viz.live.inputs import Input
from viz.live.live import live


def product(w: float = 2.0, x: float = 3.0) -> Value:
    return Value(w, label="w") * Value(x, label="x")


def inputs(root: Value, *args: Any, **named: Any) -> dict[str, Input]:
    return {one.name: one for one in live(root, *args, **named).inputs}


def test_without_ranges_they_reach_around_zero() -> None:
    found = inputs(product(2.0, -30.0))
    assert (found["w"].low, found["w"].high, found["w"].step) == (-5.0, 5.0, 0.05)
    assert (found["x"].low, found["x"].high, found["x"].step) == (-100.0, 100.0, 1.0)


@pytest.mark.parametrize("data", [math.inf, -math.inf, math.nan, 1e308, -1.7e308, 5e-324])
def test_a_number_at_the_edge_has_a_range_that_can_be_drawn(data: float) -> None:
    one = inputs(product(data))["w"]
    assert math.isfinite(one.low)
    assert math.isfinite(one.high)
    assert one.low < one.high
    assert 0 < one.step < math.inf
    assert math.isfinite(one.high - one.low)


def test_ranges_by_label_by_value_and_for_all() -> None:
    root = product()
    w, _ = root.parents
    for ranges in ({"w": (0, 4)}, {w: [0, 4]}):
        found = inputs(root, ranges=ranges)
        assert (found["w"].low, found["w"].high) == (0.0, 4.0)
        assert (found["x"].low, found["x"].high) == (-5.0, 5.0)
    assert {(one.low, one.high) for one in inputs(root, ranges=(-9, 9)).values()} == {(-9.0, 9.0)}


def test_a_range_includes_the_number_that_there_is() -> None:
    assert inputs(product(2.0), ranges={"w": (5, 6)})["w"][3:5] == (2.0, 6.0)


def test_steps() -> None:
    assert {one.step for one in inputs(product(), step=0.25).values()} == {0.25}


def test_gradient_descent_moves_what_is_named() -> None:
    assert [one.varied for one in live(product(), "w").inputs] == [True, False]
    assert [one.varied for one in live(product(), vary=["x"]).inputs] == [False, True]


def test_by_default_the_parameters_of_a_model_or_else_all() -> None:
    assert [one.varied for one in live(product()).inputs] == [True, True]
    w, x = Value(2.0, label="layer1.neuron1.w[0]"), Value(3.0, label="x")
    assert [one.varied for one in live((w * x).tanh()).inputs] == [True, False]


def test_a_frozen_leaf_is_not_moved_by_gradient_descent() -> None:
    root = product()
    root.parents[0].requires_grad = False
    assert [one.varied for one in live(root).inputs] == [False, True]


@pytest.mark.parametrize(
    ("named", "reason"),
    [
        ({"ranges": 5}, r"ranges= is a pair of numbers, the lower first, such as \(-5, 5\), not 5"),
        ({"ranges": {"w": (5, -5)}}, r"ranges\['w'\] is a pair .* not \(5, -5\)"),
        ({"ranges": {"w": (0, math.inf)}}, "is a pair of numbers"),
        ({"ranges": {"w": (1, 1)}}, "is a pair of numbers"),
        ({"ranges": (-1e308, 1e308)}, "is a pair of numbers"),
        ({"ranges": {"w": "ab"}}, "is a pair of numbers"),
        ({"ranges": {"u": (0, 1)}}, "ranges='u' is no leaf of this graph"),
        ({"step": 0}, "step= is a number above 0, such as 0.1, not 0"),
        ({"step": "a"}, "step= is a number above 0"),
        ({"step": True}, "step= is a number above 0"),
        ({"step": math.nan}, "step= is a number above 0"),
        ({"vary": "u"}, "vary='u' is no leaf of this graph"),
        ({"w": (0, 1)}, r"w= is for a function, live\(f, w=…\), and this graph has been computed"),
    ],
)
def test_what_makes_no_sense_is_refused(named: dict[str, Any], reason: str) -> None:
    with pytest.raises(DrawingError, match=reason):
        live(product(), **named)
