"""Pills and rows: nothing is lost, whatever the graph and the page."""

import re
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd import Value
from viz import draw
from viz.figure.drawing import Before, Column, Group, Line, Node, Wire
from viz.figure.page.pills import with_pills
from viz.figure.page.rows import in_rows

SVG = "{http://www.w3.org/2000/svg}"
OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: ag.tanh(a),
    lambda a, b: ag.sum([a, b, a]),
    lambda a, b: 2.0 * a,
)


@st.composite
def graphs(draw_) -> Value:
    found = [Value(1.0 + k, label=name) for k, name in enumerate("xyz")]
    for _ in range(draw_(st.integers(1, 14))):
        operation = draw_(st.sampled_from(OPERATIONS))
        found.append(operation(*(draw_(st.sampled_from(found[-5:])) for _ in "ab")))
    return found[-1]


def check(figure, whole) -> None:
    """Both have the same wires; all that one refers to is there, in one row."""
    elements = figure.drawing.elements
    nodes = {e.id: e for e in elements if isinstance(e, Node)}
    wires = {e.id: e for e in elements if isinstance(e, Wire)}
    ids = [e.id for e in elements if isinstance(e, (Node, Wire, Line))]
    assert len(ids) == len(set(ids))
    plain = {e.id: e for e in whole.drawing.elements if isinstance(e, Wire)}
    numbers = {name: (w.value, w.gradient, w.share, w.local) for name, w in wires.items()}
    assert numbers == {name: (w.value, w.gradient, w.share, w.local) for name, w in plain.items()}
    for one in wires.values():
        start = nodes[one.start or one.source]
        assert (start.stands_for or start.id) == one.source or one.start
        assert not one.target or one.target in nodes
    for one in elements:
        if isinstance(one, Line):
            assert one.source in nodes
            assert one.target in nodes
        elif isinstance(one, Column):
            assert set(one.members) <= nodes.keys() | wires.keys()
        elif isinstance(one, Before):
            assert {one.left, one.right} <= nodes.keys()
        elif isinstance(one, Group):
            assert members(one) <= nodes.keys() | wires.keys()
    drawn = [g.get("id") for g in ElementTree.fromstring(figure.svg).iter(f"{SVG}g")]
    assert set(nodes) | set(wires) <= set(drawn)


def members(group: Group) -> set[str]:
    return set(group.members).union(*map(members, group.groups))


@settings(max_examples=40, deadline=None)
@given(graphs(), st.sampled_from(["5cm", "9cm", 400, 860]), st.booleans())
def test_any_graph_on_any_page(root: Value, width, constants: bool) -> None:
    root.backward()
    options = {"max_nodes": None, "constants": constants}
    check(draw(root, width=width, **options), draw(root, wrap=False, **options))


@pytest.mark.parametrize("sizes", [[1], [3, 1], [2, 2], [4, 4, 1]])
@pytest.mark.parametrize("options", [{}, {"max_nodes": 10}, {"max_nodes": None}, {"depth": 3}])
def test_networks_on_any_page(sizes, options) -> None:
    model = nn.MLP(2, sizes, activation="tanh" if len(sizes) > 1 else None, seed=0)
    outputs = model([Value(0.5, label="x1"), Value(-1.0, label="x2")])
    root = ag.sum(outputs if isinstance(outputs, list) else [outputs]) ** 2
    root.backward()
    for width in ("9cm", 860):
        check(draw(root, width=width, **options), draw(root, wrap=False, **options))


@pytest.mark.parametrize("kind", [nn.RNNCell, nn.LSTMCell, nn.GRUCell])
@pytest.mark.parametrize("options", [{}, {"max_nodes": None}])
def test_steps_on_any_page(build, kind, options) -> None:
    root = build.unrolled(3, 2 if kind is nn.RNNCell else 1, kind)
    root.backward()
    check(draw(root, **options), draw(root, wrap=False, **options))


def test_gates_have_their_names(build) -> None:
    svg = draw(build.unrolled(1, 1, nn.LSTMCell), max_nodes=None).svg
    assert [name for name in "ifgo" if f">gate {name}<" in svg] == ["i", "f", "g", "o"]
    folded = draw(build.unrolled(3, 1, nn.GRUCell))
    assert {"gate r", "gate z"} <= set(re.findall(">(gate [rzn])<", folded.svg))
    assert ">gate " not in draw(build.unrolled(2)).svg
    units = draw(build.unrolled(1, 2, nn.LSTMCell), max_nodes=None).svg
    assert {"gate i[0]", "gate o[1]"} <= set(re.findall(r">(gate \w\[\d\])<", units))


def test_lengths_stand_between_boxes(build) -> None:
    root = build.moons(4)
    root.backward()
    svg = draw(root).svg
    assert re.search("‖a‖ [0-9.]+", svg)
    assert re.search("‖∂‖ [0-9.]+", svg)
    assert "‖∂‖" not in draw(build.moons(4)).svg


def test_a_pill_says_what_it_stands_for(build) -> None:
    root = build.mlp()
    root.backward()
    found = draw(root, max_nodes=None).drawing
    pills = [e for e in found.elements if isinstance(e, Node) and e.stands_for]
    assert {p.lines[0].text for p in pills if p.kind == "input"} == {"x1", "x2", "x3"}
    assert len([p for p in pills if p.kind == "input"]) == 3 * 4
    for one in pills:
        assert one.tip.startswith(f"{one.lines[0].text} = ")


def test_nothing_changes_where_nothing_has_to(build) -> None:
    elements = draw(build.fan_out(), wrap=False).drawing.elements
    assert with_pills(elements) == [*elements]
    assert in_rows(elements, 10_000.0) == [*elements]


def test_a_path_goes_over_pills(build) -> None:
    x = Value(0.7, label="x")
    y = x
    for _ in range(8):
        y = ag.tanh(1.5 * y + 0.1)
    y.backward()
    figure = draw(y, path=(x, y), max_nodes=None)
    pills = [e for e in figure.drawing.elements if isinstance(e, Node) and e.stands_for]
    assert pills
    assert {figure.drawing.focus(one) for one in pills} == {"on"}
