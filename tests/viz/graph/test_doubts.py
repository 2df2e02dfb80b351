"""Numbers that are not those of one clean backward pass are said to be so."""

from __future__ import annotations

import math

import pytest

import autograd as ag
from autograd import Graph, Value, lints, where
from viz import draw, table
from viz.graph.doubts import doubts


def of(root: Value) -> str:
    return " ".join(doubts(Graph.of(root)))


def test_a_clean_pass_raises_no_doubt() -> None:
    a, b = Value(2.0, label="a"), Value(-1.0, label="b")
    f = ag.maximum(a * b, a).tanh() + where(a > 0, b.exp(), b.log())
    assert of(f) == ""
    f.backward()
    assert of(f) == ""


def test_gradients_of_two_passes_are_told_apart() -> None:
    a = Value(2.0, label="a")
    (a * a).backward()
    d = a * 3.0
    d.label = "d"
    d.backward()
    assert "∂ of a holds more than this pass (7, of which 3)" in of(d)
    assert "zero_grad()" in of(d)
    assert "holds more than this pass" in draw(d).source
    assert "holds more than this pass" in str(draw(d))
    assert "holds more than this pass" in str(table(d))


def test_gradients_of_another_output_are_told_apart() -> None:
    a = Value(2.0, label="a")
    b = a * 3.0
    b.label = "b"
    c = b * 5.0
    c.backward()
    z = b + a
    z.grad = 1.0
    assert "∂ of b, a comes from another backward pass" in of(z).replace("a, b", "b, a")


def test_data_that_changed_since() -> None:
    w, x = Value(2.0, label="w"), Value(3.0, label="x")
    y = w * x
    y.label = "y"
    w.data = 4.0
    assert "y = 6 was computed before the data of its operands changed" in of(y)
    assert "they give 12 now" in of(y)
    with lints(False):
        y.backward()
    assert "was computed before" in draw(y).source


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_numbers_that_are_not_finite_raise_no_doubt(number: float) -> None:
    a = Value(number, label="a")
    y = a * 2.0
    y.backward()
    assert of(y) == ""
