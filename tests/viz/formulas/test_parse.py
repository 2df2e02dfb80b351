"""Formulas: what they mean, and what they say when they cannot be understood."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import PRIMITIVES, Value
from viz.errors import FormulaError
from viz.formulas.functions import FUNCTIONS
from viz.formulas.parse import parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x", 3.0),
        ("-x**2", -9.0),
        ("(-x)**2", 9.0),
        ("2**-x", 0.125),
        ("2**x**2", 512.0),
        ("--x", 3.0),
        ("-+-x", 3.0),
        ("x - 1 - 1", 1.0),
        ("12/x/2", 2.0),
        ("x + 2*x", 9.0),
        ("1e-1*x + .5 + 2.", 2.8),
        ("sum(x, 1, x)", 7.0),
        ("sum([x, 1])", 4.0),
        ("mean(x, 1)", 2.0),
        ("dot([x, 2], [1, x])", 9.0),
        ("dot([x, 2], [1, x], 1)", 10.0),
        ("dot([x], [x], bias=x)", 12.0),
        ("maximum(x, 5)", 5.0),
        ("leaky_relu(-x, slope=0.1)", -0.3),
        ("leaky_relu(-x, 0.1)", -0.3),
        ("clip(x, -1, 1)", 1.0),
        ("clip(x, high=2, low=-2)", 2.0),
        ("2*pi*e*x/x", 2 * math.pi * math.e),
        ("z = 2*x; z*z", 36.0),
        ("z = 2; a = z*x; C = a + z;", 8.0),
        ("x*(1/0)", math.inf),
        ("9**9**9**9*x", math.inf),
        (" x\n + x ", 6.0),
        ("+".join(["x"] * 3000), 9000.0),
        ("-" * 5001 + "x", -3.0),
    ],
)
def test_value(text: str, value: float) -> None:
    assert parse(text, x=3).output.data == pytest.approx(value)


def test_document_003_example_1() -> None:
    formula = parse("0.5*(sigmoid(w*x+b)-y)**2", w=2, x=-1, b=-3, y=1)
    formula.output.backward()
    s = 1 / (1 + math.exp(5))
    assert formula.leaves["w"].grad == pytest.approx((s - 1) * s * (1 - s) * -1)
    assert list(formula.leaves) == ["w", "x", "b", "y"]


def test_parts_and_output_are_labelled() -> None:
    formula = parse("z = w*x; a = tanh(z); a*a", w=1, x=2)
    assert {name: value.label for name, value in formula.named.items()} == {"z": "z", "a": "a"}
    assert formula.output.label == "f"
    assert parse("C = 2*w", w=1).output.label == "C"
    assert parse("2*f", f=1).output.label == "output"
    assert parse("z = w; 2*z", w=1).leaves["w"].label == "w"
    assert parse("pi").output.data == math.pi


def test_numbers_leave_no_node() -> None:
    assert len(parse("(1/2)*x", x=1).output.parents) == 1


def test_names_can_be_values_and_replace_constants() -> None:
    w = Value(2.0)
    assert parse("w*w", w=w).leaves["w"] is w
    assert parse("e*pi", e=2, pi=3).output.data == 6.0
    assert parse("ﬁ + 1", **{"ﬁ": 1}).output.data == 2.0


CARETS = [
    ("x^2", "write ** for ^", " ^"),
    ("2x", "an operator is missing; a product is written with *", " ^"),
    ("x x", "an operator is missing", "  ^"),
    ("(x)(x)", "an operator is missing", "   ^"),
    ("2*", "a number or a name is missing at the end of the formula", "  ^"),
    ("(", "missing at the end", " ^"),
    ("x*/x", "a number or a name is missing before /", "  ^"),
    ("x;;x", "a number or a name is missing before ;", "  ^"),
    ("x==1", "a number or a name is missing before =", "  ^"),
    ("(x", "this ( is never closed", "^"),
    ("sum([x)", "this ) closes nothing", "      ^"),
    ("x)", "this ) closes nothing", " ^"),
    ("x, x", ", cannot stand here", " ^"),
    ("x*2 = 3", "only a name can stand before =", "    ^"),
    ("x.real", "'.' has no meaning in a formula", " ^"),
    ("x + 'a'", "has no meaning", "    ^"),
    ("x # y", "has no meaning", "  ^"),
    ("x if x else x", "an operator is missing", "  ^^"),
    ("x − 1", "write - for −", "  ^"),
    ("x²", "write **2 for ²", " ^"),
    ("1e999*x", "beyond the range of a float", "^^^^^"),
    ("x + wieght", "wieght has no value", "    ^^^^^^"),
    ("sigmiod(x)", "there is no function sigmiod; did you mean sigmoid?", "^^^^^^^"),
    ("x*ln(x)", "did you mean log?", "  ^^"),
    ("__import__(x)", "there is no function __import__", "^^^^^^^^^^"),
    ("where(x, x, x)", "there is no function where", "^^^^^"),
    ("x + exp", "exp is a function: write exp(…)", "    ^^^"),
    ("sin(x, x)", "sin takes 1 operand: sin(x), not 2 arguments", "^^^"),
    ("atan2(x)", "atan2 takes 2 operands: atan2(x, y), not 1 argument", "^^^^^"),
    ("sin()", "not 0 arguments", "^^^"),
    ("sin(x=1)", "sin takes 1 operand", "^^^"),
    ("sin(x, y=1)", "sin has no constant y", "^^^"),
    ("elu(x, slope=1)", "elu has no constant slope; it has alpha", "^^^"),
    ("elu(x, alpha=x)", "alpha of elu is a constant: give a number", "^^^"),
    ("elu(x, 1, alpha=1)", "alpha of elu is given twice", "^^^"),
    ("elu(alpha=1, alpha=1)", "alpha= is given twice", "             ^^^^^"),
    ("elu(alpha=1, x)", "arguments without a name come before", "             ^"),
    ("clip(x, 1, -1)", "clip needs low <= high", "^^^^"),
    ("sum()", "sum needs at least one operand", "^^^"),
    ("sum(x, n=1)", "sum has no constant n", "^^^"),
    ("sum([x], x)", "sum takes a number here, not a list", "^^^"),
    ("dot(x, x)", "dot takes two lists and perhaps a bias", "^^^"),
    ("dot([x], [x, x])", "dot needs as many weights as inputs", "^^^"),
    ("dot([[x]], [x])", "dot takes a number here", "^^^"),
    ("[x]", "a list can only be given to a function", "^"),
    ("-[x]", "a list can only be given to a function", "^"),
    ("z = [x]; z", "a list can only be given to a function", "    ^"),
    ("2*x; x", "only the last statement may go without a name", "^"),
    ("z = 2*x; x", "z is never used", "^"),
    ("z = x*2; z = x*3; z", "z is assigned twice", "         ^"),
    ("x = 3*x", "x already has a value", "^"),
    ("C = C*x", "C has no value", "    ^"),
    ("漢*x + q", "漢 has no value", "^^"),
]


@pytest.mark.parametrize(("text", "reason", "caret"), CARETS)
def test_errors_point_at_the_place(text: str, reason: str, caret: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text, x=1)
    first, shown, carets = str(caught.value).split("\n")
    assert reason in first
    assert (shown, carets) == (f"  {text}", f"  {caret}")


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_formula(text: str) -> None:
    with pytest.raises(FormulaError, match="the formula is empty"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("(" * 5000 + "x" + ")" * 5000, "nested more than 40 deep"),
        ("sin(" * 5000, "nested more than 40 deep"),
        ("x" + "**1" * 5000, "more than 40 powers of powers"),
        ("[" * 9000, "nested more than 40 deep"),
        ("x" * 20_001, "at most 20,000 are read"),
    ],
)
def test_very_long_and_very_deep_formulas(text: str, reason: str) -> None:
    with pytest.raises(FormulaError, match=reason) as caught:
        parse(text, x=1)
    assert all(len(line) < 200 for line in str(caught.value).splitlines())


def test_a_long_formula_is_shown_around_the_place() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("x + " * 200 + "q" + " + x" * 200, x=1)
    _, shown, carets = str(caught.value).split("\n")
    assert shown[carets.index("^")] == "q"
    assert shown.startswith("  …")
    assert shown.endswith("…")
    assert caught.value.position == 800


def test_missing_names_list_what_is_known() -> None:
    with pytest.raises(FormulaError, match=r"such as wieght=2; did you mean weight\? \(known are"):
        parse("wieght*bias", weight=1, bias=2)
    with pytest.raises(FormulaError, match="no names are given"):
        parse("w")


def test_a_value_that_is_not_used() -> None:
    with pytest.raises(FormulaError, match="y is given a value, but the formula does not use it"):
        parse("x", x=1, y=2)


@pytest.mark.parametrize("value", ["2", None, [1.0], 1j])
def test_values_that_are_no_numbers(value) -> None:
    with pytest.raises(FormulaError, match="the value of x is no number"):
        parse("x", x=value)


def test_every_offered_function_can_be_called() -> None:
    two = {name for name in FUNCTIONS if PRIMITIVES[name].arity == 2} | {"hypot"}
    for name in FUNCTIONS:
        arguments = "[x], [x]" if name == "dot" else "x, x" if name in two else "x"
        assert isinstance(parse(f"{name}({arguments})", x=0.5).output, Value), name


@given(st.text(alphabet="x2.+-*/()[],;= esinumdt\"'_^\n", max_size=40))
def test_nothing_but_formula_errors(text: str) -> None:
    with contextlib.suppress(FormulaError):
        assert isinstance(parse(text, x=1).output, Value)
