"""Branches that a choice did not take are off, and sent 0, in every picture and table alike."""

import math
import re

import pytest

from autograd import Value, clip, exp, log, maximum, minimum, relu, take, topological_order, where
from autograd import sum as total
from viz import derive, draw, frames, table
from viz.graph.branches import branches_of
from viz.graph.given import graph_of
from viz.graph.scene import read


def named(value: Value, label: str) -> Value:
    value.label = label
    return value


@pytest.fixture
def branches() -> tuple[Value, Value, Value]:
    """w = log(x) or 2x, where x < 0: the logarithm is not taken."""
    x, y = Value(-1.0, label="x"), Value(3.0, label="y")
    w = named(where(x > 0, named(log(x * y), "l"), x * 2.0), "w")
    return w, x, y


def test_scene_and_steps_say_the_same(branches) -> None:
    w, *_ = branches
    steps = frames(w).scene
    w.backward()
    scene = read(graph_of(w))
    for one, other in zip(scene.wires, steps.wires, strict=True):
        assert (one.source, one.off, one.message) == (other.source, other.off, other.message)
    for one, other in zip(scene.values, steps.values, strict=True):
        assert (one.note, one.unsent, one.gradient) == (other.note, other.unsent, other.gradient)
    off = {shown.name for shown in scene.values if shown.note == "off"}
    assert off == {"y", "v3", "l"}
    assert {w.message for w in scene.wires if w.off} == {0.0}


def test_the_figure_marks_it_and_shows_that_0_is_sent(branches) -> None:
    w, *_ = branches
    assert str(draw(w)).count("∂ –") == 7  # before backward() nothing is known, but what is off
    assert "l = nan   ∂ –   (log) off" in str(draw(w))
    w.backward()
    figure = draw(w)
    assert "l = nan   ∂ 0   (log) off" in str(figure)
    assert "∂ –" not in str(figure) and "∂ –" not in figure.svg
    assert "off: passes no gradient" in figure.svg
    assert "w does not take l, and sends it 0" in figure.source
    assert re.search(r"∂ 2 \(\+0\)", figure.source)  # of x, whose other message is 2
    assert "nan" not in re.sub("l = nan|v[0-9]+ = nan", "", str(figure))


def test_tables_and_derivations_agree(branches) -> None:
    w, x, y = branches
    w.backward()
    grads = {row.name: row.grad for row in table(w)}
    assert grads == {"x": 2.0, "y": 0.0, "v3": 0.0, "l": 0.0, "v5": 1.0, "w": 1.0}
    for leaf in (x, y):
        assert derive(w, leaf).value == grads[leaf.label] == leaf.grad


def test_infinite_gradients_do_not_come_out_of_a_branch_not_taken() -> None:
    x = Value(0.0, label="x")
    root = where(x > 0, log(x), x * 1.0) * math.inf
    root.backward()
    assert not any(math.isnan(w.message) for w in read(graph_of(root)).wires if w.off)
    assert "nan" not in str(frames(root)).partition("backward")[2]


def test_elements_not_taken() -> None:
    xs = [named(exp(Value(float(i))), f"e{i}") for i in range(3)]
    assert not branches_of(graph_of(take(xs, 1) * 2.0)).off
    root = where(False, xs[0], where(True, xs[1], xs[2]))
    root.backward()
    assert [v.note for v in read(graph_of(root)).values if v.name in ("e0", "e1", "e2")] == [
        "off",
        "",
        "off",
    ]


def test_a_value_taken_elsewhere_is_not_off() -> None:
    x = Value(2.0, label="x")
    e = named(exp(x), "e")
    root = total([where(False, e, 1.0), e])
    root.backward()
    scene = read(graph_of(root))
    assert scene.value(2).note == "" and scene.value(2).grad == 1.0
    assert [wire.off for wire in scene.wires if wire.source == 2] == [True, False]


def test_gradients_reset_by_hand_are_not_called_off() -> None:
    x = Value(2.0, label="x")
    y = named(x * 3.0, "y")
    y.backward()
    x.zero_grad()
    assert read(graph_of(y)).value(1).gradient is None
    assert "x = 2   ∂ –" in str(draw(y))


def test_what_goes_into_a_relu_that_is_off_is_not_off_itself() -> None:
    x = Value(-2.0, label="x")
    root = relu(named(3.0 * x, "z")) + 1.0
    root.backward()
    scene = read(graph_of(root))
    assert [v.note for v in scene.values] == ["", "", "off", ""]
    assert [v.gradient for v in scene.values] == [0.0, 0.0, 1.0, 1.0]


def test_a_chain_without_choices_is_not_walked() -> None:
    x = Value(1.0)
    for _ in range(20_000):
        x = where(True, x, 0.0)
    assert branches_of(graph_of(x)) == (frozenset(), frozenset())
    assert len(topological_order(x)) == 20_001


@pytest.mark.parametrize("extreme", [maximum, minimum])
def test_the_smaller_or_larger_operand_is_off_too(extreme) -> None:
    a, b = Value(2.0, label="a"), Value(3.0, label="b")
    x, y = named(a * 2.0, "x"), named(b * 3.0, "y")
    root = extreme(x, y) + 0.0
    root.backward()
    lost = {maximum: "x", minimum: "y"}[extreme]
    scene = read(graph_of(root))
    assert {v.name for v in scene.values if v.note == "off"} == {lost, {"x": "a", "y": "b"}[lost]}
    assert {v.gradient for v in scene.values if v.note == "off"} == {0.0}
    assert [v.gradient for v in scene.values] == [v.gradient for v in frames(root).scene.values]
    assert [v.note for v in scene.values] == [v.note for v in frames(root).scene.values]


def test_at_a_tie_nothing_is_off() -> None:
    a, b = Value(2.0, label="a"), Value(2.0, label="b")
    assert not branches_of(graph_of(maximum(a * 1.0, b * 1.0))).off


@pytest.mark.parametrize(
    "f", [relu, lambda x: clip(x, 0.0, 1.0), lambda x: maximum(x, 0.0), lambda x: minimum(-x, 1.0)]
)
def test_an_operation_that_passes_nothing_is_off_itself(f) -> None:
    x = Value(-2.0, label="x")
    root = f(x)
    root.backward()
    scene = read(graph_of(root))
    assert scene.output.note == "off"
    assert scene.value(1).note == ("off" if root.primitive.name in ("maximum", "minimum") else "")
    assert scene.value(1).gradient == 0.0


def test_of_several_uses_the_one_not_taken_is_named() -> None:
    x = Value(2.0, label="x")
    y = where(True, x, x)
    y.label = "y"
    assert frames(y)[-1].caption == "y did not take its 2nd x, which gets no message from it"
    assert "y does not take its 2nd x, and sends it 0" in draw(y).source
