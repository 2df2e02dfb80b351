"""Short formulas in place of names."""

import math

from autograd import Graph, Value, exp, sigmoid
from viz import draw
from viz.figure.drawing import Node
from viz.formulas.short import short_formulas


def formulas(root: Value) -> list[str]:
    return [*short_formulas(Graph.of(root)).values()]


def test_only_values_without_a_label_have_one() -> None:
    w, x = Value(0.5, label="w1"), Value(2.0, label="x1")
    assert formulas(w * x) == ["w1·x1"]
    product = w * x
    product.label = "z"
    assert formulas(exp(product)) == ["exp(z)"]


def test_operands_without_a_name_and_long_formulas_have_none() -> None:
    w, bare = Value(0.5, label="w"), Value(2.0)
    assert formulas(w * bare) == []
    assert formulas(w * Value(2.0, label="a longer name")) == []
    assert formulas(w + math.nan) == ["w + nan"]


def test_no_two_values_have_the_same() -> None:
    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    assert formulas(w * x + w * x) == []
    assert formulas(w * x + Value(1.0, label="w·x")) == []


def test_a_pill_says_the_formula_and_its_tooltip_the_name() -> None:
    root = Value(2.0, label="w") * Value(-1.0, label="x")
    for _ in range(6):
        root = sigmoid(root)
    elements = draw(root, width="6cm").drawing.elements
    pills = [e for e in elements if isinstance(e, Node) and e.kind == "pill"]
    told = {pill.lines[0].text: pill.tip.partition(" = ")[0] for pill in pills}
    assert told == {"w·x": "v3", "σ(w·x)": "v4", "v5": "v5", "v6": "v6", "v7": "v7", "v8": "v8"}
