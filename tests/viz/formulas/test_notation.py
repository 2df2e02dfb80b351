"""Operations in plain text."""

import pytest

from autograd import PRIMITIVES, leaky_relu, power
from viz.formulas.notation import operation
from viz.text import atom


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_primitive_can_be_written(name: str) -> None:
    primitive = PRIMITIVES[name]
    operands = ["p", "q", "r", "s"][: primitive.arity or 4]
    text = operation(primitive, operands)
    assert all(operand in text for operand in operands)
    assert "\\" not in text


@pytest.mark.parametrize(
    ("name", "operands", "text"),
    [
        ("mul", ["−2", "−3"], "−2 · (−3)"),
        ("mul", ["y − a", "w1·x1"], "(y − a) · (w1·x1)"),
        ("add", ["−2", "−3"], "−2 + (−3)"),
        ("sub", ["a", "b"], "a − b"),
        ("div", ["1", "−2"], "1 / (−2)"),
        ("neg", ["−2"], "−(−2)"),
        ("power", ["−4"], "(−4)²"),
        ("pow", ["x", "y"], "x^y"),
        ("dot", ["w0", "w1", "x0", "x1", "b"], "w0 · x0 + w1 · x1 + b"),
        ("dot", ["−1", "2"], "(−1) · 2"),
        ("mean", ["a", "b"], "(a + b) / 2"),
        ("abs", ["−2"], "|−2|"),
        ("sqrt", ["1.2e−05"], "√1.2e−05"),
        ("sigmoid", ["z"], "σ(z)"),
        ("relu", ["−4"], "ReLU(−4)"),
        ("maximum", ["a", "b"], "max(a, b)"),
        ("hypot", ["a", "b"], "hypot(a, b)"),
        ("prod", ["a", "b", "c"], "a · b · c"),
    ],
)
def test_how_each_shape_is_written(name: str, operands: list[str], text: str) -> None:
    assert operation(PRIMITIVES[name], operands) == text


def test_constants_are_written_too() -> None:
    assert operation(leaky_relu.bind(slope=0.2), ["z"]) == "LReLU(z, slope=0.2)"
    assert operation(power.bind(exponent=-0.5), ["z"]) == "z^(−0.5)"
    assert operation(power.bind(exponent=-12.0), ["z"]) == "z⁻¹²"


def test_long_sums_are_cut() -> None:
    names = [f"x{i}" for i in range(40)]
    assert operation(PRIMITIVES["sum"], names) == "x0 + x1 + x2 + x3 + … + x39"
    assert operation(PRIMITIVES["mean"], names).endswith("/ 40")


def test_a_negative_exponent_of_ten_is_no_minus() -> None:
    assert atom("1.2e−05") == "1.2e−05"
    assert atom("−1.2e−05") == "(−1.2e−05)"
