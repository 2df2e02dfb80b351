"""Derivations: the documents' own, letter by letter, and the engine's numbers for any graph."""

import importlib
import math

import pytest
from hypothesis import given, settings

import autograd as ag
from autograd import Value, sigmoid
from viz.demo import neuron
from viz.errors import DrawingError
from viz.formulas.derivation import derive

graphs = importlib.import_module("strategies").graphs


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


def leaves(**numbers: float) -> list[Value]:
    return [Value(number, label=label) for label, number in numbers.items()]


def cost() -> tuple[Value, Value, Value]:
    """Document 003, example 2, with document 004's activation."""
    w, x, b, y = leaves(w=2, x=-1, b=3, y=1)
    z = named(w * x + b, "z")
    a = named(sigmoid(z), "a")
    return named(0.5 * (a - y) ** 2, "C"), w, b


def ladder(depth: int) -> tuple[Value, Value]:
    """2^depth paths: every value is used twice, by two values that have names."""
    x = Value(0.5, label="x")
    h = x
    for k in range(depth):
        left, right = named(ag.sin(h), f"l{k}"), named(ag.cos(h), f"r{k}")
        h = named(left + right, f"h{k}")
    return h, x


# The documents


def test_document_003_example_2() -> None:
    C, w, _ = cost()
    assert str(derive(C, w)) == (
        "∂C/∂w = ∂C/∂a · ∂a/∂z · ∂z/∂w = (a − y) · a(1 − a) · x = −0.2689 · 0.1966 · (−1) = 0.05288"
    )


def test_document_004_shares_delta() -> None:
    w1, w2, b, x1, x2, y = leaves(w1=2, w2=-3, b=-3, x1=-1, x2=-2, y=1)
    z = named(w1 * x1 + w2 * x2 + b, "z")
    a = named(sigmoid(z), "a")
    C = named(0.5 * (y - a) ** 2, "C")
    assert str(derive(C, [w1, w2, b])).splitlines() == [
        "δ = ∂C/∂z = ∂C/∂a · ∂a/∂z = −(y − a) · a(1 − a) = −0.2689 · 0.1966 = −0.05288",
        "∂C/∂w1 = δ · ∂z/∂w1 = δ · x1 = −0.05288 · (−1) = 0.05288",
        "∂C/∂w2 = δ · ∂z/∂w2 = δ · x2 = −0.05288 · (−2) = 0.1058",
        "∂C/∂b = δ · ∂z/∂b = δ · 1 = −0.05288 · 1 = −0.05288",
    ]


def test_document_003_example_6(build) -> None:
    w, x, b, y = leaves(w=5, x=1, b=1, y=2)
    u = named(w * x, "u")
    ŷ = named(u + b, "ŷ")
    e = named(ŷ - y, "e")
    J = named(e**2, "J")
    assert str(derive(J, ŷ)) == "∂J/∂ŷ = ∂J/∂e · ∂e/∂ŷ = 2e · 1 = 8 · 1 = 8"
    assert str(derive(J, w)) == (
        "∂J/∂w = ∂J/∂e · ∂e/∂ŷ · ∂ŷ/∂u · ∂u/∂w = 2e · 1 · 1 · x = 8 · 1 · 1 · 1 = 8"
    )


def test_document_003_example_7_is_a_sum_over_paths(build) -> None:
    assert str(derive(build.fan_out(), "b")) == (
        "∂f/∂b = ∂f/∂x · ∂x/∂b + ∂f/∂y · ∂y/∂b = y · 1 + x · 1 = 7 · 1 + 2 · 1 = 7 + 2 = 9"
    )


def test_document_003_example_1_in_one_formula() -> None:
    w, x, b, y = leaves(w=2, x=-1, b=3, y=1)
    C = named(0.5 * (sigmoid(w * x + b) - y) ** 2, "C")
    assert str(derive(C, w)) == ("∂C/∂w = (σ(w·x + b) − y)·σ(w·x + b)(1 − σ(w·x + b))·x = 0.05288")


def test_document_002_scalar_example() -> None:
    w = Value(0.3, label="w")
    x = named(ag.tanh(w), "x")
    y = named(ag.tanh(x), "y")
    z = named(ag.tanh(y), "z")
    assert str(derive(z, w)).startswith(
        "∂z/∂w = ∂z/∂y · ∂y/∂x · ∂x/∂w = (1 − z²) · (1 − y²) · (1 − x²) = "
    )


