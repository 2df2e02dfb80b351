"""Expressions: what the primitives' rules become when they are read as formulas."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from viz.formulas.expressions import Expression, constant, symbol
from viz.formulas.latex import LATEX
from viz.formulas.notation import TEXT

X, Y = symbol("x", 0.4), symbol("y", 0.7)


def written(expression: Expression) -> str:
    return TEXT.expression(expression)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (X + X, "2x"),
        (X - X, "0"),
        (X * Y * X, "x²·y"),
        (2.0 * X * 0.5, "x"),
        (X * (1.0 - X), "x(1 − x)"),
        (-(X - Y), "−(x − y)"),
        ((X - Y) * (X - Y), "(x − y)²"),
        (0.5 * X, "x/2"),
        (X / 3.0, "x/3"),
        (0.1 * X, "0.1x"),
        (X / Y, "x/y"),
        (X / Y / Y, "x/y²"),
        (1.0 / (X * Y), "1/(x·y)"),
        (1.0 / (2.0 * X), "1/(2x)"),
        (X / X, "1"),
        (X * 0.0, "0"),
        (1.0 + X * 0.0, "1"),
        ((2.0 * X) * (2.0 * X), "4x²"),
        (ag.pow(X, 3.0), "x³"),
        (ag.pow(X, 0.5), "x^0.5"),
        (ag.pow(ag.pow(X, 2.0), 0.5), "(x²)^0.5"),
        (ag.pow(2.0, X), "2^x"),
        (ag.pow(X + Y, X - 1.0), "(x + y)^(x − 1)"),
        (ag.pow(X + Y, -1.0), "1/(x + y)"),
        (ag.exp(-X) * 2.0, "2·exp(−x)"),
        (ag.sqrt(X), "√x"),
        (ag.sqrt(X + Y), "√(x + y)"),
        (ag.abs(X - Y), "|x − y|"),
        (ag.sigmoid(X) * (1.0 - ag.sigmoid(X)), "σ(x)(1 − σ(x))"),
        (ag.where(X > 1.0, X, Y), "y"),
        (ag.sum([X, Y, 1.0]), "x + y + 1"),
        (ag.mean([X, Y, X]), "(2x + y)/3"),
        (ag.prod([X, Y, X]), "x²·y"),
        (ag.dot([X, 2.0], [Y, X], 1.0), "x·y + 2x + 1"),
        (ag.maximum(X, Y), "max(x, y)"),
        (X / constant(0.0), "div(x, 0)"),
        (constant(-0.25), "−¼"),
        (constant(2.0) / 3.0 * X, "2x/3"),
        (constant(math.inf) * X, "inf·x"),
        (symbol("out", 1.0) * (X + 1.0), "out·(x + 1)"),
        (symbol("y − a", 1.0) * 2.0, "2(y − a)"),
        (ag.sum([symbol(f"x{i}", 1.0) for i in range(20)]), "x0 + x1 + x2 + x3 + … (14 more) … "
         "+ x18 + x19"),
    ],
)  # fmt: skip
def test_written(expression: Expression, text: str) -> None:
    assert written(expression) == text


@pytest.mark.parametrize(
    ("expression", "latex"),
    [
        (X * (1.0 - X), r"x \left(1 - x\right)"),
        (2.0 * X * Y, "2 x y"),
        (X / Y, r"\frac{x}{y}"),
        (0.5 * (X - Y), r"\frac{x - y}{2}"),
        (ag.pow(X, 2.0), "x^{2}"),
        (ag.pow(symbol("w1", 1.0), 2.0), "w_{1}^{2}"),
        (ag.pow(ag.exp(X), 2.0), r"\left(e^{x}\right)^{2}"),
        (ag.log(X + Y), r"\ln \left(x + y\right)"),
        (ag.log(X), r"\ln x"),
        (ag.exp(X + Y), "e^{x + y}"),
        (ag.sigmoid(X + Y), r"\sigma(x + y)"),
        (ag.pow(X + Y, X), r"{\left(x + y\right)}^{x}"),
        (ag.leaky_relu(X + Y), r"\max(\left(x + y\right), 0.01\,\left(x + y\right))"),
        (constant(1.5e-7) * X, r"1.5 \cdot 10^{-7} x"),
        (constant(math.nan), r"\mathrm{nan}"),
        (constant(-math.inf), r"-\infty"),
    ],
)
def test_latex(expression: Expression, latex: str) -> None:
    assert LATEX.expression(expression) == latex


def samples(primitive: ag.Primitive) -> list[float]:
    low, high = primitive.domain[0]
    wanted = (-2.5, -0.6, 0.3, 0.9, 1.7, 3.0)
    return [x for x in wanted if low < x < high]


@pytest.mark.parametrize("name", sorted(ag.PRIMITIVES))
def test_shown_rules_are_the_rules_that_compute(name: str) -> None:
    primitive = ag.PRIMITIVES[name]
    for x in samples(primitive):
        operands = [x, 0.7, -0.2][: primitive.arity or 3]
        out = primitive.number(*operands)
        computed = primitive.local_gradients(out, *operands)
        shown = primitive.shown_gradients(out, *operands)
        assert shown == pytest.approx(computed, rel=1e-12)
        symbols = [symbol(f"x{i}", x) for i, x in enumerate(operands)]
        read = primitive.shown_gradients(symbol("f", out), *symbols)
        assert [float(r) for r in read] == pytest.approx(computed, rel=1e-12)


def test_textbook_forms() -> None:
    def shown(primitive: ag.Primitive, at: float) -> str:
        rule = primitive.shown_gradients(symbol("a", primitive.number(at)), symbol("z", at))[0]
        return written(rule) if isinstance(rule, Expression) else f"{rule:g}"

    assert shown(ag.sigmoid, 0.3) == "a(1 − a)"
    assert shown(ag.tanh, 0.3) == "1 − a²"
    assert shown(ag.exp, 0.3) == "a"
    assert shown(ag.log, 0.3) == "1/z"
    assert shown(ag.asin, 0.3) == "1/√(1 − z²)"
    assert shown(ag.sqrt, 0.3) == "1/(2a)"
    assert (shown(ag.relu, 0.3), shown(ag.relu, -0.3)) == ("1", "0")


@given(st.lists(st.sampled_from("+-*/^"), max_size=8), st.lists(st.integers(0, 3), min_size=9))
def test_the_number_of_an_expression_is_that_of_its_terms(operators, picks) -> None:
    values = [X, Y, constant(2.0), constant(-0.5)]
    expression = values[picks[0]]
    for operator, pick in zip(operators, picks[1:], strict=False):
        other = values[pick]
        expression = {
            "+": lambda a, b: a + b,
            "-": lambda a, b: a - b,
            "*": lambda a, b: a * b,
            "/": lambda a, b: a / b,
            "^": lambda a, b: ag.pow(a, 2.0),
        }[operator](expression, other)
    assert evaluated(expression) == pytest.approx(float(expression), rel=1e-9, abs=1e-9)


def evaluated(expression: Expression) -> float:
    """The number of an expression, worked out from what is written."""
    numbers = {"x": 0.4, "y": 0.7}
    total = 0.0
    for coefficient, powers in expression.terms:
        product = coefficient
        for base, exponent in powers:
            number = evaluated(base) if isinstance(base, Expression) else numbers[base]
            product *= number**exponent
        total += product
    return total
