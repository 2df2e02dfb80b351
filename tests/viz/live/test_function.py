"""Live pages of functions, which are called with Values made of numbers and ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import autograd as ag
import nn
from autograd import Value
from viz.errors import DrawingError
from viz.live.live import live


def cost(w: Value, x: Value, b: Any = 1.0) -> Value:
    return (w * x + b) ** 2


def test_numbers_and_ranges() -> None:
    page = live(cost, w=(-4, 2), x=2.0)
    assert [(one.name, one.data, one.low, one.high, one.varied) for one in page.inputs] == [
        ("w", -1.0, -4.0, 2.0, True),
        ("x", 2.0, -5.0, 5.0, False),
    ]
    assert page.title == "cost, live"


def test_without_a_range_all_are_moved() -> None:
    assert [one.varied for one in live(cost, w=1.0, x=2.0).inputs] == [True, True]


def test_what_is_varied_and_how_far_can_be_said() -> None:
    page = live(cost, vary="x", ranges={"w": (0, 1)}, w=1.0, x=(0, 3))
    assert [(one.name, one.high, one.varied) for one in page.inputs] == [
        ("w", 1.0, False),
        ("x", 5.0, True),
    ]


def test_lists_and_values_that_there_are() -> None:
    w = Value(3.0, label="weight")
    page = live(lambda w, xs: ag.dot([w, w], xs), w=w, xs=[1.0, (0, 4)])
    assert [(one.name, one.data) for one in page.inputs] == [
        ("weight", 3.0), ("xs[0]", 1.0), ("xs[1]", 2.0)]  # fmt: skip


def test_arrays_and_primitives() -> None:
    page = live(lambda x: ag.dot(x, x), x=np.array([1.0, 2.0]))
    assert [one.name for one in page.inputs] == ["x[0]", "x[1]"]
    assert live(ag.sin, x=(-3, 3)).title == "sin, live"


def test_models_and_programs() -> None:
    model = nn.MLP(2, [2, 1], seed=0)
    assert sum(one.varied for one in live(model, x=[1.0, 2.0]).inputs) == 9
    assert len(live(ag.compile(cost), w=1.0, x=2.0).inputs) == 2


def test_a_lambda_is_called_f_and_a_label_stays() -> None:
    assert live(lambda w: w * w, w=1.0).title == "f, live"
    assert live(lambda w: named(w * w, "E"), w=1.0).title == "E, live"
    w = Value(2.0, label="w")
    assert live(lambda: w).title == "w, live"


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


@pytest.mark.parametrize(
    ("function", "given", "reason"),
    [
        (cost, {"w": 1.0}, r"it takes w, x, b \(missing a required argument: 'x'\): write live"),
        (cost, {"w": 1.0, "x": 1.0, "u": 1.0}, "unexpected keyword argument 'u'"),
        (cost, {"w": 1.0, "x": "a"}, r"x= is a number, a range such as \(-5, 5\), or a list"),
        (cost, {"w": 1.0, "x": (5, -5)}, "x= is a pair of numbers, the lower first"),
        (cost, {"w": 1.0, "x": {}}, "x= is a number, a range"),
        (lambda w: 3.0, {"w": 1.0}, "live takes the Value that a graph ends in, not float"),
        (lambda w: [w], {"w": 1.0}, "give one of its elements"),
    ],
)
def test_what_makes_no_sense_is_refused(function: Any, given: Any, reason: str) -> None:
    with pytest.raises(DrawingError, match=reason):
        live(function, **given)


def test_a_function_that_branches_is_refused() -> None:
    with pytest.raises(ag.TraceError, match="a comparison decides a branch"):
        live(lambda x: x * x if x > 0 else -x, x=(-1, 3))
    assert "keeps the branch" in live(lambda x: ag.where(x > 0, x * x, -x), x=(-1, 3)).html
