"""Nudges: predicted and actual change, and how the error falls."""

import math
import sys

import pytest

import autograd as ag
from autograd import GraphError, Value
from viz.errors import DrawingError
from viz.extras import MissingExtraError
from viz.tables.nudge import Nudge, NudgeStep, nudge
from viz.text import number


def test_a_graph_is_nudged_beside_itself(build) -> None:
    J = build.regression()
    found = nudge(J, "w", h=0.5)
    assert (found.before, found.gradient, found.predicted) == (16.0, 8.0, 4.0)
    assert found.actual == (5.5 + 1 - 2) ** 2 - 16
    assert found.error == pytest.approx(0.25)
    assert found.order == pytest.approx(2.0, abs=0.02)
    assert not any(v.has_grad for v in ag.topological_order(J))
    assert J.data == 16.0


def test_text(build) -> None:
    assert str(nudge(build.regression(), "w", h=0.01)).splitlines() == [
        "w = 5, nudged by h = 0.01",
        "  predicted    0.08  ∂J/∂w · h = 8 · 0.01",
        "  actual     0.0801  J(w + h) − J(w)",
        "  error       1e−04  falls as h², until rounding at about 8.882e−15",
    ]


def test_a_function_is_called() -> None:
    found = nudge(ag.sin, 1.0, h=-0.1)
    assert found.gradient == math.cos(1.0)
    assert found.actual == math.sin(0.9) - math.sin(1.0)
    assert (found.target, found.name) == ("sin", "x")
    assert nudge(lambda x: x * x, Value(3.0)).gradient == 6.0


def test_a_linear_function_has_no_error_but_rounding() -> None:
    found = nudge(lambda x: 3.0 * x, 2.0)
    assert found.order is None
    assert "nothing but rounding" in str(found)


def test_steps_out_of_the_functions_domain_are_left_out() -> None:
    def root(x):
        return ag.sqrt(x) if isinstance(x, Value) else math.sqrt(x)

    found = nudge(root, 0.5, h=-1e-3)
    assert math.isnan(found.curve[0].actual)
    assert found.order == pytest.approx(2.0, abs=0.05)


def test_a_wrong_gradient_shows_as_slope_one() -> None:
    def wrong(x):
        return Value(x.data**2, (x,), (2.5 * x.data,)) if isinstance(x, Value) else x**2

    assert nudge(wrong, 1.0).order == pytest.approx(1.0, abs=0.05)
    assert "falls as h^1" in str(nudge(wrong, 1.0))


def test_a_point_without_a_gradient_says_so() -> None:
    x = Value(0.0, label="x")
    assert "not finite" in str(nudge(ag.log(x), x))
    assert nudge(ag.log(x), x).order is None


def test_an_intermediate_value_can_be_nudged(build) -> None:
    assert nudge(build.regression(), "z").gradient == 8.0


def test_a_node_made_by_hand_cannot_be_computed_again() -> None:
    x = Value(2.0, label="x")
    with pytest.raises(GraphError, match="made by hand cannot be computed again"):
        nudge(Value(4.0, (x,), (2.0,)), x)


def test_html_is_escaped() -> None:
    x = Value(1.0, label="<b>&")
    assert "&lt;b&gt;&amp;" in nudge(x * x, x)._repr_html_()
    assert "<b>" not in nudge(x * x, x)._repr_html_()


def test_plot() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    axes = nudge(ag.sin, 1.0).plot()
    assert axes.get_xscale() == axes.get_yscale() == "log"
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["slope 2: error ∝ h²", "rounding, about", "error"]
    assert nudge(lambda x: 3.0 * x, 2.0).plot(ax=axes) is axes
    axes.figure.canvas.draw()
    pyplot.close("all")


def test_without_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(
        MissingExtraError, match=r'^plotting needs .*"chainrule\[plot\]"$'
    ) as raised:
        nudge(ag.sin, 1.0).plot()
    assert isinstance(raised.value, ImportError)


def test_errors() -> None:
    x = Value(1.0, label="x")
    for h in (0.0, math.nan, math.inf):
        with pytest.raises(DrawingError, match="finite number other than 0"):
            nudge(x * x, x, h=h)
    with pytest.raises(DrawingError, match="not in this graph"):
        nudge(x * x, Value(1.0))
    with pytest.raises(DrawingError, match="a Value or a function, not float"):
        nudge(1.0, x)
    with pytest.raises(DrawingError, match="give the number where it is nudged"):
        nudge(ag.sin, "x")


