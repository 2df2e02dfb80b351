"""Several outputs are drawn together; for anything else the error says what to write."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
import viz
from autograd import Value, no_grad
from viz import derive, draw, frames, messages, nudge, parse, step, table
from viz.errors import DrawingError
from viz.figure.heading import MOST_TOLD
from viz.graph.given import graph_of, roots_of
from viz.graph.scene import read

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def two() -> tuple[Value, Value, Value]:
    """Two outputs over a shared value."""
    x = Value(2.0, label="x")
    z = x * 3.0
    z.label = "z"
    return x, z + 1.0, z**2


def ids(svg: str) -> set[str]:
    return {group.get("id") or "" for group in ElementTree.fromstring(svg).iter(f"{SVG}g")}


def test_lists_tuples_arrays_and_dictionaries(two) -> None:
    _, a, b = two
    sources = {draw(given).source for given in ([a, b], (a, b), np.array([a, b]), [[a], (b,)])}
    assert len(sources) == 1
    figure = draw([a, b])
    assert repr(figure) == "<figure of v3, v4, 4 values>"
    assert {"out3", "out", "w3_out", "w4_out"} <= ids(figure.svg)
    assert [shown.index for shown in figure.scene.ends] == [3, 4]
    assert str(figure).splitlines()[0] == "v3 = 7   ∂ –   (+ 1)"
    assert "v4 = 36   ∂ –   (( )²)" in str(figure)


def test_a_dictionary_names_what_has_no_label(two) -> None:
    _, a, b = two
    b.label = "own"
    figure = draw({"mean": a, "parts": [b]})
    assert [shown.name for shown in figure.scene.ends] == ["mean", "own"]
    assert "<B>mean</B>" in figure.source
    assert a.label == ""


def test_a_single_output_in_a_list_is_drawn_as_it_is_alone(two) -> None:
    _, a, _ = two
    assert draw([a]).source == draw(a).source
    assert draw([a, a]).source == draw(a).source
    with no_grad():
        assert draw([a]).source == draw(a).source


def test_an_output_that_another_is_computed_from(two) -> None:
    x, a, b = two
    z = a.parents[0]
    b.backward()
    for given in ([z, b], [b, z]):
        figure = draw(given)
        assert {"out2", "out"} <= ids(figure.svg)
        assert "∂ below a wire is ∂v3/∂·" in figure.svg
    routed = draw([b, z], path=(x, z))
    assert "∂z/∂x = 3" in str(routed)
    assert 'id="out2" class="leaf out on"' in routed.source
    assert 'id="out" class="leaf out off"' in routed.source


def test_the_heading_tells_whose_gradients_these_are(two) -> None:
    _, a, b = two
    assert "no gradients yet" in draw([a, b]).source
    a.backward()
    assert "∂ below a wire is ∂v3/∂·" in draw([a, b]).source
    b.backward()
    assert "∂ is of several passes" in draw([a, b]).source


def test_the_outputs_of_a_layer_at_every_size() -> None:
    model = nn.MLP(3, [8, 8, 20], seed=0)
    outputs = model([1.0, 2.0, 3.0])
    for options in ({}, {"max_nodes": 12}, {"depth": 1}, {"expand": "layer3"}):
        figure = draw(outputs, **options)
        assert f"and {20 - MOST_TOLD} more" in figure.svg
        assert "12 of its 20 outputs are shown" in figure.source
        assert sum(name.startswith("out") for name in ids(figure.svg)) == 12
    few = draw(nn.MLP(2, [3, 2], seed=0)([1.0, 2.0]), max_nodes=12)
    assert "outputs are shown" not in few.source


def test_what_was_not_taken_depends_on_all_outputs() -> None:
    x = Value(-1.0, label="x")
    e = ag.exp(x)
    w = ag.where(False, e, 1.0)
    assert read(graph_of(w)).value(2).note == "off"
    assert draw([w, e]).scene.value(2).note == ""


MODEL = nn.MLP(2, [2, 1], seed=0)


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        (MODEL, r"not MLP; call the model, and give what it returns: {}\(model\(x\)\)"),
        (MODEL.layers[0], r"not Layer; call the model"),
        (lambda x: x, r"not function; call the function, .* {}\(f\(x\)\), of a Value x"),
        (ag.compile(lambda x: x), r"not Program; a program runs without a graph: write {}\(prog"),
        (3.0, r"not float; a plain number does not know how .* such as Value\(3\.0\)"),
        (np.float32(3.0), r"not float32; a plain number does not know how"),
        ("loss", r"not str$"),
        (None, r"not NoneType$"),
        (parse("w*x", w=1.0, x=2.0), r"not Formula; give its output: {}\(formula\.output\)"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_first_tries_are_told_what_to_write(given, advice: str) -> None:
    for name in ("draw", "step", "animate", "table", "messages", "draw_dot"):
        what = "draw" if name == "draw_dot" else name
        with pytest.raises(DrawingError, match=advice.format(what)):
            getattr(viz, name)(given)
    with pytest.raises(DrawingError, match=advice.format("derive")):
        derive(given, "w")
    with pytest.raises(DrawingError, match=advice.format("draw")):
        frames(given)


def test_what_is_wrong_inside_is_named() -> None:
    v = Value(1.0)
    with pytest.raises(DrawingError, match=r"not float at heads\[1\]; a plain number"):
        draw({"heads": [v, 2.0]})
    with pytest.raises(DrawingError, match="nothing to draw"):
        draw([])
    with pytest.raises(DrawingError, match=r"not list; give one of its elements: step\(values"):
        step([v, v])
    assert list(roots_of([[v]])) == ["[0][0]"]


def test_terminals_show_texts(two) -> None:
    x, a, _ = two
    for shown in (table(a), messages(a), frames(a)):
        assert repr(shown) == str(shown)
    assert repr(table(a)).startswith("value  operation")
    assert repr(table(a)[:1]).startswith("[Row(")  # a list of rows is a list of rows
    assert x.label == "x"


@pytest.mark.parametrize("make", [iter, set, lambda values: {"a": values[0]}.values(), zip])
def test_what_holds_values_without_order_is_put_into_a_list(make, two) -> None:
    _, *values = two
    with pytest.raises(DrawingError, match=r"put its elements into a list: draw\(list\(values\)\)"):
        draw(make(values))
    with pytest.raises(DrawingError, match=r"step\(list\(values\)\[0\]\)"):
        step(make(values))


def test_one_of_a_dictionary_is_named_by_its_key(two) -> None:
    with pytest.raises(DrawingError, match=r"step\(values\['mean'\]\)"):
        step({"mean": two[1]})
    with pytest.raises(DrawingError, match=r"nudge\(values\[0\]\)"):
        nudge([two[1]], two[0])


def test_an_array_of_no_dimension_holds_one(two) -> None:
    assert draw(np.array(two[1], dtype=object)).source == draw(two[1]).source


def test_holders_may_hold_themselves_and_be_as_deep_as_one_likes(two) -> None:
    inside: list = [two[1]]
    inside.append(inside)
    assert draw(inside).source == draw(two[1]).source
    for _ in range(5000):
        inside = [inside]
    assert list(roots_of(inside).values()) == [two[1]]


def test_keys_of_a_dictionary_cannot_command_a_terminal(two) -> None:
    _, a, b = two
    figure = draw({"\x1b[31m": a, "two\nlines \ud800": b})
    assert str(figure).startswith("\ufffd[31m = 7 ")
    assert "two lines \ufffd = 36" in str(figure)
    assert repr(figure) == "<figure of \ufffd[31m, two lines \ufffd, 4 values>"
    assert "two lines \ufffd" in figure.svg