def test_latex() -> None:
    C, w, _ = cost()
    assert derive(C, w).latex.splitlines() == [
        r"\begin{aligned}",
        r"\frac{\partial C}{\partial w} &= \frac{\partial C}{\partial a} \cdot "
        r"\frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w} \\",
        r" &= \left(a - y\right) \cdot a \left(1 - a\right) \cdot x \\",
        r" &= -0.2689 \cdot 0.1966 \cdot \left(-1\right) \\",
        r" &= 0.05288",
        r"\end{aligned}",
    ]
    assert derive(C, w)._repr_latex_().startswith("$$\n\\begin{aligned}")


def test_document_001_errors_of_two_layers() -> None:
    x, y1, y2 = leaves(x=1, y1=0, y2=1)
    w, u1, u2 = leaves(w=0.5, u1=0.1, u2=0.3)
    z = named(w * x, "z")
    a = named(sigmoid(z), "a")
    s1, s2 = named(u1 * a, "s1"), named(u2 * a, "s2")
    o1, o2 = named(sigmoid(s1), "o1"), named(sigmoid(s2), "o2")
    C = named(0.5 * ((o1 - y1) ** 2 + (o2 - y2) ** 2), "C")
    lines = str(derive(C, [u1, u2, w])).splitlines()
    assert lines[0].startswith("δ_s2 = ∂C/∂s2 = ∂C/∂o2 · ∂o2/∂s2 = (o2 − y2) · o2(1 − o2) = ")
    assert lines[1].startswith("δ_s1 = ∂C/∂s1 = ∂C/∂o1 · ∂o1/∂s1 = (o1 − y1) · o1(1 − o1) = ")
    assert lines[2:5] == [
        "δ_a = ∂C/∂a",
        "    = δ_s1 · ∂s1/∂a + δ_s2 · ∂s2/∂a",
        "    = δ_s1 · u1 + δ_s2 · u2",
    ]
    assert lines[-1].startswith("∂C/∂w = δ_a · ∂a/∂z · ∂z/∂w = δ_a · a(1 − a) · x = ")


def test_an_unrolled_recurrence_tells_its_steps_apart() -> None:
    w, h0 = leaves(w=0.5, h=0.1)
    h1 = named(ag.tanh(w * h0), "h")
    h2 = named(ag.tanh(w * h1), "h")
    derivation = derive(h2, w)
    assert str(derivation).splitlines()[:2] == [
        "∂h⁽³⁾/∂w = ∂h⁽³⁾/∂h⁽²⁾ · ∂h⁽²⁾/∂w + ∂⁺h⁽³⁾/∂w",
        "         = (1 − (h⁽³⁾)²)·w · (1 − (h⁽²⁾)²)·h⁽¹⁾ + (1 − (h⁽³⁾)²)·h⁽²⁾",
    ]
    assert r"\frac{\partial h^{(3)}}{\partial w}" in derivation.latex


def test_every_node() -> None:
    C, w, _ = cost()
    assert str(derive(C, w, every_node=True)).splitlines() == [
        "∂C/∂w = ∂C/∂v9 · ∂v9/∂v8 · ∂v8/∂a · ∂a/∂z · ∂z/∂v3 · ∂v3/∂w",
        "      = ½ · 2v8 · 1 · a(1 − a) · 1 · x",
        "      = 0.5 · (−0.5379) · 1 · 0.1966 · 1 · (−1)",
        "      = 0.05288",
    ]


def test_labels_that_are_calculations_stand_in_parentheses() -> None:
    text = str(derive(neuron()["C"], "w1"))
    assert "∂C/∂(y − a) · ∂(y − a)/∂a" in text
    assert "= (y − a) · (−1) · a(1 − a) · 1 · 1 · x1" in text


# Any graph


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_the_sum_over_paths_is_the_engines_gradient(plan_and_point) -> None:
    plan, point = plan_and_point
    xs = [Value(x, label=f"x{i}") for i, x in enumerate(point)]
    root = plan.run(xs)
    used = [x for x in xs if x in ag.topological_order(root)]
    for every_node in (False, True):
        derivation = derive(root, used, every_node=every_node)
        str(derivation)
        root.backward()
        assert list(derivation.gradients.values()) == [x.grad for x in used]
        for equation in derivation.equations:
            total = math.fsum(product.value for product in equation.products)
            scale = math.fsum(abs(product.value) for product in equation.products)
            assert abs(total - equation.value) <= 1e-9 * max(1.0, scale)
            check_latex(equation.latex)
        for x in used:
            x.zero_grad()