@pytest.mark.parametrize("x", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_cannot_be_nudged(x: float) -> None:
    text = str(x).replace("-", "−")
    a = Value(x, label="a")
    with pytest.raises(DrawingError, match=f"^a is {text}: only a finite number can be nudged"):
        nudge(a * 2.0, a)
    with pytest.raises(DrawingError, match=f"^x is {text}: only a finite number"):
        nudge(lambda z: z * 2.0, x)


def test_an_output_that_is_not_finite_says_so() -> None:
    x = Value(1e308, label="x")
    assert "not finite" in str(nudge(x * x, x))
    assert len(nudge(x * 1e-300, x).curve) > 10


def test_negative_steps_stand_in_parentheses() -> None:
    x = Value(3.0, label="x")
    assert "· h = 6 · (−0.1)" in str(nudge(x * x, x, h=-0.1))


@pytest.mark.parametrize(
    ("f", "x", "sides"),
    [
        (ag.relu, 0.0, (0.0, 1.0)),
        (abs, 0.0, (-1.0, 1.0)),
        (ag.leaky_relu, 0.0, (0.01, 1.0)),
        (lambda x: ag.maximum(x, 2.0 * x), 0.0, (1.0, 2.0)),
        (lambda x: ag.clip(x, -1.0, 1.0), 1.0, (1.0, 0.0)),
        (lambda x: ag.relu(x - 7.0) + 100.0 * x, 7.0, (100.0, 101.0)),
        (lambda x: ag.minimum(x, 0.001), 0.001, (1.0, 0.0)),
    ],
)
@pytest.mark.parametrize("h", [0.1, -0.1])
def test_a_kink_is_called_one(f, x, sides, h) -> None:
    found = nudge(f, x, h=h)
    assert found.sides == pytest.approx(sides, abs=1e-6)
    left, right = (number(slope) for slope in found.sides)
    assert f"x is at a kink: the slope is {left} left of it, {right} right" in str(found)
    assert "rounding" not in str(found)


def test_a_kink_that_is_crossed() -> None:
    found = nudge(ag.relu, -0.05, h=0.1)
    assert found.sides is None
    assert found.exact_up_to == pytest.approx(10**-1.5)
    assert "none up to h = 0.03162; further on there is a kink" in str(found)


@pytest.mark.parametrize("f", [ag.sign, lambda x: ag.where(x > 0, x + 5.0, x)])
def test_a_jump_is_called_one(f) -> None:
    assert "x is at a jump of" in str(nudge(f, 0.0, h=0.1))


@pytest.mark.parametrize("x", [0.0, 1e-5, -0.3, 2.0, 1e3, 1e6])
def test_smooth_functions_have_no_kink(x: float) -> None:
    smooth = [ag.tanh, ag.sin, lambda v: v * abs(v), lambda v: v**8 + 1.0, lambda v: 1e6 * v * v]
    smooth += [lambda v: 3.0 * v + 1e5, lambda v: 1.0 / (v * v + 1e-3), ag.softplus, ag.gelu]
    for f in smooth:
        found = nudge(f, x, h=1e-3)
        assert found.sides is None
        assert found.exact_up_to is None


def test_what_a_terminal_shows_is_the_text() -> None:
    found = nudge(ag.exp, 1.0)
    assert repr(found) == str(found)


def test_the_step_has_a_name_that_no_value_has() -> None:
    w, h = Value(0.5, label="w"), Value(1.0, label="h")
    y = w * h * h
    y.label = "y"
    text = str(nudge(y, h, h=0.1))
    assert text.startswith("h = 1, nudged by ε = 0.1\n")
    assert "∂y/∂h · ε = 1 · 0.1" in text and "y(h + ε) − y(h)" in text and "falls as ε²" in text
    y.label = "h"
    assert "∂h⁽²⁾/∂w · h = 1 · 0.1" in str(nudge(y, w, h=0.1))
    h.label = ""
    assert "∂h/∂w · ε = 1 · 0.1" in str(nudge(y, w, h=0.1))


@pytest.mark.parametrize("large", [1e6, 1e9, 1e12])
def test_rounding_on_the_way_is_no_kink_and_no_power_of_h(large: float) -> None:
    x = Value(0.3, label="x")
    for found in (nudge((x + large) - large, x), nudge(lambda x: (x + large) - large, 0.3)):
        assert str(found).endswith("nothing but rounding")
        assert found.sides is None and found.floor >= sys.float_info.epsilon * large
    assert nudge((x * x + large) - large, x, h=0.1).sides is None


def test_an_error_that_does_not_fall_with_the_step_is_rounding() -> None:
    steps = tuple(NudgeStep(10.0**-k, 1.0, 1.0, 1e-11) for k in range(9))
    found = Nudge("y", "x", 1.0, 1.0, 1.0, steps[3], steps, 1e-16)
    assert found.order == 0.0 and str(found).endswith("nothing but rounding")


def test_a_graph_says_that_where_keeps_its_branch() -> None:
    def f(x: Value) -> Value:
        return ag.where(x > 1.0, x * x, x)

    x = Value(1.0, label="x")
    y = f(x)
    y.label = "y"
    assert "actual     0.1  y(x + h) − y(x), on the branch that where took" in str(nudge(y, x, 0.1))
    assert "branch" not in str(nudge(f, 1.0)) and "kink" in str(nudge(f, 1.0))


def test_numbers_that_no_longer_follow_are_refused() -> None:
    x = Value(2.0, label="x")
    y = x * x
    x.data = 5.0
    with pytest.raises(DrawingError, match=r"v2 = 4 was computed before .* \(they give 25 now\)"):
        nudge(y, x)
