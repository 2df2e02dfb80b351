"""Paths from one value to another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, where
from viz import draw
from viz.errors import DrawingError
from viz.graph.given import graph_of
from viz.graph.routes import find_route


def test_one_path_is_a_product(build) -> None:
    root = build.regression()
    route = find_route(graph_of(root), ("w", "J"))
    assert (route.count, route.total) == (1, 8.0)
    assert route.notes() == [
        "∂J/∂w = ∂J/∂r · ∂r/∂z · ∂z/∂(w·x) · ∂(w·x)/∂w = 8 · 1 · 1 · 1 = 8",
    ]


def test_several_paths_add_up(build) -> None:
    route = find_route(graph_of(build.fan_out()), ("b", "f"))
    assert route.notes() == [
        "path 1: ∂f/∂x · ∂x/∂b = 7 · 1 = 7",
        "path 2: ∂f/∂y · ∂y/∂b = 2 · 1 = 2",
        "∂f/∂b = 7 + 2 = 9, the sum over 2 paths",
    ]


def test_both_uses_of_a_square_are_paths(build) -> None:
    assert find_route(graph_of(build.square()), ("a", "f")).notes()[-1].startswith("∂f/∂a = 3 + 3")


def test_two_to_the_sixty_paths_are_counted_exactly() -> None:
    y = Value(1.0, label="x")
    for _ in range(60):
        y = y + y
    y.label = "y"
    route = find_route(graph_of(y), ("x", "y"))
    assert (route.count, route.total) == (2**60, 2.0**60)
    assert route.notes() == [
        "1,152,921,504,606,846,976 paths from x to y: the products of the local gradients on "
        "them add up to ∂y/∂x = 1.153e+18"
    ]


def test_more_paths_than_can_be_read() -> None:
    x = y = Value(0.0, label="x")
    for _ in range(20_000):
        y = y + y
    route = find_route(graph_of(y), (x, y))
    assert route.count == 2**20_000
    assert "about 10^6020 paths" in route.notes()[0]


@given(st.lists(st.sampled_from(["add", "mul", "neg", "tanh"]), max_size=8))
def test_the_sum_over_paths_is_the_gradient(operations: list[str]) -> None:
    x = y = Value(0.7, label="x")
    for operation in operations:
        y = {"add": y + x, "mul": y * x, "neg": -y, "tanh": y.tanh()}[operation]
    y.backward()
    assert find_route(graph_of(y), (x, y)).total == pytest.approx(x.grad, rel=1e-12)


def test_a_branch_not_taken_sends_nothing() -> None:
    x = Value(0.0, label="x")
    y = where(x > 0, x.log(), x * 2.0)
    assert find_route(graph_of(y), (x, y)).total == 2.0


def test_the_figure_greys_what_is_beside(build) -> None:
    source = draw(build.fan_out(), path=("b", "f")).source
    assert source.count('class="leaf input off"') == 2
    assert source.count('class="leaf input on"') == 1
    assert source.count('class="wireseg on"') == 10
    assert 'class="op add on"' in source
    assert "∂f/∂b = 7 + 2 = 9" in str(draw(build.fan_out(), path=("b", "f")))


def test_a_path_to_a_value_before_the_output(build) -> None:
    source = draw(build.regression(), path=("w", "z")).source
    assert 'id="out" class="leaf out off"' in source


def test_a_path_in_a_folded_figure(build) -> None:
    root = build.mlp()
    root.backward()
    figure = draw(root, path=("layer1.neuron2.w[0]", root))
    assert figure.source.count('class="fold neuron off"') == 3
    assert figure.source.count('class="fold neuron on"') == 6
    assert "the sum over 4 paths" in figure.svg


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("w", "pair"),
        (("w",), "pair"),
        (("q", "J"), "path='q' is no value of this graph; labels of values: w, x"),
        ((Value(1.0), "J"), "is no value of this graph"),
        (("J", "w"), "w does not depend on J"),
        (("w", "y"), "y does not depend on w"),
    ],
)
def test_paths_that_are_none(build, path, message: str) -> None:
    with pytest.raises(DrawingError, match=message):
        draw(build.regression(), path=path)


def test_a_label_of_several_values() -> None:
    a, b = Value(1.0, label="a"), Value(2.0, label="a")
    with pytest.raises(DrawingError, match="label of 2 values; give the Value itself"):
        draw(a * b, path=("a", a * b))


def test_a_name_that_is_a_calculation_stands_in_parentheses() -> None:
    y, a = Value(1.0, label="y"), Value(3.0, label="a")
    r = y - a
    r.label = "y − a"
    c = r**2
    c.label = "C"
    assert find_route(graph_of(c), ("a", "C")).notes() == [
        "∂C/∂a = ∂C/∂(y − a) · ∂(y − a)/∂a = (−4) · (−1) = 4"
    ]