@settings(max_examples=60, deadline=None)
@given(graphs(max_steps=8))
def test_formulas_have_the_numbers_written_below_them(plan_and_point) -> None:
    plan, point = plan_and_point
    xs = [Value(x, label=f"x{i}") for i, x in enumerate(point)]
    root = plan.run(xs)
    used = [x for x in xs if x in ag.topological_order(root)]
    for equation in derive(root, used).equations:
        for product in equation.products:
            for factor in product.factors:
                assert math.isclose(float(factor.written), factor.local, rel_tol=1e-6, abs_tol=1e-9)


def check_latex(text: str) -> None:
    depth = 0
    for before, character in zip(" " + text, text, strict=False):
        depth += before != "\\" and {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, text
    assert depth == 0, text
    assert text.count(r"\left(") == text.count(r"\right)")


def test_latex_compiles_in_mathtext() -> None:
    mathtext = pytest.importorskip("matplotlib.mathtext")
    parser = mathtext.MathTextParser("path")
    C, w, b = cost()
    h, x = ladder(3)
    weights = leaves(**{"layer1.neuron2.w[0]": 1, "ŷ": 2, "δ": 3, "y − a": 4, "loss_1": 5, "漢": 6})
    odd = ag.exp(ag.log(ag.prod(weights) / 1e-7) + ag.abs(weights[0]) ** weights[1])
    for derivation in (derive(C, [w, b]), derive(h, x), derive(odd, weights, every_node=True)):
        for equation in derivation.equations:
            parser.parse(f"${equation.latex}$".replace("漢", "k"))


@pytest.mark.parametrize("name", sorted(ag.PRIMITIVES))
def test_every_primitive_has_a_derivation(name: str) -> None:
    primitive = ag.PRIMITIVES[name]
    low, high = primitive.domain[0]
    point = 0.4 if low < 0.4 < high else 1.6
    xs = [Value(point, label="x"), Value(0.7, label="y"), Value(0.2, label="z")]
    out = primitive(xs) if primitive.arity is None else primitive(*xs[: primitive.arity])
    out = named(out, "f")
    used = [x for x in xs if x in out.parents]
    derivation = derive(out, used)
    for equation, local in zip(derivation.equations, out.local_gradients, strict=False):
        factor = equation.products[0].factors[0] if equation.products else None
        if factor is not None:
            assert math.isclose(float(factor.written), local, rel_tol=1e-12, abs_tol=1e-12)
        check_latex(equation.latex)
    assert "None" not in str(derivation)


# Many paths


def test_few_paths_are_written_out_and_many_are_factored() -> None:
    h, x = ladder(2)
    assert [len(e.products) for e in derive(h, x, factor=False).equations] == [4]
    h, x = ladder(1)
    assert [len(e.products) for e in derive(h, x).equations] == [2]
    h, x = ladder(3)
    derivation = derive(h, x)
    assert [e.name for e in derivation.equations] == ["h1", "h0", "x"]
    assert [len(e.products) for e in derivation.equations] == [2, 2, 2]
    assert [len(e.products) for e in derive(h, x, factor=False).equations] == [8]
    assert "∂h2/∂x = δ_h0 · ∂h0/∂l0 · ∂l0/∂x + δ_h0 · ∂h0/∂r0 · ∂r0/∂x\n" in str(derivation)


def test_sixty_diamonds() -> None:
    h, x = ladder(60)
    derivation = derive(h, x)
    h.backward()
    assert derivation.value == x.grad
    assert derivation.paths == {"x": 2**60}
    assert len(derivation.equations) == 60
    assert len(str(derivation).splitlines()) < 40
    assert "⋮  54 more, all in .equations" in str(derivation)
    assert r"\vdots" in derivation.latex


def test_sixty_unlabelled_diamonds_are_multiplied_out() -> None:
    x = Value(3.0, label="x")
    y = x
    for _ in range(60):
        y = y + y
    assert str(derive(named(y, "y"), x)) == "∂y/∂x = 1.153e+18"
    assert derive(y, x).paths == {"x": 2**60}


def test_a_chain_of_a_hundred_thousand_values() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(100_000):
        y = ag.identity(y)
    assert derive(y, x).value == 1.0
    y = x
    for k in range(2_000):
        y = named(y * 1.001, f"y{k}")
    text = str(derive(y, x))
    assert "… (1,994 more) …" in text
    assert len(text) < 1000


def test_long_chains_take_time_proportional_to_their_length() -> None:
    y = x = Value(1.0, label="x")
    biases = [Value(0.5, label=f"b{k}") for k in range(3_000)]
    for k, b in enumerate(biases):
        y = named(y + b, f"y{k}")
    derivation = derive(y, [x, *biases])
    assert set(derivation.gradients.values()) == {1.0}
    assert sum(len(p.factors) for e in derivation.equations for p in e.products) < 50_000
    long = x
    for k in range(30_000):
        long = named(long * 1.0, f"y{k}")
    assert len(derive(long, x).equations[0].products[0].factors) == 30_000


def test_wide_sums_are_cut() -> None:
    xs = leaves(**{f"x{i}": i for i in range(50)})
    w = Value(2.0, label="w")
    errors = [named((w * x - 1.0) ** 2, f"e{i}") for i, x in enumerate(xs)]
    C = named(ag.mean(errors), "C")
    derivation = derive(C, w)
    C.backward()
    assert derivation.value == w.grad
    assert "… (44 more) …" in str(derivation)


# Particular cases


def test_the_root_itself_and_intermediate_values() -> None:
    C, *_ = cost()
    assert str(derive(C, C)) == "∂C/∂C = 1"
    assert str(derive(C, "z")).endswith("= −0.2689 · 0.1966 = −0.05288")


def test_a_branch_not_taken_has_no_path() -> None:
    x, y = leaves(x=1.0, y=2.0)
    out = named(ag.where(False, ag.log(x), y) * 3.0, "f")
    assert str(derive(out, x)) == "∂f/∂x = 0"
    assert derive(out, x).paths == {"x": 0}
    assert str(derive(out, y)) == "∂f/∂y = 3"


def test_a_relu_shows_the_side_it_is_on() -> None:
    (x,) = leaves(x=-2.0)
    z = named(ag.relu(x) * 5.0, "z")
    assert str(derive(z, x)) == "∂z/∂x = 0"


def test_powers_and_quotients_read_as_written() -> None:
    x, y = leaves(x=2.0, y=4.0)
    assert str(derive(named(x / y, "q"), y)) == "∂q/∂y = −q/y = −0.125"
    assert str(derive(named(x**3, "q"), x)) == "∂q/∂x = 3x² = 12"
    assert str(derive(named(x**0.5, "q"), x)) == "∂q/∂x = 1/(2·x^0.5) = 0.3536"
    assert str(derive(named(2.0 * x * y, "q"), x)) == "∂q/∂x = 2y = 8"
    assert str(derive(named(x * x, "q"), x)) == "∂q/∂x = 2x = 4"


def test_nodes_made_by_hand() -> None:
    a, b = leaves(a=2.0, b=3.0)
    out = Value(6.0, (a, b), (3.0, 2.0), label="f")
    assert str(derive(out, a)) == "∂f/∂a = 3"


def test_the_graph_is_left_as_it_is() -> None:
    C, *_ = cost()
    derive(C, ["w", "b"])
    assert not any(v.has_grad for v in ag.topological_order(C))


def test_labels_with_markup_survive() -> None:
    x = Value(2.0, label="a_b{c}&%$#\\^~<|>")
    check_latex(derive(named(x * 3.0, "f"), x).latex)
    assert "a_b{c}" in str(derive(named(x * 3.0, "f"), x))


def test_errors() -> None:
    C, *_ = cost()
    with pytest.raises(DrawingError, match=r"derive takes the Value .* not float"):
        derive(1.0, "w")
    with pytest.raises(DrawingError, match="'v' is not in this graph; labels in it: w, x"):
        derive(C, "v")
    with pytest.raises(DrawingError, match="not in this graph"):
        derive(C, Value(1.0))
    with pytest.raises(DrawingError, match="at least one leaf"):
        derive(C, [])
    with pytest.raises(DrawingError, match="2 values are labelled 'h'"):
        derive(Value(1.0, label="h") * Value(2.0, label="h"), "h")
    h, x = ladder(20)
    with pytest.raises(DrawingError, match="1,048,576 paths are too many"):
        derive(h, x, factor=False)


def test_nan_has_no_sign() -> None:
    x = Value(2.0, label="x")
    found = derive(ag.maximum(ag.sqrt(x - 2.0), 1e-10), x)
    assert str(found) == "∂v4/∂x = nan"
    assert "-" not in found.latex


def test_numbers_that_no_longer_follow_are_refused() -> None:
    x, w = Value(2.0, label="x"), Value(3.0, label="w")
    y = x * w
    assert str(derive(y, w)) == "∂v3/∂w = x = 2"
    x.data = 5.0
    with pytest.raises(DrawingError, match=r"v3 = 6 was computed before .* \(they give 15 now\)"):
        derive(y, w)
